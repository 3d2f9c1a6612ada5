"""A sanitizer's report in a program under test fails the test that ran it, whatever that test looks at."""

import pathlib
import tempfile
import unittest

from waybill_server import WaybillServer, run_cli

REPORTS = (
    "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010",
    "==1==ERROR: LeakSanitizer: detected memory leaks",
    "WARNING: ThreadSanitizer: data race (pid=1)",
    "src/x.cpp:1:2: runtime error: signed integer overflow",
)


class Harness(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def program(self, report):
        """Complains, says that it listens, and ends as if all were well."""
        program = self.folder / "program.sh"
        program.write_text(f"#!/bin/sh\necho '{report}' >&2\necho 'listening on http://127.0.0.1:1'\n")
        program.chmod(0o755)
        return program

    def test_command(self):
        for report in REPORTS:
            with self.assertRaisesRegex(AssertionError, "a sanitizer's report"):
                run_cli("verify", binary=self.program(report))
        self.assertEqual(run_cli("verify", binary=self.program("all is well")).returncode, 0)

    def test_server(self):
        for report in REPORTS:
            server = WaybillServer(binary=self.program(report), store_dir=self.folder).start()
            with self.assertRaisesRegex(AssertionError, "a sanitizer's report"):
                server.stop()


if __name__ == "__main__":
    unittest.main()
