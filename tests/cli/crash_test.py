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

from order_audit import Told, check_told
from waybill_server import WaybillServer, load_small_network, run_cli, small_order

ROUNDS = int(os.environ.get("WAYBILL_CRASH_ROUNDS", "5"))
SEED = int(os.environ.get("WAYBILL_CRASH_SEED", "1"))
ROUNDS_ON_A_STORE = 10  # each looks at all that came before it
CLIENTS = 6
BULK_CLIENTS = 2
BULK_LINES = 100
ACKNOWLEDGED_BEFORE_KILL = (20, 1500)

GONE = (ConnectionError, http.client.HTTPException, OSError)


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
        told = Told(enough=rng.randint(*ACKNOWLEDGED_BEFORE_KILL))
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
            everything = Told()
            for number in rounds:
                with self.subTest(round=number, seed=SEED):
                    told = self.run_round(server, key, number, rng)
                    everything.add(told)
                    done = run_cli("verify", "--store", server.store)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    server.start()
                    check_told(self, server, key, everything)
            server.stop()
            done = run_cli("verify", "--store", server.store)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return everything.count()


if __name__ == "__main__":
    unittest.main()
