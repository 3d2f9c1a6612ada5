#!/usr/bin/env python3
"""Plants every fault that tools/tidy.py looks for into a small clean tree and expects exactly that finding."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import tidy  # noqa: E402

CLEAN = {
    "ARCHITECTURE.md": "| `src/base/` | words |\n| `src/core/order/` | orders, see src/core/order/order.hpp |\n"
                       "| `storage/` and `engine/` | rows |\nsrc/core and src/base/clock without its ending\n",
    "src/base/clock.hpp": "#pragma once\n",
    "src/base/result.hpp": "#pragma once\n#include <chrono>\n",
    "src/core/order/order.hpp": '#pragma once\n#include <map>\n#include "base/result.hpp"\n'
                                '// a double in a comment\ninline const char* text = "float";\n',
    "src/core/order/order_test.cpp": '#include <thread>\n#include "storage/store.hpp"\n',
    "src/core/core_test_shop.hpp": "#pragma once\n#include <random>\ninline double half = 0.5;\n",
    "src/engine/engine.hpp": '#pragma once\n#include "core/order/order.hpp"\n#include <thread>\n',
    "src/storage/store.hpp": '#pragma once\n#include "engine/engine.hpp"\n',
}


class Tidy(unittest.TestCase):
    def findings(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {**CLEAN, **changes}.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return [f"{path}:{line}: {text}" for path, line, text in tidy.check_tree(root)]

    def test_a_clean_tree_has_no_findings(self):
        self.assertEqual(self.findings({}), [])

    def plant(self, name, text, expected):
        self.assertEqual(self.findings({name: text}), [f"{name}:{expected}"])

    def test_layers(self):
        self.plant("src/base/result.hpp", '#include "core/order/order.hpp"\n', "1: base may not include core")
        self.plant("src/core/order/order.hpp", '\n#include "engine/engine.hpp"\n', "2: core may not include engine")
        self.plant("src/engine/engine.hpp", '#include "storage/store.hpp"\n', "1: engine may not include storage")
        self.plant("src/storage/store.hpp", '#  include "http/server.hpp"\n', "1: storage may not include http")
        self.plant("src/storage/store.hpp", '#include "near.hpp"\n', '1: include "near.hpp" by its full path from src/')

    def test_what_core_may_not_touch(self):
        place = "src/core/order/order.hpp"
        for header in ["chrono", "thread", "fstream", "iostream", "random", "unordered_map", "ctime", "sys/time.h"]:
            self.plant(place, f"#include <{header}>\n", f"1: core may not include <{header}>")
        self.plant(place, "int a;\ndouble b;\n", "2: core may not use double")
        self.plant(place, "float b;\n", "1: core may not use float")
        self.plant(place, "/* a\nb */ std::unordered_map<int, int> c;\n", "2: core may not use std::unordered_map")
        self.plant(place, "int r = rand ();\n", "1: core may not use rand")
        self.plant(place, "auto t = std::chrono::now;\n", "1: core may not use std::chrono")

    def test_layers_of_the_simulator(self):
        self.plant("sim/run.hpp", '#include "api/api.hpp"\n', "1: sim may not include api")
        self.assertEqual(self.findings({"sim/run.hpp": '#include "engine/engine.hpp"\n'}), [])

    def test_mutants(self):
        rows = 'WAYBILL_MUTANT_ROW(lost, "lost")\n'
        site = "bool b = WAYBILL_MUTANT(lost);\n"
        listed, place = "src/base/mutants.def", "src/engine/engine.hpp"
        self.assertEqual(self.findings({listed: rows, place: site}), [])
        self.assertEqual(self.findings({listed: rows}), [f"{listed}:1: mutant lost has 0 sites"])
        self.assertEqual(self.findings({listed: rows, place: site * 2}), [f"{listed}:1: mutant lost has 2 sites"])
        self.assertEqual(self.findings({listed: "", place: site}), [f"{place}:1: mutant lost is listed 0 times"])

    def test_names(self):
        self.plant("src/base/string_utils.hpp", "\n", "1: the name 'string_utils.hpp' says nothing: 'utils'")
        self.plant("tests/common/a.py", "\n", "1: the name 'common' says nothing: 'common'")
        self.plant("src/base/order_manager.cpp", "\n", "1: the name 'order_manager.cpp' says nothing: 'manager'")

    def test_lines(self):
        self.plant("src/base/a.cpp", "int a; \n", "1: blanks at the end of the line")
        self.plant("docs/a.md", "ok\nword \n", "2: blanks at the end of the line")
        self.plant("src/base/a.cpp", "\tint a;\n", "1: a tab")
        self.plant("src/base/a.cpp", "/" * 121 + "\n", "1: 121 columns, at most 120")
        self.assertEqual(self.findings({"src/base/a.cpp": "/" * 120 + "\n", "docs/a.md": "x" * 300 + "\n"}), [])

    def test_notes_need_an_issue(self):
        expected = "1: a note to oneself needs an issue: " + "TO" + "DO(#12)"
        self.plant("src/base/a.cpp", "// TO" + "DO: later\n", expected)
        self.plant("scripts/a", "# FIX" + "ME(#3)\n", expected)
        self.assertEqual(self.findings({"src/base/a.cpp": "// TO" + "DO(#3): later\n"}), [])

    def test_code_map(self):
        self.assertEqual(self.findings({"src/base/more/a.hpp": "\n"}),
                         ["ARCHITECTURE.md:1: does not name src/base/more/"])
        text = CLEAN["ARCHITECTURE.md"] + "and src/core/gone.hpp.\n"
        self.assertEqual(self.findings({"ARCHITECTURE.md": text}),
                         ["ARCHITECTURE.md:5: names src/core/gone.hpp., which is not there"])

    def test_every_layer_is_in_the_table(self):
        self.assertEqual(self.findings({"src/edi_x/CMakeLists.txt": "\n"}),
                         ["src/edi_x:1: is not in the table of layers (tools/tidy.py)"])

    def test_text_is_utf_8(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "src").mkdir()
            (root / "src/a.hpp").write_bytes(b"// \xff\n")
            self.assertIn((Path("src/a.hpp"), 1, "is not UTF-8"), tidy.check_tree(root))


if __name__ == "__main__":
    unittest.main()
