"""Tenants and keys on a store directly, and what a server then makes of them."""

import json
import pathlib
import re
import stat
import tempfile
import unittest

from waybill_server import WaybillServer, load_small_network, run_cli


class Keys(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.store = self.folder / "waybill.db"

    def cli(self, *args, code=0):
        done = run_cli(*args, "--store", self.store)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def listed(self):
        return [json.loads(line) for line in self.cli("key", "list", "--json").splitlines()]

    def test_a_tenant_and_its_keys_from_the_command_line(self):
        tenant = json.loads(self.cli("tenant", "create", "--name", "Acme", "--currency", "GBP", "--json"))
        admin = tenant["admin_key"]["secret"]
        self.assertRegex(admin, r"^wb_[A-Za-z0-9_-]{43}$")
        viewer = json.loads(self.cli("key", "create", "--role", "viewer", "--name", "Board", "--json"))
        operator = json.loads(self.cli("key", "create", "--role", "operator", "--json"))
        self.assertEqual(viewer["tenant"], tenant["id"])
        self.assertNotEqual(operator["tenant"], tenant["id"])

        with WaybillServer(store_dir=self.folder) as server:
            self.assertEqual(server.request("GET", "/v1/items", key=admin)[0], 200)
            self.assertEqual(server.request("GET", "/v1/items", key=viewer["secret"])[0], 200)
            self.assertEqual(server.request("GET", "/v1/tenants", key=operator["secret"])[0], 200)
            status, _, problem = server.request("PUT", "/v1/items/X", {"sku": "X"}, key=viewer["secret"])
            self.assertEqual((status, problem["code"]), (403, "forbidden"))
            self.assertFalse(server.key_path.exists(), "an operator has a key already: no other is made")

        rows = {row["id"] + row["tenant"]: row for row in self.listed()}
        self.assertEqual(rows[viewer["id"] + tenant["id"]]["name"], "Board")
        self.assertIsNone(rows[viewer["id"] + tenant["id"]]["revoked_at"])
        for secret in (admin, viewer["secret"], operator["secret"]):
            self.assertNotIn(secret.encode(), self.store.read_bytes(), "secrets are kept hashed only")

        self.cli("key", "revoke", viewer["id"])
        revoked = [row for row in self.listed() if row["revoked_at"]]
        self.assertEqual([row["id"] for row in revoked], [viewer["id"]])
        with WaybillServer(store_dir=self.folder) as server:
            self.assertEqual(server.request("GET", "/v1/items", key=viewer["secret"])[0], 401)
            self.assertEqual(server.request("GET", "/v1/items", key=admin)[0], 200)

    def test_keys_limited_to_locations(self):
        with WaybillServer(store_dir=self.folder) as server:
            tenant = server.create_tenant()
            load_small_network(server, tenant.key)
        self.assertIn("location", self.cli("key", "create", "--role", "store", code=1))
        self.assertIn("no-such-place", self.cli("key", "create", "--role", "store", "--location", "no-such-place", code=1))
        made = json.loads(self.cli("key", "create", "--role", "store", "--location", "store-1", "--json"))
        row = [row for row in self.listed() if row["id"] == made["id"] and row["role"] == "store"][0]
        self.assertEqual(row["locations"], ["store-1"])
        with WaybillServer(store_dir=self.folder) as server:
            levels = server.must("GET", "/v1/inventory", key=made["secret"])["data"]
            self.assertEqual({level["location"] for level in levels}, {"store-1"})

    def test_which_tenant_must_be_clear(self):
        self.assertIn("no tenant", self.cli("key", "create", "--role", "admin", code=1))
        self.cli("tenant", "create", "--name", "One", "--currency", "GBP")
        two = json.loads(self.cli("tenant", "create", "--name", "Two", "--currency", "EUR", "--json"))
        self.assertIn("--tenant", self.cli("key", "create", "--role", "admin", code=1))
        for name in ("Two", two["id"]):
            made = json.loads(self.cli("key", "create", "--role", "admin", "--tenant", name, "--json"))
            self.assertEqual(made["tenant"], two["id"])
        self.assertIn("Three", self.cli("key", "create", "--role", "admin", "--tenant", "Three", code=1))
        self.assertIn("tenant_name_taken", self.cli("tenant", "create", "--name", "One", "--currency", "GBP", code=1))
        names = re.findall(r"One|Two", self.cli("tenant", "list"))
        self.assertEqual(names, ["One", "Two"])

    def test_a_running_server_holds_the_store(self):
        with WaybillServer(store_dir=self.folder) as server:
            server.create_tenant("Acme")
            self.assertIn("in use by another process", self.cli("key", "create", "--role", "admin", code=3))
            self.assertIn("Acme", self.cli("tenant", "list"))  # looking needs no lock
            self.assertEqual({row["role"] for row in self.listed()}, {"operator", "admin"})

    def test_the_bootstrap_key_is_for_its_owner_only_and_made_once(self):
        with WaybillServer(store_dir=self.folder) as server:
            first = server.operator_key
            self.assertEqual(stat.S_IMODE(server.key_path.stat().st_mode), 0o600)
        with WaybillServer(store_dir=self.folder) as server:
            self.assertEqual(server.operator_key, first)
            self.assertEqual(server.request("GET", "/v1/tenants", key=first)[0], 200)

    def test_no_store(self):
        self.assertIn("there is no store", self.cli("key", "list", code=3))
        self.assertIn("there is no store", self.cli("key", "revoke", "key_1", code=3))
        self.assertFalse(self.store.exists(), "looking does not make one")


if __name__ == "__main__":
    unittest.main()
