"""What a source of orders hands to the player: the world before the first order, then one day after the other."""

import json
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class World:
    """What is loaded before the first day. `made_up` are sentences on what is not in the data."""
    title: str
    tenant: str
    currency: str
    locations: list
    channels: list
    areas: list
    items: list      # without components
    kits: list       # made of items
    rules: dict      # for POST /v1/rule-sets
    made_up: list = field(default_factory=list)


@dataclass
class Entry:
    """One line of a bulk request. `rows` says what becomes of which rows of the file when the server takes it."""
    body: bytes
    rows: tuple = ()      # of (category, count)
    lines: int = 0
    units: int = 0


def entry(body, rows=(), lines=0, units=0):
    return Entry(json.dumps(body, separators=(",", ":")).encode(), tuple(rows), lines, units)


@dataclass
class Day:
    """In the order in which it is played."""
    date: str
    receipts: list = field(default_factory=list)
    orders: list = field(default_factory=list)
    cancellations: list = field(default_factory=list)
    adjustments: list = field(default_factory=list)
    ship_placed_before: str = ""   # an instant: what was ordered before it and is complete leaves; empty: nothing does
    parcels_per_return: int = 0    # of so many parcels one has a unit that its customer brings back; 0: none has


class Ledger:
    """Where every row of a file went. A row is counted once: as something that the server took, or reported."""

    def __init__(self):
        self.read = 0
        self.taken = Counter()
        self.reported = Counter()
        self.notes = Counter()   # what was changed on the way; no accounting

    def settle(self, rows, refusal=None):
        """The server answered for an entry."""
        for category, count in rows:
            if refusal is None:
                self.taken[category] += count
            else:
                self.reported[f"{category} refused by the server: {refusal}"] += count

    def report(self, reason, count=1):
        self.reported[reason] += count

    def is_balanced(self):
        return self.read == sum(self.taken.values()) + sum(self.reported.values())


MOVES_MAX = 500


def movement_entries(reference, moves, rows=()):
    """Movements in entries of a size that the server takes. Each entry is all or nothing."""
    return [entry({"reference": reference, "moves": moves[at:at + MOVES_MAX]}, rows)
            for at in range(0, len(moves), MOVES_MAX)]
