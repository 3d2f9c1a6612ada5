"""Two and three processes on one store: whichever a client asks, it gets what the owner of its tenant would say."""

import collections
import contextlib
import http.client
import json
import pathlib
import random
import subprocess
import tempfile
import threading
import time
import unittest

from private_postgres import PrivatePostgres
from waybill_cluster import GONE, Repeating, WaybillCluster
from waybill_server import (ServerDidNotStart, WaybillServer, binary_path, clean_environment, load_small_network, run_cli,
                            small_order)

TENANTS = 8
LOAD_CLIENTS = 4


class OnACluster(unittest.TestCase):
    size = 2

    @classmethod
    def setUpClass(cls):
        cls.postgres = cls.enterClassContext(PrivatePostgres())

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.cluster = self.enterContext(WaybillCluster(self.postgres, self.folder, self.size))

    def tenants(self, count, stock=1_000_000):
        """Made through one process after the other."""
        made = []
        for number in range(count):
            server = self.cluster[number % len(self.cluster.servers)]
            made.append(server.create_tenant(f"Shop {number}"))
            load_small_network(server, made[-1].key, stock=stock)
        return made

    def settled(self, tenants):
        """Waits until nothing moves any more, and all are served."""
        self.wait_for_owners()
        self.cluster.wait_served(tenants)

    def wait_for_owners(self):
        seen = [self.cluster.owners()]

        def is_same():
            seen.append(self.cluster.owners())
            return None not in seen[-1].values() and len(seen) > 5 and all(each == seen[-1] for each in seen[-5:])

        self.cluster.wait_until(is_same, "owners stay the same")


class AskedAnywhere(OnACluster):
    size = 3

    def test_every_kind_of_request_to_every_process(self):
        for tenant in self.tenants(2):
            self.ask_all(tenant)

    def ask_all(self, tenant):
        key = tenant.key
        orders = []
        for number in range(6):
            order = self.cluster[number % 3].must("POST", "/v1/orders", small_order(f"O-{number}"), key)
            orders.append(order)
            for server in self.cluster:  # read-your-writes, from the store, from memory and from the log
                self.assertEqual(server.must("GET", f"/v1/orders/{order['id']}", key=key)["id"], order["id"])
                self.assertEqual(self.reserved(server, key), number + 1)
                found = [row["id"] for row in server.pages(f"/v1/orders?q=O-{number}", key)]
                self.assertEqual(found, [order["id"]])
        for number, server in enumerate(self.cluster):
            results = server.bulk("/v1/orders/bulk", [small_order(f"B{number}-{line}") for line in range(40)], key)
            self.assertEqual({result["status"] for result in results}, {201})
            server.must("PUT", f"/v1/items/N-{number}", {"sku": f"N-{number}", "title": "new"}, key)
            server.must("POST", f"/v1/orders/{orders[number]['id']}/cancel", {"reason": "customer_request"}, key)
            for other in self.cluster:
                self.assertEqual(other.must("GET", f"/v1/items/N-{number}", key=key)["title"], "new")
                self.assertEqual(other.must("GET", f"/v1/orders/{orders[number]['id']}", key=key)["status"], "cancelled")
        rows = "".join(json.dumps(small_order(f"I-{line}")) + "\n" for line in range(60))
        done = run_cli("import", "orders", "-", "--json", stdin=rows,
                       env={"WAYBILL_SERVER": self.cluster[0].url, "WAYBILL_KEY": key})
        self.assertEqual(json.loads(done.stdout)["accepted"], 60, done.stderr)
        self.cluster[0].must("POST", "/v1/orders", small_order("R"), key, {"Idempotency-Key": "R"})
        self.settled([tenant])
        owner = self.cluster.owner_of(tenant)
        expected = self.everything(owner, key, orders)
        for server in self.cluster:
            for what, answer in self.everything(server, key, orders).items():
                self.assertEqual(answer, expected[what], f"{what} from {server.address}, not {owner.address}")

    @staticmethod
    def reserved(server, key):
        return sum(level["reserved"] for level in server.pages("/v1/inventory?sku=A", key))

    def everything(self, server, key, orders):
        paths = ["/v1/orders?limit=200", "/v1/orders?q=robin&limit=200", "/v1/orders?q=O-3", f"/v1/orders/{orders[5]['id']}",
                 f"/v1/orders/{orders[1]['id']}/events", f"/v1/orders/{orders[1]['id']}/routing",
                 "/v1/availability?channel=web&sku=A", "/v1/inventory?limit=200", "/v1/inventory/movements?limit=200",
                 "/v1/items?limit=200", "/v1/items/A", "/v1/locations", "/v1/channels", "/v1/settings", "/v1/keys",
                 "/v1/customers", "/v1/events?limit=200", "/v1/postcode-areas", "/v1/rate-tables", "/v1/webhooks", "/v1/demand",
                 "/v1/orders/ord_999999", "/v1/items/none",
                 "/v1/orders?limit=0", "/v1/no-such-thing"]
        out = {}
        for path in paths:
            status, headers, answer = server.request("GET", path, key=key)
            out[path] = (status, headers.get("content-type"), headers.get("etag"), answer)
            out[f"{path} without a key"] = server.request("GET", path)[0::2]
            out[f"{path} with a wrong key"] = server.request("GET", path, key="wb_none")[0::2]
        for body in (small_order("P"), small_order("P", quantity=10 ** 8), {"channel": "web"}, []):
            out[f"preview of {json.dumps(body)}"] = server.request("POST", "/v1/sourcing/preview", body, key)[0::2]
        out["refused"] = server.request("POST", "/v1/orders", small_order("O-1", sku="none"), key)[0::2]
        out["repeated"] = server.request("POST", "/v1/orders", small_order("R"), key, {"Idempotency-Key": "R"})[0::2]
        out["tenants"] = server.request("GET", "/v1/tenants", key=server.operator_key)[0::2]
        out["not an operator"] = server.request("GET", "/v1/tenants", key=key)[0::2]
        out["stream"] = self.stream(server, key)
        return out

    @staticmethod
    def stream(server, key, count=50):
        """The first events of the log, as the stream tells them."""
        lines = []
        with contextlib.closing(http.client.HTTPConnection(server.host, server.port, timeout=60)) as connection:
            connection.request("GET", "/v1/events/stream?after=3", headers={"Authorization": f"Bearer {key}"})
            response = connection.getresponse()
            while sum(line.startswith(b"data:") for line in lines) < count:
                lines.append(response.readline())
        return [line for line in lines if line.startswith((b"id:", b"data:"))]

    def test_keys_made_and_revoked_through_any_process(self):
        tenants = self.tenants(3)
        for tenant in tenants:
            for maker in self.cluster:
                for number, revoker in enumerate(self.cluster):
                    made = maker.must("POST", "/v1/keys", {"name": f"{maker.number} {number}", "role": "viewer"}, tenant.key)
                    for server in self.cluster:
                        self.assertEqual(server.request("GET", "/v1/items", key=made["secret"])[0], 200)
                    self.assertEqual(revoker.request("DELETE", f"/v1/keys/{made['id']}", key=tenant.key)[0], 204)
                    for server in self.cluster:
                        self.assertEqual(server.request("GET", "/v1/items", key=made["secret"])[0], 401)

    def test_metrics_and_status_say_what_happened(self):
        tenants = self.tenants(TENANTS)
        self.settled(tenants)
        owners = collections.Counter(server.address for server in self.cluster.owners().values())
        for server in self.cluster:
            self.assertEqual(server.must("GET", "/readyz")["status"], "ready")
            self.assertEqual(server.metric("waybill_tenants_served"), owners[server.address])
            forwarded = server.metric("waybill_forwarded_requests_total")
            not_here = [tenant for tenant in tenants if self.cluster.owner_of(tenant) is not server]
            for tenant in tenants:
                server.must("GET", "/v1/items", key=tenant.key)
            self.assertEqual(server.metric("waybill_forwarded_requests_total"), forwarded + len(not_here))
        text = run_cli("status", "--store", self.cluster.store).stdout
        for server in self.cluster:
            self.assertIn(server.address, text)
        for tenant in tenants:
            self.assertIn(tenant.name, text)
        owner = self.cluster.owner_of(tenants[0])
        taken = sum(server.metric("waybill_tenants_taken_total") for server in self.cluster.others_than(owner))
        has = [tenant for tenant, server in self.cluster.owners().items() if server is owner]

        # Asleep for longer than its lease, it finds on waking that others have its tenants.
        owner.pause()
        try:
            self.cluster.wait_until(lambda: owner not in self.cluster.owners().values(), "all are taken over")
            text = run_cli("status", "--store", self.cluster.store).stdout
            self.assertRegex(text, f"{owner.address} .*gone")
        finally:
            owner.wake()
        self.cluster.wait_until(lambda: owner.metric("waybill_tenants_lost_total") == len(has), "it knows")
        self.assertGreaterEqual(sum(server.metric("waybill_tenants_taken_total") for server in self.cluster.others_than(owner)),
                                taken + len(has))
        self.cluster.wait_until(lambda: owner.request("GET", "/readyz")[0] == 200, "it is ready again")
        self.settled(tenants)
        total = sum(server.metric("waybill_tenants_served") for server in self.cluster)
        self.assertEqual(total, TENANTS + 1)


class ComingAndGoing(OnACluster):
    size = 3

    def test_no_client_sees_a_process_stop_or_join(self):
        tenants = self.tenants(TENANTS)
        self.settled(tenants)
        errors, counts, over = [], collections.Counter(), threading.Event()
        busy, lock = collections.Counter(), threading.Lock()

        def load(number):
            rng = random.Random(number)
            while not over.is_set() and not errors:
                tenant = rng.choice(tenants)
                with lock:  # as a load balancer that takes a process out before it is stopped
                    server = rng.choice(self.cluster.live())
                    busy[server.number] += 1
                counts[number] += 1
                name = f"load-{number}-{counts[number]}"
                try:
                    status, _, answer = server.request("POST", "/v1/orders", small_order(name), tenant.key,
                                                       {"Idempotency-Key": name})
                    if status != 201:
                        errors.append((server.address, tenant.id, status, answer))
                except GONE as gone:
                    errors.append((server.address, tenant.id, repr(gone)))
                finally:
                    with lock:
                        busy[server.number] -= 1

        def more():
            wanted = sum(counts.values()) + 40
            self.cluster.wait_until(lambda: sum(counts.values()) >= wanted or errors, "orders go on")

        threads = [threading.Thread(target=load, args=(number,)) for number in range(LOAD_CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            for server in (self.cluster[1], self.cluster[2], self.cluster[0]):
                more()
                with lock:
                    server.is_up = False
                self.cluster.wait_until(lambda server=server: busy[server.number] == 0, "nobody asks it")
                self.assertEqual(server.stop(), 0)
                more()
                server.start()
                self.cluster.wait_until(lambda server=server: server.metric("waybill_tenants_served") > 0 or errors,
                                        "tenants come back")
            more()
        finally:
            over.set()
            for thread in threads:
                thread.join()
        self.assertEqual(errors, [])
        self.settled(tenants)
        there = sum(1 for tenant in tenants for _ in self.cluster[0].pages("/v1/orders?limit=200", tenant.key))
        self.assertEqual(there, sum(counts.values()))

    def test_writes_are_taken_again_after_the_owner_was_killed(self):
        tenants = self.tenants(3)
        self.settled(tenants)
        owner = self.cluster.owner_of(tenants[0])
        order = owner.must("POST", "/v1/orders", small_order("before"), tenants[0].key)
        owner.kill()
        began = time.monotonic()
        client = Repeating(self.cluster, random.Random(1))
        for tenant in tenants:
            status, _ = client.send("POST", "/v1/orders", small_order("after"), tenant.key, "after")
            self.assertEqual(status, 201)
            print(f"{tenant.id}: taken again {time.monotonic() - began:.2f} s after the kill", flush=True)
        for server in self.cluster.live():
            self.assertEqual(server.must("GET", f"/v1/orders/{order['id']}", key=tenants[0].key)["id"], order["id"])


class WhatIsWrong(OnACluster):
    def test_a_process_with_another_cluster_key(self):
        tenants = self.tenants(TENANTS)  # so many that some are the third process'
        other_key = self.folder / "other.key"
        other_key.write_text("another-key-of-thirty-two-characters-or-more\n")
        other_key.chmod(0o600)
        stranger = self.cluster.add(args=["--cluster-key-file", str(other_key)])
        stranger.args.remove("--cluster-key-file")
        stranger.args.remove(str(self.cluster.key_file))
        stranger.start()
        self.cluster.wait_until(lambda: stranger in self.cluster.owners().values(), "it owns tenants")
        self.wait_for_owners()
        for tenant in tenants:
            for server in self.cluster:
                status, _, answer = server.request("GET", "/v1/items", key=tenant.key)
                is_across = (self.cluster.owner_of(tenant) is stranger) != (server is stranger)
                self.assertEqual(status, 401 if is_across else 200, answer)
        headers = {"Waybill-Cluster-Key": "nonsense"}
        self.assertIn(self.cluster[0].request("GET", "/v1/items", key=tenants[0].key, headers=headers)[0], (200, 401))

    def test_addresses_that_are_none(self):
        for address in ("nonsense", "http://", "https://127.0.0.1:1", "http://127.0.0.1:99999", "http://127.0.0.1:0",
                        "http://127.0.0.1:80/path", "127.0.0.1:80"):
            done = run_cli("serve", "--store", self.cluster.store, "--listen", "127.0.0.1:0", "--cluster-address", address,
                           timeout_s=20)
            self.assertEqual(done.returncode, 2, address)
            self.assertIn("cluster", done.stderr)

    def test_a_process_that_wants_the_store_for_itself(self):
        for store_dir in ("first", "second"):
            with self.assertRaises(ServerDidNotStart) as caught:
                WaybillServer(store_dir=self.folder / store_dir, store=self.cluster.store).start()
            self.assertEqual(caught.exception.exit_code, 3)
            self.assertEqual(len(caught.exception.stderr.strip().splitlines()), 1, caught.exception.stderr)
        store = self.postgres.fresh_database()
        with WaybillServer(store_dir=self.folder / "alone", store=store), self.assertRaises(ServerDidNotStart) as caught:
            WaybillServer(store_dir=self.folder / "late", store=store).start()
        self.assertEqual(caught.exception.exit_code, 3)

    def test_a_tenant_whose_data_is_damaged(self):
        tenants = self.tenants(4)
        for tenant in tenants:
            self.cluster[0].must("POST", "/v1/orders", small_order("one"), tenant.key)
        for server in self.cluster:
            self.assertEqual(server.stop(), 0)
        broken = tenants[2]
        number = int(broken.id.removeprefix("ten_"))
        self.postgres.sql(f"UPDATE configuration SET doc = left(doc, 20) WHERE tenant_id = {number} AND code = 'A'",
                          self.cluster.database)
        for server in self.cluster:
            server.start()
        others = [tenant for tenant in tenants if tenant is not broken]
        self.settled(others)
        for server in self.cluster:
            for tenant in others:
                server.must("POST", "/v1/orders", small_order(f"two {server.number}"), tenant.key)
            status, headers, answer = server.request("POST", "/v1/orders", small_order("two"), broken.key)
            self.assertEqual((status, answer["code"]), (503, "no_owner"), answer)
            self.assertIn("retry-after", headers)
        self.assertEqual(sum(server.metric("waybill_tenants_served") for server in self.cluster), len(others) + 1)
        said = [line for server in self.cluster for line in server.events("tenant_not_served")]
        self.assertTrue(said)
        self.assertEqual({line["tenant"] for line in said}, {broken.id})
        # It stays so when its owner goes, and whoever is next says it, too.
        owner = self.cluster.owner_of(broken)
        owner.stop()
        rest = self.cluster.live()[0]
        self.cluster.wait_until(lambda: rest.events("tenant_not_served"), "the next one says so")
        self.settled(others)
        self.assertEqual(rest.request("GET", "/v1/items", key=broken.key)[0], 503)


class Imports(OnACluster):
    def test_a_tenant_imported_beside_two_servers(self):
        there = self.tenants(2)
        with WaybillServer(store_dir=self.folder / "old") as old:
            tenant = old.create_tenant("Moved")
            load_small_network(old, tenant.key)
            orders = [old.must("POST", "/v1/orders", small_order(f"M-{number}"), tenant.key)["id"] for number in range(20)]
        file = self.folder / "moved.ndjson"
        self.assertEqual(run_cli("tenant", "export", "--store", old.store, "--tenant", "Moved", "--to", file).returncode, 0)

        # One that stands still in the middle of its file; another one is told so.
        text = file.read_bytes()
        first = subprocess.Popen([binary_path(), "tenant", "import", "--store", self.cluster.store], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment())
        try:
            first.stdin.write(text[:len(text) // 2])
            first.stdin.flush()
            self.cluster.wait_until(lambda: any(row["name"] == "Moved" for row in self.cluster.status()[1])
                                    or "has not ended" in run_cli("tenant", "list", "--store", self.cluster.store).stderr
                                    or self.postgres.sql("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"),
                                    "the import has begun")
            second = run_cli("tenant", "import", "--store", self.cluster.store, "--from", file)
            self.assertNotEqual(second.returncode, 0)
            self.assertEqual(len(second.stderr.strip().splitlines()), 1, second.stderr)
            for server in self.cluster:
                for each in there:
                    server.must("POST", "/v1/orders", small_order(f"meanwhile {server.number}"), each.key)
            out, err = first.communicate(text[len(text) // 2:], timeout=60)
        finally:
            if first.poll() is None:
                first.kill()
        self.assertEqual(first.returncode, 0, out + err)
        self.cluster.wait_served([tenant])
        for server in self.cluster:
            self.assertEqual({row["id"] for row in server.pages("/v1/orders", tenant.key)}, set(orders))
        for server in self.cluster:
            server.must("POST", "/v1/orders", small_order(f"after {server.number}"), tenant.key)
        done = run_cli("verify", "--store", self.cluster.store)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
