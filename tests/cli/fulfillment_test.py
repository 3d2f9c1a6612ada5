"""waybill fulfillment: the work of the locations of a running server, from released to shipped."""

import json
import tempfile
import unittest

from waybill_server import WaybillServer, load_small_network, run_cli, small_order


class Fulfillment(unittest.TestCase):
    def run_fulfillment(self, *args, code=0, key=None):
        done = run_cli("fulfillment", *args, env={"WAYBILL_SERVER": self.server.url, "WAYBILL_KEY": key or self.key})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stdout + done.stderr

    def pack_and_send(self):
        order = self.server.must("POST", "/v1/orders", small_order("P-1", quantity=3), self.key)["id"]
        self.run_fulfillment("release", order)
        one = f"ful_{order[4:]}-1"
        self.run_fulfillment("pick", one)
        self.assertIn("scan_not_in_order", self.run_fulfillment("pack", one, "--scan", "96385074", code=1))
        self.assertIn("must be GTIN", self.run_fulfillment("pack", one, "--scan", "96385074=x", code=2))
        packed = self.run_fulfillment("pack", one, "--line", "1=2", "--sscc", "340123450000000017", "--weight", "900", "--size", "300x200x100").splitlines()
        self.assertEqual(packed[1:], ["  line 1  A: 1 picked, 2 packed", "  parcel 1  packed  340123450000000017: 2 A", "  next: pack, unpack, reject, ship"])
        self.run_fulfillment("pack", one, "--carrier", "post", "--tracking", "T9")
        slip = json.loads(self.run_fulfillment("slip", one, "--parcel", "2"))
        self.assertEqual((slip["parcels"], slip["tracking"], slip["lines"][0]["quantity"]), (2, "T9", 1))
        self.run_fulfillment("unpack", one, "--parcel", "2")
        self.run_fulfillment("pack", one)
        self.assertIn("parcel_state", self.run_fulfillment("ship", one, "--parcel", "2", code=1))
        shipped = self.run_fulfillment("ship", one, "--parcel", "340123450000000017=1Z5R89390357567127", "--parcel", "3").splitlines()
        self.assertEqual(shipped[1:], ["  line 1  A: 3 shipped", "  parcel 1  shipped  340123450000000017  ups 1Z5R89390357567127: 2 A",
                                       "  parcel 2  voided  post T9", "  parcel 3  shipped: 1 A", "  done"])

    def test_from_released_to_shipped(self):
        with tempfile.TemporaryDirectory() as folder, WaybillServer(store_dir=folder) as self.server:
            self.key = self.server.create_tenant("Acme", "GBP").key
            load_small_network(self.server, self.key)
            placed = self.server.must("POST", "/v1/orders", small_order("W-1", quantity=3), self.key)
            order = placed["id"]
            place = placed["lines"][0]["allocations"][0]["location"]
            other = {"dc-1": "store-1", "store-1": "dc-1"}[place]
            one = f"ful_{order[4:]}-1"
            self.assertEqual(self.run_fulfillment("list"), "")
            day = r"20\d\d-\d\d-\d\d"
            self.assertRegex(self.run_fulfillment("release", order, "--location", place),
                             rf"^{day}  {one}  {place}  released  W-1: 3 A\n$")
            self.assertIn("nothing_to_release", self.run_fulfillment("release", order, code=1))
            self.assertRegex(self.run_fulfillment("list"), rf"^{day}  {one}  {place}  released  W-1: 3 A\n$")
            self.assertEqual(len(self.run_fulfillment("list", "--location", place, "--order", order).splitlines()), 1)
            self.assertEqual(self.run_fulfillment("list", "--location", other), "")
            self.assertEqual(self.run_fulfillment("list", "--due-until", "2000-01-01"), "")
            self.assertIn("must be open, done", self.run_fulfillment("list", "--status", "late", code=1))
            self.assertEqual(self.run_fulfillment("accept", one).splitlines()[1:],
                             ["  line 1  A: 3 to pick", "  next: pick, reject, recall, ship"])

            # Two are there, one is not: the other place is asked for it.
            picked = self.run_fulfillment("pick", one, "--line", "1=2", "--missing", "1=1").splitlines()
            self.assertRegex(picked[0], rf"^{day}  {one}  {place}  picked  W-1: 3 A  \(short_pick\)$")
            self.assertEqual(picked[1:], ["  line 1  A: 2 picked, 1 given back", "  next: pack, reject, ship"])
            self.assertIn("fulfillment_state", self.run_fulfillment("pick", one, code=1))
            two = f"ful_{order[4:]}-2"
            self.assertRegex(self.run_fulfillment("release", order).splitlines()[1], rf"^{day}  {two}  {other}  released  W-1: 1 A$")
            self.assertEqual(self.run_fulfillment("recall", two, "--reason", "changed").splitlines()[1:],
                             ["  line 1  A: 1 taken back", "  done"])
            shipped = self.run_fulfillment("ship", one, "--carrier", "post", "--tracking", "T1").splitlines()
            self.assertEqual(shipped[1:], ["  line 1  A: 2 shipped, 1 given back", "  done"])
            self.assertEqual(self.run_fulfillment("list"), "")
            rows = [json.loads(row) for row in self.run_fulfillment("list", "--status", "done", "--json").splitlines()]
            self.assertEqual([(row["id"], row["status"]) for row in rows], [(one, "shipped"), (two, "cancelled")])
            self.assertEqual(json.loads(self.run_fulfillment("show", one, "--json")), rows[0])

            self.pack_and_send()

            # A store gives back all that it was asked for; no other place has it.
            self.run_fulfillment("release", order)
            rejected = self.run_fulfillment("reject", f"ful_{order[4:]}-3", "--reason", "closed", "--stock", "kept").splitlines()
            self.assertIn("rejected", rejected[0])
            self.assertEqual(self.server.must("GET", f"/v1/orders/{order}", key=self.key)["refused_by"], ["dc-1", "store-1"])
            self.assertIn("unknown_fulfillment_order", self.run_fulfillment("show", f"ful_{order[4:]}-9", code=1))

            self.run_fulfillment("release", self.server.must("POST", "/v1/orders", small_order("W-2"), self.key)["id"])
            exported = run_cli("export", "fulfillment_orders", env={"WAYBILL_SERVER": self.server.url, "WAYBILL_KEY": self.key})
            self.assertEqual([json.loads(row)["channel_order_id"] for row in exported.stdout.splitlines()], ["W-2"])
            store = self.server.must("POST", "/v1/keys", {"name": "other", "role": "store", "locations": [other]}, self.key)["secret"]
            self.assertEqual(self.run_fulfillment("list", "--status", "released", key=store), "")

    def test_a_hold_is_named(self):
        with tempfile.TemporaryDirectory() as folder, WaybillServer(store_dir=folder) as self.server:
            self.key = self.server.create_tenant("Acme", "GBP").key
            load_small_network(self.server, self.key)
            self.server.must("POST", "/v1/rule-sets", {"automation": [
                {"code": "look", "moment": "before_release", "when": None,
                 "then": [{"type": "place_hold", "code": "check", "blocks": ["releasing"]}]}]}, self.key)
            self.server.must("POST", "/v1/rule-activations", {"rule_set": 1}, self.key)
            order = self.server.must("POST", "/v1/orders", small_order("W-1"), self.key)["id"]
            self.assertEqual(self.run_fulfillment("release", order), f"{order} is held by check\n")
            self.assertIn("order_on_hold", self.run_fulfillment("release", order, code=1))

    def test_what_is_no_line_is_refused_at_once(self):
        for text in ("one", "1", "1=", "=2", "1=two", "1=-2"):
            done = run_cli("fulfillment", "pick", "ful_1-1", "--line", text, env={"WAYBILL_KEY": "k"})
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            self.assertIn("LINE=UNITS", done.stderr)


if __name__ == "__main__":
    unittest.main()
