"""A made-up catalogue: some thousand items in classes, with weights, sizes, prices, cases and kits."""

import random
from dataclasses import dataclass

# class: (things, median grams, spread of weight, median price, share of the catalogue in parts of 100, sent alone)
CLASSES = {
    "kitchen": ("Mixing Bowl|Chopping Board|Tea Towel|Cake Tin|Whisk|Storage Jar|Apron|Mug|Teapot|Spice Rack", 450, 0.6,
                9.5, 16, False),
    "tableware": ("Plate|Soup Bowl|Wine Glass|Tumbler|Napkin Ring|Candle Holder|Serving Tray|Pitcher", 380, 0.5, 8.0,
                  12, False),
    "bath": ("Hand Towel|Bath Mat|Soap Dish|Shower Curtain|Sponge|Laundry Bag", 420, 0.6, 11.0, 8, False),
    "bedding": ("Pillow Case|Throw|Cushion|Duvet Cover|Fitted Sheet|Quilt", 900, 0.6, 24.0, 8, False),
    "stationery": ("Notebook|Gift Wrap|Pencil Set|Greeting Card|Desk Pad|Paper Clips|Folder", 160, 0.6, 4.5, 11, False),
    "toys": ("Puzzle|Building Blocks|Plush Bear|Card Game|Kite|Spinning Top|Paint Set", 350, 0.7, 13.0, 10, False),
    "garden": ("Planter|Watering Can|Garden Gloves|Bird Feeder|Lantern|Seed Kit|Hose Nozzle", 700, 0.8, 15.0, 9, False),
    "lighting": ("Table Lamp|Night Light|String Lights|Lamp Shade|LED Bulb", 650, 0.6, 21.0, 6, False),
    "seasonal": ("Wreath|Bauble Set|Bunting|Paper Chain|Advent Box|Party Hats", 240, 0.6, 7.0, 10, False),
    "pets": ("Dog Bowl|Cat Toy|Pet Bed|Leash|Treat Jar", 480, 0.7, 12.0, 5, False),
    "furniture": ("Side Table|Stool|Bookcase|Coat Stand|Bench", 9000, 0.5, 89.0, 3, True),
    "art": ("Framed Print|Wall Clock|Mirror|Metal Sign|Photo Frame", 1100, 0.6, 18.0, 2, False),
}
LOOKS = ("Red|Blue|Cream|Sage|Charcoal|Striped|Spotted|Floral|Oak|Bamboo|Copper|Enamel|Vintage|Woven|Glass|Ceramic|"
         "Large|Small|Round|Folding|Star|Heart|Bird|Fern|Checked|Linen|Velvet|White").split("|")


@dataclass
class Item:
    sku: str
    title: str
    item_class: str
    weight_g: int
    price_cents: int
    case: int          # units in a case; 0: not sold in cases
    ship_alone: bool
    rank: int = 0      # 0: the most popular


def gtin13(number):
    """A GTIN-13 from the range that GS1 leaves to shops for their own use (it begins with 2)."""
    digits = f"2{number:011d}"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
    return digits + str(-total % 10)


def make_items(seed, count):
    """`count` items, the most popular first."""
    chance = random.Random(f"{seed}/items")
    names = list(CLASSES)
    weights = [CLASSES[name][4] for name in names]
    items = []
    for number in range(count):
        item_class = chance.choices(names, weights)[0]
        things, grams, spread, price, _, alone = CLASSES[item_class]
        thing = chance.choice(things.split("|"))
        looks = chance.sample(LOOKS, 2)
        cents = max(95, int(price * 100 * chance.lognormvariate(0, 0.55)) // 50 * 50 + chance.choice([-1, -5, 0]))
        items.append(Item(
            sku=f"{item_class[:3].upper()}-{number + 1:05d}", title=" ".join([*looks, thing]), item_class=item_class,
            weight_g=max(20, int(grams * chance.lognormvariate(0, spread))), price_cents=cents,
            case=0 if alone else chance.choice([0, 0, 6, 12, 12, 24]), ship_alone=alone and chance.random() < 0.7))
    chance.shuffle(items)
    for rank, item in enumerate(items):
        item.rank = rank
    return items


def money(cents):
    return f"{cents // 100}.{cents % 100:02d}"


def item_document(item):
    units = [{"unit": "each", "factor": 1, "gtin": gtin13(int(item.sku[4:]))}]
    if item.case:
        units.append({"unit": "case", "factor": item.case, "gtin": gtin13(100000 + int(item.sku[4:]))})
    side = max(40, int((item.weight_g * 6000) ** (1 / 3)))
    return {"sku": item.sku, "title": item.title, "class": item.item_class, "units": units, "weight_g": item.weight_g,
            "length_mm": side + side // 2, "width_mm": side, "height_mm": max(10, side // 2),
            "price": money(item.price_cents), "ship_alone": item.ship_alone}


def make_kits(seed, items, count):
    """Sets of two to four items at nine tenths of what they cost alone: (document, price in cents)."""
    chance = random.Random(f"{seed}/kits")
    parts_from = [item for item in items[:len(items) // 3] if not item.ship_alone]
    kits = []
    for number in range(count):
        parts = chance.sample(parts_from, chance.choice([2, 2, 3, 4]))
        components = [{"sku": part.sku, "quantity": chance.choice([1, 1, 1, 2])} for part in parts]
        cents = sum(part.price_cents * row["quantity"] for part, row in zip(parts, components)) * 9 // 10
        kits.append(({"sku": f"SET-{number + 1:03d}", "title": f"Set: {parts[0].title} and {len(parts) - 1} more",
                      "class": "sets", "units": [{"unit": "each", "factor": 1}], "price": money(cents),
                      "components": components}, cents))
    return kits
