"""A store that can not be used: one clear line, exit code 3, nothing half done."""

import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

from waybill_server import ServerDidNotStart, WaybillServer, binary_path, load_small_network, run_cli, small_order


class StoreFaults(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.store = self.folder / "waybill.db"

    def fill(self):
        with WaybillServer(store_dir=self.folder) as server:
            tenant = server.create_tenant()
            load_small_network(server, tenant.key)
            for number in range(20):
                server.must("POST", "/v1/orders", small_order(f"W-{number}"), tenant.key)
        return tenant

    def refused(self, says, code=3, **more):
        with self.assertRaises(ServerDidNotStart) as caught:
            WaybillServer(store_dir=self.folder, **more).start()
        self.assertEqual(caught.exception.exit_code, code)
        lines = caught.exception.stderr.strip().splitlines()
        self.assertEqual(len(lines), 1, caught.exception.stderr)
        self.assertIn(says, lines[0])

    def verify_refused(self, says):
        done = run_cli("verify", "--store", self.store)
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertIn(says, done.stderr)

    def test_not_a_store(self):
        self.store.write_text("This is a shopping list, and no database at all.\n" * 100)
        self.refused("is not a Waybill store")
        self.verify_refused("is not a Waybill store")

    def test_another_program_s_database(self):
        with sqlite3.connect(self.store) as other:
            other.execute("CREATE TABLE recipes (name TEXT)")
        other.close()
        self.refused("is not a Waybill store")

    def test_newer_schema(self):
        self.fill()
        database = sqlite3.connect(self.store)
        database.execute("PRAGMA user_version = 9999")
        database.close()
        self.refused("newer version")
        self.verify_refused("newer version")

    def test_damaged_file(self):
        self.fill()
        size = self.store.stat().st_size
        with open(self.store, "r+b") as file:
            file.seek(4096)
            file.write(os.urandom(max(4096, (size - 4096) // 4096 * 4096)))
        self.refused("damaged")

    def test_cut_off_file(self):
        self.fill()
        os.truncate(self.store, self.store.stat().st_size // 2)
        done = run_cli("verify", "--store", self.store)
        self.assertNotEqual(done.returncode, 0)

    def test_folder_that_is_not_there(self):
        self.refused("/no/such/folder", store="/no/such/folder/waybill.db")

    def test_read_only_file(self):
        self.fill()
        # Permissions do not stop root, so root tries it as somebody else.
        nobody = 65534
        somebody = {"user": nobody, "group": nobody} if os.geteuid() == 0 else {}
        if somebody:
            for path in (self.folder, self.store):
                os.chown(path, nobody, nobody)
        self.store.chmod(0o400)
        self.folder.chmod(0o500)
        self.addCleanup(self.folder.chmod, 0o700)

        def cli(*args):
            return subprocess.run([binary_path(), *args, "--store", str(self.store)], capture_output=True, text=True,
                                  timeout=60, check=False, **somebody)

        for command in (["serve", "--listen", "127.0.0.1:0"], ["key", "create", "--role", "operator"]):
            done = cli(*command)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("read-only", done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_two_servers_on_one_store(self):
        with WaybillServer(store_dir=self.folder) as server:
            second = self.folder / "second"
            second.mkdir()
            with self.assertRaises(ServerDidNotStart) as caught:
                WaybillServer(store_dir=second, store=server.store).start()
            self.assertEqual(caught.exception.exit_code, 3)
            self.assertIn("in use by another process", caught.exception.stderr)
            self.assertEqual(server.request("GET", "/readyz")[0], 200)

    def spare(self, name, store):
        """A server that waits for the store, and the thread in which it starts."""
        folder = self.folder / name
        folder.mkdir()
        server = WaybillServer(store_dir=folder, store=store, args=["--store-wait-max", "10m"])
        errors = []

        def start():
            try:
                server.start()
            except ServerDidNotStart as error:
                errors.append(error)

        starting = threading.Thread(target=start)
        starting.start()
        while not server.log_path.exists() or '"waiting"' not in server.log_path.read_text():
            self.assertTrue(starting.is_alive(), errors)
            time.sleep(0.02)
        return server, starting, errors

    def test_a_spare_server_takes_over(self):
        first = WaybillServer(store_dir=self.folder).start()
        tenant = first.create_tenant()
        spare, starting, errors = self.spare("spare", first.store)
        first.kill()
        starting.join()
        self.assertEqual(errors, [])
        with_key = spare.request("GET", "/v1/settings", key=tenant.key)
        self.assertEqual(with_key[0], 200, with_key)
        self.assertEqual(spare.request("GET", "/readyz")[0], 200)
        self.assertEqual(spare.stop(), 0)

    def test_a_spare_server_that_waits_can_be_stopped(self):
        with WaybillServer(store_dir=self.folder) as first:
            spare, starting, errors = self.spare("spare", first.store)
            spare.process.send_signal(signal.SIGTERM)
            starting.join()
            self.assertEqual(errors[0].exit_code, 0)
            self.assertEqual(first.request("GET", "/readyz")[0], 200)

    def test_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = run_cli("serve", "--store", "memory:", "--listen", f"127.0.0.1:{port}")
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(port), done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_a_lock_outlives_nothing(self):
        """The lock of a killed server is gone with it."""
        server = WaybillServer(store_dir=self.folder).start()
        server.kill()
        with server:
            self.assertEqual(server.request("GET", "/readyz")[0], 200)

    def test_a_copied_store_is_a_store(self):
        tenant = self.fill()
        other = self.folder / "other"
        other.mkdir()
        shutil.copy(self.store, other / "waybill.db")
        with WaybillServer(store_dir=other) as server:
            self.assertEqual(len(list(server.pages("/v1/orders", tenant.key))), 20)


if __name__ == "__main__":
    unittest.main()
