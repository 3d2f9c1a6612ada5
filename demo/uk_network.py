"""What the Online Retail data lacks, made up from a seed: places of stock, stock over time, where customers live."""

import random
import zlib
from bisect import bisect
from itertools import accumulate

from demo import network, places
from demo.scene import movement_entries

WAREHOUSE = "dc-northampton"
_PLACES = [  # town, kind, part of each week's demand that it receives, every so many weeks
    ("Northampton", "NN", "dc", 0.55, 1), ("Wakefield", "WF", "dc", 0.30, 2), ("Bristol", "BS", "dc", 0.18, 2),
    ("Ipswich", "IP", "3pl", 0.06, 4), ("Stoke-on-Trent", "ST", "supplier", 0.05, 4),
]
_STORES = [("London", "W"), ("London", "SE"), ("Birmingham", "B"), ("Manchester", "M"), ("Glasgow", "G"),
           ("Leeds", "LS"), ("Liverpool", "L"), ("Edinburgh", "EH"), ("Cardiff", "CF"), ("Nottingham", "NG"),
           ("Newcastle upon Tyne", "NE"), ("Brighton", "BN")]
_STREETS = "High Street|Station Road|Church Lane|Victoria Road|Mill Lane|Park Avenue|Queens Road|The Green".split("|")

STORE_ITEMS = 300
LINE_PLANNED_MAX = 1_200   # nobody keeps stock for a line of 80,000 units
LATE_CHANCE = 0.05

COUNTRY_CODES = {
    "United Kingdom": "GB", "EIRE": "IE", "Germany": "DE", "France": "FR", "Spain": "ES", "Netherlands": "NL",
    "Belgium": "BE", "Switzerland": "CH", "Portugal": "PT", "Australia": "AU", "Norway": "NO", "Italy": "IT",
    "Channel Islands": "JE", "Finland": "FI", "Cyprus": "CY", "Sweden": "SE", "Austria": "AT", "Denmark": "DK",
    "Japan": "JP", "Poland": "PL", "Israel": "IL", "USA": "US", "Hong Kong": "HK", "Singapore": "SG", "Iceland": "IS",
    "Canada": "CA", "Greece": "GR", "Malta": "MT", "United Arab Emirates": "AE", "RSA": "ZA", "Lebanon": "LB",
    "Lithuania": "LT", "Brazil": "BR", "Czech Republic": "CZ", "Bahrain": "BH", "Saudi Arabia": "SA", "Korea": "KR",
    "Nigeria": "NG", "Thailand": "TH", "Bermuda": "BM",
}
COUNTRIES_TAKEN_AS = {"European Community": "BE", "Unspecified": "GB", "West Indies": "GB"}


def locations():
    found = []
    for name, region, kind, _, _ in _PLACES:
        town = places.town_named(name, region, places.UK_TOWNS)
        label = {"dc": "warehouse", "3pl": "logistics", "supplier": "pottery"}[kind]
        found.append(network.location(f"{kind}-{network.slug(name)}", f"{name} {label}", kind, town, "Europe/London"))
    for name, region in _STORES:
        town = places.town_named(name, region, places.UK_TOWNS)
        code = f"store-{network.slug(name)}" + (f"-{region.lower()}" if name == "London" else "")
        found.append(network.location(code, f"{name} shop", "store", town, "Europe/London"))
    return found


class Addresses:
    """Where somebody lives: the same for the same customer, more often where more people live."""

    def __init__(self, seed):
        self.seed = seed
        self.limits = list(accumulate(town.people for town in places.UK_TOWNS))

    def address(self, who, name, country):
        chance = zlib.crc32(f"{self.seed}/{who}".encode())
        house = 1 + chance % 180
        street = f"{house} {_STREETS[chance // 180 % len(_STREETS)]}"
        if country != "GB":
            return {"name": name, "line1": street, "city": places.CAPITALS[country][0], "country": country}
        town = places.UK_TOWNS[bisect(self.limits, chance / 2**32 * self.limits[-1])]
        letters = "ABDEFGHJLNPQRSTUWXYZ"
        inward = f"{chance % 9 + 1}{letters[chance // 7 % 20]}{letters[chance // 131 % 20]}"
        return {"name": name, "line1": street, "city": town.name, "postcode": f"{town.postcode} {inward}",
                "country": "GB"}


class StockPlan:
    """Deliveries by week, sized from what the file will ask for; some come late or short.

    `demand` is {(sku, week): units}, `losses` the same for stock that the warehouse writes off.
    """

    def __init__(self, seed, demand, losses):
        self.seed = seed
        self.by_week = {}
        for (sku, week), units in demand.items():
            self.by_week.setdefault(week, {})[sku] = units
        self.losses = {}
        for (sku, week), units in losses.items():
            self.losses.setdefault(week, {})[sku] = units
        totals = {}
        for (sku, _), units in demand.items():
            totals[sku] = totals.get(sku, 0) + units
        self.popular = sorted(totals, key=lambda sku: (-totals[sku], sku))[:STORE_ITEMS]
        self.first = min([*self.by_week, *self.losses], default=0)

    def deliveries(self, week):
        """Entries of movements that arrive on the Monday of this week (counted from the first in the file)."""
        entries = []
        for name, _, kind, part, every in _PLACES:
            code = f"{kind}-{network.slug(name)}"
            if (week - self.first) % every == 0:
                needed = {}
                for ahead in range(week, week + every):
                    for sku, units in self.by_week.get(ahead, {}).items():
                        needed[sku] = needed.get(sku, 0) + units
                losses = self.losses.get(week, {}) if code == WAREHOUSE else {}
                entries += self._delivery(week, code, needed, part, losses)
        if (week - self.first) % 8 == 0:
            for name, region in _STORES:
                code = f"store-{network.slug(name)}" + (f"-{region.lower()}" if name == "London" else "")
                entries += self._store_delivery(week, code)
        return entries

    def _delivery(self, week, code, needed, part, losses):
        chance = random.Random(f"{self.seed}/delivery/{week}/{code}")
        moves = []
        for sku in sorted({**needed, **losses}):
            arrives = 0.0 if chance.random() < LATE_CHANCE else chance.uniform(0.8, 1.4)
            quantity = int(needed.get(sku, 0) * part * arrives + 0.99) + losses.get(sku, 0)
            if quantity > 0:
                moves.append({"kind": "receive", "sku": sku, "location": code, "quantity": quantity})
        return movement_entries(f"delivery week {week} {code}", moves)

    def _store_delivery(self, week, code):
        chance = random.Random(f"{self.seed}/store/{week}/{code}")
        moves = [{"kind": "receive", "sku": sku, "location": code, "quantity": chance.choice([6, 12, 12, 24])}
                 for sku in self.popular if chance.random() < 0.4]
        return movement_entries(f"delivery week {week} {code}", moves)
