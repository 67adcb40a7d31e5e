from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from school_erp.attendance.access import Permission, marker_of
from school_erp.attendance.actions.answering import answered
from school_erp.attendance.actions.operations import CarriedOut, Operation, carry_out
from school_erp.attendance.api.marking import blueprint
from school_erp.attendance.api.submissions import reused_submission, submit_each
from school_erp.attendance.errors import AnotherPerson, refusal
from school_erp.attendance.marking import Answer, Record
from school_erp.attendance.queries.around import names_of
from school_erp.attendance.schemas import OperationAnswers, OperationsBody
from school_erp.attendance.vocabulary import Outcome
from school_erp.core.access import Actor, current_actor, requires
from school_erp.core.once_each import REUSED, answers_before, keep_answers

_OF_THE_REGISTER = ("id", "date", "period", "reason")


@blueprint.post("/operations")
@requires(Permission.MARK)
@blueprint.arguments(OperationsBody)
@blueprint.response(200, OperationAnswers)
def carry_out_operations(body: dict[str, Any]) -> dict[str, Any]:
    """Marks and submissions that a device kept. Each happens once, and is answered by its id."""
    actor = current_actor()
    if body.get("person_id", actor.person_id) != actor.person_id:
        raise AnotherPerson
    marks, submissions = _by_id(body["operations"]), _by_id(body["submissions"])
    said = marks | submissions
    known = answers_before(actor, said)
    fresh = [_operation(each) for name, each in marks.items() if name not in known]
    answers = _told(actor, carry_out(actor.school_id, marker_of(actor), fresh))
    answers |= submit_each(
        actor, {name: each for name, each in submissions.items() if name not in known}
    )
    keep_answers(actor, said, answers)
    told = known | answers
    return {
        "operations": [_answer(name, each, told) for name, each in marks.items()],
        "submissions": [
            reused_submission(name) if told[name] is REUSED else {"id": name, **told[name]}
            for name in submissions
        ],
    }


def _by_id(said: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {str(each["id"]): each for each in said}


def _operation(said: Mapping[str, Any]) -> Operation:
    record = {name: said[name] for name in said if name not in _OF_THE_REGISTER}
    return Operation(
        id=said["id"],
        date=said["date"],
        slot=said["period"],
        record=Record(**record),
        reason=said.get("reason", ""),
    )


def _told(actor: Actor, made: Mapping[UUID, CarriedOut]) -> dict[str, Any]:
    """With the names of those whose marks stand instead."""
    left = _left([each.answer for each in made.values()])
    names = names_of(actor.school_id, {each.mark.marked_by for each in left if each.mark})
    told: dict[str, Any] = {}
    for operation_id, (answer, version) in made.items():
        by = answer.mark.marked_by if answer.mark else None
        beside = {"by": names.get(by, "") if by else "", "register_version": version}
        told[str(operation_id)] = answered(answer) | beside
    return told


def _left(answers: Sequence[Answer]) -> Sequence[Answer]:
    return [each for each in answers if each.outcome in (Outcome.CONFLICT, Outcome.KEPT)]


def _answer(name: str, said: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    answer = answers[name]
    if answer is not REUSED:
        return {"id": name, **answer}
    refused = refusal("operation_reused")
    return {
        "id": name,
        "student_id": str(said["student_id"]),
        "outcome": Outcome.REJECTED.value,
        "mark": None,
        "by": "",
        "register_version": None,
        "error": {"code": refused.code, "message": refused.message},
    }
