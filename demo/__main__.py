"""scripts/demo: plays a shop's orders through the public API of a running server and says what came of them."""

import argparse
import itertools
import pathlib
import shutil
import signal
import sys
import textwrap
import time

from demo import retailer, summary
from demo.client import Client, Refused
from demo.online_retail import OnlineRetail
from demo.player import Player
from demo.progress import Progress
from demo.retail_file import NotThisFormat
from demo.server import HOST, NotStarted, Server, is_free

DEFAULT_PORT = 8080
DEFAULT_ORDERS = 20_000
ROOT = pathlib.Path(__file__).resolve().parent.parent


def read_arguments():
    parser = argparse.ArgumentParser(prog="scripts/demo", description=(
        "Builds Waybill, starts it on a store in demo-data/, loads a network and a catalogue, plays orders through the "
        "API and sums up what came of them. Then it keeps serving until Ctrl-C."))
    parser.add_argument("--orders", metavar="FILE", type=pathlib.Path, help=(
        "play the real orders of a file in the Online Retail format (.csv, .csv.xz, .csv.gz) instead of made-up ones"))
    parser.add_argument("--once", action="store_true", help="stop after the summary")
    parser.add_argument("--port", type=int, help=f"serve here ({DEFAULT_PORT}, or any free one when that is taken)")
    parser.add_argument("--orders-max", metavar="N", type=int, help=(
        f"play so many orders (made-up: {DEFAULT_ORDERS:,})"))
    parser.add_argument("--seed", type=int, default=1, help="for everything that is made up (1)")
    parser.add_argument("--fresh", action="store_true", help=(
        "remove demo-data/ first; else a new tenant is added to it"))
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "demo-data", help=argparse.SUPPRESS)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/release/waybill", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.orders_max is not None and arguments.orders_max < 1:
        parser.error("--orders-max must be at least 1")
    return arguments


class Source:
    """Where orders come from: the days, how many to expect, and the ledger when there is a file to account for."""

    def __init__(self, arguments):
        if arguments.orders:
            print(f"Reading {arguments.orders} …", flush=True)
            made = OnlineRetail(arguments.orders, arguments.seed, arguments.orders_max)
            self.ledger = made.ledger
            self.expected, self.day_count = made.sales, made.trading_days
        else:
            made = retailer.Retailer(arguments.seed, arguments.orders_max or DEFAULT_ORDERS)
            self.ledger = None
            self.expected, self.day_count = made.orders, retailer.DAYS
        self.world = made.world()
        self.days = made.days


def open_tenant(server, world):
    """A client with the key of a new tenant, whose name gets a number when the store has it already."""
    operator = Client(HOST, server.port, server.operator_key())
    taken = {tenant["name"] for tenant in operator.pages("/v1/tenants?limit=100")}
    name = next(name for name in itertools.chain(
        [world.tenant], (f"{world.tenant} {number}" for number in itertools.count(2))) if name not in taken)
    made = operator.must("POST", "/v1/tenants", {"name": name, "currency": world.currency})
    operator.close()
    print(f"Tenant \"{name}\" ({made['id']})")
    return Client(HOST, server.port, made["admin_key"]["secret"])


def play(server, source, folder):
    """Everything from the new tenant to the summary; returns what the closing hints need."""
    world = source.world
    client = open_tenant(server, world)
    key_file = folder / "tenant.key"
    key_file.touch(mode=0o600)
    key_file.write_text(client.key + "\n", encoding="utf-8")
    player = Player(client, source.ledger)
    loading = Progress("loading", 1)
    player.load(world)
    loading.done(f"loaded {len(world.locations)} places, {len(world.channels)} channels, {len(world.areas):,} postcode "
                 f"areas, {len(world.items):,} items, {len(world.kits)} kits")
    version, held = player.rule(world)
    print(f"Rules \"{world.rules['name']}\", version {version}, in force: {len(world.rules['automation'])} rules, "
          f"{len(world.rules['strategies'])} strategies; {held} golden orders came out as they say")
    player.play(source.days(), source.expected, source.day_count)
    player.read_log()
    figures = player.figures
    print(f"\nPlayed {world.title}.")
    for sentence in world.made_up:
        print(textwrap.fill(sentence, 100))
    print(summary.section("Orders", summary.order_lines(figures, world.currency)))
    print(summary.section("What the rules did", summary.rule_lines(figures.rules, world.rules)))
    places = summary.top_places(client, world.locations, figures.shipped_units)
    print(summary.section("Where they are sent from", summary.place_lines(places)))
    print(summary.section("How fast", summary.speed_lines(figures)))
    if source.ledger:
        print(summary.section("What became of every row", summary.ledger_lines(source.ledger)))
    return client, figures, world


def print_hints(server, folder, figures, world):
    site = f"http://{HOST}:{server.port}"
    order = figures.example.get("split") or figures.example.get("whole") or figures.example.get("short")
    ruled = next(iter(figures.rules.example.values()), order)
    with_key = "curl -s -H \"Authorization: Bearer $KEY\""
    sku = (world.items or [{"sku": "A"}])[0]["sku"]
    destination = next(iter(world.locations))["address"]
    address = (f'"line1":"1 Main Street","city":"{destination["city"]}","postcode":"{destination["postcode"]}",'
               f'"country":"{destination["country"]}"')
    print(f"""
Serving on {site} (log: {folder / 'serve.log'}). Reference of the API: {site}/docs
Try:

  KEY=$(cat {folder / 'tenant.key'})
  {with_key} {site}/v1/orders/{order}                    # an order
  {with_key} {site}/v1/orders/{order}/routing            # why it is sent from there and not elsewhere
  {with_key} {site}/v1/orders/{order}/events             # what happened to it
  {with_key} {site}/v1/rule-activations/current          # which rules decide
  {with_key} {site}/v1/rule-sets/1                       # what they say
  {with_key} {site}/v1/orders/{ruled}/routing            # which of them this order set off, and why
  {with_key} "{site}/v1/exceptions?limit=3"              # what somebody has to look at
  {with_key} "{site}/v1/fulfillment-orders?limit=3"      # what stores have to do
  {with_key} "{site}/v1/returns?limit=3"                 # what customers still bring back
  {with_key} {site}/v1/message-templates                 # what customers are told by mail, where there is a mail server
  {with_key} "{site}/v1/availability?sku={sku}&channel={world.channels[0]['code']}"
  {with_key} "{site}/v1/orders?sku={sku}&limit=3"
  {with_key} -H "Content-Type: application/json" {site}/v1/orders -d '{{"channel":"{world.channels[0]['code']}",
    "channel_order_id":"try-1","currency":"{world.currency}","ship_to":{{"name":"You",{address}}},
    "lines":[{{"sku":"{sku}","quantity":2,"unit_price":"2.50"}}]}}'

Ctrl-C stops the server.""", flush=True)


def serve_until_stopped(server, folder, figures, world):
    try:
        # The hints invite the signal, which may come before the last of them is out.
        print_hints(server, folder, figures, world)
        while server.is_running():
            time.sleep(1)
    except KeyboardInterrupt:
        print("\nstopping …", flush=True)
        server.stop()
        return 0
    print(f"the server ended by itself; its log is {server.log}", file=sys.stderr)
    return 1


def end(_signal, _frame):
    raise KeyboardInterrupt


def main():
    arguments = read_arguments()
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, end)
    folder = arguments.folder
    if arguments.fresh:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    source = Source(arguments)
    port = arguments.port
    if port is None:
        port = DEFAULT_PORT if is_free(DEFAULT_PORT) and not arguments.once else 0
    server = Server(arguments.binary, folder, port)
    try:
        print(f"Serving on http://{HOST}:{server.port}, store {folder / 'waybill.db'}")
        client, figures, world = play(server, source, folder)
        client.close()
        print(f"\n{time.monotonic() - began:.0f} s from start to summary.", flush=True)
        if arguments.once:
            code = server.stop()
            if code != 0:
                print(f"the server ended with exit code {code}; its log is {server.log}", file=sys.stderr)
            return 1 if code else 0
        return serve_until_stopped(server, folder, figures, world)
    finally:
        server.stop()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        sys.exit(130)
    except NotStarted as error:
        print(f"the server did not start: {error}\n(a store of another version? try --fresh)", file=sys.stderr)
        sys.exit(1)
    except (Refused, NotThisFormat, OSError, EOFError) as error:
        print(f"\nscripts/demo: {error}", file=sys.stderr)
        sys.exit(1)
