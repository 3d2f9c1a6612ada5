"""SIGKILL between any two system calls that change the store's files, in every situation that writes to them.

strace stops the program right before its n-th call of one kind, for every n in turn until the program gets through: the
first open with its migrations, an upgrade, a commit of one order, one that also moves the log into the file, a bulk, a
backup. After each kill the store must open, verify, and hold what was acknowledged once and nothing by halves: a
request that is sent again with its Idempotency-Key ends in the same state as one that was never interrupted.

    WAYBILL_KILL_STRIDE   every how manieth write is tried (16); 1: all of them
"""

import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import unittest

from waybill_server import WaybillServer, binary_path, clean_environment, load_small_network, run_cli, small_order

STRIDE = int(os.environ.get("WAYBILL_KILL_STRIDE", "16"))
# The calls that change a file or its name. What a file is opened for shows in the call that follows.
CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "unlink")
POINTS_MAX = 2_000
# The search for leaks at a program's end stops it by ptrace, which strace does already.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
BULK = 20
LOG_ORDERS = 40  # their commits are more than the least log, so that the next one moves it into the file


def can_trace():
    """Whether strace is there and this machine lets one process stop another."""
    if not shutil.which("strace"):
        return False
    done = subprocess.run(["strace", "-o", os.devnull, "-e", "inject=getpid:signal=SIGKILL", "true"],
                          capture_output=True, check=False)
    return done.returncode == 0


class Tracer:
    """strace on a running process, killing it before its n-th `call` from now on."""

    def __init__(self, process, call, number):
        self.process = subprocess.Popen(
            ["strace", "-f", "-p", str(process.pid), "-o", os.devnull, *injection(call, number)],
            stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        if "attached" not in line:
            raise AssertionError(f"strace: {line}")

    def end(self):
        """Once the process has ended."""
        self.process.communicate(timeout=60)


def injection(call, number):
    return ["-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}"]


def run_killed(call, number, *args):
    """One command, killed before its n-th `call`. True when it was; false when it came through."""
    done = subprocess.run(["strace", "-D", "-f", "-o", os.devnull, *injection(call, number), binary_path(), *args],
                          capture_output=True, text=True, env=clean_environment(), timeout=120, check=False)
    if done.returncode == -signal.SIGKILL:
        return True
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return False


@unittest.skipUnless(can_trace(), "strace is missing or not allowed here: no process can be stopped at a system call")
class KillPoints(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.store = self.folder / "store" / "waybill.db"
        self.made = self.folder / "made"
        self.placed = 0
        self.kills = 0

    def make_store(self):
        """A store with a tenant, a network and a few orders, to be copied for each kill."""
        with WaybillServer(store_dir=self.made) as server:
            self.key = server.create_tenant().key
            load_small_network(server, self.key, stock=1_000_000)
            self.place(server, 3)

    def place(self, server, count):
        for _ in range(count):
            self.placed += 1
            server.must("POST", "/v1/orders", small_order(f"before-{self.placed}"), self.key)

    def fresh_copy(self):
        shutil.rmtree(self.store.parent, ignore_errors=True)
        if self.made.exists():
            shutil.copytree(self.made, self.store.parent)
        else:
            self.store.parent.mkdir()

    def at_every_point(self, attempt):
        """Calls attempt(call, number) with every point until it says that nothing was killed."""
        for call in CALLS:
            for number in range(1, POINTS_MAX):
                if (number - 1) % STRIDE != 0 and call == "pwrite64":
                    continue
                self.fresh_copy()
                came_through = True  # a point that fails ends the search as well
                with self.subTest(call=call, number=number):
                    came_through = not attempt(call, number)
                if came_through:
                    break
                self.kills += 1
            else:
                self.fail(f"no end to the calls of {call}")
        print(f"{self.id().rsplit('.')[-1]}: {self.kills} kills")
        self.assertGreater(self.kills, 3)

    def verified(self, store=None):
        done = run_cli("verify", "--json", "--store", store or self.store)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def orders(self):
        return sum(tenant["orders"] for tenant in self.verified()["tenants"])

    def requests_until_killed(self, call, number, ask, args=()):
        """A server that is killed while `ask(server)` runs or as it ends; what that returned (None: the connection broke)."""
        server = WaybillServer(store_dir=self.store.parent, store=self.store, args=args).start()
        tracer = Tracer(server.process, call, number)
        answer = None
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer = ask(server)
        # A server that got through is asked to end, and writes some more as it does.
        killed = server.stop() == -signal.SIGKILL
        tracer.end()
        self.assertTrue(killed or answer is not None, "neither killed nor answered")
        return killed, answer

    def one_order(self, *args):
        order = small_order("the-one", quantity=2)
        before, after = self.placed, self.placed + 1

        def ask(server):
            status, _, answer = server.request("POST", "/v1/orders", order, self.key, {"Idempotency-Key": "k"})
            return status, answer["id"]

        def attempt(call, number):
            killed, answer = self.requests_until_killed(call, number, ask, args)
            self.assertIn(self.orders(), (after,) if answer else (before, after))
            with WaybillServer(store_dir=self.store.parent, store=self.store) as server:
                again = ask(server)
                self.assertEqual(again[0], 201)
                self.assertIn(answer, (None, again))
                found = server.must("GET", f"/v1/orders/{again[1]}", key=self.key)
                self.assertEqual(found["lines"][0]["quantities"]["allocated"], 2)
            self.assertEqual(self.orders(), after)
            return killed

        self.at_every_point(attempt)

    def test_one_order(self):
        self.make_store()
        self.one_order()

    def test_one_order_and_a_checkpoint(self):
        self.make_store()
        server = WaybillServer(store_dir=self.made).start()
        self.place(server, LOG_ORDERS)
        server.kill()  # leaves the log as it is
        self.assertGreater((self.made / "waybill.db-wal").stat().st_size, 1 << 20)
        self.one_order("--storage-wal-bytes", "1MiB")

    def test_bulk(self):
        self.make_store()
        rows = [small_order(f"bulk-{number}", sku="AB"[number % 2]) for number in range(BULK)]
        before, after = self.placed, self.placed + BULK

        def ask(server):
            return server.bulk("/v1/orders/bulk", rows, self.key, {"Idempotency-Key": "b"})

        def attempt(call, number):
            killed, results = self.requests_until_killed(call, number, ask)
            self.assertIn(self.orders(), (after,) if results else range(before, after + 1))
            with WaybillServer(store_dir=self.store.parent, store=self.store) as server:
                again = ask(server)
                self.assertEqual({line["status"] for line in again}, {201})
            self.assertEqual(self.orders(), after)
            return killed

        self.at_every_point(attempt)

    def create_tenant(self):
        return "tenant", "create", "--store", str(self.store), "--name", "Acme", "--currency", "GBP"

    def test_first_open(self):
        def attempt(call, number):
            killed = run_killed(call, number, *self.create_tenant())
            # Whatever is there, opening the store for writing makes it whole. The tenant may have been made.
            done = run_cli(*self.create_tenant())
            if done.returncode != 0:
                self.assertIn("name_taken" if "name_taken" in done.stderr else "Acme", done.stderr)
            self.assertEqual([tenant["name"] for tenant in self.verified()["tenants"]], ["system", "Acme"])
            return killed

        self.at_every_point(attempt)

    def test_upgrade(self):
        """A store of schema 1, which had neither views nor rules nor rate tables nor webhooks nor returns nor mail."""
        self.make_store()
        with contextlib.closing(sqlite3.connect(self.made / "waybill.db")) as database:
            for (view,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").fetchall():
                database.execute(f"DROP VIEW {view}")
            for table in ("rule_sets", "rule_activations", "exceptions", "rate_tables", "fulfillment_rows", "webhooks",
                          "webhook_progress", "return_rows", "item_demand", "message_templates", "message_progress"):
                database.execute(f"DROP TABLE {table}")
            database.execute("PRAGMA user_version = 1")
            database.commit()
        before = self.made / "waybill.db"
        self.assertRegex(run_cli("verify", "--store", before).stderr, "older than")

        def attempt(call, number):
            killed = run_killed(call, number, "tenant", "create", "--store", str(self.store), "--name", "New",
                                "--currency", "EUR")
            run_cli("tenant", "create", "--store", self.store, "--name", "New", "--currency", "EUR")
            report = self.verified()
            self.assertEqual([tenant["name"] for tenant in report["tenants"]], ["system", "Acme", "New"])
            self.assertEqual(sum(tenant["orders"] for tenant in report["tenants"]), 3)
            with contextlib.closing(sqlite3.connect(self.store)) as database:
                self.assertEqual(database.execute("SELECT count(*) FROM order_lines").fetchone(), (3,))
            return killed

        self.at_every_point(attempt)

    def test_backup(self):
        self.make_store()
        copy = self.store.parent / "copy.db"
        hashes = [tenant["state_hash"] for tenant in self.verified(self.made / "waybill.db")["tenants"]]

        def attempt(call, number):
            args = ("backup", "--store", str(self.store), "--to", str(copy))
            killed = run_killed(call, number, *args)
            if not copy.exists():
                done = run_cli(*args)
                self.assertEqual(done.returncode, 0, done.stderr)
            for each in (copy, self.store):
                self.assertEqual([tenant["state_hash"] for tenant in self.verified(each)["tenants"]], hashes)
            return killed

        self.at_every_point(attempt)


if __name__ == "__main__":
    unittest.main()
