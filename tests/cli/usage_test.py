"""The command line itself: help that can be read, exit codes that can be relied on."""

import unittest

from waybill_server import run_cli

COMMANDS = [
    ["serve"], ["tenant"], ["tenant", "create"], ["tenant", "list"], ["tenant", "export"], ["tenant", "import"],
    ["key"], ["key", "create"], ["key", "list"], ["key", "revoke"],
    ["import"], ["export"], ["solve"], ["rules"], ["rules", "eval"], ["bench"], ["bench", "ingest"], ["bench", "solve"], ["backup"], ["verify"],
    ["migrate"], ["webhook"], ["webhook", "list"], ["webhook", "show"], ["webhook", "put"], ["webhook", "secret"],
    ["webhook", "rotate-secret"], ["webhook", "resume"], ["message"], ["message", "list"], ["message", "show"], ["message", "put"],
    ["message", "activate"], ["message", "deactivate"], ["message", "defaults"], ["message", "status"],
    ["return"], ["return", "list"], ["return", "request"], ["return", "receive"],
]
WITH_EXAMPLES = [["serve"], ["tenant", "create"], ["tenant", "export"], ["tenant", "import"], ["key", "create"],
                 ["import"], ["export"], ["solve"], ["rules", "eval"], ["bench", "ingest"], ["bench", "solve"], ["backup"], ["verify"], ["migrate"],
                 ["webhook", "list"], ["webhook", "put"], ["webhook", "secret"], ["webhook", "resume"],
                 ["message", "list"], ["message", "put"], ["message", "defaults"],
                 ["return", "list"], ["return", "request"], ["return", "receive"]]


class Usage(unittest.TestCase):
    def test_help_of_every_command(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                done = run_cli(*command, "--help")
                self.assertEqual(done.returncode, 0)
                self.assertEqual(done.stderr, "")
                self.assertIn(command[-1], done.stdout)
                for line in done.stdout.splitlines():
                    self.assertLessEqual(len(line), 200, line)

    def test_help_has_examples(self):
        for command in WITH_EXAMPLES:
            with self.subTest(command=command):
                self.assertIn("waybill " + " ".join(command), run_cli(*command, "--help").stdout)

    def test_general_help_names_every_command_and_exit_code(self):
        text = run_cli("--help").stdout
        for command in COMMANDS:
            self.assertIn(command[0], text)
        self.assertIn("Exit codes", text)

    def test_version(self):
        done = run_cli("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^waybill \d+\.\d+\.\d+\n$")

    def check_usage_error(self, *args, says, stdin=None):
        done = run_cli(*args, stdin=stdin)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        lines = done.stderr.strip().splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertTrue(lines[0].startswith("waybill: "), lines[0])
        self.assertIn(says, lines[0])

    def test_wrong_usage_is_one_line_and_code_2(self):
        self.check_usage_error(says="--help")
        self.check_usage_error("no-such-command", says="no-such-command")
        self.check_usage_error("serve", "--no-such-flag", says="--no-such-flag")
        self.check_usage_error("serve", "--listen", "nowhere", says="ADDRESS:PORT")
        self.check_usage_error("serve", "--listen", "127.0.0.1:65536", says="65536")
        self.check_usage_error("serve", "--config", "/no/such/file.toml", says="/no/such/file.toml")
        self.check_usage_error("key", "create", "--role", "emperor", says="emperor")
        self.check_usage_error("key", "create", says="--role")
        self.check_usage_error("key", "revoke", "12", says="key_12")
        self.check_usage_error("tenant", "create", "--name", "A", "--currency", "ZZZ", says="ZZZ")
        self.check_usage_error("rules", says="rules --help")
        self.check_usage_error("import", "unicorns", "-", says="unicorns")
        self.check_usage_error("import", "orders", "/no/such/file", "--key", "wb_x", says="/no/such/file")
        self.check_usage_error("import", "orders", "-", says="WAYBILL_KEY")
        self.check_usage_error("export", "orders", "--key", "wb_x", "--server", "https://example.org", says="example.org")
        self.check_usage_error("return", says="return --help")
        self.check_usage_error("return", "request", "ord_1", "--reason", "broken", says="--line")
        self.check_usage_error("return", "receive", "ret_1-1", says="--location")
        self.check_usage_error("migrate", "--store", "memory:", says="memory")
        self.check_usage_error("migrate", "--store", "/no/such/file", "--distribute", says="PostgreSQL")
        self.check_usage_error("message", says="message --help")
        self.check_usage_error("message", "put", "a", "--subject", "b", "--text", "-", says="--events")
        self.check_usage_error("webhook", says="webhook --help")
        self.check_usage_error("webhook", "put", "erp", "--url", "https://a.example", says="--events")
        self.check_usage_error("webhook", "resume", "erp", "--after", "-1", says="--after")
        self.check_usage_error("bench", "ingest", "--dir", "/no/such/folder", says="/no/such/folder")
        self.check_usage_error("bench", "solve", "--family", "astrology", says="astrology")

    def test_nothing_answers(self):
        # Port 9 of this machine: nobody listens there.
        for command in (["export", "items"], ["import", "items", "-"]):
            done = run_cli(*command, "--server", "http://127.0.0.1:9", "--key", "wb_x", stdin='{"sku":"A"}\n')
            self.assertEqual(done.returncode, 1)
            self.assertIn("127.0.0.1", done.stderr)


if __name__ == "__main__":
    unittest.main()
