"""A real file system that is full, and one that may only be read: for root, who alone may mount one."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from waybill_server import ServerDidNotStart, WaybillServer, load_small_network, run_cli, small_order

NOTES = "x" * 3000


class SmallDisk(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(self.disk)],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:  # not root, or a container that may not
            self.skipTest(f"no file system can be mounted here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", str(self.disk)], check=True)

    def remount(self, options):
        subprocess.run(["mount", "-o", f"remount,{options}", str(self.disk)], check=True)

    def server(self):
        return WaybillServer(store_dir=self.folder, store=self.disk / "waybill.db")

    def test_no_room_left(self):
        with self.server() as server:
            key = server.create_tenant().key
            load_small_network(server, key, stock=1_000_000)
            taken = []
            for number in range(5_000):
                status, _, answer = server.request("POST", "/v1/orders", small_order(f"W-{number}", notes=NOTES), key)
                if status != 201:
                    break
                taken.append(answer["id"])
            self.assertEqual((status, answer["code"]), (503, "store_unavailable"))
            self.assertGreater(len(taken), 20)
            self.assertEqual(server.request("GET", "/readyz")[0], 503)
            for order in taken[:3] + taken[-3:]:
                self.assertEqual(server.request("GET", f"/v1/orders/{order}", key=key)[0], 200)

            # With room again the order that was refused is taken, by the same server.
            self.remount("size=64m")
            again = small_order(f"W-{len(taken)}", notes=NOTES)
            server.wait_until(lambda: server.request("POST", "/v1/orders", again, key)[0] in (201, 409), "taken again")
            self.assertEqual(server.request("GET", "/readyz")[0], 200)
            orders = list(server.pages("/v1/orders?limit=200", key))
            self.assertEqual(len(orders), len(taken) + 1)
        done = run_cli("verify", "--store", self.disk / "waybill.db")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_killed_with_no_room_left(self):
        server = self.server().start()
        key = server.create_tenant().key
        load_small_network(server, key, stock=1_000_000)
        taken = 0
        while server.request("POST", "/v1/orders", small_order(f"W-{taken}", notes=NOTES), key)[0] == 201:
            taken += 1
        server.kill()
        # Opening may need room for the log that is left; then one line says so, and with room all is there.
        try:
            self.server().start().stop()
        except ServerDidNotStart as refusal:
            self.assertEqual(refusal.exit_code, 3)
            self.assertRegex(refusal.stderr, "no space left|can not be opened")
        self.remount("size=64m")
        with self.server() as server:
            self.assertEqual(len(list(server.pages("/v1/orders?limit=200", key))), taken)
        self.assertEqual(run_cli("verify", "--store", self.disk / "waybill.db").returncode, 0)

    def test_backup_to_a_full_disk(self):
        store = self.folder / "waybill.db"
        with WaybillServer(store_dir=self.folder, store=store) as server:
            load_small_network(server, server.create_tenant().key)
        (self.disk / "filler").write_bytes(bytes(3 << 20))
        done = run_cli("backup", "--store", store, "--to", self.disk / "copy.db")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("no space left", done.stderr)
        self.assertEqual(os.listdir(self.disk), ["filler"])

    def test_read_only_file_system(self):
        with self.server() as server:
            load_small_network(server, server.create_tenant().key)
        self.remount("ro")
        with self.assertRaises(ServerDidNotStart) as caught:
            self.server().start()
        self.assertEqual(caught.exception.exit_code, 3)
        self.assertIn("read-only", caught.exception.stderr)
        # Looking at it needs no rights to write.
        done = run_cli("verify", "--store", self.disk / "waybill.db")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_store_of_a_killed_server_on_a_disk_that_became_read_only(self):
        with self.server() as server:
            key = server.create_tenant().key
            load_small_network(server, key)
            placed = server.must("POST", "/v1/orders", small_order("W-1"), key)
            server.kill()
        self.remount("ro")
        done = run_cli("verify", "--store", self.disk / "waybill.db")
        self.assertIn(done.returncode, (0, 3), done.stderr)
        self.remount("rw")
        with self.server() as server:
            self.assertEqual(server.request("GET", f"/v1/orders/{placed['id']}", key=key)[0], 200)


if __name__ == "__main__":
    unittest.main()
