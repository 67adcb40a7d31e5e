"""Everyone in a demo school: staff in their posts, families with their children, sign-ins."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from uuid import UUID

from school_erp.accounts.passwords import hash_password_now
from school_erp.cli.demo.draft import Draft
from school_erp.cli.demo.households import Household, Tie, households
from school_erp.cli.demo.names import Name, NameBook
from school_erp.cli.demo.plans import Homeroom, Plan, password_of
from school_erp.people.models import Guardianship, Person, RoleGrant
from school_erp.people.rules import search_words
from school_erp.schools.roles import Role

_PREFIXES = {Role.STUDENT: "S", Role.GUARDIAN: "G"}
_OTHER_STAFF = 4
hash_once = cache(hash_password_now)


@dataclass(frozen=True, slots=True)
class Pupil:
    person_id: UUID
    since: date
    until: date | None = None


# by the name of the homeroom
Classrooms = defaultdict[str, list[Pupil]]


@dataclass(frozen=True, slots=True)
class Population:
    """Who there is to teach and to be taught."""

    teachers: list[UUID]
    pupils: Classrooms


def populate(draft: Draft, plan: Plan, teachers: int, today: date) -> Population:
    """Those who are known come first, so that nobody else is given their sign-in."""
    registry = _Registry(draft, Random(plan.seed))  # noqa: S311 - names, not secrets
    staff = {known: registry.employ(known.name, known.role) for known in plan.staff}
    named = [person_id for known, person_id in staff.items() if known.role == Role.TEACHER]
    pupils = _admit_known(registry, plan)
    hired = [
        registry.employ(registry.somebody(), Role.TEACHER) for _ in range(teachers - len(named))
    ]
    for _ in range(_OTHER_STAFF):
        registry.employ(registry.somebody(), Role.STAFF)
    _admit_others(registry, plan, pupils, today)
    # the last one named has no class: they cover
    return Population([*named[:-1], *hired, named[-1]], pupils)


def _admit_known(registry: _Registry, plan: Plan) -> Classrooms:
    pupils: Classrooms = defaultdict(list)
    for family in plan.families:
        children = [registry.admit(child.name) for child in family.children]
        registry.entrust(children, [(adult.name, tie) for adult, tie in family.adults])
        for child, person_id in zip(family.children, children, strict=True):
            pupils[child.homeroom].append(Pupil(person_id, registry.first_day))
    return pupils


def _admit_others(registry: _Registry, plan: Plan, pupils: Classrooms, today: date) -> None:
    free = _free_seats(plan, pupils)
    registry.random.shuffle(free)
    for household in households(registry.book, len(free)):
        for person_id in registry.receive(household):
            pupils[free.pop().name].append(registry.stay_of(person_id, today))


def _free_seats(plan: Plan, pupils: Classrooms) -> list[Homeroom]:
    taken = Counter({name: len(seated) for name, seated in pupils.items()})
    seats: list[Homeroom] = []
    for seat in range(plan.students):
        homeroom = plan.homerooms[seat % len(plan.homerooms)]
        if taken[homeroom.name]:
            taken[homeroom.name] -= 1
        else:
            seats.append(homeroom)
    return seats


class _Registry:
    """Writes people down, each with a number, an address and, where it fits, a sign-in."""

    def __init__(self, draft: Draft, random: Random) -> None:
        self.draft, self.random = draft, random
        self.book = NameBook(random)
        self.first_day = draft.first_day
        self._numbers: Counter[str] = Counter()
        self._addresses: Counter[str] = Counter()

    def somebody(self) -> Name:
        culture = self.book.any_culture()
        return self.book.person(culture, self.book.surname(culture))

    def employ(self, name: Name, role: Role) -> UUID:
        years = timedelta(days=365 * self.random.randint(1, 12))
        return self._write(name, role, since=self.first_day - years)

    def admit(self, name: Name) -> UUID:
        return self._write(name, Role.STUDENT, since=self.first_day)

    def receive(self, household: Household) -> list[UUID]:
        children = [self.admit(child) for child in household.children]
        self.entrust(children, household.adults)
        return children

    def entrust(self, children: list[UUID], adults: list[tuple[Name, Tie]]) -> None:
        for order, (name, tie) in enumerate(adults, start=1):
            guardian = self._write(name, Role.GUARDIAN, since=self.first_day)
            for child in children:
                self.draft.add(
                    Guardianship,
                    student_id=child,
                    guardian_id=guardian,
                    relation=tie.relation,
                    call_order=order,
                    gets_messages=tie.gets_messages,
                    lives_with=tie.lives_with,
                    do_not_contact=tie.do_not_contact,
                )

    def stay_of(self, person_id: UUID, today: date) -> Pupil:
        """Some came after the year had begun, and a few have left again."""
        chance = self.random.random()
        if chance < 0.02:
            return Pupil(person_id, today - timedelta(days=self.random.randint(8, 40)))
        if chance < 0.03:
            gone = today - timedelta(days=self.random.randint(6, 25))
            return Pupil(person_id, self.first_day, until=gone)
        return Pupil(person_id, self.first_day)

    def _write(self, name: Name, role: Role, since: date) -> UUID:
        prefix = _PREFIXES.get(role, "T")
        self._numbers[prefix] += 1
        number = f"{prefix}{self._numbers[prefix]:04}"
        address = self._address(name, number)
        person_id = self.draft.add(
            Person,
            given_name=name.given,
            family_name=name.family,
            preferred_name=name.preferred,
            email=None if role == Role.STUDENT else f"{address}@example.org",
            phone=None if role == Role.STUDENT else self._phone(),
            external_id=number,
            search_words=search_words((name.given, name.family, name.preferred), number),
        )
        self.draft.add(RoleGrant, person_id=person_id, role=str(role), starts_on=since)
        self.draft.add_account(
            person_id=person_id, login=address, password_hash=hash_once(password_of(role))
        )
        return person_id

    def _address(self, name: Name, number: str) -> str:
        address = name.for_addresses or number.lower()
        self._addresses[address] += 1
        again = self._addresses[address]
        return f"{address}{again}" if again > 1 else address

    def _phone(self) -> str:
        """A number from the range that Ofcom keeps for fiction."""
        return f"+447700900{self.random.randint(0, 999):03}"
