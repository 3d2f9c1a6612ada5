#!/usr/bin/env python3
"""Draws the states of each table of steps (*.def) into its page of the documentation, or with --check says which drawing
is stale."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRAWN = {
    "src/core/fulfillment/fulfillment_steps.def": "docs/domain/fulfillment.md",
    "src/core/returns/return_steps.def": "docs/domain/returns.md",
}
STEP = re.compile(r"^WAYBILL_\w+_STEP\((\w+), (\w+), (\w+)\)$", re.M)
BEGIN = "<!-- states: made by tools/states_page.py -->\n"
END = "<!-- end of states -->\n"


def diagram(table):
    steps = STEP.findall((ROOT / table).read_text())
    if not steps:
        sys.exit(f"{table}: no steps found")
    if len(set(steps)) != len(steps):
        sys.exit(f"{table}: a step is there twice")
    arrows = {}
    for before, action, after in steps:
        arrows.setdefault((before, after), []).append(action)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {steps[0][0]}"]
    for (before, after), actions in arrows.items():
        lines.append(f"    {before} --> {after}: {', '.join(actions)}")
    ends = {after for _, _, after in steps} - {before for before, _, _ in steps}
    lines += [f"    {state} --> [*]" for state in sorted(ends)]
    return "\n".join(lines + ["```"]) + "\n"


def main():
    stale = []
    for table, page in DRAWN.items():
        text = (ROOT / page).read_text()
        head, rest = text.split(BEGIN)
        tail = rest.split(END)[1]
        drawn = head + BEGIN + diagram(table) + END + tail
        if "--check" not in sys.argv:
            (ROOT / page).write_text(drawn)
        elif text != drawn:
            stale.append(page)
    if stale:
        sys.exit(f"{', '.join(stale)} is stale: run tools/states_page.py")


if __name__ == "__main__":
    main()
