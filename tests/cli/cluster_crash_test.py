"""Three processes that share a store, killed, paused and cut apart under load: nothing acknowledged is lost or doubled, and
nobody is told what was true before.

Clients send each attempt to a process picked at random and repeat under the same Idempotency-Key until it is acknowledged.
Each has an item of its own, so it knows at every moment what is reserved of it, and asks any process for that.

    WAYBILL_CLUSTER_ROUNDS   how many rounds (10)
    WAYBILL_CLUSTER_SEED     which faults, and when (1)
"""

import contextlib
import http.client
import json
import os
import random
import tempfile
import threading
import time
import unittest

from order_audit import Told, check_log, check_told
from private_postgres import PrivatePostgres
from waybill_cluster import GONE, LEASE_S, Repeating, WaybillCluster
from waybill_server import load_small_network, run_cli, small_order

ROUNDS = int(os.environ.get("WAYBILL_CLUSTER_ROUNDS", "10"))
SEED = int(os.environ.get("WAYBILL_CLUSTER_SEED", "1"))
ROUNDS_ON_A_STORE = 5  # each looks at all that came before it
PROCESSES = 3
TENANTS = 4
CLIENTS = 6
BULK_CLIENTS = 2
BULK_LINES = 30
FAULTS_A_ROUND = 2
BETWEEN_FAULTS = (10, 120)     # acknowledgements
ATTEMPT_WAIT_S = 3             # of a client, which then asks another process
RECOVERY_MAX_S = 90
LOG_LINES_SHOWN = 40


class Client:
    """Buys one item of one tenant, and knows what is reserved of it."""

    def __init__(self, cluster, tenant, sku, rng):
        self.tenant = tenant
        self.sku = sku
        self.reserved = 0
        self.orders = 0
        self.to = Repeating(cluster, rng, RECOVERY_MAX_S)

    def place(self, told, name):
        quantity = 1 + self.orders % 3
        body = small_order(name, sku=self.sku, quantity=quantity)
        order = self.acknowledged(told, "/v1/orders", body, name)
        if order is None:
            return None
        self.orders += 1
        self.reserved += quantity
        told.acknowledge(name, order["id"])
        told.acknowledge_reply(name, body, order["id"])
        return order

    def cancel(self, told, name, order):
        done = self.acknowledged(told, f"/v1/orders/{order['id']}/cancel", {"reason": "customer_request"}, f"cancel-{name}")
        if done is None:
            return None
        self.reserved -= sum(line["quantity"] for line in order["lines"])
        told.acknowledge_cancel(order["id"])
        return done

    def acknowledged(self, told, path, body, idempotency_key):
        answer = self.to.send("POST", path, body, self.tenant.key, idempotency_key)
        if answer is None or answer[0] not in (200, 201):
            told.unexpected.append((path, idempotency_key, answer or "is not answered"))
            return None
        return answer[1]

    def read(self, told, order, status):
        """What was acknowledged is there, whoever is asked: from the store, and from memory."""
        got, found = self.to.once("GET", f"/v1/orders/{order['id']}", key=self.tenant.key)
        if got != 503 and (got != 200 or found["status"] != status):
            told.unexpected.append(("an old answer", order["id"], status, got, found))
        got, found = self.to.once("GET", f"/v1/inventory?sku={self.sku}", key=self.tenant.key)
        if got != 503 and (got != 200 or sum(level["reserved"] for level in found["data"]) != self.reserved):
            told.unexpected.append(("an old answer", self.sku, self.reserved, got, found))


class ClusterCrash(unittest.TestCase):
    def setUp(self):
        self.pause = threading.Event()  # never set: to wait for a moment
        self.postgres = self.enterContext(PrivatePostgres())
        self.taken_over = []  # seconds
        self.queue = []  # of faults: all have their turn before one comes again

    # Clients

    def single_orders(self, client, told, name, over):
        number = 0
        while not over.is_set() and not told.unexpected:
            number += 1
            mine = f"{name}-{number}"
            order = client.place(told, mine)
            if order is None:
                return
            status = order["status"]
            if number % 4 == 0:
                if client.cancel(told, mine, order) is None:
                    return
                status = "cancelled"
            client.read(told, order, status)

    def bulk_orders(self, tenant, told, name, over, rng):
        """Each bulk is sent again under its key until every line of it is acknowledged."""
        number = 0
        while not over.is_set() and not told.unexpected:
            number += 1
            waiting = {f"{name}-{number}-{line}" for line in range(BULK_LINES)}
            names = sorted(waiting)
            last = time.monotonic() + RECOVERY_MAX_S
            while waiting and not told.unexpected:
                if time.monotonic() > last:
                    told.unexpected.append((name, number, "is not answered"))
                self.send_bulk(tenant, told, names, waiting, f"{name}-{number}", rng)
                self.pause.wait(0.02)

    def send_bulk(self, tenant, told, names, waiting, key, rng):
        server = self.cluster.any(rng)
        body = "".join(json.dumps(small_order(each)) + "\n" for each in names).encode()
        with contextlib.suppress(*GONE), contextlib.closing(
                http.client.HTTPConnection(server.host, server.port, timeout=ATTEMPT_WAIT_S)) as connection:
            connection.request("POST", "/v1/orders/bulk", body, {
                "Content-Type": "application/x-ndjson", "Authorization": f"Bearer {tenant.key}", "Idempotency-Key": key})
            response = connection.getresponse()
            if response.status != 200:
                if response.status != 503:
                    told.unexpected.append((key, response.status, response.read()))
                return
            for each in names:
                line = response.readline()
                if not line.endswith(b"\n"):
                    return
                result = json.loads(line)
                if result["status"] == 201:
                    told.acknowledge(each, result["id"])
                    waiting.discard(each)
                elif result["status"] != 503:
                    told.unexpected.append((each, result))

    # Faults. Each leaves all processes up.

    def an_owner(self, rng):
        """The process that serves some tenant, and the tenant."""
        tenant = rng.choice(self.tenants)
        return self.cluster.owner_of(tenant), tenant

    def see_take_over(self, tenant, rng):
        """A write is taken again, though the owner of the tenant is gone."""
        began = time.monotonic()
        client = next(each for each in self.probes if each.tenant is tenant)
        order = client.place(self.probed[tenant.id], f"probe-{tenant.id}-{client.orders}")
        if order is not None:
            self.taken_over.append(time.monotonic() - began)

    def kill_owner(self, rng):
        owner, tenant = self.an_owner(rng)
        owner.kill()
        self.see_take_over(tenant, rng)
        owner.start()

    def kill_owner_and_start_at_once(self, rng):
        owner, _ = self.an_owner(rng)
        owner.kill()
        owner.start()

    def kill_another(self, rng):
        owner, _ = self.an_owner(rng)
        other = rng.choice(self.cluster.others_than(owner))
        other.kill()
        other.start()

    def kill_all_but_one(self, rng):
        stays = rng.choice(self.cluster.servers)
        for server in self.cluster.others_than(stays):
            server.kill()
        for tenant in self.tenants:
            self.see_take_over(tenant, rng)
        for server in self.cluster:
            if server is not stays:
                server.start()

    def pause_owner(self, rng):
        """For longer than its lease: it wakes as a former owner."""
        owner, tenant = self.an_owner(rng)
        owner.pause()
        owner.is_up = False
        try:
            self.see_take_over(tenant, rng)
            # It is asked while it sleeps, and answers when it wakes.
            owner.is_up = True
            self.pause.wait(rng.uniform(0, 1.5) * LEASE_S)
        finally:
            owner.wake()

    def pause_for_about_a_lease(self, rng):
        for _ in range(4):
            owner, _ = self.an_owner(rng)
            owner.pause()
            self.pause.wait(rng.uniform(0.7, 1.3) * LEASE_S)
            owner.wake()

    def cut_all_sessions(self, rng):
        for _ in range(rng.randint(1, 8)):
            self.postgres.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                              " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")

    def cut_some_sessions(self, rng):
        for _ in range(rng.randint(2, 12)):
            self.postgres.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE random() < 0.3"
                              " AND backend_type = 'client backend' AND pid <> pg_backend_pid()")

    def restart_database(self, _):
        self.postgres.restart_immediately()

    def pause_sessions(self, rng):
        with self.postgres.sessions_stopped():
            self.pause.wait(rng.uniform(0.3, 2) * LEASE_S)

    def silence_owner(self, rng):
        """It runs and clients reach it, but its database says nothing, for longer than its lease or not. Nobody is waited
        for: on a new session it may renew the lease, and a session that stands still with a row locked can not be ended."""
        owner, _ = self.an_owner(rng)
        with self.postgres.sessions_stopped(of=f"waybill-{owner.number}"):
            self.pause.wait(rng.uniform(0.3, 3) * LEASE_S)

    def cut_owner(self, rng):
        owner, _ = self.an_owner(rng)
        for _ in range(rng.randint(1, 12)):
            self.postgres.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                              f" WHERE application_name = 'waybill-{owner.number}'")

    def stop_cleanly(self, rng):
        server = rng.choice(self.cluster.servers)
        self.assertEqual(server.stop(), 0)
        self.pause.wait(rng.uniform(0, 1))
        server.start()

    def kill_owner_beside_a_paused_one(self, rng):
        owner, tenant = self.an_owner(rng)
        sleeps = rng.choice(self.cluster.others_than(owner))
        sleeps.pause()
        try:
            owner.kill()
            self.see_take_over(tenant, rng)
        finally:
            sleeps.wake()
        owner.start()

    def kill_owner_and_restart_database(self, rng):
        owner, _ = self.an_owner(rng)
        owner.kill()
        self.postgres.restart_immediately()
        owner.start()

    FAULTS = (kill_owner, pause_owner, silence_owner, cut_owner, cut_all_sessions, stop_cleanly, restart_database,
              kill_another, kill_owner_and_start_at_once, pause_sessions, kill_owner_beside_a_paused_one,
              cut_some_sessions, pause_for_about_a_lease, kill_all_but_one, kill_owner_and_restart_database)

    # Rounds

    def run_round(self, number, faults, rng):
        told = {tenant.id: Told() for tenant in self.tenants}
        over = threading.Event()
        threads = [threading.Thread(target=self.single_orders, args=(
            client, told[client.tenant.id], f"r{number}s{each}", over)) for each, client in enumerate(self.clients)]
        for each in range(BULK_CLIENTS):
            tenant = self.tenants[each % TENANTS]
            threads.append(threading.Thread(target=self.bulk_orders, args=(
                tenant, told[tenant.id], f"r{number}b{each}", over, random.Random(rng.random()))))
        self.probed = told
        for thread in threads:
            thread.start()
        try:
            for fault in faults:
                self.wait_for_more(told, rng.randint(*BETWEEN_FAULTS))
                fault(self, rng)
            self.wait_for_more(told, CLIENTS)
        finally:
            over.set()
            for thread in threads:
                thread.join(2 * RECOVERY_MAX_S)
                self.assertFalse(thread.is_alive())
        self.assertEqual([each for one in told.values() for each in one.unexpected], [])
        return told

    def wait_for_more(self, told, more):
        wanted = sum(one.count() for one in told.values()) + more
        self.cluster.wait_until(lambda: sum(one.count() for one in told.values()) >= wanted
                                or any(one.unexpected for one in told.values()), "orders are taken", RECOVERY_MAX_S)

    def show(self):
        """What all sides say of a round that failed."""
        for server in self.cluster:
            code = server.process.poll() if server.process else "none runs"
            print(f"{server.address} ({code}); its last log lines:")
            print("".join(f"  {line}\n" for line in server.logs()[-LOG_LINES_SHOWN:]))
        print("PostgreSQL's:")
        print("".join(f"  {line}\n" for line in self.postgres.log().splitlines()[-LOG_LINES_SHOWN:]))
        print(run_cli("status", "--store", self.cluster.store).stdout, flush=True)

    def audit(self, everything, rng):
        self.cluster.wait_served(self.tenants, RECOVERY_MAX_S)
        for tenant in self.tenants:
            check_told(self, self.cluster.any(rng), tenant.key, everything[tenant.id])
        done = run_cli("verify", "--store", self.cluster.store)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        check_log(self, self.postgres, self.cluster.database)

    def open_shops(self, rng):
        """Tenants, made through any process, and those who buy from them."""
        self.tenants = [self.cluster[n % PROCESSES].create_tenant(f"Shop {n}") for n in range(TENANTS)]
        self.clients = [Client(self.cluster, self.tenants[n % TENANTS], f"own-{n}", random.Random(rng.random()))
                        for n in range(CLIENTS)]
        self.probes = [Client(self.cluster, tenant, f"probe-{n}", random.Random(rng.random()))
                       for n, tenant in enumerate(self.tenants)]
        for n, tenant in enumerate(self.tenants):
            load_small_network(self.cluster[n % PROCESSES], tenant.key, stock=10_000_000)
        for client in self.clients + self.probes:
            server = self.cluster.any(rng)
            server.must("PUT", f"/v1/items/{client.sku}", {"sku": client.sku, "title": client.sku}, client.tenant.key)
            server.must("POST", "/v1/inventory/movements", {"reference": client.sku, "moves": [
                {"kind": "receive", "sku": client.sku, "location": "dc-1", "quantity": 10_000_000}]}, client.tenant.key)

    def rounds_on_a_store(self, rounds, rng):
        """Returns how many acknowledgements there were, none of which was lost."""
        folder = self.enterContext(tempfile.TemporaryDirectory())
        with WaybillCluster(self.postgres, folder, PROCESSES) as self.cluster:
            self.open_shops(rng)
            for server in self.cluster:
                server.request_wait_s = ATTEMPT_WAIT_S
                server.close_connection()
            everything = {tenant.id: Told() for tenant in self.tenants}
            for number in rounds:
                while len(self.queue) < FAULTS_A_ROUND:
                    self.queue += rng.sample(self.FAULTS, len(self.FAULTS))
                faults = [self.queue.pop(0) for _ in range(FAULTS_A_ROUND)]
                print(f"round {number} of seed {SEED}: {', '.join(fault.__name__ for fault in faults)}", flush=True)
                began = time.monotonic()
                try:
                    told = self.run_round(number, faults, rng)
                    for tenant, one in told.items():
                        everything[tenant].add(one)
                    self.audit(everything, rng)
                except BaseException:
                    self.show()
                    raise
                count = sum(one.count() for one in everything.values())
                print(f"  {count} acknowledgements, {time.monotonic() - began:.1f} s", flush=True)
            for server in self.cluster:
                self.assertEqual(server.stop(), 0)
            return count

    def test_rounds(self):
        rng = random.Random(SEED)
        acknowledged = 0
        for begin in range(0, ROUNDS, ROUNDS_ON_A_STORE):
            acknowledged += self.rounds_on_a_store(range(begin, min(begin + ROUNDS_ON_A_STORE, ROUNDS)), rng)
        seconds = sorted(self.taken_over)
        if seconds:
            print(f"{len(seconds)} take-overs, seconds: {seconds[0]:.1f} at least, {seconds[len(seconds) // 2]:.1f} in the"
                  f" middle, {seconds[-1]:.1f} at most")
        print(f"{ROUNDS} rounds, {acknowledged} acknowledgements", flush=True)


if __name__ == "__main__":
    unittest.main()
