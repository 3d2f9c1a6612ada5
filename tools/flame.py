#!/usr/bin/env python3
"""Draws a flame graph from a profile: the wider a box, the more of the time is spent in it and what it calls.

  perf record -F 997 --call-graph dwarf,12288 -o perf.data -- build/release/waybill bench ingest --orders 20000 --batch 200
  perf script --no-inline -i perf.data -F comm,tid,ip,sym,dso | tools/flame.py --thread build_problem --without RecordingStore \\
      --root Writer::run_batch --title "Bulk ingest" > docs/flame.svg

Reads `perf script` from standard input and writes SVG to standard output. Stacks are cut below the first frame that is
a root; those without one are left out, and so are threads in which --thread never occurs: with it the set-up of a
benchmark, which runs the same code on its own thread, stays out.
"""

import argparse
import collections
import re
import sys
from html import escape

WIDTH, ROW, MARGIN = 1200, 16, 24
FRAME = re.compile(r"\s+[0-9a-f]+ (.*) \((.*)\)\s*$")


def short_name(symbol, library):
    """A symbol without its arguments and template arguments; what has no name is called by its library."""
    if symbol.startswith("[unknown]"):
        return re.sub(r"\.so.*", "", library.rsplit("/", 1)[-1])
    name = re.sub(r"\+0x[0-9a-f]+$", "", symbol).replace("(anonymous namespace)::", "").replace("[abi:cxx11]", "")
    while True:  # inner brackets first
        less = re.sub(r"<[^<>]*>|\([^()]*\)", "", name)
        if less == name:
            break
        name = less
    return name.replace("waybill::", "").removesuffix(" const").split(" ")[-1] or symbol


def read_stacks(lines):
    """(thread, frames from the root) of each sample."""
    thread, frames = None, []
    for line in lines:
        if not line.strip():
            if frames:
                yield thread, frames[::-1]
            frames = []
        elif not line[0].isspace():
            thread = line.split()[-1]
        elif match := FRAME.match(line):
            frames.append(match.groups())
    if frames:
        yield thread, frames[::-1]


def threads_with(samples, marks):
    return {thread for thread, frames in samples if any(mark in symbol for symbol, _ in frames for mark in marks)}


def fold(samples, marks, unwanted, roots):
    """Counts of stacks of short names that begin with a root."""
    wanted = threads_with(samples, marks or [""]) - threads_with(samples, unwanted)
    counts = collections.Counter()
    for thread, frames in samples:
        if thread not in wanted:
            continue
        start = next((i for i, (symbol, _) in enumerate(frames) if any(root in symbol for root in roots)), None)
        if start is None:
            continue
        stack = []
        for symbol, library in frames[start:]:
            name = short_name(symbol, library)
            # Dispatch of the standard library and recursion say nothing about where time goes.
            if name.startswith("std::") or (stack and stack[-1] == name):
                continue
            stack.append(name)
        counts[tuple(stack)] += 1
    return counts


def tree_of(counts):
    root = {"count": 0, "below": {}}
    for stack, count in counts.items():
        node = root
        node["count"] += count
        for name in stack:
            node = node["below"].setdefault(name, {"count": 0, "below": {}})
            node["count"] += count
    return root


def colour_of(name):
    if name.startswith(("storage::", "sqlite3", "libsqlite3")):
        return "#7fb0d6"
    if name.startswith(("core::", "sourcing::")):
        return "#e8a25c"
    if name.startswith(("engine::", "api::", "json::", "boost::")):
        return "#9cc37a"
    return "#c9c9c9"


def draw(node, name, x, depth, scale, depth_max, total, out):
    width = node["count"] * scale
    if width < 1.5 or depth > depth_max:
        return
    y = MARGIN + depth * ROW
    share = 100 * node["count"] / total
    out.append(f'<g><title>{escape(name)} {share:.1f} %</title>'
               f'<rect x="{x:.1f}" y="{y}" width="{max(width - 0.4, 0.4):.1f}" height="{ROW - 1}" fill="{colour_of(name)}"/>')
    letters = int(width / 6.4)
    if letters >= 4:
        text = name if len(name) <= letters else name[:letters - 1] + "…"
        out.append(f'<text x="{x + 2:.1f}" y="{y + 11.5}">{escape(text)}</text>')
    out.append("</g>")
    for below, child in sorted(node["below"].items(), key=lambda item: -item[1]["count"]):
        draw(child, below, x, depth + 1, scale, depth_max, total, out)
        x += child["count"] * scale


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thread", action="append", default=[],
                        help="only threads in which a frame with this text occurs; may be repeated")
    parser.add_argument("--without", action="append", default=[], help="no threads in which this occurs")
    parser.add_argument("--root", action="append", required=True, help="a frame to begin at; may be repeated")
    parser.add_argument("--title", default="Where the time goes")
    parser.add_argument("--depth", type=int, default=30)
    options = parser.parse_args()
    counts = fold(list(read_stacks(sys.stdin)), options.thread, options.without, options.root)
    tree = tree_of(counts)
    if tree["count"] == 0:
        sys.exit("flame: no sample has such a frame")
    boxes = []
    draw(tree, options.title, 0, 0, WIDTH / tree["count"], options.depth, tree["count"], boxes)
    rows = 1 + max(int(y) for y in re.findall(r' y="(\d+)"', "".join(boxes))) // ROW
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {rows * ROW + MARGIN}" '
          'font-family="monospace" font-size="10.5">')
    print(f'<text x="2" y="15" font-size="13">{escape(options.title)}: {tree["count"]} samples; blue is the store, orange '
          'decisions, green engine and edge</text>')
    print("\n".join(boxes))
    print("</svg>")


if __name__ == "__main__":
    main()
