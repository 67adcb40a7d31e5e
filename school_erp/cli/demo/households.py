"""Families as schools know them: who answers for a child, in which order, and who may not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from school_erp.cli.demo.names import Culture, Name, NameBook


@dataclass(frozen=True, slots=True)
class Tie:
    """What one adult is to the children of a household."""

    relation: str
    kind: str = ""
    gets_messages: bool = True
    lives_with: bool = True
    do_not_contact: bool = False
    same_name: bool = True


@dataclass(frozen=True, slots=True)
class Household:
    children: list[Name]
    adults: list[tuple[Name, Tie]]


def _away(relation: str, kind: str = "", *, gets_messages: bool = True) -> Tie:
    return Tie(relation, kind, gets_messages, lives_with=False, same_name=False)


_MOTHER, _FATHER = Tie("mother", "female"), Tie("father", "male")
_FATHER_AWAY = _away("father", "male")

# how often, and who
_KINDS: tuple[tuple[int, tuple[Tie, ...]], ...] = (
    (50, (_MOTHER, _FATHER)),
    (6, (_FATHER, _MOTHER)),
    (12, (_MOTHER, _FATHER_AWAY)),
    (9, (_MOTHER,)),
    (3, (_FATHER,)),
    (3, (_MOTHER, replace(_FATHER_AWAY, gets_messages=False, do_not_contact=True))),
    (
        4,
        (
            _MOTHER,
            Tie("stepparent", "male", gets_messages=False, same_name=False),
            _FATHER_AWAY,
        ),
    ),
    (2, (_MOTHER, Tie("mother", "female", same_name=False))),
    (1, (_FATHER, Tie("father", "male", same_name=False))),
    (4, (Tie("grandparent", "female"), Tie("grandparent", "male", gets_messages=False))),
    (3, (_MOTHER, _FATHER, _away("relative", "female", gets_messages=False))),
    (
        2,
        (
            Tie("foster_carer", same_name=False),
            _away("social_worker", gets_messages=False),
        ),
    ),
)


def households(book: NameBook, children: int) -> list[Household]:
    """As many as hold this many children; most adults answer for more than one."""
    made: list[Household] = []
    while children > 0:
        size = min(book.random.choices((1, 2, 3, 4), (45, 38, 14, 3))[0], children)
        made.append(_household(book, size))
        children -= size
    return made


def _household(book: NameBook, size: int) -> Household:
    culture = book.any_culture()
    family = book.surname(culture)
    shares, kinds = zip(*_KINDS, strict=True)
    ties = book.random.choices(kinds, shares)[0]
    adults = [(_adult(book, tie, culture, family), tie) for tie in ties]
    if len(ties) > 1 and family and book.random.random() < 0.08:
        family = f"{family}-{book.surname(book.any_culture())}".rstrip("-")
    return Household(_children(book, size, culture, family), adults)


def _adult(book: NameBook, tie: Tie, culture: Culture, family: str) -> Name:
    if not tie.same_name:
        culture = book.any_culture()
        family = book.surname(culture)
    return book.person(culture, family, tie.kind)


def _children(book: NameBook, size: int, culture: Culture, family: str) -> list[Name]:
    """Brothers and sisters, each with a name of their own."""
    named: dict[Name, None] = {}
    while len(named) < size:
        named[book.person(culture, family)] = None
    return list(named)
