"""The default source of orders: a made-up national retailer in the United States, the same for the same seed.

Places are real, patterns are those of demo/calibration.py, everything else is drawn from the seed: catalogue,
customers, stock and orders. Orders come over 28 days; stock is there for ten days at first, then comes weekly, a little
unevenly, so that some orders have to be split and some wait.
"""

import datetime
import math
import random
from bisect import bisect
from itertools import accumulate
from zoneinfo import ZoneInfo

from demo import assortment, calibration, network, places, rules
from demo.assortment import money
from demo.scene import Day, World, entry, movement_entries

FIRST_DAY = datetime.date(2026, 3, 2)
DAYS = 28
CANCEL_DAYS = 3
PARCELS_PER_RETURN = 15
SPREAD = 8.0   # orders of the trade are lumpy: stock for them needs this times the root of the mean on top
WAREHOUSES = [("Newark", "NJ"), ("Atlanta", "GA"), ("Memphis", "TN"), ("Chicago", "IL"), ("Fort Worth", "TX"),
              ("Riverside", "CA")]
STORES = 50
SUPPLIERS = [("Grand Rapids", "MI", "furniture"), ("Columbus", "OH", "tableware"), ("Greensboro", "NC", "bedding"),
             ("Eugene", "OR", "garden"), ("Springfield", "MO", "pets"), ("Providence", "RI", "lighting")]
PARTNERS = [("Reno", "NV"), ("Savannah", "GA"), ("Louisville", "KY"), ("Salt Lake City", "UT")]
CHANNELS = {  # code: (name, kind, share of orders in parts of 100)
    "web": ("Web shop", "web", 68), "marketplace": ("Marketplace", "marketplace", 22), "trade": ("Trade", "b2b", 10),
}
FIRST_NAMES = "Ava Ben Cleo Dan Edith Finn Grace Hugo Iris Jack Kate Leo Mia Noah Olga Paul Quinn Rosa Sam Tess".split()
LAST_NAMES = ("Archer Baker Carter Dyer Ellis Fisher Glover Hunter Innes Joiner Keller Latham Mason Napier Osborn "
              "Potter Reeve Sawyer Tanner Weaver").split()
STREETS = "Oak Street|Maple Avenue|2nd Street|Park Road|Cedar Lane|Main Street|Lake Drive|Hill Road".split("|")


class Weighted:
    """Draws from things by weight; faster than random.choices for many draws."""

    def __init__(self, weights):
        self.things = list(weights)
        self.limits = list(accumulate(weights.values()))

    def draw(self, chance):
        return self.things[bisect(self.limits, chance.random() * self.limits[-1])]


class Retailer:
    def __init__(self, seed, orders, items=3000, kits=60):
        self.seed = seed
        self.orders = orders
        self.items = assortment.make_items(seed, items)
        self.kits = assortment.make_kits(seed, self.items, kits)
        self.towns = Weighted({town: town.people for town in places.US_TOWNS})
        self.customers = max(1, int(orders * (1 - calibration.GUEST_SHARE) / calibration.ORDERS_PER_CUSTOMER))
        self.locations = self._locations()
        self.holders = self._holders()

    def world(self):
        locations = [document for document, _ in self.locations]
        channels = [{"code": code, "name": name, "kind": kind, "routing": {"on_shortage": "backorder"}}
                    for code, (name, kind, _) in CHANNELS.items()]
        items = [assortment.item_document(item) for item in self.items]
        return World(
            title="a made-up US retailer", tenant="Demo Retail", currency="USD", locations=locations, channels=channels,
            areas=places.postcode_areas(places.US_TOWNS), items=items, kits=[document for document, _ in self.kits],
            rules=rules.rule_set(rules.US, locations, channels, items),
            made_up=[f"Everything is made up from seed {self.seed}, at real places, in the patterns of a real shop."])

    # Network and stock

    def _locations(self):
        """(document, what it stocks): "all", a class, or nothing but the popular."""
        found = []
        for name, state in WAREHOUSES:
            town = places.town_named(name, state, places.US_TOWNS)
            found.append((network.location(f"dc-{network.slug(name)}", f"{name} warehouse", "dc", town,
                                           places.zone_of(town)), "all"))
        mainland = [town for town in places.US_TOWNS if town.region not in ("HI", "AK")]
        for town in sorted(mainland, key=lambda town: -town.people)[:STORES]:
            code = f"store-{network.slug(town.name)}" + ("-" + town.region.lower() if town.name == "Columbus" else "")
            found.append((network.location(code, f"{town.name} store", "store", town, places.zone_of(town)), "popular"))
        for name, state, item_class in SUPPLIERS:
            town = places.town_named(name, state, places.US_TOWNS)
            found.append((network.location(f"supplier-{network.slug(name)}", f"{item_class.title()} of {name}",
                                           "supplier", town, places.zone_of(town)), item_class))
        for name, state in PARTNERS:
            town = places.town_named(name, state, places.US_TOWNS)
            found.append((network.location(f"3pl-{network.slug(name)}", f"{name} logistics", "3pl", town,
                                           places.zone_of(town)), "slow"))
        return found

    def _holders(self):
        """For each item the places that stock it and the part of its demand for which they do."""
        chance = random.Random(f"{self.seed}/holders")
        count = len(self.items)
        every = []
        for item in self.items:
            held = {}
            for document, stocks in self.locations:
                code, kind = document["code"], document["kind"]
                if kind == "dc" and chance.random() < (0.95 if item.rank < count // 2 else 0.5):
                    held[code] = chance.uniform(0.10, 0.24)
                elif stocks == "popular" and item.rank < count // 5 and chance.random() < 0.5:
                    held[code] = chance.uniform(0.004, 0.012)
                elif stocks == item.item_class:
                    held[code] = chance.uniform(0.15, 0.35)
                elif stocks == "slow" and item.rank >= count // 2 and chance.random() < 0.3:
                    held[code] = chance.uniform(0.10, 0.30)
            every.append(held)
        return every

    def _receipts(self, day_number):
        """What arrives before this day: ten days' stock at first, then a week's, with lorries that come short."""
        if day_number % 7 != 0:
            return []
        chance = random.Random(f"{self.seed}/receipts/{day_number}")
        days = 10 if day_number == 0 else 7
        units_a_day = self.orders / DAYS * self._units_of_an_order()
        by_place = {document["code"]: [] for document, _ in self.locations}
        for item, held in zip(self.items, self.holders):
            demand = units_a_day * days * calibration.popularity_share(item.rank, len(self.items))
            for code, part in held.items():
                arrives = 0 if chance.random() < 0.03 else chance.uniform(1.05, 1.85)
                wanted = demand * arrives + (SPREAD * math.sqrt(demand) if day_number == 0 else 0)
                quantity = int(wanted * part + chance.random())
                if quantity > 0:
                    by_place[code].append({"kind": "receive", "sku": item.sku, "location": code, "quantity": quantity})
        date = FIRST_DAY + datetime.timedelta(days=day_number)
        return [found for code, moves in by_place.items()
                for found in movement_entries(f"receipt {date} {code}", moves)]

    def _units_of_an_order(self):
        """The mean, over channels; a sample is close enough to size stock by."""
        chance = random.Random(f"{self.seed}/size")
        units = 0
        for _ in range(400):
            channel = self._draw_channel(chance)
            lines = self._draw_lines(chance, channel)
            units += sum(quantity * max(1, factor) for _, _, quantity, factor, _ in lines)
        return units / 400

    # Orders

    _channel_weights = Weighted({code: share for code, (_, _, share) in CHANNELS.items()})
    _hour_weights = Weighted(calibration.HOURS)
    _trade_units = Weighted({units: weight for units, weight in calibration.LINE_UNITS.items() if units <= 48})
    _consumer_units = Weighted({units: weight for units, weight in calibration.LINE_UNITS.items()
                                if units <= calibration.CONSUMER_UNITS_MAX})

    def _draw_channel(self, chance):
        return self._channel_weights.draw(chance)

    def _draw_lines(self, chance, channel):
        """(sku, unit, quantity in it, its factor, price of it in cents) of different items."""
        count = calibration.draw_basket_lines(chance.random())
        if channel != "trade":
            count = max(1, round(count / calibration.CONSUMER_BASKET_DIVISOR))
        lines, seen = [], set()
        while len(lines) < count:
            if channel != "trade" and chance.random() < 0.01:
                document, cents = self.kits[chance.randrange(len(self.kits))]
                sku, case = document["sku"], 0
            else:
                item = self.items[calibration.draw_rank(chance.random(), len(self.items))]
                sku, case, cents = item.sku, item.case, item.price_cents
            if sku in seen:
                continue
            seen.add(sku)
            quantity = (self._trade_units if channel == "trade" else self._consumer_units).draw(chance)
            if channel == "trade" and case and quantity % case == 0:
                lines.append((sku, "case", quantity // case, case, cents * case))
            else:
                lines.append((sku, "each", quantity, 1, cents))
        return lines

    def _customer(self, chance):
        """(customer or none, name, town, street): a customer always lives at the same place."""
        if chance.random() < calibration.GUEST_SHARE:
            who, number = chance, None
        else:
            number = int(self.customers * chance.random() ** 1.6)
            who = random.Random(f"{self.seed}/customer/{number}")
        name = f"{FIRST_NAMES[int(who.random() * 20)]} {LAST_NAMES[int(who.random() * 20)]}"
        town = self.towns.draw(who)
        street = f"{1 + int(who.random() * 400)} {STREETS[int(who.random() * 8)]}"
        address = {"name": name, "line1": street, "city": town.name, "region": town.region,
                   "postcode": f"{town.postcode}{int(who.random() * 100):02d}", "country": "US"}
        if number is None:
            return None, address, town
        return {"external_id": f"C{number + 1}", "name": name,
                "email": f"{name.lower().replace(' ', '.')}.{number + 1}@example.com"}, address, town

    def _order(self, chance, number, date):
        channel = self._draw_channel(chance)
        lines = self._draw_lines(chance, channel)
        customer, address, town = self._customer(chance)
        hour, minute, second = self._hour_weights.draw(chance), chance.randrange(60), chance.randrange(60)
        placed = datetime.datetime(date.year, date.month, date.day, hour, minute, second,
                                   tzinfo=ZoneInfo(places.zone_of(town)))
        goods = sum(quantity * cents for _, _, quantity, _, cents in lines)
        discount = goods // 10 if chance.random() < 0.05 else 0
        freight = 0 if goods >= 5000 or channel == "trade" else 595
        order = {
            "channel": channel, "channel_order_id": f"{channel[0].upper()}{number:06d}",
            "placed_at": placed.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "currency": "USD",
            "ship_to": address, "total": money(goods - discount + freight),
            "lines": [{"channel_line_id": str(at), "sku": sku, "unit": unit, "quantity": quantity,
                       "unit_price": money(cents)} for at, (sku, unit, quantity, _, cents) in enumerate(lines, 1)]}
        if customer:
            order["customer"] = customer
        if discount:
            order["discount"] = money(discount)
        if freight:
            order["charges"] = [{"kind": "shipping", "code": "STD", "amount": money(freight)}]
        if channel != "trade" and chance.random() < 0.02:
            order["routing"] = {"ship_complete": True}
        return order, lines

    def _cancellation(self, chance, order, lines):
        wanted = {"channel": order["channel"], "channel_order_id": order["channel_order_id"],
                  "reason": chance.choice(["customer_request", "customer_request", "ordered_twice", "found_cheaper"])}
        if chance.random() * 1000 < calibration.CANCELLED_ORDERS_PER_MILLE:
            return wanted
        chosen = []
        for row, (_, _, quantity, factor, _) in zip(order["lines"], lines):
            if chance.random() * 1000 < calibration.CANCELLED_LINES_PER_MILLE:
                units = quantity * factor
                chosen.append({"channel_line_id": row["channel_line_id"],
                               "quantity": units if chance.random() < 0.6 else 1 + chance.randrange(units)})
        return {**wanted, "lines": chosen} if chosen else None

    def days(self):
        """The days in order. What nobody cancelled within CANCEL_DAYS leaves."""
        weights = [calibration.WEEKDAYS[(FIRST_DAY + datetime.timedelta(days=day)).weekday()] for day in range(DAYS)]
        limits = [round(part * self.orders / sum(weights)) for part in accumulate(weights)]
        later = [[] for _ in range(DAYS)]
        number = 0
        for day_number in range(DAYS):
            date = FIRST_DAY + datetime.timedelta(days=day_number)
            chance = random.Random(f"{self.seed}/day/{day_number}")
            day = Day(str(date), receipts=self._receipts(day_number))
            made = []
            while number < limits[day_number]:
                number += 1
                made.append(self._order(chance, number, date))
            made.sort(key=lambda one: one[0]["placed_at"])
            for order, lines in made:
                units = sum(quantity * factor for _, _, quantity, factor, _ in lines)
                day.orders.append(entry(order, [("order", 1)], len(lines), units))
                cancel = self._cancellation(chance, order, lines)
                if cancel:
                    when = min(DAYS - 1, day_number + chance.randrange(CANCEL_DAYS + 1))
                    later[when].append(entry(cancel, [("cancellation", 1)]))
            day.cancellations = later[day_number]
            day.parcels_per_return = PARCELS_PER_RETURN
            day.ship_placed_before = f"{date - datetime.timedelta(days=CANCEL_DAYS)}T00:00:00Z"
            yield day
