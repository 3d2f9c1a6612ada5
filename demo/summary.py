"""What a person would want to know after the orders were played."""

from collections import Counter

from demo.client import PAGE_ROWS


def top_places(client, locations, shipped_units):
    """(code, units) of the places that send the most: what left, and what is reserved there by the inventory."""
    units = Counter(shipped_units)
    for document in locations:
        for level in client.pages(f"/v1/inventory?location={document['code']}&limit={PAGE_ROWS}"):
            units[document["code"]] += level["reserved"]
    return units.most_common()


def _share(part, whole):
    return f"{part:>9,}  {part / whole:6.1%}" if whole else f"{part:>9,}"


def order_lines(figures, currency):
    orders = figures.orders
    lines = [
        f"orders                 {orders:>9,}",
        f"order lines            {figures.lines:>9,}  {figures.lines / max(1, orders):.1f} an order",
        f"units                  {figures.units:>9,}",
        f"whole from one place   {_share(figures.whole, orders)}",
        f"split                  {_share(figures.split, orders)}",
        f"with units on backorder{_share(figures.short_orders, orders)}   {figures.short_units:,} units "
        f"({figures.short_units / max(1, figures.units):.1%} of all)",
        f"shipments an order     {figures.shipments / max(1, orders):>9.2f}",
        f"cost of sending        {figures.cost:>9,.0f}  {currency} for {figures.costed:,} complete orders sent the "
        f"cheapest way, {figures.cost / max(1, figures.costed):.2f} each",
        f"proved best            {_share(figures.proved, orders)}",
        f"cancellations          {figures.cancellations:>9,}",
    ]
    if figures.parcels:
        lines.append(f"parcels sent           {figures.parcels:>9,}")
    if figures.returns:
        lines.append(f"returns asked for      {figures.returns:>9,}  {figures.returned_units:,} units came back")
    for code, count in figures.refused.most_common():
        lines.append(f"refused: {code:<14}{count:>9,}")
    return lines


def rule_lines(rules, document):
    """How many orders each rule fired for and each strategy decided."""
    return [*(f"rule {rule['code']:<18}{_share(rules.fired[rule['code']], rules.orders)}   {rule['name']}"
              for rule in document["automation"]),
            *(f"strategy {strategy['code']:<14}{_share(rules.strategies[strategy['code']], rules.orders)}   "
              f"{strategy['name']}" for strategy in document["strategies"])]


def speed_lines(figures):
    rate = figures.bulk_orders / figures.bulk_s if figures.bulk_s else 0
    lines = []
    if figures.bulk_orders:
        lines.append(f"in bulk                {rate:>9,.0f} orders a second, {figures.bulk_s:.1f} s for "
                     f"{figures.bulk_orders:,}")
    if figures.single_ms:
        lines.append(f"one at a time          {figures.percentile_ms(0.5):>9.2f} ms median, "
                     f"{figures.percentile_ms(0.99):.2f} ms at the 99th percentile "
                     f"({len(figures.single_ms)} requests, one after the other)")
    return lines


def place_lines(places, count=8):
    total = sum(units for _, units in places)
    return [f"{code:<26}{_share(units, total)} of the units" for code, units in places[:count] if units]


def ledger_lines(ledger):
    """The account of a file; raises when a row is missing in it."""
    lines = [f"rows in the file       {ledger.read:>9,}"]
    lines += [f"  {count:>9,}  {category}" for category, count in ledger.taken.most_common() if count]
    lines += [f"  {count:>9,}  reported: {reason}" for reason, count in ledger.reported.most_common() if count]
    total = sum(ledger.taken.values()) + sum(ledger.reported.values())
    if not ledger.is_balanced():
        raise AssertionError(f"{ledger.read} rows were read but {total} are accounted for")
    lines.append(f"  {total:>9,}  rows in all: every row is accounted for")
    lines += [f"note: {count:,} {note}" for note, count in ledger.notes.most_common()]
    return lines


def section(heading, lines):
    return "\n".join(["", heading, *("  " + line for line in lines)])
