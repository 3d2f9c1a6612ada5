"""Plays a file in the Online Retail format: real orders, with everything that the file lacks made up around them.

The file is read twice: once to know the items and how much stock the year needs, once to play it day by day. Every row
ends as exactly one thing, and the ledger says which:

    order lines      goods with a positive quantity, also at price 0; repeated codes stay lines of their own
    charges          other codes (POST, DOT, M, …) on an invoice that has goods
    cancellations    rows of C invoices, matched with the latest earlier orders of the customer that have the units
    returns          such rows when no order in the file has the units (or not all): the goods go back to stock
    stock changes    negative quantities on other invoices: losses and corrections
    reported         everything that can not be taken, with the reason
"""

import datetime
import random
import re
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from demo import places, retail_file, rules, uk_network
from demo.scene import Day, Ledger, World, entry

GOODS = re.compile(r"\d{5}[A-Z]{0,2}")
CHARGE_KINDS = {"POST": "shipping", "DOT": "shipping", "C2": "shipping", "AMAZONFEE": "fee", "BANK CHARGES": "fee",
                "CRUK": "fee"}
CHARGES_MAX = 50
LINES_MAX = 2_000
PENNY = Decimal("0.01")
LONDON = ZoneInfo("Europe/London")
CHANNEL = "online"


def week_of(date):
    """Weeks from Monday, counted from the year 1."""
    return (datetime.date.fromisoformat(date[:10]).toordinal() - 1) // 7


def is_sale(invoice):
    return invoice[:1].isdigit()


class OnlineRetail:
    def __init__(self, path, seed, orders_max=None):
        self.path = path
        self.seed = seed
        self.orders_max = orders_max
        self.ledger = Ledger()
        self.addresses = uk_network.Addresses(seed)
        self.rows_max = None
        self.rows_of = Counter()       # invoice -> rows that can be read
        self.titles = defaultdict(Counter)
        self.prices = defaultdict(Counter)
        self.asked_back = set()        # (customer, code) that some C invoice names
        self.sold = defaultdict(list)  # of these: [order, line, units that can still be cancelled], oldest first
        self.sales = 0                 # invoices that may become orders, for the progress bar
        self.trading_days = 0
        self.encoding = retail_file.find_encoding(path)
        self.stock = self._scan()

    # First reading

    def _scan(self):
        demand, losses = Counter(), Counter()
        sales, days = set(), set()
        for number, row in enumerate(retail_file.read_rows(self.path, self.encoding)):
            if row.fault:
                continue
            code = row.code.upper()
            is_order_line = is_sale(row.invoice) and row.quantity > 0 and GOODS.fullmatch(code)
            if is_order_line and row.invoice not in sales:
                if len(sales) == self.orders_max:
                    self.rows_max = number
                    break
                sales.add(row.invoice)
            days.add(row.date[:10])
            self.rows_of[row.invoice] += 1
            if not GOODS.fullmatch(code):
                continue
            titles, prices = self.titles[code], self.prices[code]
            if row.description and row.quantity > 0:
                titles[row.description] += 1
            if row.price > 0:
                prices[row.price] += 1
            if row.quantity < 0 and not is_sale(row.invoice):
                self.asked_back.add((row.customer, code))
            elif row.quantity < 0:
                losses[code, week_of(row.date)] -= row.quantity
            elif is_sale(row.invoice):
                demand[code, week_of(row.date)] += min(row.quantity, uk_network.LINE_PLANNED_MAX)
        self.sales, self.trading_days = len(sales), len(days)
        return uk_network.StockPlan(self.seed, demand, losses)

    def world(self):
        locations = uk_network.locations()
        channels = [{"code": CHANNEL, "name": "Online shop", "kind": "web", "routing": {"on_shortage": "backorder"}}]
        items = [self._item(code) for code in sorted(self.titles)]
        return World(
            title=f"the orders of {self.path}", tenant="Online Retail", currency="GBP", locations=locations,
            channels=channels, areas=places.postcode_areas(places.UK_TOWNS), kits=[], items=items,
            rules=rules.rule_set(rules.UK, locations, channels, items),
            made_up=["The file has no addresses, places of stock, stock levels or weights. Made up from seed "
                     f"{self.seed}: {len(uk_network.locations())} places in the United Kingdom, deliveries sized from "
                     "the file's own weekly demand (some late or short), weights, and a town for each customer by "
                     "population. Orders from abroad go to that country's capital or largest place. The file does not "
                     "say when goods left, so nothing is shipped and cancelled units are simply free again."])

    def _item(self, code):
        chance = random.Random(f"{self.seed}/item/{code}")
        title = self.titles[code].most_common(1)
        price = self.prices[code].most_common(1)
        return {"sku": code, "title": title[0][0] if title else f"Item {code}",
                "units": [{"unit": "each", "factor": 1}], "weight_g": max(15, int(220 * chance.lognormvariate(0, 0.8))),
                "price": f"{price[0][0].quantize(PENNY, ROUND_HALF_UP) if price else 0:.2f}", "class": "gifts"}

    # Second reading

    def days(self):
        """The days of the file, deliveries of a new week before the orders of its first day."""
        day, week = None, self.stock.first - 1
        gathered = defaultdict(list)
        for row in self._rows():
            if day is None or row.date[:10] != day.date:
                if day is not None:
                    yield day
                day = Day(row.date[:10])
                while week < week_of(day.date):
                    week += 1
                    day.receipts += self.stock.deliveries(week)
            gathered[row.invoice].append(row)
            if len(gathered[row.invoice]) == self.rows_of[row.invoice]:
                self._invoice(day, row.invoice, gathered.pop(row.invoice))
        if day is not None:
            yield day

    def _rows(self):
        for number, row in enumerate(retail_file.read_rows(self.path, self.encoding)):
            if number == self.rows_max:
                return
            self.ledger.read += 1
            if row.fault:
                self.ledger.report(f"unreadable row: {row.fault}")
                continue
            if row.code != row.code.upper():
                self.ledger.notes["rows whose code was written in small letters: taken as the same item"] += 1
                row.code = row.code.upper()
            yield row

    def _invoice(self, day, invoice, rows):
        if len({row.date for row in rows}) > 1:
            self.ledger.notes["invoices with more than one time: the first was taken"] += 1
        kind = invoice[:1].upper()
        if kind == "C":
            self._cancellation(day, invoice, rows)
        elif kind == "A":
            self.ledger.report("bad debt, not an order (A invoices)", len(rows))
        elif not is_sale(invoice):
            self.ledger.report("an invoice of unknown kind", len(rows))
        else:
            self._sale(day, invoice, rows)

    # Sales

    def _sale(self, day, invoice, rows):
        goods, charges = [], []
        for row in rows:
            is_goods = GOODS.fullmatch(row.code)
            if row.price < 0:
                self.ledger.report("a negative price")
            elif row.quantity == 0:
                self.ledger.report("a quantity of 0")
            elif row.quantity < 0 and is_goods:
                self._stock_change(day, row)
            elif row.quantity < 0:
                self.ledger.report("a stock change of a code that is no item")
            elif is_goods:
                goods.append(row)
            else:
                charges.append(row)
        if not goods:
            if charges:
                self.ledger.report("charges on an invoice without goods: an order needs a line", len(charges))
            return
        for part, at in enumerate(range(0, len(goods), LINES_MAX), 1):
            name = invoice if part == 1 else f"{invoice}/{part}"
            self._order(day, name, goods[at:at + LINES_MAX], charges if part == 1 else [])

    def _order(self, day, name, goods, charges):
        first = goods[0]
        when = min(row.date for row in goods)
        placed = datetime.datetime.fromisoformat(when).replace(tzinfo=LONDON).astimezone(datetime.timezone.utc)
        who = f"Customer {first.customer}" if first.customer else "Guest"
        order = {
            "channel": CHANNEL, "channel_order_id": name, "placed_at": placed.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "currency": "GBP",
            "ship_to": self.addresses.address(first.customer or name, who, self._country(first.country)),
            "lines": [{"channel_line_id": str(number), "sku": row.code, "quantity": row.quantity,
                       "unit_price": f"{row.price:f}"} for number, row in enumerate(goods, 1)]}
        if first.customer:
            order["customer"] = {"external_id": first.customer}
        billed = self._charges(charges)
        if billed:
            order["charges"] = [{"kind": kind, "code": code, "amount": f"{amount:f}"} for kind, code, amount in billed]
        # Only where no rounding is left to the server's judgement is its sum held against ours.
        if all(row.price == row.price.quantize(PENNY) for row in goods):
            total = sum(row.price * row.quantity for row in goods) + sum(amount for _, _, amount in billed)
            order["total"] = f"{total.quantize(PENNY):f}"
        for number, row in enumerate(goods, 1):
            if row.customer and (row.customer, row.code) in self.asked_back:
                self.sold[row.customer, row.code].append([name, str(number), row.quantity])
        day.orders.append(entry(order, [("order lines", len(goods)), ("charges", len(charges))], len(goods),
                                sum(row.quantity for row in goods)))

    @staticmethod
    def _charges(rows):
        """(kind, code, amount); one for each row, or for each code when there are too many rows."""
        found = [(CHARGE_KINDS.get(row.code, "adjustment"), row.code,
                  (row.price * row.quantity).quantize(PENNY, ROUND_HALF_UP)) for row in rows]
        if len(found) <= CHARGES_MAX:
            return found
        sums = Counter()
        for kind, code, amount in found:
            sums[kind, code] += amount
        return [(kind, code, amount) for (kind, code), amount in sums.items()][:CHARGES_MAX]

    def _country(self, name):
        code = uk_network.COUNTRY_CODES.get(name)
        if code is None:
            code = uk_network.COUNTRIES_TAKEN_AS.get(name, "GB")
            self.ledger.notes[f"orders from \"{name or 'no country'}\": taken as {code}"] += 1
        return code

    # What goes back

    def _cancellation(self, day, invoice, rows):
        orders = {}  # order -> [lines: units, rows]
        moves, returned = [], Counter()
        for row in rows:
            if row.quantity >= 0:
                self.ledger.report("a positive quantity on a C invoice")
            elif not GOODS.fullmatch(row.code):
                self.ledger.report("a charge given back (C invoices): money only, no order to change")
            else:
                left = self._match(row, orders)
                if left:
                    moves.append({"kind": "adjust", "sku": row.code, "location": uk_network.WAREHOUSE, "quantity": left,
                                  "reason": f"return {invoice}"})
                    returned[self._why_returned(row, left)] += 1
        for order, (lines, count) in orders.items():
            day.cancellations.append(entry(
                {"channel": CHANNEL, "channel_order_id": order, "reason": "customer_request",
                 "lines": [{"channel_line_id": line, "quantity": units} for line, units in lines.items()]},
                [("cancellations", count)]))
        if moves:
            day.adjustments.append(entry({"reference": invoice, "moves": moves}, returned.items()))

    @staticmethod
    def _why_returned(row, left):
        if not row.customer:
            return "returns (no customer named, so no order)"
        if left < -row.quantity:
            return "cancellations in part, the rest a return"
        return "returns (no earlier order to cancel)"

    def _match(self, row, orders):
        """Takes the units from the customer's latest orders of the item; returns how many no order has.

        A row that is matched in full counts with the last order it takes from, so that it counts once.
        """
        left = -row.quantity
        last = None
        sold = self.sold.get((row.customer, row.code), [])
        while left > 0 and sold:
            order, line, units = sold[-1]
            taken = min(left, units)
            lines, _ = orders.setdefault(order, [{}, 0])
            lines[line] = lines.get(line, 0) + taken
            left -= taken
            last = order
            if taken == units:
                sold.pop()
            else:
                sold[-1][2] -= taken
        if left == 0:
            orders[last][1] += 1
        return left

    def _stock_change(self, day, row):
        move = {"kind": "adjust", "sku": row.code, "location": uk_network.WAREHOUSE, "quantity": row.quantity,
                "reason": row.description or "no reason given"}
        day.adjustments.append(entry({"reference": row.invoice, "moves": [move]}, [("stock changes", 1)]))
