"""Backups of a store that is written to, and what verify says of stores that are whole and of those that are not."""

import json
import pathlib
import sqlite3
import tempfile
import threading
import unittest

from waybill_server import WaybillServer, load_small_network, run_cli, small_order


class BackupVerify(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def verify(self, store, code=0):
        done = run_cli("verify", "--store", store, "--json")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def test_verify_says_what_it_checked(self):
        with WaybillServer(store_dir=self.folder) as server:
            tenant = server.create_tenant()
            load_small_network(server, tenant.key)
            for number in range(30):
                server.must("POST", "/v1/orders", small_order(f"W-{number}", quantity=10), tenant.key)
        report = self.verify(server.store)
        self.assertTrue(report["ok"])
        row = [each for each in report["tenants"] if each["id"] == tenant.id][0]
        self.assertEqual(row["orders"], 30)
        self.assertEqual(row["levels"], 4)
        self.assertRegex(row["state_hash"], r"^[0-9a-f]{64}$")
        self.assertGreater(len(report["checks"]), 5)
        self.assertEqual(self.verify(server.store)["tenants"], report["tenants"], "the same store, the same hashes")
        text = run_cli("verify", "--store", server.store).stdout
        self.assertIn("no problem found", text)
        self.assertIn(row["state_hash"], text)

    def test_verify_finds_rows_that_the_log_does_not_say(self):
        with WaybillServer(store_dir=self.folder) as server:
            tenant = server.create_tenant()
            load_small_network(server, tenant.key)
            server.must("POST", "/v1/orders", small_order("W-1"), tenant.key)
        database = sqlite3.connect(server.store)
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        level = [name for name in tables if "level" in name][0]
        changed = database.execute(f"UPDATE {level} SET on_hand = on_hand + 1 WHERE rowid IN (SELECT rowid FROM {level} LIMIT 1)") \
            if "WITHOUT ROWID" not in database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (level,)).fetchone()[0] \
            else database.execute(f"UPDATE {level} SET on_hand = on_hand + 1")
        self.assertGreater(changed.rowcount, 0)
        database.commit()
        database.close()
        report = self.verify(server.store, code=1)
        self.assertFalse(report["ok"])
        self.assertTrue(report["problems"])

    def test_backup_while_orders_are_taken(self):
        with WaybillServer(store_dir=self.folder) as server:
            tenant = server.create_tenant()
            load_small_network(server, tenant.key, stock=1_000_000)
            before = [server.must("POST", "/v1/orders", small_order(f"B-{n}"), tenant.key)["id"] for n in range(100)]
            stop, count = threading.Event(), []

            def write():
                while not stop.is_set():
                    server.must("POST", "/v1/orders", small_order(f"W-{len(count)}"), tenant.key)
                    count.append(1)

            writer = threading.Thread(target=write)
            writer.start()
            copies = []
            for number in range(3):
                copy = self.folder / f"copy-{number}.db"
                done = run_cli("backup", "--store", server.store, "--to", copy)
                self.assertEqual(done.returncode, 0, done.stderr)
                copies.append(copy)
            stop.set()
            writer.join()
        for copy in copies:
            self.assertTrue(self.verify(copy)["ok"])
        with WaybillServer(store_dir=self.folder / "restored", store=copies[-1]) as restored:
            there = {order["id"] for order in restored.pages("/v1/orders?limit=200", tenant.key)}
            self.assertEqual(set(before) - there, set())
            restored.must("POST", "/v1/orders", small_order("after the restore"), tenant.key)

    def test_a_backup_overwrites_nothing(self):
        with WaybillServer(store_dir=self.folder) as server:
            server.create_tenant()
        precious = self.folder / "precious"
        precious.write_text("letters")
        done = run_cli("backup", "--store", server.store, "--to", precious)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(precious.read_text(), "letters")
        self.assertEqual(run_cli("backup", "--store", "/no/such/store", "--to", self.folder / "x").returncode, 3)
        done = run_cli("backup", "--store", server.store, "--to", "/no/such/folder/copy.db")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/no/such/folder", done.stderr)


if __name__ == "__main__":
    unittest.main()
