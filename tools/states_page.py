#!/usr/bin/env python3
"""Draws the states of src/core/fulfillment/fulfillment_steps.def into docs/domain/fulfillment.md, or with --check says
whether the drawing is stale."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEP = re.compile(r"^WAYBILL_FULFILLMENT_STEP\((\w+), (\w+), (\w+)\)$", re.M)
BEGIN = "<!-- states: made by tools/states_page.py -->\n"
END = "<!-- end of states -->\n"


def diagram():
    steps = STEP.findall((ROOT / "src/core/fulfillment/fulfillment_steps.def").read_text())
    if not steps:
        sys.exit("fulfillment_steps.def: no steps found")
    if len(set(steps)) != len(steps):
        sys.exit("fulfillment_steps.def: a step is there twice")
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
    path = ROOT / "docs/domain/fulfillment.md"
    text = path.read_text()
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    drawn = head + BEGIN + diagram() + END + tail
    if "--check" not in sys.argv:
        path.write_text(drawn)
    elif text != drawn:
        sys.exit("docs/domain/fulfillment.md is stale: run tools/states_page.py")


if __name__ == "__main__":
    main()
