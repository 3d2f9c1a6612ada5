"""kill -9 under load: after a restart every acknowledged order is there, and verify finds nothing wrong.

Each round starts the server on the store of the one before, lets several clients write (single orders with and without an
Idempotency-Key, cancellations, bulk loads), kills it at a moment that the seed chose, starts it again and compares.

    WAYBILL_CRASH_ROUNDS   how many rounds (5)
    WAYBILL_CRASH_SEED     which moments (1)
"""

import contextlib
import http.client
import json
import os
import pathlib
import random
import tempfile
import threading
import unittest

from waybill_server import WaybillServer, load_small_network, run_cli, small_order

ROUNDS = int(os.environ.get("WAYBILL_CRASH_ROUNDS", "5"))
SEED = int(os.environ.get("WAYBILL_CRASH_SEED", "1"))
ROUNDS_ON_A_STORE = 10  # each looks at all that came before it
CLIENTS = 6
BULK_CLIENTS = 2
BULK_LINES = 100
ACKNOWLEDGED_BEFORE_KILL = (20, 1500)

GONE = (ConnectionError, http.client.HTTPException, OSError)


class Round:
    """What the clients of one round were told, and when there was enough of it."""

    def __init__(self, kill_after):
        self.kill_after = kill_after
        self.lock = threading.Lock()
        self.enough = threading.Event()
        self.orders = {}      # channel_order_id -> order id
        self.cancelled = []   # order ids
        self.replies = []     # (idempotency key, body, order id)
        self.unexpected = []

    def count(self):
        return len(self.orders) + len(self.cancelled)

    def acknowledge(self, channel_order_id, order_id):
        with self.lock:
            self.orders[channel_order_id] = order_id
            if self.count() >= self.kill_after:
                self.enough.set()

    def acknowledge_cancel(self, order_id):
        with self.lock:
            self.cancelled.append(order_id)

    def acknowledge_reply(self, key, body, order_id):
        with self.lock:
            self.replies.append((key, body, order_id))


class Crash(unittest.TestCase):
    def single_orders(self, server, key, told, name):
        number = 0
        try:
            while True:
                number += 1
                channel_order_id = f"{name}-{number}"
                body = small_order(channel_order_id, sku=("A", "B")[number % 2], quantity=1 + number % 3)
                headers = {"Idempotency-Key": channel_order_id} if number % 3 == 0 else None
                status, _, answer = server.request("POST", "/v1/orders", body, key, headers)
                if status != 201:
                    told.unexpected.append((status, answer))
                    return
                told.acknowledge(channel_order_id, answer["id"])
                if headers:
                    told.acknowledge_reply(channel_order_id, body, answer["id"])
                if number % 5 == 0:
                    status, _, changed = server.request(
                        "POST", f"/v1/orders/{answer['id']}/cancel", {"reason": "customer_request"}, key)
                    if status == 200:
                        told.acknowledge_cancel(changed["id"])
                    else:
                        told.unexpected.append((status, changed))
                        return
        except GONE:
            server.close_connection()

    def bulk_orders(self, server, key, told, name):
        """Reads result lines as they come: what was read before the kill was acknowledged."""
        number = 0
        try:
            while True:
                number += 1
                ids = [f"{name}-{number}-{line}" for line in range(BULK_LINES)]
                body = "".join(json.dumps(small_order(each)) + "\n" for each in ids).encode()
                with contextlib.closing(http.client.HTTPConnection(server.host, server.port, timeout=60)) as connection:
                    connection.request("POST", "/v1/orders/bulk", body, {
                        "Content-Type": "application/x-ndjson", "Authorization": f"Bearer {key}"})
                    response = connection.getresponse()
                    for each in ids:
                        line = response.readline()
                        if not line.endswith(b"\n"):
                            return
                        result = json.loads(line)
                        if result["status"] != 201:
                            told.unexpected.append((result["status"], result))
                            return
                        told.acknowledge(each, result["id"])
                    response.read()
        except GONE:
            return

    def run_round(self, server, key, number, rng):
        told = Round(rng.randint(*ACKNOWLEDGED_BEFORE_KILL))
        threads = [threading.Thread(target=self.single_orders, args=(server, key, told, f"r{number}s{each}"))
                   for each in range(CLIENTS)]
        threads += [threading.Thread(target=self.bulk_orders, args=(server, key, told, f"r{number}b{each}"))
                    for each in range(BULK_CLIENTS)]
        for thread in threads:
            thread.start()
        told.enough.wait(120)
        server.kill()
        for thread in threads:
            thread.join(120)
            self.assertFalse(thread.is_alive())
        self.assertEqual(told.unexpected, [])
        self.assertGreaterEqual(told.count(), ACKNOWLEDGED_BEFORE_KILL[0])
        return told

    def check_round(self, server, key, told):
        there = {}
        for order in server.pages("/v1/orders?limit=200", key):
            self.assertNotIn(order["channel_order_id"], there)
            there[order["channel_order_id"]] = order
        lost = {mine: ours for mine, ours in told.orders.items() if there.get(mine, {}).get("id") != ours}
        self.assertEqual(lost, {}, "acknowledged and not there")
        by_id = {order["id"]: order for order in there.values()}
        undone = [order for order in told.cancelled if by_id[order]["status"] != "cancelled"]
        self.assertEqual(undone, [], "acknowledged cancellations that did not last")
        for reply_key, body, order_id in told.replies[-20:]:
            status, _, answer = server.request("POST", "/v1/orders", body, key, {"Idempotency-Key": reply_key})
            self.assertEqual((status, answer.get("id")), (201, order_id), "the same key, the same answer")
        reserved = sum(level["reserved"] for level in server.pages("/v1/inventory", key))
        wanted = sum(line["quantities"]["allocated"] for order in there.values() for line in order["lines"])
        self.assertEqual(reserved, wanted)

    def test_rounds(self):
        rng = random.Random(SEED)
        acknowledged = 0
        for begin in range(0, ROUNDS, ROUNDS_ON_A_STORE):
            acknowledged += self.rounds_on_a_store(range(begin, min(begin + ROUNDS_ON_A_STORE, ROUNDS)), rng)
            print(f"{min(begin + ROUNDS_ON_A_STORE, ROUNDS)} kills, {acknowledged} acknowledgements", flush=True)

    def rounds_on_a_store(self, rounds, rng):
        """Returns how many acknowledgements there were, none of which was lost."""
        with tempfile.TemporaryDirectory() as folder:
            server = WaybillServer(store_dir=pathlib.Path(folder))
            self.addCleanup(lambda: server.process and server.kill())
            server.start()
            key = server.create_tenant().key
            load_small_network(server, key, stock=10_000_000)
            everything = Round(0)
            for number in rounds:
                with self.subTest(round=number, seed=SEED):
                    told = self.run_round(server, key, number, rng)
                    everything.orders.update(told.orders)
                    everything.cancelled += told.cancelled
                    everything.replies += told.replies
                    done = run_cli("verify", "--store", server.store)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    server.start()
                    self.check_round(server, key, everything)
            server.stop()
            done = run_cli("verify", "--store", server.store)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return everything.count()


if __name__ == "__main__":
    unittest.main()
