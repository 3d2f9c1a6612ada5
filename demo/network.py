"""Builds the documents of locations: what a place costs and when it works depends on its kind."""

DISTANCE_COSTS = {  # currency units a parcel and a kilogram, up to so many kilometres
    100: ("3.90", "0.12"), 300: ("4.60", "0.18"), 800: ("6.20", "0.30"), 1600: ("8.10", "0.48"),
    3200: ("10.40", "0.72"), 20000: ("18.50", "2.40"),
}

_KINDS = {
    # kind: (cost of a shipment, of a unit, of an order at all, working days, cut-off)
    "dc": ("1.10", "0.12", "0.00", 6, "17:00"),
    "store": ("2.20", "0.25", "0.00", 7, "14:00"),
    "supplier": ("1.80", "0.20", "2.50", 5, "12:00"),
    "3pl": ("1.60", "0.25", "0.75", 6, "16:00"),
}
_STREETS = {"dc": "1 Logistics Way", "store": "10 Market Street", "supplier": "5 Mill Lane", "3pl": "8 Dock Road"}
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def location(code, name, kind, town, zone, capacity=None):
    """`town` gives position and address."""
    shipment, unit, order, days, cut_off = _KINDS[kind]
    street = _STREETS[kind]
    postcode = town.postcode + ("01" if town.country == "US" else " 1AA")
    document = {
        "code": code, "name": name, "kind": kind,
        "address": {"line1": street, "city": town.name, "postcode": postcode, "country": town.country},
        "latitude": town.latitude, "longitude": town.longitude, "zone": zone,
        "calendar": {"working_days": _DAYS[:days], "cut_off": cut_off},
        "capabilities": {"ship": True, "pickup": kind == "store", "returns": kind in ("dc", "store")},
        "costs": {"per_shipment": shipment, "per_unit": unit, "per_order": order, "distance_bands": [
            {"max_km": km, "per_shipment": parcel, "per_kg": kilogram}
            for km, (parcel, kilogram) in DISTANCE_COSTS.items()]},
        "priority": ["dc", "3pl", "store", "supplier"].index(kind),
        # Stores work by lists; warehouses have systems of their own, which say what left.
        "release": "when_routed" if kind == "store" else "manual",
    }
    if town.country == "US":
        document["address"]["region"] = town.region
    if capacity:
        document["capacity"] = capacity
    return document


def slug(text):
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())
