"""Loads a world and plays its days through the public API; keeps what the summary needs."""

import itertools
import json
import math
import pathlib
import queue
import threading
import time
from collections import Counter
from decimal import Decimal

from demo import rules
from demo.client import PAGE_ROWS, Refused, problem_text
from demo.progress import Progress
from demo.scene import Ledger, entry

DAYS_AHEAD = 3
# Why a unit comes back, and what the store that takes it makes of it.
RETURNS = [("too_small", "restock"), ("unwanted", "restock"), ("damaged", "quarantine"), ("faulty", "vendor")]
STILL_EXPECTED = 5    # of so many returns one has not come yet
SINGLE_ORDERS = 300   # placed with a request each, to measure how long one order takes


class RuleFigures:
    """What the log says of rules and strategies: orders of each, and one of them."""

    def __init__(self):
        self.orders = 0
        self.fired = Counter()
        self.strategies = Counter()
        self.example = {}     # the code of a rule -> an order id

    def take(self, placed):
        """`placed`: the data of an order_placed event."""
        self.orders += 1
        decided = placed.get("rules", {})
        self.strategies[decided.get("strategy", "none")] += 1
        for rule in decided.get("fired", []):
            self.fired[rule] += 1
            self.example[rule] = placed["order"]["id"]

    def take_later(self, marked):
        """`marked`: the data of an order_marked event."""
        for rule in marked.get("rules", {}).get("fired", []):
            self.fired[rule] += 1
            self.example[rule] = marked["order_id"]


class Figures:
    """What the answers to orders said."""

    def __init__(self):
        self.orders = 0
        self.lines = 0
        self.units = 0
        self.whole = 0
        self.split = 0
        self.short_orders = 0
        self.short_units = 0
        self.shipments = 0
        self.cost = Decimal(0)   # of complete orders: that of others contains what the shop puts on a missing unit
        self.costed = 0          # those; a strategy that compares other things than cost says none
        self.proved = 0
        self.refused = Counter()
        self.cancellations = 0
        self.movements = 0
        self.parcels = 0
        self.returns = 0
        self.returned_units = 0
        self.shipped_units = Counter()   # by place
        self.single_ms = []
        self.bulk_orders = 0
        self.bulk_s = 0.0
        self.example = {}     # "whole", "split", "short" -> an order id
        self.rules = RuleFigures()

    def take(self, sent, answer):
        """`answer` has id, shipments, short_units, cost and proved."""
        self.orders += 1
        self.lines += sent.lines
        self.units += sent.units
        shipments, short = answer.get("shipments", 0), answer.get("short_units", 0)
        self.shipments += shipments
        self.proved += bool(answer.get("proved"))
        kind = "short" if short else "whole" if shipments == 1 else "split"
        if short:
            self.short_orders += 1
            self.short_units += short
        else:
            if answer.get("cost"):
                self.cost += Decimal(answer["cost"])
                self.costed += 1
            self.whole += shipments == 1
            self.split += shipments != 1
        self.example[kind] = answer["id"]

    def percentile_ms(self, part):
        ordered = sorted(self.single_ms)
        return ordered[min(len(ordered) - 1, math.ceil(part * len(ordered)) - 1)] if ordered else 0.0


def refusal(result):
    """None when a line of a bulk request was taken, else the name of the rejection."""
    if result["status"] < 300:
        return None
    problem = result.get("error", {})
    return problem.get("code") or str(result["status"])


def message_templates():
    """What customers would be told: nobody is, for the demo's server has no mail server."""
    with open(pathlib.Path(__file__).with_name("message-templates.ndjson"), encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Player:
    def __init__(self, client, ledger=None):
        self.client = client
        self.ledger = ledger or Ledger()
        self.figures = Figures()
        self.return_places = []
        self.returnable = []   # (order, line) of parcels that were sent since returns were played last

    # The world

    def load(self, world):
        self.return_places = [place["code"] for place in world.locations
                              if place.get("kind") == "store" and place.get("capabilities", {}).get("returns")]
        for path, documents in [("/v1/locations/bulk", world.locations), ("/v1/channels/bulk", world.channels),
                                ("/v1/postcode-areas/bulk", world.areas), ("/v1/items/bulk", world.items),
                                ("/v1/items/bulk", world.kits), ("/v1/message-templates/bulk", message_templates())]:
            bodies = (json.dumps(document).encode() for document in documents)
            for result, document in zip(self.client.bulk(path, bodies), documents, strict=True):
                if result["status"] >= 300:
                    raise Refused(f"POST {path}: {problem_text(result['status'], json.dumps(result.get('error')))} in "
                                  f"{json.dumps(document)}")

    def rule(self, world):
        """Puts the shop's rules in force; returns the version and how many of its examples came out as they say."""
        return rules.put_in_force(self.client, world.rules)

    def read_log(self):
        """What became of the orders by which rules, from the log."""
        for event in self.client.events("waybill.order_placed.v1"):
            self.figures.rules.take(event["data"])
        for event in self.client.events("waybill.order_marked.v1"):
            self.figures.rules.take_later(event["data"])

    # The days

    def play(self, days, orders_expected, day_count):
        """Plays every day; `orders_expected` is for the progress bar, `day_count` spreads the single orders."""
        progress = Progress("playing orders", orders_expected)
        singles = math.ceil(SINGLE_ORDERS / max(1, day_count))
        began = time.monotonic()
        for day in self._ahead(days):
            self._movements(day.receipts, settle=False)
            self._single_orders(day.orders[:singles])
            self._bulk_orders(day.orders[singles:])
            self._cancellations(day.cancellations)
            self._movements(day.adjustments, settle=True)
            if day.parcels_per_return:
                self._returns(day.parcels_per_return)
            if day.ship_placed_before:
                self._ship(day.ship_placed_before)
            rate = self.figures.orders / (time.monotonic() - began)
            progress.show(self.figures.orders, f"{day.date}  {self.figures.orders:,} orders, {rate:,.0f}/s")
        progress.done(f"played {self.figures.orders:,} orders in {time.monotonic() - began:.0f} s")

    @staticmethod
    def _ahead(days):
        """The days, made by another thread a few days ahead of the playing."""
        made = queue.Queue(maxsize=DAYS_AHEAD)
        end = object()

        def make():
            try:
                for day in days:
                    made.put(day)
                made.put(end)
            except Exception as error:  # raised again where it is waited for
                made.put(error)

        threading.Thread(target=make, daemon=True).start()
        while (day := made.get()) is not end:
            if isinstance(day, Exception):
                raise day
            yield day

    def _results(self, path, entries):
        """(entry, result) in order; a missing result is an error of the server that must not pass unseen."""
        results = self.client.bulk(path, (one.body for one in entries))
        for sent, result in itertools.zip_longest(entries, results):
            if sent is None or result is None:
                raise Refused(f"POST {path}: {len(entries)} lines were sent and another number of results came back")
            yield sent, result

    def _movements(self, entries, settle):
        if not entries:
            return
        for sent, result in self._results("/v1/inventory/movements/bulk", entries):
            refused = refusal(result)
            self.figures.movements += refused is None
            if settle:
                self.ledger.settle(sent.rows, refused)
            elif refused:
                raise Refused(f"a delivery was refused: {json.dumps(result)}")

    def _single_orders(self, entries):
        for sent in entries:
            began = time.perf_counter()
            status, content = self.client.request("POST", "/v1/orders", sent.body)
            self.figures.single_ms.append((time.perf_counter() - began) * 1000)
            answer = json.loads(content)
            if status < 300:
                sourcing = answer.get("sourcing", {})
                self.figures.take(sent, {"id": answer["id"], "proved": sourcing.get("status") == "optimal", **{
                    name: sourcing.get(name, 0) for name in ("shipments", "short_units", "cost")}})
                self.ledger.settle(sent.rows)
            else:
                self._refuse(sent, answer.get("code") or str(status))

    def _bulk_orders(self, entries):
        if not entries:
            return
        began = time.perf_counter()
        for sent, result in self._results("/v1/orders/bulk", entries):
            refused = refusal(result)
            if refused is None:
                self.figures.take(sent, result)
                self.ledger.settle(sent.rows)
                self.figures.bulk_orders += 1
            else:
                self._refuse(sent, refused)
        self.figures.bulk_s += time.perf_counter() - began

    def _ship(self, placed_before):
        """Sends off the orders that are reserved in full: one parcel from each place of an order."""
        ready = list(self.client.pages(f"/v1/orders?status=allocated&placed_before={placed_before}&limit={PAGE_ROWS}"))
        parcels = []
        for order in ready:
            lines_of = {}
            for line in order["lines"]:
                for allocation in line["allocations"]:
                    lines = lines_of.setdefault(allocation["location"], {})
                    left = allocation["quantity"] - allocation["shipped"]
                    lines[line["line_no"]] = lines.get(line["line_no"], 0) + left
            parcels += [(order["id"], place, lines) for place, lines in lines_of.items()]
        entries = [entry({"order_id": order, "location": place, "carrier": "DEMO", "tracking": f"{order}.{number}",
                          "lines": [{"line_no": line, "quantity": units} for line, units in lines.items()]})
                   for number, (order, place, lines) in enumerate(parcels)]
        if not entries:
            return
        results = self._results("/v1/shipments/bulk", entries)
        for (sent, result), (order, place, lines) in zip(results, parcels, strict=True):
            refused = refusal(result)
            if refused:
                raise Refused(f"a shipment was refused: {json.dumps(result)} for {sent.body.decode()}")
            self.figures.parcels += 1
            self.figures.shipped_units[place] += sum(lines.values())
            self.returnable.append((order, next(iter(lines))))

    def _returns(self, parcels_per_return):
        """Units of what left the day before are brought to stores, which take them back and look at them."""
        chosen = self.returnable[::parcels_per_return] if self.return_places else []
        self.returnable = []
        if not chosen:
            return
        first = self.figures.returns
        asked = [entry({"order_id": order, "location": self._return_place(first + number),
                        "lines": [{"line_no": line, "quantity": 1, "reason": RETURNS[(first + number) % len(RETURNS)][0]}]})
                 for number, (order, line) in enumerate(chosen)]
        came = []
        for number, (sent, result) in enumerate(self._results("/v1/returns/bulk", asked), first):
            if refusal(result):
                raise Refused(f"a return was refused: {json.dumps(result)} for {sent.body.decode()}")
            self.figures.returns += 1
            if (number + 1) % STILL_EXPECTED:
                came.append(entry({"return_id": result["id"], "location": self._return_place(number),
                                   "disposition": RETURNS[number % len(RETURNS)][1]}))
        for sent, result in self._results("/v1/returns/receive/bulk", came):
            if refusal(result):
                raise Refused(f"a return was not received: {json.dumps(result)} for {sent.body.decode()}")
            self.figures.returned_units += 1

    def _return_place(self, number):
        return self.return_places[number % len(self.return_places)]

    def _refuse(self, sent, code):
        self.figures.refused[code] += 1
        self.ledger.settle(sent.rows, code)

    def _cancellations(self, entries):
        if not entries:
            return
        for sent, result in self._results("/v1/cancellations/bulk", entries):
            refused = refusal(result)
            self.figures.cancellations += refused is None
            self.ledger.settle(sent.rows, refused)
