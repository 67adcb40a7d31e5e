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

export type Channel = "attendance" | "job" | "notification" | "school";

export interface Payloads {
  attendanceUpdate: MarksChanged;
  REGISTER_SUBMITTED: RegisterMoved;
  REGISTER_REOPENED: RegisterMoved;
  REGISTER_LOCKED: RegisterMoved;
  SETTINGS_CHANGED: SettingsTold;
  JOB_PROGRESS: JobMoved;
  JOB_FINISHED: JobEnded;
  CALENDAR_CHANGED: Stretch;
  NEW_NOTIFICATION: NotificationTold;
  NOTIFICATION_READ: NotificationRead;
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

export interface SettingsTold {
  /** The names of what changed */
  changed: string[];
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
