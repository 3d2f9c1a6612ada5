"""waybill solve: machine-readable in and out."""

import unittest

from waybill_server import run_cli


class Solve(unittest.TestCase):
    def test_malformed_instances(self):
        for text in ("", "{", "[]", '{"format":"something else"}'):
            with self.subTest(text=text):
                done = run_cli("solve", stdin=text)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stdout, "")
                self.assertNotEqual(done.stderr, "")


if __name__ == "__main__":
    unittest.main()
