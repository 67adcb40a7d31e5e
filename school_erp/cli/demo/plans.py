"""The demo schools: what kind they are, how large, and the people one can sign in as."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from school_erp.cli.demo.households import Tie
from school_erp.cli.demo.names import Name
from school_erp.schools.roles import Role


class Kind(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"


@dataclass(frozen=True, slots=True)
class Homeroom:
    name: str
    grade: str
    room: str


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody with a sign-in that the demo tells about."""

    role: Role
    name: Name
    # the homeroom a student sits in
    homeroom: str = ""

    @property
    def login(self) -> str:
        return self.name.for_addresses


@dataclass(frozen=True, slots=True)
class KnownFamily:
    children: tuple[Known, ...]
    adults: tuple[tuple[Known, Tie], ...]


@dataclass(frozen=True)
class Plan:
    slug: str
    name: str
    kind: Kind
    students: int
    homerooms: tuple[Homeroom, ...]
    # teachers in the order of the timetable's posts; the last one named has none, and covers
    staff: tuple[Known, ...]
    families: tuple[KnownFamily, ...]
    # classes that the last named teacher covers today
    covered: tuple[str, ...]
    seed: int

    @property
    def known(self) -> list[Known]:
        return [
            *self.staff,
            *(child for family in self.families for child in family.children),
            *(adult for family in self.families for adult, _ in family.adults),
        ]


def password_of(role: str) -> str:
    return f"demo-{role}-pass"


def plans(size: str) -> list[Plan]:
    return [RIVERSIDE, HILLCREST, GRANDVIEW] if size == "large" else [RIVERSIDE, HILLCREST]


def _staff(**by_role: str) -> tuple[Known, ...]:
    return tuple(
        Known(Role(role), _name(full))
        for role, names in by_role.items()
        for full in names.split(", ")
    )


def _name(full: str) -> Name:
    given, _, family = full.partition(" ")
    return Name(given, family)


def _student(full: str, homeroom: str) -> Known:
    return Known(Role.STUDENT, _name(full), homeroom)


def _guardian(
    full: str, relation: str, *, gets_messages: bool = True, lives_with: bool = True
) -> tuple[Known, Tie]:
    tie = Tie(relation, gets_messages=gets_messages, lives_with=lives_with)
    return Known(Role.GUARDIAN, _name(full)), tie


# two homerooms a year, from 1 Robin and 1 Wren on
_ANIMALS = ["Robin", "Wren", "Finch", "Swift", "Heron", "Kestrel"]
_ANIMALS += ["Otter", "Kingfisher", "Falcon", "Owl", "Osprey", "Swan"]

RIVERSIDE = Plan(
    slug="riverside",
    name="Riverside Primary School",
    kind=Kind.PRIMARY,
    students=300,
    covered=("2 Swift",),
    seed=1907,
    homerooms=tuple(
        Homeroom(f"{place // 2 + 1} {animal}", str(place // 2 + 1), f"Room {place + 1}")
        for place, animal in enumerate(_ANIMALS)
    ),
    staff=_staff(
        admin="Helen Marsh",
        officer="Olu Adeyemi",
        teacher="Priya Sharma, Tom Whitfield, Gráinne O'Connor, Yusuf Khan",
        staff="Sam Baker, Wanjiru Kamau",
    ),
    families=(
        KnownFamily(
            (_student("Maya Patel", "1 Robin"), _student("Rohan Patel", "4 Kingfisher")),
            (_guardian("Anita Patel", "mother"), _guardian("Dev Patel", "father")),
        ),
        KnownFamily(
            (_student("Noah Kowalski", "1 Robin"),),
            (
                _guardian("Ewa Nowak", "mother"),
                _guardian("Marek Kowalski", "father", lives_with=False),
            ),
        ),
        KnownFamily(
            (_student("Amina Warsame", "1 Wren"),), (_guardian("Hodan Warsame", "grandparent"),)
        ),
    ),
)

HILLCREST = Plan(
    slug="hillcrest",
    name="Hillcrest Secondary School",
    kind=Kind.SECONDARY,
    students=300,
    covered=("7B", "7B Mathematics"),
    seed=1952,
    homerooms=tuple(
        Homeroom(f"{grade}{letter}", str(grade), f"{grade}{letter}")
        for grade, letters in ((7, "ABC"), (8, "ABC"), (9, "AB"), (10, "AB"), (11, "AB"))
        for letter in letters
    ),
    staff=_staff(
        admin="Margaret Oyelaran",
        officer="Declan Byrne",
        teacher="James Okafor, Mei Wong, Sofia Gonçalves, Rhys Llewellyn",
        staff="Ruth Stein, Kofi Mensah",
    ),
    families=(
        KnownFamily(
            (_student("Zara Hussain", "7A"), _student("Bilal Hussain", "10B")),
            (_guardian("Nadia Hussain", "mother"), _guardian("Imran Hussain", "father")),
        ),
        KnownFamily(
            (_student("Finn Kavanagh", "7A"),),
            (
                _guardian("Claire Dubois", "mother"),
                _guardian("Eoin Kavanagh", "father", lives_with=False, gets_messages=False),
            ),
        ),
        KnownFamily((_student("Linh Nguyen", "9B"),), (_guardian("Minh Nguyen", "father"),)),
    ),
)

GRANDVIEW = Plan(
    slug="grandview",
    name="Grandview Academy",
    kind=Kind.SECONDARY,
    students=2_000,
    covered=("7B", "7B Mathematics"),
    seed=2026,
    homerooms=tuple(
        Homeroom(f"{grade}{letter}", str(grade), f"{grade}{letter}")
        for grade in range(7, 14)
        for letter in "ABCDEFGHIJKL"
    ),
    staff=_staff(
        admin="Farah Siddiqui",
        officer="Peter Lowe, Agnes Boateng",
        teacher="Hannah Ashworth, Luca Moretti, Temitope Balogun, Ana Petrova",
        staff="Joan Pye, Owen Prosser",
    ),
    families=(
        KnownFamily(
            (_student("Leila Haddad", "7A"), _student("Karim Haddad", "8C")),
            (_guardian("Rima Haddad", "mother"), _guardian("Sami Haddad", "father")),
        ),
        KnownFamily((_student("Toby Lim", "7A"),), (_guardian("Grace Lim", "mother"),)),
    ),
)
