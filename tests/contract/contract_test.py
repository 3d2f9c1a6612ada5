"""Requests and answers of the real program against api/openapi.yaml.

Every exchange is checked: the request body against the operation's schema, the answer's status, content type and body
against what the contract says of it. At the end every operation must have been answered with success at least once, and
every documented example must be a valid request.
"""

import json
import pathlib
import tempfile
import unittest
import warnings

import jsonschema
import yaml

from waybill_server import WaybillServer

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERBS = ("get", "post", "put", "patch", "delete")


class Contract:
    def __init__(self):
        with open(ROOT / "api" / "openapi.yaml", encoding="utf-8") as file:
            # Round trip through JSON: dates in examples are text.
            self.doc = json.loads(json.dumps(yaml.safe_load(file), default=lambda value: value.isoformat()))
        self.answered = set()

    def follow(self, thing):
        while "$ref" in thing:
            at = self.doc
            for part in thing["$ref"][2:].split("/"):
                at = at[part]
            thing = at
        return thing

    def operation(self, method, path):
        parts = path.split("?")[0].split("/")
        best = None
        for template, item in self.doc["paths"].items():
            wanted = template.split("/")
            if len(wanted) != len(parts) or method.lower() not in item:
                continue
            if all(w == p or w.startswith("{") for w, p in zip(wanted, parts)):
                fixed = sum(not w.startswith("{") for w in wanted)
                if best is None or fixed > best[0]:
                    best = (fixed, item[method.lower()])
        if best is None:
            raise AssertionError(f"{method} {path} is not in the contract")
        return best[1]

    def validate(self, schema, value, what):
        whole = {**schema, "components": self.doc["components"]}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            checker = jsonschema.Draft202012Validator(whole)
            errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in checker.iter_errors(value)]
        if errors:
            raise AssertionError(f"{what}: {errors}\n{json.dumps(value)[:2000]}")

    def check_request(self, operation, content_type, documents):
        media = operation["requestBody"]["content"][content_type]
        for document in documents:
            self.validate(media["schema"], document, operation["operationId"] + " request")

    def check_answer(self, operation, status, headers, content):
        name = operation["operationId"]
        described = operation["responses"].get(str(status)) or operation["responses"].get("default")
        if described is None:
            raise AssertionError(f"{name} answered {status}, which the contract does not have")
        described = self.follow(described)
        if "content" not in described:
            assert content == b"", f"{name} {status}: a body that the contract does not have"
        else:
            kind = headers.get("content-type", "").split(";")[0]
            assert kind in described["content"], f"{name} {status}: content type {kind}"
            schema = described["content"][kind]["schema"]
            if kind == "application/x-ndjson":
                for line in content.splitlines():
                    self.validate(schema, json.loads(line), f"{name} {status}")
            elif "json" in kind:
                self.validate(schema, json.loads(content), f"{name} {status}")
        if status < 300:
            self.answered.add(name)


class ContractTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.contract = Contract()
        cls.folder = tempfile.TemporaryDirectory()
        cls.server = WaybillServer(store_dir=cls.folder.name).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.folder.cleanup()

    def send(self, method, path, body=None, key="", lines=None, headers=None, valid=True):
        """Sends and checks both ways; returns (status, JSON, or the result lines)."""
        operation = self.contract.operation(method, path)
        key = self.key if key == "" else key
        send = dict(headers or {})
        data = None
        if lines is not None:
            send["Content-Type"] = "application/x-ndjson"
            data = "".join(json.dumps(line) + "\n" for line in lines).encode()
        elif body is not None:
            send["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        if data is not None and valid:
            self.contract.check_request(operation, send["Content-Type"], lines if lines is not None else [body])
        status, got, content = self.server.raw_request(method, path, data, key, send)
        self.contract.check_answer(operation, status, got, content)
        if lines is not None and status == 200:
            return status, [json.loads(line) for line in content.splitlines()]
        return status, json.loads(content) if content and "json" in got.get("content-type", "") else None

    def ok(self, method, path, *args, **more):
        status, answer = self.send(method, path, *args, **more)
        self.assertLess(status, 300, f"{method} {path}: {answer}")
        if isinstance(answer, list):
            for line in answer:
                if "line" in line:
                    self.assertNotIn("error", line)
        return answer

    def refused(self, code, method, path, *args, **more):
        status, answer = self.send(method, path, *args, valid=False, **more)
        self.assertEqual(answer.get("code"), code, f"{method} {path}: {status} {answer}")

    def order(self, number, **more):
        return {"channel": "web", "channel_order_id": number, "currency": "GBP",
                "ship_to": {"country": "GB", "postcode": "N1 1AA", "name": "Ann Buyer"},
                "customer": {"external_id": "C1", "name": "Ann Buyer"},
                "lines": [{"channel_line_id": "1", "sku": "A", "quantity": 2, "unit_price": "2.55"}], **more}

    def test_everything(self):
        operator = self.server.operator_key
        made = self.ok("POST", "/v1/tenants", {"name": "acme", "currency": "GBP"}, key=operator)
        self.key = made["admin_key"]["secret"]
        self.ok("GET", "/v1/tenants", key=operator)
        self.set_up_network()
        self.walk_orders()
        self.walk_fulfillment()
        self.walk_webhooks()
        self.walk_messages()
        self.walk_returns()
        self.walk_rules()
        self.walk_customers()
        self.walk_inventory()
        self.walk_events_and_process()
        self.walk_refusals()
        every = {item[verb]["operationId"] for item in self.contract.doc["paths"].values() for verb in VERBS if verb in item}
        # The stream does not end, so it has a test of its own (src/api/events_api_test.cpp).
        self.assertEqual(every - self.contract.answered, {"streamEvents"})

    def set_up_network(self):
        settings = self.ok("PUT", "/v1/settings", {"name": "acme", "currency": "GBP", "short_per_unit": "500"})
        self.assertEqual(settings["short_per_unit"], "500.00")
        self.ok("GET", "/v1/settings")
        self.ok("PUT", "/v1/channels/web", {"name": "Web", "routing": {"on_shortage": "backorder"}})
        self.ok("POST", "/v1/channels/bulk", lines=[{"code": "shop", "kind": "pos"}])
        self.ok("GET", "/v1/channels/web")
        self.ok("GET", "/v1/channels?limit=1")
        location = {"kind": "dc", "latitude": 51.5, "longitude": -0.1, "zone": "Europe/London",
                    "address": {"city": "London", "country": "GB"},
                    "calendar": {"working_days": ["monday", "sunday"], "cut_off": "15:00", "closed_days": ["2026-12-25"]},
                    "capacity": {"orders_per_day": 1000},
                    "costs": {"per_shipment": "1.20", "distance_bands": [{"max_km": 50, "per_shipment": "4", "per_kg": "0.1"}]}}
        self.ok("PUT", "/v1/locations/LON", location)
        self.ok("POST", "/v1/locations/bulk", lines=[{"code": "SUP", "kind": "3pl"}])
        self.assertEqual(self.ok("GET", "/v1/locations/LON")["calendar"]["cut_off"], "15:00")
        self.ok("GET", "/v1/locations")
        self.ok("POST", "/v1/postcode-areas/bulk", lines=[{"country": "GB", "prefix": "N1", "latitude": 51.53, "longitude": -0.1}])
        self.ok("GET", "/v1/postcode-areas")
        zones = [{"code": "all", "country": "GB", "postcodes": ["N1*"], "max_km": 500, "transit_days": 2, "weight_breaks": [{"max_g": 30000, "price": "3.10"}]}]
        self.ok("PUT", "/v1/rate-tables/parcel", {"carrier": "DPD", "service": "parcel", "zones": zones})
        self.ok("POST", "/v1/rate-tables/bulk", lines=[{"code": "night", "zones": zones}])
        self.ok("GET", "/v1/rate-tables/parcel")
        self.ok("GET", "/v1/rate-tables?limit=1")
        self.ok("PUT", "/v1/items/A", {"title": "A", "price": "2.55", "weight_g": 100,
                                       "units": [{"unit": "each", "factor": 1, "gtin": "4006381333931"}, {"unit": "case", "factor": 12}]})
        self.ok("POST", "/v1/items/bulk", lines=[{"sku": "B"}, {"sku": "KIT", "components": [{"sku": "A", "quantity": 2}]}])
        self.ok("GET", "/v1/items/KIT")
        self.ok("GET", "/v1/items?limit=2")
        self.ok("PUT", "/v1/demand", {"rows": [{"sku": "A", "location": "LON", "weekly_units": "12.5", "markdown": "30"}]})
        self.ok("POST", "/v1/demand/bulk", lines=[{"sku": "A", "location": "SUP", "markdown": "0.25"}, {"sku": "B", "location": "LON", "weekly_units": "1"}])
        self.assertEqual(self.ok("GET", "/v1/demand?sku=A&location=LON")["data"],
                         [{"sku": "A", "location": "LON", "weekly_units": "12.5", "markdown": "30"}])
        page = self.ok("GET", "/v1/demand?limit=2")
        self.assertEqual([row["location"] for row in page["data"]], ["LON", "SUP"])
        rest = self.ok("GET", "/v1/demand?limit=2&cursor=" + page["next_cursor"])
        self.assertEqual([row["sku"] for row in rest["data"]], ["B"])
        self.ok("PUT", "/v1/demand", {"rows": [{"sku": "B", "location": "LON"}]})
        self.assertEqual(self.ok("GET", "/v1/demand?sku=B")["data"], [])
        key = self.ok("POST", "/v1/keys", {"name": "store", "role": "store", "locations": ["LON"]})
        self.ok("GET", "/v1/keys")
        self.store_key = key["secret"]
        self.assertEqual([row["location"] for row in self.ok("GET", "/v1/demand", key=self.store_key)["data"]], ["LON"])
        self.refused("out_of_scope", "GET", "/v1/demand?location=SUP", key=self.store_key)
        for row in ({"weekly_units": "0.0001"}, {"weekly_units": "1000000000.001"}, {"markdown": "100.01"}):
            self.refused("invalid_request", "PUT", "/v1/demand", {"rows": [{"sku": "A", "location": "LON", **row}]})
        gone = self.ok("POST", "/v1/keys", {"name": "gone", "role": "viewer"})
        self.ok("DELETE", "/v1/keys/" + gone["id"])

    def walk_orders(self):
        self.ok("POST", "/v1/inventory/movements", {"reference": "G1", "moves": [
            {"kind": "receive", "sku": "A", "location": "LON", "unit": "case", "quantity": 10}]})
        one = self.ok("POST", "/v1/orders", self.order("W-1", notes="leave at door", tags=["gift"],
                                                         charges=[{"kind": "shipping", "amount": "4.95"}]))
        self.ok("GET", "/v1/orders/" + one["id"])
        self.ok("GET", "/v1/orders/" + one["id"], key=self.store_key)
        self.ok("GET", "/v1/orders?q=ann&limit=5")
        self.ok("GET", f"/v1/orders/{one['id']}/routing")
        self.ok("GET", f"/v1/orders/{one['id']}/events")
        self.ok("POST", "/v1/sourcing/preview", self.order("P-1"))
        self.ok("PUT", "/v1/locations/LON", {"address": {"country": "GB"}, "costs": {"per_shipment": "1.20", "rate_tables": ["parcel"]}})
        (chosen,) = [place for place in self.ok("POST", "/v1/sourcing/preview", self.order("P-2"))["candidates"] if place["chosen"]]
        self.assertEqual(chosen["shipments"][0]["paid"]["zone"], "all")
        self.ok("POST", "/v1/sourcing/preview", self.order("P-3", ship_to={"country": "FR"}))
        again = self.ok("POST", f"/v1/orders/{one['id']}/preview")
        self.assertEqual((again["rule_set"], again["differences"]), (0, []))
        self.ok("POST", f"/v1/orders/{one['id']}/cancel", {"reason": "late", "lines": [{"line_no": 1, "quantity": 1}]})
        self.ok("POST", f"/v1/orders/{one['id']}/shipments", {"location": "LON", "carrier": "post"})
        held = self.ok("POST", "/v1/orders", self.order("W-3", priority=-3))
        self.ok("POST", f"/v1/orders/{held['id']}/holds", {"code": "check", "reason": "score", "blocks": ["routing", "shipping"]})
        self.ok("GET", "/v1/orders?status=on_hold")
        self.ok("POST", f"/v1/orders/{held['id']}/holds/release", {"code": "check"})
        self.ok("GET", f"/v1/orders/{held['id']}/rules")
        self.ok("POST", f"/v1/orders/{held['id']}/exceptions", {
            "kind": "late", "reason": "carrier strike", "severity": "high", "owner": "care", "due_at": "2026-11-28T12:00:00Z"})
        self.ok("POST", f"/v1/orders/{held['id']}/exceptions/change", {"kind": "late", "owner": "ops", "severity": "urgent"})
        queued = self.ok("GET", "/v1/exceptions?severity=high&owner=ops&due_before=2030-01-01T00:00:00Z")["data"]
        self.assertEqual([(one["order_id"], one["kind"], one["severity"]) for one in queued], [(held["id"], "late", "urgent")])
        self.ok("POST", f"/v1/orders/{held['id']}/exceptions/resolve", {"kind": "late", "resolution": "told the customer"})
        self.assertEqual(self.ok("GET", f"/v1/exceptions?order={held['id']}")["data"], [])
        ended = self.ok("GET", "/v1/exceptions?status=resolved")["data"]
        self.assertEqual([one["resolution"] for one in ended], ["told the customer"])
        waiting = self.ok("POST", "/v1/orders", self.order("W-2", lines=[{"sku": "B", "quantity": 1, "unit_price": "1"}]))
        self.ok("POST", "/v1/inventory/movements/bulk", lines=[
            {"moves": [{"kind": "receive", "sku": "B", "location": "LON", "quantity": 5}]}])
        self.ok("POST", f"/v1/orders/{waiting['id']}/reroute", {"reason": "stock"})
        many = self.ok("POST", "/v1/orders/bulk", lines=[self.order("B-1"), self.order("B-2"),
                                                          self.order("B-3", lines=[{"sku": "KIT", "quantity": 1, "unit_price": "5"}])])
        self.ok("POST", "/v1/cancellations/bulk", lines=[{"channel": "web", "channel_order_id": "B-1", "reason": "late"}])
        self.ok("POST", "/v1/holds/bulk", lines=[{"order_id": many[1]["id"], "code": "recall", "blocks": ["shipping"]}])
        self.ok("POST", "/v1/holds/release/bulk", lines=[{"order_id": many[1]["id"], "code": "recall"}])
        self.ok("POST", "/v1/exceptions/bulk", lines=[{"order_id": many[1]["id"], "kind": "recall"}])
        self.ok("POST", "/v1/exceptions/change/bulk", lines=[{"order_id": many[1]["id"], "kind": "recall", "owner": "quality"}])
        self.ok("POST", "/v1/exceptions/resolve/bulk", lines=[{"order_id": many[1]["id"], "kind": "recall"}])
        self.ok("POST", "/v1/shipments/bulk", lines=[{"order_id": many[1]["id"], "location": "LON"}])

    def walk_parcels(self, at):
        """One unit, which is picked."""
        sscc = "340123450000000017"
        packed = self.ok("POST", at + "/pack", {"sscc": sscc, "lines": [{"line_no": 1, "quantity": 1}], "weight_g": 300, "length_mm": 300, "width_mm": 200,
                                                "height_mm": 100, "carrier": "post", "service": "next_day", "tracking": "T2"}, key=self.store_key)
        self.assertEqual([parcel["status"] for parcel in packed["parcels"]], ["voided", "packed"])
        self.ok("POST", at + "/unpack", {"sscc": sscc}, key=self.store_key)
        self.ok("POST", at + "/pack", {}, key=self.store_key)
        self.ok("GET", at + "/parcels/3/packing-slip")
        shipped = self.ok("POST", at + "/ship", {"parcels": [{"number": 3, "carrier": "ups", "service": "03", "tracking": "1Z5R89390357567127"}]})
        self.assertEqual(shipped["parcels"][2]["tracking"], "1Z5R89390357567127")
        order = "/v1/orders/ord_" + at.rsplit("_", 1)[1].split("-")[0]
        self.ok("GET", order + "/events")

    def walk_fulfillment(self):
        self.ok("PUT", "/v1/locations/LON", {"address": {"country": "GB"}, "release": "manual"})
        one = self.ok("POST", "/v1/orders", self.order("F-1", lines=[{"sku": "A", "quantity": 6, "unit_price": "2.55"}]))
        released = self.ok("POST", f"/v1/orders/{one['id']}/release", {"location": "LON"})
        work = released["fulfillment_orders"][0]
        at = "/v1/fulfillment-orders/" + work["id"]
        listed = self.ok("GET", f"/v1/fulfillment-orders?location=LON&order={one['id']}&due_until=2099-12-31&status=released")
        self.assertEqual([row["id"] for row in listed["data"]], [work["id"]])
        self.assertEqual(self.ok("GET", at), work)
        self.ok("GET", "/v1/fulfillment-orders?limit=1", key=self.store_key)
        self.ok("POST", at + "/accept", {}, key=self.store_key)
        self.ok("POST", at + "/pick", {"lines": [{"line_no": 1, "quantity": 2, "missing": 1}]}, key=self.store_key)
        self.ok("POST", at + "/reject", {"reason": "broken", "stock": "damaged", "lines": [{"line_no": 1, "quantity": 1}]}, key=self.store_key)
        self.ok("POST", at + "/recall", {"reason": "changed"})
        shipped = self.ok("POST", at + "/ship", {"carrier": "post", "tracking": "T1"}, key=self.store_key)
        self.assertEqual((shipped["status"], shipped["lines"][0]["rejected"]), ("shipped", 2))
        self.assertEqual(self.ok("GET", "/v1/fulfillment-orders?status=done")["data"][0]["id"], work["id"])
        after = self.ok("GET", f"/v1/orders/{one['id']}")
        self.assertEqual((after["refused_by"], [raised["kind"] for raised in after["exceptions"]]), (["LON"], ["no_supply"]))
        self.ok("GET", f"/v1/orders/{one['id']}", key=self.store_key)
        self.ok("GET", f"/v1/orders/{one['id']}/events")
        self.ok("PUT", "/v1/locations/LON", {"address": {"country": "GB"}, "release": "when_routed"})
        many = self.ok("POST", "/v1/orders/bulk", lines=[self.order(f"F-{n}") for n in range(2, 6)])
        ids = [f"ful_{made['id'][4:]}-1" for made in many]
        bulk = "/v1/fulfillment-orders/"
        self.ok("POST", bulk + "accept/bulk", lines=[{"fulfillment_order": ids[0]}], key=self.store_key)
        self.ok("POST", bulk + "pick/bulk", lines=[{"fulfillment_order": ids[0], "lines": [{"line_no": 1, "quantity": 1}]}, {"fulfillment_order": ids[1]}])
        left = self.ok("POST", bulk + "ship/bulk", lines=[{"fulfillment_order": ids[1], "carrier": "post"}])
        self.assertEqual([(line["id"], line["fulfillment_status"]) for line in left], [(ids[1], "shipped")])
        self.ok("POST", bulk + "pack/bulk", lines=[{"fulfillment_order": ids[0], "weight_g": 300}])
        self.ok("POST", bulk + "unpack/bulk", lines=[{"fulfillment_order": ids[0], "number": 1}])
        self.walk_parcels(bulk + ids[0])
        self.ok("POST", bulk + "recall/bulk", lines=[{"fulfillment_order": ids[2], "reason": "changed"}])
        self.ok("POST", "/v1/releases/bulk", lines=[{"order": many[2]["id"]}])
        self.ok("POST", bulk + "reject/bulk", lines=[{"fulfillment_order": ids[3], "reason": "closed"}])
        self.refused("unknown_fulfillment_order", "GET", bulk + "ful_1-1")
        self.refused("fulfillment_state", "POST", at + "/pick", {})
        self.refused("nothing_to_release", "POST", f"/v1/orders/{many[2]['id']}/release", {})
        self.refused("quantity_not_in_work", "POST", bulk + ids[0] + "/pick", {"lines": [{"line_no": 1, "quantity": 9}]})
        self.ok("PUT", "/v1/locations/LON", {"address": {"country": "GB"}, "costs": {"per_shipment": "1.20", "rate_tables": ["parcel"]}})

    def walk_returns(self):
        costs = {"per_shipment": "1.20", "rate_tables": ["parcel"]}
        self.ok("PUT", "/v1/locations/LON", {"address": {"country": "GB"}, "costs": costs, "capabilities": {"returns": True}})
        policy = {"window_days": 30, "reasons": ["broken", "too_small"], "approval": "by_person"}
        web = self.ok("PUT", "/v1/channels/web", {"name": "Web", "routing": {"on_shortage": "backorder"}, "returns": policy})
        self.assertEqual(web["returns"], policy)
        one = self.ok("POST", "/v1/orders", self.order("R-1", lines=[{"sku": "A", "quantity": 6, "unit_price": "2.55"}]))
        at = f"/v1/orders/{one['id']}"
        self.refused("quantity_not_returnable", "POST", at + "/returns", {"lines": [{"line_no": 1, "reason": "broken"}]})
        self.ok("POST", at + "/shipments", {"location": "LON"})
        ask = {"lines": [{"line_no": 1, "quantity": 3, "reason": "too_small"}], "location": "LON"}
        made = self.ok("POST", at + "/returns", ask, key=self.store_key)
        self.assertEqual((made["status"], made["requested_by"]), ("requested", ""))
        whole = "/v1/returns/" + made["id"]
        self.assertEqual(self.ok("GET", whole, key=self.store_key), made)
        listed = self.ok("GET", f"/v1/returns?location=LON&order={one['id']}&status=requested")
        self.assertEqual([row["id"] for row in listed["data"]], [made["id"]])
        self.ok("GET", "/v1/returns?limit=1", key=self.store_key)
        self.ok("POST", whole + "/approve", {})
        self.refused("return_state", "POST", whole + "/decline", {"reason": "worn"})
        self.refused("quantity_not_expected", "POST", whole + "/receive", {"location": "LON", "lines": [{"line_no": 1, "quantity": 9}]})
        part = self.ok("POST", whole + "/receive", {"location": "LON", "disposition": "restock", "lines": [
            {"line_no": 1, "quantity": 1}, {"line_no": 1, "quantity": 1, "disposition": "quarantine"}]}, key=self.store_key)
        self.assertEqual((part["status"], part["lines"][0]["expected"]), ("receiving", 1))
        over = self.ok("POST", whole + "/cancel", {"reason": "kept"})
        self.assertEqual((over["status"], over["lines"][0]["dropped"]), ("received", 1))
        other = self.ok("POST", at + "/returns", {"lines": [{"line_no": 1, "quantity": 1, "reason": "whim"}], "override_policy": True})
        self.ok("POST", f"/v1/returns/{other['id']}/decline", {"reason": "worn"})
        self.assertEqual([row["status"] for row in self.ok("GET", "/v1/returns?status=done")["data"]], ["received", "declined"])
        asked = [{"order_id": one["id"], "lines": [{"line_no": 1, "quantity": 1, "reason": "broken"}]} for _ in range(3)]
        ids = [line["id"] for line in self.ok("POST", "/v1/returns/bulk", lines=asked)]
        self.ok("POST", "/v1/returns/approve/bulk", lines=[{"return_id": ids[0]}])
        came = self.ok("POST", "/v1/returns/receive/bulk", lines=[{"return_id": ids[0], "location": "LON", "disposition": "destroy"}])
        self.assertEqual([(line["id"], line["return_status"]) for line in came], [(ids[0], "received")])
        self.ok("POST", "/v1/returns/decline/bulk", lines=[{"return_id": ids[1], "reason": "worn"}])
        self.ok("POST", "/v1/returns/cancel/bulk", lines=[{"return_id": ids[2], "reason": "kept"}])
        self.ok("POST", at + "/holds", {"code": "serial", "blocks": ["returning"]})
        after = self.ok("GET", at)
        self.assertEqual((after["lines"][0]["quantities"]["returned"], len(after["returns"])), (3, 5))
        self.ok("GET", at + "/events")
        self.refused("unknown_return", "GET", "/v1/returns/ret_1-9")
        self.refused("return_location_invalid", "POST", at + "/returns", dict(ask, location="SUP"))
        self.ok("PUT", "/v1/channels/web", {"name": "Web", "routing": {"on_shortage": "backorder"}})
        self.ok("PUT", "/v1/locations/LON", {"address": {"country": "GB"}, "costs": costs})

    def keeps(self, kept, given):
        """All that was given is there, beside what was left out."""
        if isinstance(given, dict):
            for name, value in given.items():
                self.keeps(kept[name], value)
        elif isinstance(given, list):
            self.assertEqual(len(kept), len(given))
            for ours, theirs in zip(given, kept):
                self.keeps(theirs, ours)
        else:
            self.assertEqual(kept, given)

    def walk_messages(self):
        shipped = {"subject": "{{order.number}} is on its way", "text": "Dear {{customer.name}}", "html": "<p>{{merchant}}</p>",
                   "events": ["order_shipped"], "to": ["shop@example.com"], "active": False}
        made = self.ok("PUT", "/v1/message-templates/order_shipped/de-AT", shipped)
        self.keeps(made, shipped)
        self.ok("POST", "/v1/message-templates/bulk", lines=[{"code": "news", "locale": "en", "subject": "News", "text": "None"}])
        self.assertEqual(self.ok("GET", "/v1/message-templates/order_shipped/de-AT"), made)
        self.ok("GET", "/v1/message-templates?limit=1")
        self.assertEqual(self.ok("GET", "/v1/mail")["status"], "off")
        self.refused("invalid_request", "PUT", "/v1/message-templates/a/en", {**shipped, "subject": "{{nobody}}"})
        self.refused("invalid_request", "PUT", "/v1/message-templates/a/en", {**shipped, "locale": "de"})
        self.refused("not_found", "GET", "/v1/message-templates/news/de")
        self.refused("unknown_message", "POST", "/v1/rule-sets", {
            "automation": [{"code": "a", "then": [{"type": "notify", "message": "none"}]}]})
        self.refused("forbidden", "PUT", "/v1/message-templates/a/en", shipped, key=self.store_key)

    def walk_webhooks(self):
        # Inactive: nothing is to be sent to where they lead.
        erp = {"url": "https://erp.invalid/in?shop=1", "description": "ERP", "events": ["order_placed"], "active": False, "batch_max": 20}
        made = self.ok("PUT", "/v1/webhooks/erp", erp)
        self.keeps(made, erp)
        self.assertEqual((made["status"], made["behind"]), ("inactive", 0))
        self.ok("POST", "/v1/webhooks/bulk", lines=[{"code": "all", "url": "https://all.invalid/", "events": ["*"], "active": False}])
        self.assertEqual(self.ok("GET", "/v1/webhooks/erp")["version"], made["version"])
        self.ok("GET", "/v1/webhooks?limit=1")
        first = self.ok("GET", "/v1/webhooks/erp/secret")
        self.assertNotIn("previous", first)
        rotated = self.ok("POST", "/v1/webhooks/erp/rotate-secret")
        self.assertEqual(rotated["previous"], first["secret"])
        self.ok("POST", "/v1/webhooks/erp/resume")
        self.assertEqual(self.ok("POST", "/v1/webhooks/erp/resume", {"after": 3})["delivered_through"], 3)
        self.refused("invalid_request", "PUT", "/v1/webhooks/erp", {**erp, "url": "https://u@erp.invalid/"})
        self.refused("not_found", "GET", "/v1/webhooks/none")
        self.refused("unknown_webhook", "POST", "/v1/rule-sets", {
            "automation": [{"code": "a", "then": [{"type": "call_webhook", "webhook": "none"}]}]})
        self.refused("forbidden", "GET", "/v1/webhooks", key=self.store_key)

    def walk_rules(self):
        rules = {
            "name": "First", "note": "for the test",
            "lists": [{"name": "north", "kind": "postcodes", "entries": ["N*", "10000-19999"]}],
            "automation": [{"code": "big", "when": {">": [{"var": "order.total"}, 5]},
                            "then": [{"type": "add_tag", "tag": "big"}, {"type": "forbid_sources", "kinds": ["3pl"], "locations": ["SUP"]},
                                     {"type": "set_splitting", "max_shipments": 2, "max_line_shipments": 2},
                                     {"type": "set_on_shortage", "on_shortage": "backorder"}]},
                           {"code": "routed", "moment": "routed", "when": {">": [{"var": "order.places"}, 0]},
                            "then": [{"type": "set_priority", "priority": -1}, {"type": "release_hold", "code": "none"},
                                     {"type": "raise_exception", "kind": "check", "reason": "new", "severity": "low", "owner": "ops", "due_minutes": 30},
                                     {"type": "resolve_exception", "kind": "none"},
                                     {"type": "place_hold", "code": "look", "reason": "new", "blocks": ["shipping"]}]},
                           {"code": "other", "when": {"in": ["other", {"var": "order.tags"}]},
                            "then": [{"type": "substitute", "sku": "A", "by": "B", "quantity": 2},
                                     {"type": "require_sources", "kinds": ["dc", "store"], "locations": ["LON"]},
                                     {"type": "set_method", "method": "ship"},
                                     {"type": "forbid_method", "method": "pickup", "reason": "too much"},
                                     {"type": "call_webhook", "webhook": "erp"}, {"type": "notify", "message": "news"}]},
                           {"code": "broken", "when": {"/": [1, {"-": [{"var": "order.line_count"}, 1]}]}, "stop": True}],
            "strategies": [{"code": "near", "rank_by": "ordered", "criteria": ["fewest_shipments", "distance"], "min_part_value": "1.00",
                            "filters": [{"code": "not-sup", "reason": "no stock there", "when": {"!=": [{"var": "location.code"}, "SUP"]}}]}],
            "routing": [{"code": "north", "when": {"in_list": [{"var": "ship_to.postcode"}, "north"]},
                         "branches": [{"code": "all", "strategies": ["near"]}]}],
            "golden_orders": [{"code": "one", "channel": "web", "country": "GB", "postcode": "N1 1AA",
                               "lines": [{"sku": "A", "quantity": 3, "unit_price": "2.55"}],
                               "stock": [{"sku": "A", "location": "LON", "units": 5}],
                               "expect": {"fired": ["big", "routed"], "tags": ["big"], "holds": ["look"], "priority": -1,
                                          "exceptions": ["check", "rule_failed"], "strategy": "near", "short_units": 0,
                                          "sources": [{"sku": "A", "location": "LON", "units": 3}]}}]}
        saved = self.ok("POST", "/v1/rule-sets", rules)
        self.assertEqual((saved["number"], saved["strategies"][0]["min_part_value"]), (1, "1.00"))
        self.keeps(saved, rules)
        self.assertEqual(self.ok("POST", "/v1/rule-sets", rules)["number"], 1)
        self.ok("GET", "/v1/rule-sets")
        self.assertEqual(self.ok("GET", "/v1/rule-sets/1"), saved)
        self.assertTrue(self.ok("POST", "/v1/rule-sets/1/check")["passed"])
        self.assertEqual(self.ok("GET", "/v1/rule-activations/current")["rule_set"], 0)
        tried = self.ok("POST", "/v1/sourcing/preview?rule_set=1", self.order("W-try"))
        self.assertEqual((tried["rules"]["rule_set"], tried["rules"]["strategy"]), (1, "near"))
        self.ok("POST", "/v1/rule-activations", {"rule_set": 1, "reason": "go"})
        order = self.ok("POST", "/v1/orders", self.order("W-ruled"))
        self.assertEqual((order["tags"], order["routing"]["forbidden_kinds"]), (["big"], ["3pl"]))
        told = self.ok("GET", "/v1/orders/" + order["id"] + "/routing")
        self.assertTrue(told["reproduced"] and told["rules"]["reproduced"], told)
        self.assertEqual([rule["verdict"] for rule in told["rules"]["automation"]], ["fired", "did_not_hold", "failed"])
        self.assertIn("LON", told["summary"])
        without = self.ok("POST", f"/v1/orders/{order['id']}/preview?rule_set=0")
        self.assertEqual([row["of"] for row in without["differences"]], ["rules", "tags", "strategy", "exceptions"])
        other = self.ok("POST", "/v1/orders", self.order("W-other", tags=["other"]))
        (line,) = other["lines"]
        self.assertEqual((line["sku"], line["ordered_sku"], line["unit_quantity"], line["quantity"], line["amount"]), ("B", "A", 2, 4, "5.10"))
        self.assertEqual((other["routing"]["required_kinds"], other["routing"]["required_locations"]), (["dc", "store"], ["LON"]))
        told = self.ok("GET", f"/v1/orders/{other['id']}/routing")
        self.assertTrue(told["reproduced"] and told["rules"]["reproduced"], told)
        self.assertIn("served with 4 x B in place of A", told["summary"])
        changes = {"substitutes": [{"line_no": 1, "ordered_sku": "A", "ordered_quantity": 2, "sku": "B", "quantity": 4}],
                   "required_sources": {"kinds": ["dc", "store"], "locations": ["LON"]}}
        self.assertEqual(told["rules"]["changes"], changes)
        self.assertEqual(self.ok("GET", f"/v1/orders/{other['id']}/rules")["moments"][0]["changes"], changes)
        again = self.ok("POST", f"/v1/orders/{other['id']}/preview?rule_set=0")
        self.assertIn({"of": "items", "text": "line 1, A: was 4 B, would be 2 A"}, again["differences"])
        self.ok("POST", "/v1/rule-activations", {"rule_set": 0, "at": "2099-01-01T00:00:00Z"})
        self.assertEqual(len(self.ok("GET", "/v1/rule-activations/current")["scheduled"]), 1)
        self.assertEqual(self.ok("POST", "/v1/rule-activations/rollback", {"reason": "done"})["rule_set"], 0)
        self.ok("GET", "/v1/rule-activations")
        self.ok("GET", "/v1/rule-facts")
        self.refused("invalid_rule", "POST", "/v1/rule-sets", {"automation": [{"code": "a", "when": {"var": "order.totl"}}]})
        self.refused("unknown_rule_set", "POST", "/v1/rule-activations", {"rule_set": 7})
        self.refused("nothing_to_roll_back", "POST", "/v1/rule-activations/rollback", {})

    def walk_customers(self):
        one = self.ok("POST", "/v1/customers", {"identities": [{"channel": "web", "external_id": "X"}], "name": "Bo"})
        two = self.ok("POST", "/v1/customers", {"name": "Bo again"})
        self.ok("GET", "/v1/customers?q=bo")
        self.ok("PATCH", "/v1/customers/" + one["id"], {"email": "bo@example.com"})
        self.ok("GET", "/v1/customers/" + one["id"])
        self.ok("POST", f"/v1/customers/{two['id']}/merge", {"into": one["id"]})
        self.ok("POST", f"/v1/customers/{one['id']}/erase")

    def walk_inventory(self):
        self.ok("GET", "/v1/inventory?sku=A")
        self.ok("GET", "/v1/inventory/movements?sku=A&limit=3")
        self.ok("GET", "/v1/availability?sku=A,KIT&channel=web")
        feed = {"sequence": 1, "mode": "count", "rows": [{"sku": "B", "location": "SUP", "quantity": 4},
                                                          {"sku": "?", "location": "SUP", "quantity": 4}]}
        self.assertEqual(self.ok("POST", "/v1/inventory/feeds/wms", feed)["rows_taken"], 1)
        self.assertTrue(self.ok("POST", "/v1/inventory/feeds/wms", feed)["already_applied"])
        self.ok("POST", "/v1/inventory/feeds/bulk", lines=[{**feed, "source": "wms", "sequence": 2}])

    def walk_events_and_process(self):
        self.ok("GET", "/v1/events?limit=200")
        for path in ("/livez", "/readyz", "/metrics", "/openapi.yaml", "/openapi.json", "/docs"):
            self.ok("GET", path, key=None)

    def walk_refusals(self):
        self.refused("unauthenticated", "GET", "/v1/orders", key=None)
        self.refused("forbidden", "GET", "/v1/keys", key=self.store_key)
        self.refused("out_of_scope", "GET", "/v1/customers", key=self.store_key)
        self.refused("invalid_request", "POST", "/v1/orders", {"lines": []})
        self.refused("unknown_currency", "POST", "/v1/orders", self.order("R", currency="XXQ"))
        self.refused("duplicate_order", "POST", "/v1/orders", self.order("W-1"))
        self.refused("unknown_channel", "POST", "/v1/orders", self.order("R", channel="none"))
        self.refused("total_mismatch", "POST", "/v1/orders", self.order("R", total="1.00"))
        self.refused("unknown_order", "GET", "/v1/orders/ord_99999")
        self.refused("unknown_customer", "GET", "/v1/customers/cus_99999")
        self.refused("unknown_key", "DELETE", "/v1/keys/key_99999")
        self.refused("currency_fixed", "PUT", "/v1/settings", {"name": "acme", "currency": "EUR"})
        self.refused("unknown_zone", "PUT", "/v1/locations/X", {"zone": "Mars/Base"})
        self.refused("tenant_name_taken", "POST", "/v1/tenants", {"name": "acme", "currency": "GBP"}, key=self.server.operator_key)
        self.refused("gtin_taken", "PUT", "/v1/items/C", {"units": [{"unit": "each", "factor": 1, "gtin": "4006381333931"}]})
        self.refused("insufficient_supply", "POST", "/v1/orders", self.order(
            "R", routing={"on_shortage": "reject"}, lines=[{"sku": "B", "quantity": 1000, "unit_price": "1"}]))

    def test_examples_are_valid(self):
        for path, item in self.contract.doc["paths"].items():
            for verb in VERBS:
                for media in item.get(verb, {}).get("requestBody", {}).get("content", {}).values():
                    shown = [media["example"]] if "example" in media else []
                    shown += [example["value"] for example in media.get("examples", {}).values()]
                    for example in shown:
                        self.contract.validate(media["schema"], example, f"{verb} {path} example")


if __name__ == "__main__":
    unittest.main(verbosity=1)
