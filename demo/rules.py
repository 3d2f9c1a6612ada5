"""The shop's rules: what a retailer of this kind would have, as a document for POST /v1/rule-sets.

Big orders are tagged and never sent from stores, whose staff pack by hand. Far places are served from warehouses, in as
few parcels as can be. Small orders come from near by, if there is stock near by. All others go the cheapest way. Big
orders that wait for stock are exceptions, which somebody has to look at within a day. Two
golden orders hold the rules to account: a rule set whose examples come out otherwise can not be activated.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """What the rules say in one country."""
    country: str
    remote: tuple      # postcodes, as entries of a list
    big_total: int     # from this total on an order is a big one
    small_units: int   # up to so many units an order is a small one
    near_km: int
    near_store: str    # its postcode is that of the example of a small order
    far_dc: str


US = Terms("US", ("967*", "968*", "995*", "996*", "997*", "998*", "999*"), 500, 4, 800, "store-new-york",
           "dc-riverside")
UK = Terms("GB", ("AB*", "BT*", "HS*", "IM*", "IV*", "JE*", "GY*", "KW*", "ZE*"), 1000, 24, 150, "store-london-w",
           "dc-wakefield")


def var(name):
    return {"var": name}


def rule_set(terms, locations, channels, items):
    """`locations`, `channels` and `items` are those of the world: the examples name some of them."""
    at = {location["code"]: location for location in locations}
    abroad = {"!=": [var("ship_to.country"), terms.country]}
    far = {"or": [abroad, {"in_list": [var("ship_to.postcode"), "remote"]}]}
    return {
        "name": "Everyday", "note": "Big orders from warehouses, far places in few parcels, small orders from near by.",
        "lists": [{"name": "remote", "kind": "postcodes", "entries": list(terms.remote)}],
        "automation": [
            {"code": "big", "name": "Big orders never leave a store",
             "when": {">=": [var("order.total"), terms.big_total]},
             "then": [{"type": "add_tag", "tag": "big"}, {"type": "forbid_sources", "kinds": ["store"]}]},
            {"code": "far", "name": "Far places are served from warehouses", "when": far,
             "then": [{"type": "add_tag", "tag": "far"}, {"type": "forbid_sources", "kinds": ["store"]}]},
            {"code": "long", "name": "Long picking lists go to the packing line",
             "when": {">": [var("order.line_count"), 40]}, "then": [{"type": "add_tag", "tag": "packing-line"}]},
            {"code": "waits", "name": "Big orders that wait for stock are for customer care", "moment": "routed",
             "when": {"and": [{"in": ["big", var("order.tags")]}, {">": [var("order.open_units"), 0]}]},
             "then": [{"type": "raise_exception", "kind": "big_order_waits", "reason": "offer another item or a date",
                       "severity": "high", "owner": "care", "due_minutes": 24 * 60}]},
        ],
        "strategies": [
            {"code": "few-parcels", "name": "As few parcels as can be, then the shortest way", "rank_by": "ordered",
             "criteria": ["fewest_shipments", "distance"]},
            {"code": "near", "name": "As few parcels as can be, from near by", "rank_by": "ordered",
             "criteria": ["fewest_shipments", "distance"],
             "filters": [{"code": "close", "reason": f"more than {terms.near_km} km away", "hard": False,
                          "when": {"<=": [var("location.distance_km"), terms.near_km]}}]},
            {"code": "cheapest", "name": "The cheapest way"},
        ],
        "routing": [
            {"code": "far", "when": far, "strategies": ["few-parcels", "cheapest"]},
            {"code": "small", "when": {"<=": [var("order.units"), terms.small_units]},
             "strategies": ["near", "cheapest"]},
            {"code": "others", "strategies": ["cheapest"]},
        ],
        "golden_orders": golden_orders(terms, at, channels[0]["code"], items[0]["sku"]) if items else [],
    }


def golden_orders(terms, at, channel, sku):
    """A big order and a small one, which find the same stock far away and near by."""
    example = {"channel": channel, "country": terms.country, "postcode": at[terms.near_store]["address"]["postcode"]}

    def units(count, *places):
        return [{"sku": sku, "location": place, "units": count} for place in places]

    return [
        {**example, "code": "a-big-order",
         "lines": [{"sku": sku, "quantity": 100, "unit_price": f"{terms.big_total / 100:.2f}"}],
         "stock": units(100, terms.far_dc, terms.near_store),
         "expect": {"fired": ["big"], "tags": ["big"], "strategy": "cheapest", "sources": units(100, terms.far_dc)}},
        {**example, "code": "a-small-order",
         "lines": [{"sku": sku, "quantity": 2, "unit_price": "9.00"}],
         "stock": units(2, terms.far_dc, terms.near_store),
         "expect": {"fired": [], "strategy": "near", "sources": units(2, terms.near_store), "short_units": 0}},
    ]


def put_in_force(client, document):
    """Saves, checks and activates; returns the number of the version and how many examples came out as they say."""
    number = client.must("POST", "/v1/rule-sets", document)["number"]
    checked = client.must("POST", f"/v1/rule-sets/{number}/check")["golden_orders"]
    client.must("POST", "/v1/rule-activations", {"rule_set": number, "reason": "opening of the shop"})
    return number, sum(result["passed"] for result in checked)
