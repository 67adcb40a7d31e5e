// From the declarations, by `flask --app school_erp.cli events write`: docs/events.md.

export interface RealtimeEvent<T extends EventName = EventName> {
  id: string;
  room: string;
  seq: number;
  type: T;
  channel: Channel;
  school_id: string;
  timestamp: string;
  payload: Payloads[T];
}

export type EventName = keyof Payloads;

export type Channel = "attendance" | "job" | "notification" | "session" | "school";

export interface Payloads {
  attendanceUpdate: MarksChanged;
  REGISTER_SUBMITTED: RegisterMoved;
  REGISTER_REOPENED: RegisterMoved;
  REGISTER_LOCKED: RegisterMoved;
  REGISTERS_DUE: RegistersDue;
  SETTINGS_CHANGED: SettingsTold;
  ABSENCE_REQUESTED: AbsenceTold;
  ABSENCE_DECIDED: AbsenceTold;
  CALLS_CHANGED: CallsChanged;
  JOB_PROGRESS: JobMoved;
  JOB_FINISHED: JobEnded;
  CALENDAR_CHANGED: Stretch;
  NEW_NOTIFICATION: NotificationTold;
  NOTIFICATION_READ: NotificationRead;
  CHECK_IN: CheckInsTold;
  STATS_UPDATE: StatsTold;
  SESSION_STATUS: SessionTold;
  MESSAGES_MOVED: MessagesMoved;
}

export interface MarksChanged {
  section_id: string;
  date: string;
  slot: number;
  /** Of the register; the parts of one change share it */
  register_version: number;
  marks: {
    student_id: string;
    /** The mark that now stands; nothing where it was taken back */
    mark: {
      status: string;
      code: string;
      minutes_late: number | null;
      version: number;
      marked_at: string;
      /** Only in the room of a class */
      remarks?: string;
      /** Only in the room of a class */
      source?: string;
      /** Only in the room of a class */
      marked_by?: string | null;
    } | null;
  }[];
}

export interface RegisterMoved {
  section_id: string;
  date: string;
  slot: number;
  state: string;
  version: number;
}

export interface RegistersDue {
  date: string;
  slot: number;
  /** due or overdue */
  standing: string;
  /** How many are due; or how many nobody has begun to take */
  registers: number;
}

export interface SettingsTold {
  /** The names of what changed */
  changed: string[];
}

export interface AbsenceTold {
  absence_id: string;
  state: string;
}

export interface CallsChanged {
  date: string;
}

export interface JobMoved {
  job_id: string;
  state: string;
  total: number;
  /** Records by what became of them */
  counts: Record<string, number>;
  done: number;
  percent: number;
}

export interface JobEnded {
  job_id: string;
  state: string;
  total: number;
  /** Records by what became of them */
  counts: Record<string, number>;
}

export interface Stretch {
  /** The first day that may be another than before */
  starts_on: string;
  /** The last such day */
  ends_on: string;
}

export interface NotificationTold {
  notification_id: string;
  kind: string;
}

export interface NotificationRead {
  /** Nothing where all were read */
  notification_id: string | null;
}

export interface CheckInsTold {
  /** Of the session or group */
  live_id: string;
  check_ins: {
    session_id: string;
    section_id: string;
    student_id: string;
    name: string;
    /** joined, present or rejected */
    standing: string;
    joined_at: string;
    attended_at: string | null;
    /** Of the mark that stands */
    status: string | null;
    minutes_late: number | null;
    /** What became of the mark: created, changed, kept, … */
    outcome: string | null;
    flags: string[];
    decision: string | null;
  }[];
}

export interface StatsTold {
  /** Of the session or group */
  live_id: string;
  total_students: number;
  students_joined: number;
  students_present: number;
  present_percentage: number;
}

export interface SessionTold {
  live_id: string;
  session_id: string;
  /** running, paused or ended */
  state: string;
  locked: boolean;
  qr_visible: boolean;
  ends_at: string;
  ended_at: string | null;
}

export interface MessagesMoved {
  count: number;
}
