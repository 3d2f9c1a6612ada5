"""waybill return: goods that come back to the stores of a running server, from asked for to in stock."""

import json
import tempfile
import unittest

from waybill_server import WaybillServer, load_small_network, run_cli, small_order

INSTANT = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"


class Returns(unittest.TestCase):
    def run_return(self, *args, code=0, key=None):
        done = run_cli("return", *args, env={"WAYBILL_SERVER": self.server.url, "WAYBILL_KEY": key or self.key})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stdout + done.stderr

    def open_shop(self):
        self.key = self.server.create_tenant("Acme", "GBP").key
        load_small_network(self.server, self.key)
        self.server.must("PUT", "/v1/locations/store-1", {
            "kind": "store", "address": {"country": "GB"}, "capabilities": {"returns": True}}, self.key)

    def shipped(self, number, quantity):
        placed = self.server.must("POST", "/v1/orders", small_order(number, quantity=quantity), self.key)
        for allocation in placed["lines"][0]["allocations"]:
            self.server.must("POST", f"/v1/orders/{placed['id']}/shipments", {"location": allocation["location"]}, self.key)
        return placed["id"]

    def level(self, location):
        (row,) = self.server.must("GET", f"/v1/inventory?sku=A&location={location}", key=self.key)["data"]
        return row

    def test_from_asked_for_to_in_stock(self):
        with tempfile.TemporaryDirectory() as folder, WaybillServer(store_dir=folder) as self.server:
            self.open_shop()
            order = self.shipped("W-1", 4)
            one, two = (f"ret_{order[4:]}-{n}" for n in (1, 2))
            self.assertEqual(self.run_return("list"), "")
            self.assertIn("quantity_not_returnable", self.run_return("request", order, "--line", "1=5", "--reason", "broken", code=1))
            asked = self.run_return("request", order, "--line", "1=3", "--reason", "too_small", "--location", "store-1").splitlines()
            self.assertRegex(asked[0], rf"^{INSTANT}  {one}  store-1  approved  W-1: 3 A$")
            self.assertEqual(asked[1:], ["  line 1  A  too_small: 3 expected", "  next: receive, cancel"])
            self.assertIn("quantity_not_returnable", self.run_return("request", order, "--line", "1=2", "--reason", "broken", code=1))
            self.assertIn("return_location_invalid", self.run_return(
                "request", order, "--line", "1", "--reason", "broken", "--location", "dc-1", code=1))
            self.assertRegex(self.run_return("request", order, "--line", "1", "--reason", "broken"), rf"{two}  anywhere  approved  W-1: 1 A\n")
            self.assertEqual(len(self.run_return("list", "--order", order).splitlines()), 2)
            self.assertEqual(len(self.run_return("list", "--location", "store-1").splitlines()), 1)
            self.assertIn("must be open, done", self.run_return("list", "--status", "late", code=1))

            # The store looks at what came: two can be sold again, the third can not, the fourth is kept after all.
            before = self.level("store-1")
            store = self.server.must("POST", "/v1/keys", {"name": "store", "role": "store", "locations": ["store-1"]}, self.key)["secret"]
            some = self.run_return("receive", one, "--location", "store-1", "--line", "1=2", key=store).splitlines()
            self.assertEqual(some[1:], ["  line 1  A  too_small: 1 expected, 2 restocked", "  next: receive, cancel"])
            self.assertIn("quantity_not_expected", self.run_return("receive", one, "--location", "store-1", "--line", "1=2", code=1, key=store))
            self.assertIn("out_of_scope", self.run_return("receive", one, "--location", "dc-1", code=1, key=store))
            rest = self.run_return("receive", one, "--location", "store-1", "--disposition", "quarantine", key=store).splitlines()
            self.assertEqual(rest[1:], ["  line 1  A  too_small: 2 restocked, 1 quarantined", "  over"])
            after = self.level("store-1")
            self.assertEqual((after["on_hand"] - before["on_hand"], after["sellable"] - before["sellable"]), (3, 2))
            self.assertIn("return_state", self.run_return("receive", one, "--location", "store-1", code=1))
            self.assertIn("(kept)", self.run_return("cancel", two, "--reason", "kept"))
            self.assertEqual(self.run_return("list"), "")
            rows = [json.loads(row) for row in self.run_return("list", "--status", "done", "--json").splitlines()]
            self.assertEqual([(row["id"], row["status"]) for row in rows], [(one, "received"), (two, "cancelled")])
            self.assertEqual(json.loads(self.run_return("show", one, "--json")), rows[0])
            self.assertIn("unknown_return", self.run_return("show", f"ret_{order[4:]}-9", code=1))
            quantities = self.server.must("GET", f"/v1/orders/{order}", key=self.key)["lines"][0]["quantities"]
            self.assertEqual((quantities["shipped"], quantities["returning"], quantities["returned"]), (4, 0, 3))

            self.run_return("request", order, "--line", "1=1", "--reason", "broken")
            exported = run_cli("export", "returns", env={"WAYBILL_SERVER": self.server.url, "WAYBILL_KEY": self.key})
            self.assertEqual([json.loads(row)["channel_order_id"] for row in exported.stdout.splitlines()], ["W-1"])
            checked = run_cli("verify", "--store", self.server.store, "--json")
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_by_the_channel_and_by_people(self):
        with tempfile.TemporaryDirectory() as folder, WaybillServer(store_dir=folder) as self.server:
            self.open_shop()
            self.server.must("PUT", "/v1/channels/web", {"returns": {"reasons": ["broken"], "approval": "by_person"}}, self.key)
            order = self.shipped("W-1", 2)
            one, two = (f"ret_{order[4:]}-{n}" for n in (1, 2))
            self.assertIn("requested", self.run_return("request", order, "--line", "1=1", "--reason", "broken"))
            self.assertIn("no reason that the channel takes", self.run_return("request", order, "--line", "1", "--reason", "whim", code=1))
            self.assertIn("requested", self.run_return("request", order, "--line", "1", "--reason", "whim", "--override-policy"))
            self.assertIn("  next: receive, cancel", self.run_return("approve", one))
            declined = self.run_return("decline", two, "--reason", "worn").splitlines()
            self.assertEqual(declined[1:], ["  line 1  A  whim: 1 not to come", "  over"])
            self.assertRegex(declined[0], rf"{two}  anywhere  declined  W-1: 1 A  \(worn\)$")

    def test_what_is_no_line_is_refused_at_once(self):
        for text in ("one", "1=", "=2", "1=two", "1=-2"):
            done = run_cli("return", "request", "ord_1", "--reason", "broken", "--line", text, env={"WAYBILL_KEY": "k"})
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            self.assertIn("LINE=UNITS", done.stderr)


if __name__ == "__main__":
    unittest.main()
