"""Other processes at a store that a server holds: what only reads works beside it and sees whole commits; what would
write is refused at once and changes nothing."""

import json
import pathlib
import tempfile
import unittest

from waybill_server import WaybillServer, load_small_network, run_cli, small_order

EXIT_STORE = 3


class BesideServer(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.server = WaybillServer(store_dir=self.folder)
        self.server.start()
        self.addCleanup(self.server.stop)
        self.tenant = self.server.create_tenant()
        load_small_network(self.server, self.tenant.key)

    def place(self, number):
        return self.server.must("POST", "/v1/orders", small_order(number), self.tenant.key)

    def verified(self, store=None):
        done = run_cli("verify", "--store", store or self.server.store, "--json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return {row["id"]: row for row in json.loads(done.stdout)["tenants"]}

    def orders(self, store=None):
        return self.verified(store)[self.tenant.id]["orders"]

    def test_what_reads_works_and_sees_what_was_acknowledged(self):
        self.place("W-1")
        self.assertEqual(self.orders(), 1)
        listed = [("tenant", "list"), ("key", "list", "--tenant", self.tenant.id)]
        for command in listed:
            done = run_cli(*command, "--store", self.server.store, "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreater(len(done.stdout.splitlines()), 0, command)
        copy = str(self.folder / "copy.db")
        done = run_cli("backup", "--store", self.server.store, "--to", copy)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.place("W-2")
        self.assertEqual(self.orders(), 2, "the server went on, and the next reader sees it")
        self.assertEqual(self.orders(copy), 1, "the copy is of its moment")
        exported = run_cli("export", "orders", "--server", self.server.url, "--key", self.tenant.key)
        self.assertEqual(len(exported.stdout.splitlines()), 2, exported.stderr)

    def test_what_writes_is_refused_and_changes_nothing(self):
        self.place("W-1")
        before = self.verified()
        commands = [
            ("tenant", "create", "--name", "Other", "--currency", "GBP"),
            ("key", "create", "--tenant", self.tenant.id, "--name", "late", "--role", "viewer"),
            ("serve", "--listen", "127.0.0.1:0"),
        ]
        for command in commands:
            done = run_cli(*command, "--store", self.server.store)
            self.assertEqual(done.returncode, EXIT_STORE, (command, done.stdout, done.stderr))
            self.assertIn("in use by another process", done.stderr, command)
        self.assertEqual(self.verified(), before)
        self.place("W-2")

    def test_readers_leave_the_store_usable_when_the_server_is_gone(self):
        self.place("W-1")
        self.server.kill()
        self.assertEqual(self.orders(), 1, "what a killed server acknowledged is read from its log")
        self.server.start()
        self.place("W-2")
        self.assertEqual(self.orders(), 2)


if __name__ == "__main__":
    unittest.main()
