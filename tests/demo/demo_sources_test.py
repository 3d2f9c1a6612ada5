#!/usr/bin/env python3
"""The demo's sources of orders, without a server: same seed, same orders; every row ends as exactly one thing."""

import gzip
import json
import lzma
import pathlib
import sys
import tempfile
import unittest
from collections import Counter
from decimal import Decimal

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from demo import assortment, calibration, places, retail_file, summary  # noqa: E402
from demo.online_retail import OnlineRetail  # noqa: E402
from demo.retailer import DAYS, Retailer  # noqa: E402
from demo.scene import Ledger  # noqa: E402

REAL_ORDERS = HERE.parents[2] / "shared/data/orders/online_retail.csv.xz"   # beside the clone, where it is


def bodies(entries):
    return [json.loads(one.body) for one in entries]


def everything(source):
    """All documents of a source as text: world and days."""
    return [json.dumps(vars(source.world()), sort_keys=True, default=str)] + [
        f"{day.date} {[one.body for one in day.receipts + day.orders + day.cancellations + day.adjustments]}"
        for day in source.days()]


def play(source):
    """As a server that takes everything would answer: fills the ledger, returns the days."""
    days = list(source.days())
    for day in days:
        for one in day.orders + day.cancellations + day.adjustments:
            source.ledger.settle(one.rows)
    return days


class MadeUpRetailer(unittest.TestCase):
    def test_the_same_seed_makes_the_same_shop(self):
        first = everything(Retailer(7, 300, items=200, kits=5))
        self.assertEqual(first, everything(Retailer(7, 300, items=200, kits=5)))
        self.assertNotEqual(first, everything(Retailer(8, 300, items=200, kits=5)))

    def test_orders_are_of_what_there_is_and_add_up(self):
        shop = Retailer(3, 1000, items=400, kits=10)
        world = shop.world()
        prices = {item["sku"]: Decimal(item["price"]) for item in world.items + world.kits}
        cases = {item["sku"]: unit["factor"] for item in world.items for unit in item["units"]
                 if unit["unit"] == "case"}
        channels = {channel["code"] for channel in world.channels}
        orders = [order for day in shop.days() for order in bodies(day.orders)]
        self.assertEqual(len(orders), 1000)
        self.assertEqual(len({order["channel_order_id"] for order in orders}), 1000)
        for order in orders:
            self.assertIn(order["channel"], channels)
            skus = [line["sku"] for line in order["lines"]]
            self.assertEqual(len(skus), len(set(skus)))
            goods = Decimal(0)
            for line in order["lines"]:
                factor = cases[line["sku"]] if line["unit"] == "case" else 1
                self.assertEqual(Decimal(line["unit_price"]), prices[line["sku"]] * factor)
                goods += line["quantity"] * Decimal(line["unit_price"])
            charges = sum(Decimal(charge["amount"]) for charge in order.get("charges", []))
            self.assertEqual(Decimal(order["total"]), goods - Decimal(order.get("discount", 0)) + charges)

    def test_stock_and_cancellations_name_known_things(self):
        shop = Retailer(3, 600, items=300, kits=10)
        world = shop.world()
        skus = {item["sku"] for item in world.items}
        codes = [location["code"] for location in world.locations]
        self.assertEqual(len(codes), len(set(codes)))
        self.assertEqual(Counter(location["kind"] for location in world.locations),
                         {"dc": 6, "store": 50, "supplier": 6, "3pl": 4})
        for kit in world.kits:
            self.assertLessEqual({part["sku"] for part in kit["components"]}, skus)
        placed, days = {}, list(shop.days())
        self.assertEqual(len(days), DAYS)
        cancellations = 0
        for day in days:
            for movement in bodies(day.receipts):
                for move in movement["moves"]:
                    self.assertTrue(move["sku"] in skus and move["location"] in codes and move["quantity"] > 0)
            placed.update((order["channel_order_id"], order) for order in bodies(day.orders))
            for wanted in bodies(day.cancellations):
                cancellations += 1
                lines = {line["channel_line_id"] for line in placed[wanted["channel_order_id"]]["lines"]}
                self.assertLessEqual({line["channel_line_id"] for line in wanted.get("lines", [])}, lines)
        self.assertGreater(cancellations, 0)

    def test_patterns_follow_the_calibration(self):
        orders = [order for day in Retailer(5, 4000).days() for order in bodies(day.orders)]
        trade = sorted(len(order["lines"]) for order in orders if order["channel"] == "trade")
        self.assertTrue(11 <= trade[len(trade) // 2] <= 19, trade[len(trade) // 2])   # real median: 15
        share = sum("customer" not in order for order in orders) / len(orders)
        self.assertAlmostEqual(share, calibration.GUEST_SHARE, delta=0.02)
        lines = Counter(line["sku"] for order in orders for line in order["lines"])
        top = sum(count for _, count in lines.most_common(300)) / sum(lines.values())
        self.assertAlmostEqual(top, 0.446, delta=0.05)   # the share of a tenth of 3,000 items

    def test_gtins_have_their_check_digit(self):
        for number in (0, 1, 99, 102149):
            digits = [int(digit) for digit in assortment.gtin13(number)]
            self.assertEqual(len(digits), 13)
            self.assertEqual((sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10, 0)

    def test_places_are_on_the_map(self):
        self.assertEqual(len({town.postcode for town in places.US_TOWNS}), len(places.US_TOWNS))
        self.assertEqual(len({town.postcode for town in places.UK_TOWNS}), len(places.UK_TOWNS))
        for town in places.US_TOWNS:
            self.assertTrue(18 < town.latitude < 72 and -170 < town.longitude < -66, town)
        for town in places.UK_TOWNS:
            self.assertTrue(49 < town.latitude < 61 and -9 < town.longitude < 2, town)


class RealOrders(unittest.TestCase):
    def source(self, name="quirks.csv", **more):
        return OnlineRetail(HERE / name, 1, **more)

    def test_every_row_ends_as_exactly_one_thing(self):
        source = self.source()
        days = play(source)
        self.assertEqual(source.ledger.read, 27)
        self.assertTrue(source.ledger.is_balanced())
        self.assertEqual(dict(source.ledger.taken), {
            "order lines": 7, "charges": 2, "stock changes": 2,
            "cancellations": 1, "cancellations in part, the rest a return": 1,
            "returns (no customer named, so no order)": 1, "returns (no earlier order to cancel)": 1})
        self.assertEqual(dict(source.ledger.reported), {
            "unreadable row: a quantity or price is not a number": 1,
            "unreadable row: a date is in no known form": 1,
            "unreadable row: 3 columns instead of 8": 1,
            "a negative price": 1, "a quantity of 0": 1, "a stock change of a code that is no item": 1,
            "charges on an invoice without goods: an order needs a line": 1,
            "a charge given back (C invoices): money only, no order to change": 1,
            "a positive quantity on a C invoice": 1, "bad debt, not an order (A invoices)": 2,
            "an invoice of unknown kind": 1})
        self.assertEqual(len(summary.ledger_lines(source.ledger)), 1 + 7 + 11 + 1 + len(source.ledger.notes))
        self.assertEqual([day.date for day in days], ["2010-12-01", "2010-12-02", "2010-12-13"])

    def test_orders_keep_their_lines_apart(self):
        orders = {order["channel_order_id"]: order for day in play(self.source()) for order in bodies(day.orders)}
        self.assertEqual(sorted(orders), ["536365", "536366", "536367", "536372", "536384"])
        first = orders["536365"]
        self.assertEqual([(line["sku"], line["quantity"]) for line in first["lines"]],
                         [("85123A", 6), ("85123A", 4), ("85123A", 1)])
        self.assertEqual(first["placed_at"], "2010-12-01T08:26:00Z")
        self.assertEqual([(charge["kind"], charge["amount"]) for charge in first["charges"]],
                         [("shipping", "36.00"), ("adjustment", "1.25")])
        self.assertEqual(first["total"], "65.30")
        self.assertEqual(first["customer"], {"external_id": "17850"})
        guest = orders["536366"]
        self.assertNotIn("customer", guest)
        self.assertNotIn("total", guest)   # a price of three decimals is rounded by the server
        self.assertEqual((guest["ship_to"]["country"], guest["lines"][0]["unit_price"]), ("IE", "4.951"))
        self.assertEqual(orders["536367"]["lines"][0]["unit_price"], "0.0")
        self.assertEqual(orders["536384"]["ship_to"]["country"], "GB")

    def test_cancellations_take_the_latest_orders_first(self):
        cancellations = [wanted for day in play(self.source()) for wanted in bodies(day.cancellations)]
        taken = [(wanted["channel_order_id"], [(line["channel_line_id"], line["quantity"]) for line in wanted["lines"]])
                 for wanted in cancellations]
        # 8 units: the order that was complete last has 11 (invoice 536365 got its last row after 536372 was complete).
        # 20 more: the 3 left there, then 6 of 536372; 11 are left for which there is no order.
        self.assertEqual(taken, [("536365", [("3", 1), ("2", 4), ("1", 3)]), ("536365", [("1", 3)]),
                                 ("536372", [("1", 6)])])
        returns = [move for day in play(self.source()) for change in bodies(day.adjustments)
                   for move in change["moves"]]
        self.assertEqual([(move["sku"], move["quantity"], move["reason"]) for move in returns], [
            ("22139", -5, "damaged"), ("22139", -2, "no reason given"), ("85123A", 11, "return C536380"),
            ("22139", 1, "return C536381"), ("22139", 1, "return C536382")])

    def test_notes_say_what_was_changed(self):
        source = self.source()
        play(source)
        self.assertEqual(set(source.ledger.notes), {
            "rows whose code was written in small letters: taken as the same item",
            "invoices with more than one time: the first was taken",
            'orders from "Unspecified": taken as GB', 'orders from "Atlantis": taken as GB'})

    def test_a_refusal_of_the_server_is_reported(self):
        ledger = Ledger()
        ledger.read = 3
        ledger.settle([("order lines", 2)])
        ledger.settle([("order lines", 1)], "unknown_sku")
        self.assertEqual(dict(ledger.reported), {"order lines refused by the server: unknown_sku": 1})
        self.assertTrue(ledger.is_balanced())
        ledger.read = 4
        with self.assertRaises(AssertionError):
            summary.ledger_lines(ledger)

    def test_fewer_orders_read_fewer_rows(self):
        source = self.source(orders_max=2)
        play(source)
        self.assertEqual(source.ledger.taken["order lines"], 3)
        self.assertTrue(source.ledger.is_balanced())

    def test_packed_files_and_the_other_layout(self):
        text = (HERE / "quirks.csv").read_text(encoding="utf-8")
        expected = everything(self.source())[1:]
        heading = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
        american = "\n".join([heading, *text.split("\n")[1:]]).replace("2010-12-01 ", "12/1/2010 ")
        with tempfile.TemporaryDirectory() as folder:
            packed = pathlib.Path(folder)
            (packed / "a.csv.xz").write_bytes(lzma.compress(text.encode()))
            (packed / "a.csv.gz").write_bytes(gzip.compress(text.encode()))
            (packed / "b.csv").write_text(american.replace(":00,", ","), encoding="cp1252")
            (packed / "c.csv").write_bytes(text.replace("RETRO TEA", "£1 TEA").encode("cp1252"))
            for name in ("a.csv.xz", "a.csv.gz", "b.csv"):
                self.assertEqual(everything(OnlineRetail(packed / name, 1))[1:], expected, name)
            titles = [item["title"] for item in OnlineRetail(packed / "c.csv", 1).world().items]
            self.assertIn("£1 TEA SET", titles)
            (packed / "d.csv").write_text("a,b\n1,2\n", encoding="utf-8")
            with self.assertRaises(retail_file.NotThisFormat):
                OnlineRetail(packed / "d.csv", 1)

    @unittest.skipUnless(REAL_ORDERS.exists(), "the real orders are not on this machine")
    def test_the_real_file_is_accounted_for(self):
        source = OnlineRetail(REAL_ORDERS, 1)
        orders = 0
        for day in source.days():
            orders += len(day.orders)
            for one in day.orders + day.cancellations + day.adjustments:
                source.ledger.settle(one.rows)
        self.assertEqual((source.ledger.read, orders), (541_909, 20_538))
        self.assertTrue(source.ledger.is_balanced())
        self.assertEqual(source.ledger.reported["bad debt, not an order (A invoices)"], 3)


if __name__ == "__main__":
    unittest.main()
