"""A whole tenant from store to store by the real program: cut off, killed, and beside a server that writes."""

import json
import pathlib
import subprocess
import tempfile
import threading
import unittest

from private_postgres import PrivatePostgres
from waybill_server import WaybillServer, binary_path, clean_environment, load_small_network, run_cli, small_order


class TenantMove(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "acme.ndjson"
        with WaybillServer(store_dir=self.folder / "old") as server:
            self.old = server.store
            self.tenant = server.create_tenant("Acme", "GBP")
            load_small_network(server, self.tenant.key, stock=100_000)
            self.orders = {}
            for n in range(30):
                headers = {"Idempotency-Key": f"request-{n}"}
                order = server.must("POST", "/v1/orders", small_order(f"M-{n}"), self.tenant.key, headers=headers)
                self.orders[f"M-{n}"] = order["id"]
            bulk = self.folder / "bulk.ndjson"
            bulk.write_text("".join(json.dumps(small_order(f"B-{n}")) + "\n" for n in range(1_200)))
            done = run_cli("import", "orders", bulk, "--server", server.url, "--key", self.tenant.key)
            self.assertEqual(done.returncode, 0, done.stderr)
            server.must("POST", f"/v1/orders/{self.orders['M-7']}/cancel", {"reason": "changed mind"}, self.tenant.key)

    def run_move(self, *args, code=0, stdin=None):
        done = run_cli("tenant", *args, stdin=stdin)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def export(self, store=None):
        self.file.unlink(missing_ok=True)
        done = self.run_move("export", "--store", store or self.old, "--tenant", "Acme", "--to", self.file)
        return done.stderr.rsplit("state ", 1)[1].strip()

    def hash_of(self, store, name="Acme"):
        done = run_cli("verify", "--store", store, "--json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return {each["name"]: each["state_hash"] for each in json.loads(done.stdout)["tenants"]}.get(name)

    def test_the_tenant_goes_on_in_another_store(self):
        exported = self.export()
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600, "it holds personal data")
        self.assertEqual(exported, self.hash_of(self.old))
        new = self.folder / "new.db"
        self.assertIn(exported, self.run_move("import", "--store", new, "--from", self.file).stdout)
        self.assertEqual(exported, self.hash_of(new))
        with WaybillServer(store_dir=self.folder / "serve", store=new) as server:
            for number, order_id in list(self.orders.items())[:20]:
                again = server.must("POST", "/v1/orders", small_order(number), self.tenant.key,
                                    headers={"Idempotency-Key": f"request-{number[2:]}"})
                self.assertEqual(again["id"], order_id)
            there = {order["id"] for order in server.pages("/v1/orders?limit=200", self.tenant.key)}
            self.assertEqual(len(there), 1_230)
            self.assertLessEqual(set(self.orders.values()), there)
            server.must("POST", "/v1/orders", small_order("after the move"), self.tenant.key)
        self.run_move("import", "--store", new, "--from", self.file, code=1)
        # By a pipe, and back.
        text = self.run_move("export", "--store", new, "--tenant", "Acme").stdout
        back = self.folder / "back.db"
        self.run_move("import", "--store", back, stdin=text)
        self.assertEqual(self.hash_of(back), self.hash_of(new))

    def test_to_postgres_and_back_is_the_same_file(self):
        exported = self.export()
        first = self.file.read_bytes()
        with PrivatePostgres() as postgres:
            there = postgres.fresh_database()
            self.kill_imports(there)
            self.assertIn(exported, self.run_move("import", "--store", there, "--from", self.file).stdout)
            self.assertEqual(exported, self.hash_of(there))
            again = self.run_move("import", "--store", there, "--from", self.file, code=1).stderr
            self.assertEqual(len(again.splitlines()), 1, again)
            self.assertIn("a tenant Acme, which the store has already", again)
            self.assertEqual(exported, self.export(there))
        # Both were a store's second tenant.
        self.assertEqual(self.file.read_bytes(), first)
        back = self.folder / "back.db"
        self.run_move("import", "--store", back, "--from", self.file)
        self.assertEqual(exported, self.hash_of(back))

    def test_an_import_that_is_killed_is_dropped_by_the_next(self):
        exported = self.export()
        new = self.folder / "new.db"
        self.kill_imports(new)
        self.run_move("import", "--store", new, "--from", self.file)
        self.assertEqual(exported, self.hash_of(new))

    def kill_imports(self, store):
        """One after the other, each further on than the one before."""
        lines = self.file.read_bytes().splitlines(keepends=True)
        # The input goes on for as long as the process lives: it is killed while it waits for more.
        for count, is_begun in ((1, False), (700, True), (1_150, True), (len(lines) - 1, True)):
            process = subprocess.Popen([binary_path(), "tenant", "import", "--store", str(store)], stdin=subprocess.PIPE,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=clean_environment())
            process.stdin.write(b"".join(lines[:count]))
            process.stdin.flush()
            while is_begun and "has not ended" not in run_cli("tenant", "list", "--store", store).stderr:
                self.assertIsNone(process.poll(), "it waits for the rest")
            process.kill()
            process.communicate()
            if is_begun:
                self.assertIsNone(self.hash_of(store), "verify finds no fault and no tenant")
                with WaybillServer(store_dir=self.folder / "serve", store=store) as server:
                    self.assertEqual(server.request("GET", "/v1/orders", key=self.tenant.key)[0], 401)

    def test_an_export_beside_a_server_sees_one_moment(self):
        with WaybillServer(store_dir=self.folder / "old", store=self.old) as server:
            stop, count = threading.Event(), []

            def write():
                while not stop.is_set():
                    server.must("POST", "/v1/orders", small_order(f"W-{len(count)}"), self.tenant.key)
                    count.append(1)

            writer = threading.Thread(target=write)
            writer.start()
            exported = self.export()
            stop.set()
            writer.join()
        new = self.folder / "new.db"
        self.run_move("import", "--store", new, "--from", self.file)
        self.assertEqual(self.hash_of(new), exported)

    def test_bad_files_leave_nothing(self):
        self.export()
        lines = self.file.read_bytes().splitlines(keepends=True)
        new = self.folder / "new.db"
        bad = self.folder / "bad.ndjson"
        middle = len(lines) // 2
        changed = bytearray(lines[middle])
        changed[20] ^= 1
        for text, says in (
            (b"", "empty"),
            (b"{}\n", "line 1 "),
            (lines[0].replace(b'"version":1', b'"version":2'), "line 1 says format version 2"),
            (b"".join(lines[:middle]), "cut short"),
            (b"".join(lines[:middle]) + lines[middle][:40], f"line {middle + 1} "),
            (b"".join(lines[:middle] + [bytes(changed)] + lines[middle + 1:]), f"line {middle + 1} "),
            (b"".join(lines[:middle] + lines[middle + 1:]), f"line {middle + 1} "),
        ):
            bad.write_bytes(text)
            done = self.run_move("import", "--store", new, "--from", bad, code=1)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertIn(says, done.stderr)
            self.assertIn("nothing was imported", done.stderr)
            self.assertNotIn("Acme", run_cli("tenant", "list", "--store", new).stdout)

    def test_wrong_usage(self):
        self.run_move("export", "--store", self.old, "--tenant", "nobody", code=2)
        self.run_move("export", "--store", self.old, "--tenant", "system", code=2)
        self.run_move("export", "--store", self.folder / "no.db", "--tenant", "Acme", code=3)
        self.file.write_text("precious")
        self.run_move("export", "--store", self.old, "--tenant", "Acme", "--to", self.file, code=2)
        self.assertEqual(self.file.read_text(), "precious")
        for name in (" Acme", "x" * 257):
            done = self.run_move("import", "--store", self.folder / "new.db", "--as", name, code=2, stdin="")
            self.assertIn("--as: ", done.stderr)
        self.assertFalse((self.folder / "new.db").exists())
        self.run_move("import", "--store", self.folder / "new.db", "--from", self.folder / "nothing", code=2)
        with WaybillServer(store_dir=self.folder / "old", store=self.old):
            self.run_move("import", "--store", self.old, "--from", self.file, code=3)


if __name__ == "__main__":
    unittest.main()
