"""Bulk loads and exports by the command line against a running server."""

import json
import pathlib
import tempfile
import unittest

from waybill_server import WaybillServer, load_small_network, run_cli, small_order


class ImportExport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.server = WaybillServer(store_dir=cls.folder / "server").start()
        cls.addClassCleanup(cls.server.stop)

    def cli(self, *args, key, stdin=None, code=0):
        done = run_cli(*args, stdin=stdin, env={"WAYBILL_SERVER": self.server.url, "WAYBILL_KEY": key})
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def export(self, kind, key):
        return [json.loads(line) for line in self.cli("export", kind, key=key).stdout.splitlines()]

    def ndjson(self, name, rows):
        path = self.folder / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    def test_a_whole_tenant_by_the_command_line(self):
        tenant = self.server.create_tenant("By command line")
        key = tenant.key
        places = [{"code": code, "name": code, "kind": "dc", "address": {"country": "GB", "city": "Leeds"},
                   "latitude": 53.8, "longitude": -1.5, "zone": "Europe/London"} for code in ("dc-1", "dc-2")]
        items = [{"sku": f"S-{n:04}", "title": f"Item {n}", "units": [{"unit": "each", "factor": 1}],
                  "weight_g": n, "price": "2.50"} for n in range(1500)]
        self.cli("import", "rate-tables", "-", key=key, stdin=json.dumps(
            {"code": "parcel", "carrier": "DPD", "zones": [{"code": "all", "country": "GB", "postcodes": ["YO*"], "transit_days": 2,
             "weight_breaks": [{"max_g": 30000, "price": "3.10"}]}]}) + "\n")
        places[0]["costs"] = {"per_shipment": "1.00", "rate_tables": ["parcel"]}
        self.cli("import", "locations", self.ndjson("locations", places), key=key)
        self.cli("import", "channels", "-", key=key,
                 stdin=json.dumps({"code": "web", "name": "Web", "kind": "web"}) + "\n")
        # Inactive: nothing is to be sent to where they lead.
        hooks = [{"code": "erp", "url": "https://erp.invalid/in", "description": "ERP", "events": ["order_placed", "order_shipped"],
                  "active": False, "batch_max": 20}, {"code": "all", "url": "https://all.invalid/", "events": ["*"], "active": False}]
        self.cli("import", "webhooks", self.ndjson("webhooks", hooks), key=key)
        mails = [{"code": "placed", "locale": "de-AT", "subject": "{{order.number}}", "text": "Grüß Gott\n", "html": "", "events": ["order_placed"],
                  "to": ["a@example.com"], "active": False}]
        self.cli("import", "message-templates", self.ndjson("mails", mails), key=key)
        done = self.cli("import", "items", self.ndjson("items", items), "--json", key=key)
        summary = json.loads(done.stdout)
        self.assertEqual((summary["lines"], summary["accepted"], summary["failed"]), (1500, 1500, 0))
        demand = [{"sku": f"S-{n:04}", "location": code, "weekly_units": f"{n}.5", "markdown": "12.25"}
                  for n in range(150) for code in ("dc-1", "dc-2")]
        self.cli("import", "demand", self.ndjson("demand", demand), key=key)
        self.assertEqual(self.export("demand", key), demand)
        self.cli("import", "postcode-areas", "-", key=key, stdin=json.dumps(
            {"country": "GB", "prefix": "YO", "latitude": 53.96, "longitude": -1.08}) + "\n")
        moves = [{"reference": f"M-{n}", "moves": [
            {"kind": "receive", "sku": f"S-{n:04}", "location": "dc-1", "quantity": 10}]} for n in range(100)]
        self.cli("import", "movements", self.ndjson("movements", moves), key=key)
        feeds = [{"source": "erp", "sequence": 1, "mode": "count",
                  "rows": [{"sku": f"S-{n:04}", "location": "dc-2", "quantity": 5} for n in range(50)]}]
        self.cli("import", "feeds", self.ndjson("feeds", feeds), key=key)
        orders = [small_order(f"W-{n}", sku=f"S-{n % 100:04}") for n in range(300)]
        self.cli("import", "orders", self.ndjson("orders", orders), key=key)

        exported = self.export("items", key)
        self.assertEqual(len(exported), 1500)
        self.assertEqual(self.export("message-templates", key), mails)
        self.assertEqual(self.export("webhooks", key), [hooks[0], {**hooks[1], "description": "", "batch_max": 1}])
        self.assertEqual(len(self.export("locations", key)), 2)
        self.assertEqual(len(self.export("channels", key)), 1)
        self.assertEqual(sum(level["on_hand"] for level in self.export("inventory", key)), 100 * 10 + 50 * 5)
        placed = self.export("orders", key)
        self.assertEqual({order["channel_order_id"] for order in placed}, {f"W-{n}" for n in range(300)})
        events = self.export("events", key)
        self.assertEqual(len({event["id"] for event in events}), len(events))
        self.assertGreater(len(events), 1500 + 300)

        by_id = {order["channel_order_id"]: order for order in placed}
        self.cli("import", "shipments", "-", key=key, stdin=json.dumps(
            {"order_id": by_id["W-0"]["id"], "location": by_id["W-0"]["lines"][0]["allocations"][0]["location"],
             "lines": [{"line_no": 1, "quantity": 1}]}) + "\n")
        self.cli("import", "cancellations", "-", key=key, stdin=json.dumps(
            {"channel": "web", "channel_order_id": "W-1", "reason": "customer_request"}) + "\n")
        statuses = {order["channel_order_id"]: order["status"] for order in self.export("orders", key)}
        self.assertEqual((statuses["W-0"], statuses["W-1"]), ("shipped", "cancelled"))

        # What was exported of the configuration can be imported by another tenant, and exports the same again.
        other = self.server.create_tenant("By command line, again").key
        for kind in ("rate-tables", "locations", "channels", "items", "webhooks", "message-templates", "demand"):
            rows = self.export(kind, key)
            self.cli("import", kind, self.ndjson("again", rows), key=other)
            self.assertEqual(self.export(kind, other), rows)

    def test_failed_lines_are_reported_and_do_not_stop_the_others(self):
        key = self.server.create_tenant("Rejects").key
        load_small_network(self.server, key)
        lines = [json.dumps(small_order("W-1")), "", json.dumps(small_order("W-2", sku="NO-SUCH-SKU")), "{not json",
                 json.dumps(small_order("W-3"))]
        path = self.folder / "mixed"
        path.write_text("\n".join(lines))  # and no newline at the end
        rejects = self.folder / "rejects"
        done = self.cli("import", "orders", path, "--rejects", rejects, "--json", key=key, code=1)
        summary = json.loads(done.stdout)
        self.assertEqual((summary["lines"], summary["accepted"], summary["failed"]), (4, 2, 2))
        rows = [json.loads(line) for line in rejects.read_text().splitlines()]
        self.assertEqual([(row["line"], row["error"]["code"]) for row in rows], [(3, "unknown_sku"), (4, "malformed_json")])
        self.assertEqual([row["input"] for row in rows], [lines[2], lines[3]])

        # Without a file the first few are told on standard error.
        done = self.cli("import", "orders", path, key=key, code=1)
        self.assertIn("line 3: unknown_sku", done.stderr)
        self.assertIn("2 already there", done.stdout)

    def test_a_load_can_be_run_again(self):
        key = self.server.create_tenant("Again").key
        load_small_network(self.server, key)
        path = self.ndjson("again-orders", [small_order(f"W-{n}") for n in range(50)])
        self.cli("import", "orders", path, key=key)
        summary = json.loads(self.cli("import", "orders", path, "--json", key=key).stdout)
        self.assertEqual((summary["accepted"], summary["duplicates"], summary["failed"]), (0, 50, 0))
        self.cli("import", "orders", path, "--refuse-duplicates", key=key, code=1)
        self.assertEqual(len(self.export("orders", key)), 50)

    def test_an_empty_file(self):
        key = self.server.create_tenant("Empty").key
        summary = json.loads(self.cli("import", "items", "-", "--json", key=key, stdin="").stdout)
        self.assertEqual((summary["lines"], summary["failed"]), (0, 0))

    def test_a_wrong_key(self):
        for command in (["export", "orders"], ["import", "orders", "-"]):
            done = self.cli(*command, key="wb_" + "x" * 43, stdin='{"channel":"web"}\n', code=1)
            self.assertIn("unauthenticated", done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1)

    def test_a_key_that_may_not(self):
        admin = self.server.create_tenant("May not").key
        viewer = self.server.must("POST", "/v1/keys", {"name": "v", "role": "viewer"}, admin)["secret"]
        done = self.cli("import", "items", "-", key=viewer, stdin='{"sku":"A"}\n', code=1)
        self.assertIn("forbidden", done.stderr)


if __name__ == "__main__":
    unittest.main()
