"""What a walk came by, for whoever mends it."""

from __future__ import annotations

from collections import Counter, defaultdict

from bench._walk.pages import Atlas
from bench._walk.rounds import Finding, Seen
from config import ROOT

EXAMPLES = 3
PAGE = ROOT / "docs" / "experience.md"
BEGIN, END = "<!-- walk: bench/walk.py -->\n", "<!-- end of the walk -->\n"


def tell(seen: Seen, atlas: Atlas, seconds: float) -> None:
    by_rule: dict[str, dict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for each in seen.findings:
        by_rule[each.rule][each.place].append(each)
    for rule, places in sorted(by_rule.items()):
        print(f"\n{rule}: {sum(map(len, places.values()))}")
        for place, found in sorted(places.items()):
            print(f"  {place} ({len(found)})")
            for what in list(dict.fromkeys(each.what for each in found))[:EXAMPLES]:
                first = next(each for each in found if each.what == what)
                print(f"      {what}\n        {first.where}")
    missed = sorted(atlas.rules - seen.reached)
    print(f"\n{len(seen.reached)} of {len(atlas.rules)} kinds of pages reached", end="")
    print(f", not {', '.join(missed)}" if missed else "")
    print(
        f"{seen.pages} pages looked at, {seen.states} in a colour of their own, "
        f"{len(seen.findings)} findings, {seconds / 60:.1f} minutes"
    )


def write(seen: Seen, atlas: Atlas, rounds: int) -> None:
    """In the place of what stood between the two marks."""
    head, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    found = Counter(each.rule for each in seen.findings)
    said = ", ".join(f"{count} of “{rule}”" for rule, count in sorted(found.items()))
    reached = len(atlas.rules & seen.reached)
    lines = [
        f"{rounds} walks, {seen.pages} pages looked at, {seen.states} times in a colour.",
        f"{reached} of {len(atlas.rules)} kinds of pages were reached.",
        f"Found: {said or 'nothing'}.",
    ]
    PAGE.write_text(f"{head}{BEGIN}{chr(10).join(lines)}\n{END}{tail}")
