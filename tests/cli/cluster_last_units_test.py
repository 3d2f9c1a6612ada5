"""32 buyers at two processes want the last 10 units: exactly 10 are sold, also while the tenant moves between the two."""

import random
import tempfile
import threading
import unittest

from private_postgres import PrivatePostgres
from waybill_cluster import Repeating, WaybillCluster
from waybill_server import load_small_network, run_cli, small_order

RACES = 20
BUYERS = 32
UNITS = 10
MOVES_EVERY = 4  # races
GIVE_UP_S = 90


class LastUnits(unittest.TestCase):
    def setUp(self):
        postgres = self.enterContext(PrivatePostgres())
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.cluster = self.enterContext(WaybillCluster(postgres, folder, size=2))
        self.rng = random.Random(1)
        self.tenant = self.cluster[0].create_tenant()
        self.key = self.tenant.key
        load_small_network(self.cluster[0], self.key, stock=0, channel_routing={"on_shortage": "reject"})

    def ask(self, method, path, body, name):
        answer = Repeating(self.cluster, self.rng, GIVE_UP_S).send(method, path, body, self.key, name)
        self.assertIsNotNone(answer, name)
        self.assertIn(answer[0], (200, 201), answer[1])

    def race(self, sku, fault):
        self.ask("PUT", f"/v1/items/{sku}", {"sku": sku, "title": sku}, f"item-{sku}")
        self.ask("POST", "/v1/inventory/movements", {"reference": sku, "moves": [
            {"kind": "receive", "sku": sku, "location": "dc-1", "quantity": UNITS}]}, f"stock-{sku}")
        answers = [None] * BUYERS
        together = threading.Barrier(BUYERS + 1)

        def buy(buyer):
            client = Repeating(self.cluster, random.Random(f"{sku} {buyer}"), GIVE_UP_S)
            client.once("GET", "/livez")  # connected before the race begins
            together.wait(GIVE_UP_S)
            name = f"{sku}-{buyer}"
            answers[buyer] = client.send("POST", "/v1/orders", small_order(name, sku=sku), self.key, name)

        threads = [threading.Thread(target=buy, args=(each,)) for each in range(BUYERS)]
        for thread in threads:
            thread.start()
        together.wait(GIVE_UP_S)
        if fault is not None:
            fault()
        for thread in threads:
            thread.join()
        self.assertNotIn(None, answers, "everybody is answered")
        sold = [answer["id"] for status, answer in answers if status == 201]
        self.assertEqual((len(sold), len(set(sold))), (UNITS, UNITS), answers)
        self.assertEqual({answer["code"] for status, answer in answers if status != 201}, {"insufficient_supply"})

    def check_stock(self, sku):
        """As each process tells it."""
        self.cluster.wait_served([self.tenant])
        for server in self.cluster:
            level = server.must("GET", f"/v1/inventory?sku={sku}", key=self.key)["data"][0]
            self.assertEqual((level["on_hand"], level["reserved"], level["sellable"]), (UNITS, UNITS, 0))

    def kill_owner(self):
        owner = self.cluster.owner_of(self.tenant)
        owner.kill()
        owner.start()

    def stop_owner(self):
        owner = self.cluster.owner_of(self.tenant)
        self.assertEqual(owner.stop(), 0)
        owner.start()

    def pause_owner(self):
        owner = self.cluster.owner_of(self.tenant)
        owner.pause()
        try:
            self.cluster.wait_until(lambda: self.cluster.owners()[self.tenant.id] not in (owner, None), "it is taken over")
        finally:
            owner.wake()

    def test_races(self):
        moves = (self.stop_owner, self.kill_owner, self.pause_owner)
        for number in range(RACES):
            move = moves[number // MOVES_EVERY % len(moves)] if number % MOVES_EVERY == MOVES_EVERY - 1 else None
            sku = f"last-{number}"
            self.race(sku, move)
            self.check_stock(sku)
        done = run_cli("verify", "--store", self.cluster.store)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
