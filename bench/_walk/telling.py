"""What a walk came by, for whoever mends it."""

from __future__ import annotations

from collections import defaultdict

from bench._walk.pages import Atlas
from bench._walk.rounds import Finding, Seen

EXAMPLES = 3


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
