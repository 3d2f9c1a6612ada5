#!/usr/bin/env python3
"""Writes docs/errors.md from src/core/errors.def, or with --check says whether it is stale."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r'WAYBILL_REJECTION\((\d+), (\w+), (same|changed), "([^"]*)"\)')
STATUS = re.compile(r"case (?:\w+::)*(\w+):|return (\d{3});")


def rows():
    text = (ROOT / "src/core/errors.def").read_text()
    found = [(int(n), name, retry, words) for n, name, retry, words in ROW.findall(text)]
    numbers = [n for n, *_ in found]
    if numbers != sorted(set(numbers)):
        sys.exit("errors.def: numbers must ascend and never repeat")
    return found


def statuses():
    """The HTTP status of each name, read from the one map in src/api/problem.cpp."""
    out, waiting = {}, []
    for name, status in STATUS.findall((ROOT / "src/api/problem.cpp").read_text()):
        if name:
            waiting.append(name)
            continue
        for each in waiting:
            out.setdefault(each, status)
        waiting = []
    return out


def page():
    http = statuses()
    lines = [
        "# Rejections",
        "",
        "Every way in which Waybill refuses a request, from `src/core/errors.def`; made by `tools/errors_page.py`.",
        "",
        "`retry` says whether the *same* request may succeed later as it is, or only a *changed* one. Over HTTP a",
        "rejection is an `application/problem+json` body whose `code` is the name and `number` the number; `errors` lists",
        "every faulty field with its JSON pointer.",
        "",
        "| number | name | HTTP | retry | meaning |",
        "|---|---|---|---|---|",
    ]
    for number, name, retry, words in rows():
        lines.append(f"| {number} | `{name}` | {http.get(name, '')} | {retry} | {words} |")
    return "\n".join(lines) + "\n"


def main():
    path = ROOT / "docs/errors.md"
    if "--check" not in sys.argv:
        path.write_text(page())
        return
    if not path.exists() or path.read_text() != page():
        sys.exit("docs/errors.md is stale: run tools/errors_page.py")


if __name__ == "__main__":
    main()
