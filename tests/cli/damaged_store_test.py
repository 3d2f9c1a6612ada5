"""A store whose bytes were changed behind its back: `verify` says so, `serve` refuses or goes on, and nothing crashes.

Each page of a real store is wiped, and single bytes of it are changed. Where `verify` finds nothing, the change was in
bytes that mean nothing; a server must answer exactly as before. Events, personal texts and kept replies are the only
copies of what they hold: any changed value in one is named. Where `verify` finds something, a server may still start,
for it reads only what it needs; whatever it is asked then, it answers right, or with an error, and lives on.
"""

import contextlib
import pathlib
import random
import shutil
import sqlite3
import tempfile
import unittest

from waybill_server import ServerDidNotStart, WaybillServer, load_small_network, run_cli, small_order

PAGE = 4096
SERVED_STRIDE = 6
LISTS = ("/v1/orders?limit=200", "/v1/inventory", "/v1/items", "/v1/locations", "/v1/events?limit=200",
         "/v1/exceptions?limit=200", "/v1/fulfillment-orders?limit=200", "/v1/returns?limit=200")


class DamagedStore(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.whole = pathlib.Path(cls.scratch.name) / "whole"
        with WaybillServer(store_dir=cls.whole) as server:
            admin = server.create_tenant().key
            cls.key = server.must("POST", "/v1/keys", {"name": "reader", "role": "viewer"}, admin)["secret"]
            load_small_network(server, admin, stock=1_000)
            for number in range(20):
                made = server.must(
                    "POST", "/v1/orders", small_order(f"W-{number}", notes="ring twice " * (number % 3 * 20)), admin,
                    {"Idempotency-Key": f"k-{number}"})
                server.must("POST", f"/v1/orders/{made['id']}/exceptions", {"kind": "late", "owner": "ops"}, admin)
                server.must("POST", f"/v1/orders/{made['id']}/release", {}, admin)
                if number % 4 == 0:
                    server.must("POST", f"/v1/orders/{made['id']}/cancel", {"reason": "customer_request"}, admin)
                if number % 4 == 1:
                    place = made["lines"][0]["allocations"][0]["location"]
                    server.must("POST", f"/v1/orders/{made['id']}/shipments", {"location": place}, admin)
                    server.must("POST", f"/v1/orders/{made['id']}/returns",
                                {"lines": [{"line_no": 1, "reason": "torn"}]}, admin)
        cls.bytes = (cls.whole / "waybill.db").read_bytes()
        with WaybillServer(store_dir=cls.whole) as server:
            cls.answers = cls.ask(server)

    @classmethod
    def ask(cls, server):
        return [server.raw_request("GET", path, key=cls.key)[::2] for path in LISTS]

    def damaged(self, change):
        folder = pathlib.Path(self.scratch.name) / "damaged"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        content = bytearray(self.bytes)
        change(content)
        (folder / "waybill.db").write_bytes(content)
        return folder

    def verify(self, folder):
        """Whether verify finds the store whole; it must say something where it does not."""
        done = run_cli("verify", "--store", folder / "waybill.db")
        self.assertIn(done.returncode, (0, 1, 3), done.stderr)
        if done.returncode != 0:
            self.assertRegex(done.stdout + done.stderr, "problem|damaged|not a Waybill store|can not|newer|schema|read-only")
        return done.returncode == 0

    def serve(self, folder):
        """What a server answers on it; None when it refuses to start."""
        server = WaybillServer(store_dir=folder)
        try:
            server.start()
        except ServerDidNotStart as refusal:
            self.assertEqual(refusal.exit_code, 3, refusal.stderr)
            self.assertEqual(len(refusal.stderr.strip().splitlines()), 1, refusal.stderr)
            return None
        try:
            answers = self.ask(server)
            self.assertEqual(server.request("GET", "/livez")[0], 200)
            return answers
        finally:
            self.assertEqual(server.stop(), 0)

    def test_every_page_wiped(self):
        pages = len(self.bytes) // PAGE
        unnoticed = 0
        for page in range(pages):
            with self.subTest(page=page):
                def wipe(content, at=page * PAGE):
                    content[at:at + PAGE] = bytes(PAGE)
                folder = self.damaged(wipe)
                whole = self.verify(folder)
                unnoticed += whole
                if whole or page % SERVED_STRIDE == 0:
                    answers = self.serve(folder)
                    for was, now in zip(self.answers, answers or []):
                        if whole or now[0] == 200:
                            self.assertEqual(now, was)
        print(f"{pages} pages wiped, {unnoticed} of them held nothing")
        self.assertLess(unnoticed, pages // 4)

    def test_single_bytes_changed(self):
        rng = random.Random(1)
        noticed = 0
        pages = range(0, len(self.bytes) // PAGE, 2)
        for page in pages:
            at = page * PAGE + rng.choice((rng.randrange(16), rng.randrange(PAGE - 600, PAGE)))
            with self.subTest(page=page, at=at):
                def flip(content, here=at):
                    content[here] ^= 1 << rng.randrange(8)
                folder = self.damaged(flip)
                if self.verify(folder):
                    self.assertEqual(self.serve(folder), self.answers)
                else:
                    noticed += 1
        print(f"{len(pages)} single bytes changed, {noticed} noticed")

    def changed_by_sql(self, *statements):
        folder = self.damaged(lambda content: None)
        with contextlib.closing(sqlite3.connect(folder / "waybill.db")) as store:
            store.execute("PRAGMA journal_mode = DELETE")
            for statement in statements:
                self.assertNotEqual(store.execute(statement).rowcount, 0, statement)
            store.commit()
        return run_cli("verify", "--store", folder / "waybill.db")

    def test_every_column_of_what_is_kept_once(self):
        """A value changed so that the file stays a sound one: the row is named."""
        with contextlib.closing(sqlite3.connect(self.whole / "waybill.db")) as store:
            event = store.execute("SELECT max(sequence) FROM events").fetchone()[0]
            person = store.execute("SELECT max(id) FROM persons").fetchone()[0]
            key = store.execute("SELECT min(key) FROM replies").fetchone()[0]
        rows = (("events", f"sequence = {event}", f"event {event} was changed",
                 ("aggregate_version", "at", "schema_version"),
                 ("actor", "command", "correlation", "type", "body")),
                ("persons", f"id = {person}", f"personal data {person} was changed", ("customer",), ("doc",)),
                ("replies", f"key = '{key}'", f'the reply to key "{key}" was changed',
                 ("status", "object_kind", "object_id", "sequence", "at"), ("body",)))
        with contextlib.closing(sqlite3.connect(self.whole / "waybill.db")) as store:
            raised_in = store.execute("SELECT max(raised_in) FROM exceptions WHERE is_open").fetchone()[0]
            order = store.execute("SELECT max(order_id) FROM fulfillment_rows WHERE is_open").fetchone()[0]
            sent = store.execute("SELECT max(order_id) FROM return_rows WHERE is_open").fetchone()[0]
        rows += (("exceptions", f"raised_in = {raised_in}", f"the exception late of event {raised_in} is",
                  ("order_id", "severity"), ("owner", "doc")),
                 ("fulfillment_rows", f"order_id = {order}", f"the fulfillment order ful_{order}-1 is",
                  ("location", "status", "due", "priority"), ("doc",)),
                 ("return_rows", f"order_id = {sent}", f"the return ret_{sent}-1 is",
                  ("location", "status", "requested_at"), ("doc",)))
        for table, where, named, numbers, texts in rows:
            # The last letter of a text becomes another one; an empty one gets one.
            changes = [f"{column} = coalesce({column}, 0) + 1" for column in numbers]
            changes += [f"{column} = substr({column}, 1, max(length({column}) - 1, 0)) || '~'" for column in texts]
            for change in changes:
                with self.subTest(table=table, change=change):
                    done = self.changed_by_sql(f"UPDATE {table} SET {change} WHERE {where}")
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertIn(named, done.stdout)

    def test_each_bit_of_a_personal_text_an_event_and_a_reply(self):
        for table, column, where in (("persons", "doc", "1"), ("events", "body", "type = 'order_placed'"),
                                     ("replies", "body_hash", "1")):
            rng = random.Random(3)
            for _ in range(4):
                with contextlib.closing(sqlite3.connect(self.whole / "waybill.db")) as store:
                    value = store.execute(f"SELECT CAST({column} AS BLOB) FROM {table} WHERE {where}").fetchone()[0]
                at = self.bytes.index(value) + rng.randrange(len(value))
                with self.subTest(table=table, at=at):
                    def flip(content, here=at):
                        content[here] ^= 1 << rng.randrange(7)
                    self.assertFalse(self.verify(self.damaged(flip)))

    def test_rows_that_changed_places(self):
        done = self.changed_by_sql(
            "CREATE TEMP TABLE two AS SELECT id, seal, doc FROM persons ORDER BY id LIMIT 2",
            "UPDATE persons SET (seal, doc) = (SELECT seal, doc FROM two WHERE two.id <> persons.id)"
            " WHERE id IN (SELECT id FROM two)")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("personal data", done.stdout)

    def test_cut_off_anywhere(self):
        """Cut between and within pages: never whole."""
        rng = random.Random(2)
        for size in sorted(rng.randrange(1, len(self.bytes)) for _ in range(8)) + [PAGE, len(self.bytes) - PAGE]:
            with self.subTest(size=size):
                def cut(content, end=size):
                    del content[end:]
                folder = self.damaged(cut)
                self.assertFalse(self.verify(folder))
                self.serve(folder)


if __name__ == "__main__":
    unittest.main()
