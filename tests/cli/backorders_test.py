"""Orders that wait are served as soon as supply appears: by a running server, by one that starts, by one that takes over."""

import re
import sqlite3
import tempfile
import time
import unittest

from waybill_server import WaybillServer, load_small_network, small_order


class Backorders(unittest.TestCase):
    def place(self, number, quantity, **more):
        order = {**small_order(number, quantity=quantity), **more}
        return self.server.must("POST", "/v1/orders", order, self.key)

    def set_stock(self, location, quantity):
        self.server.must("POST", "/v1/inventory/movements", {"moves": [
            {"kind": "count", "sku": "A", "location": location, "quantity": quantity}]}, self.key)

    def order(self, placed):
        return self.server.must("GET", f"/v1/orders/{placed['id']}", key=self.key)

    def waits_for(self, placed, status):
        until = time.monotonic() + 30
        while time.monotonic() < until:
            order = self.order(placed)
            if order["status"] == status:
                return order
            time.sleep(0.02)
        self.fail(f"{placed['id']} is {order['status']} and not {status}")

    def metric(self, name):
        found = re.search(rf"^{name} (\d+)$", self.server.raw_request("GET", "/metrics")[2].decode(), re.MULTILINE)
        return int(found.group(1))

    def open_shop(self):
        self.key = self.server.create_tenant("Acme", "GBP").key
        load_small_network(self.server, self.key, stock=0)

    def test_from_short_to_served(self):
        with tempfile.TemporaryDirectory() as folder, WaybillServer(store_dir=folder) as self.server:
            self.open_shop()
            low = self.place("W-1", 2, priority=10)
            all_or_nothing = self.place("W-2", 9, routing={"on_shortage": "wait"}, priority=-10)
            first = self.place("W-3", 2)
            self.assertEqual([order["status"] for order in (low, all_or_nothing, first)], ["backordered"] * 3)
            self.set_stock("dc-1", 3)
            self.assertEqual(self.waits_for(first, "allocated")["status_reason"], "supply_appeared")
            self.waits_for(low, "partially_allocated")
            self.assertEqual(self.order(all_or_nothing)["status"], "backordered")
            with sqlite3.connect(f"file:{self.server.store}?mode=ro", uri=True) as store:
                waiting = store.execute("SELECT sku, sum(open), count(DISTINCT order_id) FROM order_lines WHERE open > 0 GROUP BY sku")
                self.assertEqual(waiting.fetchall(), [("A", 10, 2)])

            # What an order gives back is supply.
            self.server.must("POST", f"/v1/orders/{first['id']}/cancel", {"reason": "changed_mind"}, self.key)
            self.waits_for(low, "allocated")
            self.set_stock("dc-1", 12)
            self.waits_for(all_or_nothing, "allocated")
            self.assertEqual(self.metric("waybill_backorders"), 0)
            self.assertGreaterEqual(self.metric("waybill_backorders_retried_total"), 4)
            self.assertGreaterEqual(self.metric("waybill_backorders_supplied_total"), 4)
            events = self.server.must("GET", f"/v1/orders/{low['id']}/events", key=self.key)["data"]
            rerouted = [event for event in events if event["type"] == "waybill.order_rerouted.v1"]
            self.assertEqual([(event["data"]["reason"], event["actor"]) for event in rerouted], [("supply_appeared", "system")] * 2)

    def test_after_a_restart(self):
        with tempfile.TemporaryDirectory() as folder:
            with WaybillServer(store_dir=folder, args=("--engine-retry-backorders", "false")) as self.server:
                self.open_shop()
                placed = self.place("W-1", 2)
                self.set_stock("dc-1", 5)
                time.sleep(1)
                self.assertEqual(self.order(placed)["status"], "backordered", "it is switched off")
                self.assertNotIn("waybill_backorders", self.server.raw_request("GET", "/metrics")[2].decode())
            with WaybillServer(store_dir=folder) as self.server:
                self.waits_for(placed, "allocated")
                # The hold keeps it from being routed; once it is gone, nobody has to ask.
                held = self.place("W-2", 9)
                self.waits_for(held, "partially_allocated")
                self.server.must("POST", f"/v1/orders/{held['id']}/holds", {"code": "look", "blocks": ["routing"]}, self.key)
                self.set_stock("dc-1", 50)
                time.sleep(0.5)
                self.assertEqual(self.order(held)["lines"][0]["quantities"]["open"], 6)
                self.server.must("POST", f"/v1/orders/{held['id']}/holds/release", {"code": "look"}, self.key)
                self.waits_for(held, "allocated")


if __name__ == "__main__":
    unittest.main()
