"""Who may do what, written down by hand: what the policy in the code is held against.

Each permission says which roles have it, and over what an address may then name: ALL that is the
school's, only what is of their OWN class or family, or NEITHER of what these requests name.
A role left out is refused whatever is named.
"""

from __future__ import annotations

ALL, OWN, NEITHER = "all", "own", "neither"

Rights = dict[str, str]

CALLERS = {
    "admin": "ada",
    "officer": "olive",
    "teacher": "tom",
    "staff": "sam",
    "student": "pia",
    "guardian": "gwen",
}

EVERYONE: Rights = dict.fromkeys(CALLERS, ALL)
ADMIN: Rights = {"admin": ALL}
OFFICE: Rights = {"admin": ALL, "officer": ALL}
EMPLOYED: Rights = {**OFFICE, "teacher": ALL, "staff": ALL}
OWN_PEOPLE: Rights = {
    **OFFICE,
    "teacher": OWN,
    "staff": NEITHER,
    "student": OWN,
    "guardian": OWN,
}

OWN_CLASSES: Rights = {**OFFICE, "teacher": OWN}

EXPECTED: dict[str, Rights] = {
    "accounts:introduction:own": EVERYONE,
    "accounts:sign_in:own": EVERYONE,
    "accounts:account:manage": ADMIN,
    "accounts:client:manage": ADMIN,
    "academics:calendar:read": EVERYONE,
    "academics:calendar:edit": OFFICE,
    "academics:structure:edit": ADMIN,
    "academics:course:read": EMPLOYED,
    "academics:section:read": OWN_PEOPLE,
    "academics:roster:read": OWN_PEOPLE,
    "academics:enrolment:read": OFFICE,
    "academics:enrolment:edit": OFFICE,
    "academics:timetable:read": OWN_PEOPLE,
    "academics:timetable:edit": ADMIN,
    "academics:cover:read": {**OWN_CLASSES, "staff": NEITHER},
    "academics:cover:edit": OFFICE,
    "absences:request:read": {**OFFICE, "guardian": OWN},
    "absences:request:write": {**OFFICE, "guardian": OWN},
    "absences:request:decide": OFFICE,
    "absences:family:read": {"guardian": ALL},
    "calling:call:read": OFFICE,
    "calling:call:write": OFFICE,
    "escalation:escalation:read": OWN_CLASSES,
    "escalation:rule:read": OFFICE,
    "escalation:rule:write": ADMIN,
    "attendance:mark:write": OWN_CLASSES,
    "attendance:register:read": OWN_CLASSES,
    "attendance:register:lock": OFFICE,
    "attendance:job:read": OWN_CLASSES,
    "attendance:settings:read": EMPLOYED,
    "attendance:settings:write": ADMIN,
    "attendance:audit:read": OFFICE,
    "attendance:summary:read": OWN_PEOPLE,
    "attendance:figures:read": OWN_CLASSES,
    "attendance:staff:read": {**OFFICE, "teacher": OWN, "staff": NEITHER},
    "attendance:staff:write": OFFICE,
    "attendance:staff:check_in": EMPLOYED,
    "attendance:family:read": {"student": ALL, "guardian": ALL},
    "imports:file:import": ADMIN,
    "messages:message:read": OFFICE,
    "messages:message:decide": OFFICE,
    "messages:message:own": {"guardian": ALL},
    "messages:template:read": OFFICE,
    "messages:template:write": ADMIN,
    # those that are named are a teacher's
    "notifications:notification:own": {**dict.fromkeys(CALLERS, NEITHER), "teacher": OWN},
    "live:session:run": OWN_CLASSES,
    "live:session:attend": {"student": OWN},
    "people:person:read": OWN_PEOPLE,
    "people:directory:read": EMPLOYED,
    "people:everyone:read": OFFICE,
    "people:contact:read": OFFICE,
    "people:contact:edit": OFFICE,
    "people:person:edit": ADMIN,
    "people:role:edit": ADMIN,
    "people:guardianship:edit": OFFICE,
    "realtime:event:read": EVERYONE,
    "schools:school:read": EMPLOYED,
    "schools:school:edit": ADMIN,
}

# how somebody is reached, and who answers for them, is for the office and oneself
_DETAILS: Rights = {
    **OFFICE,
    "teacher": NEITHER,
    "staff": NEITHER,
    "student": OWN,
    "guardian": NEITHER,
}
# a refusal told in a rule's own words, as among the answers for a whole class
TOLD_BY_RULE = {
    "PATCH /api/v1/school/attendance/marks/<uuid:student_id>/<date:day>/<int:slot>": (
        422,
        "not_your_class",
    ),
    "DELETE /api/v1/school/attendance/marks/<uuid:student_id>/<date:day>/<int:slot>": (
        422,
        "not_your_class",
    ),
}

# routes that open less than their permission does elsewhere
NARROWER: dict[str, Rights] = {
    "GET /api/v1/people/<uuid:person_id>/guardians": _DETAILS,
    "GET /api/v1/people/<uuid:person_id>/students": _DETAILS,
    "GET /api/v1/people/<uuid:person_id>/roles": _DETAILS,
}
