#!/usr/bin/env python3
"""Checks the rules of the house that no compiler checks. Prints one line a finding; exit 1 when there is any.

    tools/tidy.py [ROOT]

Layers, what core may not touch, names, line length, blanks, notes to oneself, the code map of ARCHITECTURE.md.
tools/tidy_test.py plants every fault once.
"""

import os
import re
import sys
from pathlib import Path

# Which folder of src/ may include which others, besides itself. A folder that is missing here is a finding.
# Adapters do not know each other; `api` is the one that joins the HTTP server with documents. Of `webhooks` it shows
# the secrets, which are a library of their own. What `webhooks` and `mail` send, `delivery` brings on its way.
LAYERS = {
    "base": set(),
    "core": {"base"},
    "json": {"base"},
    "engine": {"base", "core", "json"},
    "storage": {"base", "core", "engine", "json"},
    "http": {"base"},
    "zones": {"base", "core"},
    "solve_io": {"base", "core", "json"},
    "delivery": {"base", "core", "engine"},
    "webhooks": {"base", "core", "engine", "delivery"},
    "mail": {"base", "core", "engine", "json", "delivery"},
    "api": {"base", "core", "engine", "http", "json", "webhooks"},
    "bench": {"base", "core", "engine", "http", "json", "solve_io", "storage", "zones", "api"},
    "app": {"base", "core", "engine", "http", "json", "solve_io", "storage", "zones", "delivery", "webhooks", "mail", "api", "bench"},
}
# The simulator lives beside src/ and may use these; nothing of src/ may use it.
SIM_MAY_INCLUDE = {"sim", "base", "core", "engine", "storage", "json", "zones"}

# A decision must come out the same on every machine and in every year: no clock, chance, floating point, hash order,
# file or thread takes part in it.
CORE_HEADERS = {
    "atomic", "chrono", "cmath", "condition_variable", "cstdio", "ctime", "filesystem", "fstream", "future", "iostream",
    "mutex", "random", "semaphore", "shared_mutex", "thread", "time.h", "unistd.h", "unordered_map", "unordered_set",
}
CORE_WORDS = re.compile(
    r"\b(float|double|std::unordered_\w+|std::hash\b|std::chrono\b|std::thread|std::jthread|std::mutex|std::atomic\w*|"
    r"std::random_device|std::mt19937\w*|std::cout|std::cerr|std::getenv|thread_local|system_clock|steady_clock|"
    r"(?:std::)?(?:rand|printf|fopen)\s*\()")

# Used by tests alone, though the name does not say so.
TEST_SUPPORT = {"on_each_store.hpp"}

EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
COLUMNS_MAX = 120
# One raw string of JSON on one line reads better than one cut in two; scripts quote whole requests and commands.
COLUMNS_MAX_QUOTED = 160

CODE = {".cpp", ".hpp", ".py", ".cmake"}
TEXT = CODE | {".txt", ".md", ".yaml", ".yml", ".json", ".def", ".sql", ".scenario", ".sh", ""}
FOLDERS = ["src", "tests", "tools", "scripts", "demo", "cmake", "api", "docs", ".ci", "fuzz", "bench", "console", "sim"]
SKIPPED = {"build", "node_modules", "__pycache__", "dist", "data"}

# Written in two parts, or this file would be a finding.
NOTE = re.compile(r"\b(" + "TO" + r"DO)\b(?!\(#\d+\))|\b(" + "FIX" + r"ME)\b")
MUTANT_ROW = re.compile(r"^WAYBILL_MUTANT_ROW\((\w+),", re.M)
MUTANT_SITE = re.compile(r"WAYBILL_MUTANT\((\w+)\)")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')
STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/', re.S)


def source_files(root):
    """Every text file of the project, sorted, as paths relative to root."""
    found = [path.relative_to(root) for path in root.iterdir() if path.is_file()]
    for folder in FOLDERS:
        for directory, below, names in os.walk(root / folder):
            below[:] = sorted(name for name in below if name not in SKIPPED)
            found += [(Path(directory) / name).relative_to(root) for name in names]
    return sorted(path for path in found if path.suffix in TEXT)


def blank_out(code):
    """The code with strings and comments blanked, line numbers kept."""
    return STRING_OR_COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), code)


def is_test(path):
    """Tests and what only they use may include and use what they need: they are linked into no other target."""
    return "_test." in path.name or "_test_" in path.name or path.name in TEST_SUPPORT


def check_includes(path, lines):
    """The dependency rule."""
    if path.parts[0] != "src" or len(path.parts) < 3 or is_test(path):
        return
    layer = path.parts[1]
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, target = match.group(1) == '"', match.group(2)
        if quoted:
            other = target.split("/")[0]
            if "/" not in target:
                yield number, f'include "{target}" by its full path from src/'
            elif other != layer and layer in LAYERS and other not in LAYERS[layer]:
                yield number, f"{layer} may not include {other}"
        elif layer == "core" and (target in CORE_HEADERS or target.startswith("sys/")):
            yield number, f"core may not include <{target}>"


def check_sim_includes(path, lines):
    if path.parts[0] != "sim":
        return
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if match and match.group(1) == '"' and match.group(2).split("/")[0] not in SIM_MAY_INCLUDE:
            yield number, f"sim may not include {match.group(2).split('/')[0]}"


def check_core_words(path, text):
    if path.parts[:2] != ("src", "core") or is_test(path):
        return
    for number, line in enumerate(blank_out(text).split("\n"), 1):
        match = CORE_WORDS.search(line)
        if match:
            yield number, f"core may not use {match.group().strip(' (')}"


def check_name(path):
    for part in path.parts:
        words = set(re.split(r"[_\-.]", part.lower()))
        empty = sorted(words & EMPTY_NAMES)
        if empty:
            yield 1, f"the name '{part}' says nothing: '{empty[0]}'"


def check_lines(path, lines):
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield number, "blanks at the end of the line"
        most = COLUMNS_MAX_QUOTED if path.suffix == ".py" or 'R"(' in line else COLUMNS_MAX
        if path.suffix in CODE and len(line) > most:
            yield number, f"{len(line)} columns, at most {most}"
        if path.suffix in {".cpp", ".hpp"} and "\t" in line:
            yield number, "a tab"
        if NOTE.search(line):
            yield number, "a note to oneself needs an issue: " + "TO" + "DO(#12)"


def check_layer_table(root):
    for folder in sorted((root / "src").iterdir()):
        if folder.is_dir() and folder.name not in LAYERS:
            yield Path("src") / folder.name, 1, "is not in the table of layers (tools/tidy.py)"


def check_mutants(root):
    """Every mutant that is listed has exactly one site, and every site is listed."""
    listed = Path("src/base/mutants.def")
    if not (root / listed).exists():
        return
    rows = MUTANT_ROW.findall((root / listed).read_text(encoding="utf-8"))
    sites = {}
    for path in sorted((root / "src").rglob("*.?pp")):
        if path.name == "mutant.hpp":
            continue
        for name in MUTANT_SITE.findall(path.read_text(encoding="utf-8", errors="replace")):
            sites.setdefault(name, []).append(path.relative_to(root))
    for name in sorted(set(rows) | set(sites)):
        if rows.count(name) != 1:
            yield sites[name][0] if name in sites else listed, 1, f"mutant {name} is listed {rows.count(name)} times"
        elif len(sites.get(name, [])) != 1:
            yield listed, 1, f"mutant {name} has {len(sites.get(name, []))} sites"


def check_code_map(root):
    """ARCHITECTURE.md names every folder with sources, and no path below src/ that is not there."""
    name = Path("ARCHITECTURE.md")
    if not (root / name).exists():
        yield name, 1, "is missing"
        return
    text = (root / name).read_text(encoding="utf-8")
    named = {token.strip("/").removeprefix("src/") for token in re.findall(r"[\w./-]+", text)}
    for folder, below, files in os.walk(root / "src"):
        below.sort()
        short = os.path.relpath(folder, root / "src")
        if short != "." and any(file.endswith((".cpp", ".hpp")) for file in files) and short not in named:
            yield name, 1, f"does not name src/{short}/"
    for number, line in enumerate(text.split("\n"), 1):
        for token in re.findall(r"\bsrc/[\w./-]+", line):
            place = root / token.rstrip("./")
            if not place.exists() and not list(place.parent.glob(place.name + ".*")):
                yield name, number, f"names {token}, which is not there"


def check_tree(root):
    """All findings as (path, line, text), by path."""
    findings = []
    for path in source_files(root):
        findings += [(path, line, text) for line, text in check_name(path)]
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            findings.append((path, 1, "is not UTF-8"))
            continue
        if "\0" in text:
            continue
        lines = text.split("\n")
        for check in (check_includes(path, lines), check_sim_includes(path, lines), check_core_words(path, text),
                      check_lines(path, lines)):
            findings += [(path, line, found) for line, found in check]
    findings += check_layer_table(root)
    findings += check_mutants(root)
    findings += check_code_map(root)
    return sorted(findings, key=lambda finding: (str(finding[0]), finding[1], finding[2]))


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    findings = check_tree(root)
    for path, line, text in findings:
        print(f"{path}:{line}: {text}")
    print(f"tidy: {len(findings)} findings" if findings else "tidy: clean")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
