"""How a real shop's orders are distributed, as numbers.

All of it was computed from the 20,538 invoices with goods of the Online Retail data set (Daqing Chen, UCI Machine
Learning Repository, 2015, DOI 10.24432/C5BW33, CC BY 4.0). That shop is a wholesaler of gifts: its baskets are large.
The made-up retailer uses them as they are for its business customers; baskets of consumers are a fifth of that.
"""

# Different items on an invoice at the 0th, 5th, ... 100th percentile.
BASKET_LINES = [1, 1, 1, 3, 4, 6, 7, 9, 11, 13, 15, 17, 19, 21, 24, 28, 33, 40, 51, 74, 1108]
CONSUMER_BASKET_DIVISOR = 5

# Units on a line and how often (parts of 10,000 lines); what is rarer is left out.
LINE_UNITS = {1: 2788, 2: 1541, 12: 1150, 6: 770, 4: 725, 3: 699, 24: 452, 10: 420, 8: 247, 5: 221, 48: 114, 25: 96,
              20: 95, 16: 80, 36: 72, 7: 55, 9: 38, 72: 37, 100: 34, 96: 34, 18: 34, 30: 22, 40: 20, 32: 20, 144: 19}
CONSUMER_UNITS_MAX = 4

# The share of all lines that goes to the most popular part of the catalogue.
POPULARITY = [(0.0, 0.0), (0.001, 0.012), (0.01, 0.093), (0.05, 0.293), (0.1, 0.446), (0.2, 0.644), (0.5, 0.92),
              (1.0, 1.0)]

# Invoices by local hour, and by weekday from Monday. The shop did not trade on Saturdays: that number is the mean of
# the days beside it.
HOURS = {7: 30, 8: 567, 9: 1522, 10: 2404, 11: 2452, 12: 3306, 13: 2796, 14: 2522, 15: 2448, 16: 1386, 17: 733, 18: 209,
         19: 145, 20: 18}
WEEKDAYS = [3187, 3672, 3843, 4369, 3261, 2734, 2206]

# Of 1,000 lines this many were cancelled later, and of 1,000 invoices this many as a whole.
CANCELLED_LINES_PER_MILLE = 14
CANCELLED_ORDERS_PER_MILLE = 7

# Orders for each customer who has an account, and the share of orders without one.
ORDERS_PER_CUSTOMER = 4.2
GUEST_SHARE = 0.10


def interpolate(points, x):
    """The y at x of a line through points, which ascend by x."""
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]


def popularity_share(rank, count):
    """The share of lines of the item with this rank (0: the most popular) of `count` items."""
    return interpolate(POPULARITY, (rank + 1) / count) - interpolate(POPULARITY, rank / count)


def draw_rank(chance, count):
    """A rank below `count` for a uniform `chance` in 0..1, popular ones more often."""
    fraction = interpolate([(share, part) for part, share in POPULARITY], chance)
    return min(int(fraction * count), count - 1)


def draw_basket_lines(chance):
    """How many different items, for a uniform `chance` in 0..1. Above the 95th percentile no more than twice that."""
    at = chance * (len(BASKET_LINES) - 1)
    low = int(at)
    if low >= len(BASKET_LINES) - 2:
        return BASKET_LINES[-2] + int((at - low) * BASKET_LINES[-2])
    return BASKET_LINES[low] + int((at - low) * (BASKET_LINES[low + 1] - BASKET_LINES[low]) + 0.5)
