"""The program on a store on PostgreSQL: all that it does on a file, and one clear line for each way in which a database
can not be used."""

import concurrent.futures
import json
import os
import pathlib
import re
import tempfile
import unittest

from private_postgres import PrivatePostgres
from waybill_server import ServerDidNotStart, WaybillServer, load_small_network, run_cli, small_order

SECRET = "s3cret-of-the-test"
ROOT = pathlib.Path(__file__).parents[2]


class OnPostgres(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.postgres = cls.enterClassContext(PrivatePostgres())

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.database = self.postgres.fresh_name()
        self.store = self.postgres.uri(self.database)

    def server(self, **more):
        return WaybillServer(store_dir=self.folder, **{"store": self.store, **more})

    def cli(self, *args, code=0, store=None, **more):
        done = run_cli(*args, "--store", store or self.store, **more)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        if code != 0:
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
            self.assertTrue(done.stderr.startswith("waybill: "), done.stderr)
        return done.stdout if code == 0 else done.stderr

    def fill(self, orders=3):
        with self.server() as server:
            tenant = server.create_tenant()
            load_small_network(server, tenant.key)
            for number in range(orders):
                server.must("POST", "/v1/orders", small_order(f"W-{number}"), tenant.key)
        return tenant

    def autovacuum(self, change):
        self.postgres.sql(f"ALTER SYSTEM {change}")
        self.postgres.sql("SELECT pg_reload_conf()")

    def refused(self, says, store=None):
        """The server does not start, nor does a command that looks only get an answer; each says why in one line."""
        store = store or self.store
        with self.assertRaises(ServerDidNotStart) as caught:
            self.server(store=store).start()
        self.assertEqual(caught.exception.exit_code, 3)
        lines = caught.exception.stderr.strip().splitlines()
        self.assertEqual(len(lines), 1, caught.exception.stderr)
        self.assertTrue(lines[0].startswith("waybill: the store "), lines[0])
        self.assertIn(says, lines[0])
        return lines[0]


class TheProgram(OnPostgres):
    def test_a_schema_with_a_store_behind_it_is_not_that_store(self):
        """Tables are found by the search path; but what is not in the first schema of it is somebody else's."""
        self.fill()
        self.postgres.sql("CREATE SCHEMA mine", self.database)
        mine = self.postgres.uri(self.database, options="-csearch_path=mine,public")
        self.assertIn("no tables of Waybill", self.cli("verify", code=3, store=mine))
        with self.server() as first, WaybillServer(store_dir=self.folder / "mine", store=mine) as second:
            self.assertEqual(second.create_tenant("Acme").name, "Acme")
            self.assertEqual(first.request("GET", "/readyz")[0], 200)
        for store in (self.store, mine):
            self.assertTrue(json.loads(self.cli("verify", "--json", store=store))["ok"])

    def test_orders_search_and_stock_outlive_a_restart(self):
        tenant = self.fill(orders=0)
        with self.server() as server:
            rows = "".join(json.dumps(small_order(f"I-{number}", quantity=2)) + "\n" for number in range(250))
            done = run_cli("import", "orders", "-", "--json", stdin=rows,
                           env={"WAYBILL_SERVER": server.url, "WAYBILL_KEY": tenant.key})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["accepted"], 250)
            headers = {"Idempotency-Key": "once"}
            placed = server.must("POST", "/v1/orders", small_order("W-1", sku="B", quantity=3), tenant.key, headers)
            self.assertEqual(placed["status"], "allocated")
            server.must("POST", f"/v1/orders/{placed['id']}/cancel", {"reason": "customer_request"}, tenant.key)
            before = self.seen(server, tenant.key, placed["id"])
        with self.server() as server:
            self.assertEqual(self.seen(server, tenant.key, placed["id"]), before)
            again = server.must("POST", "/v1/orders", small_order("W-1", sku="B", quantity=3), tenant.key, headers)
            self.assertEqual(again["id"], placed["id"])
        self.assertEqual(len(before["orders"]), 251)

    @staticmethod
    def seen(server, key, order):
        return {
            "orders": list(server.pages("/v1/orders?limit=200", key)),
            "order": server.must("GET", f"/v1/orders/{order}", key=key),
            "found": [row["id"] for row in server.pages("/v1/orders?q=W-1", key)],
            "by person": [row["id"] for row in server.pages("/v1/orders?q=robin&limit=200", key)],
            "stock": list(server.pages("/v1/inventory", key)),
            "availability": server.must("GET", "/v1/availability?channel=web&sku=A", key=key),
            "events": [event["type"] for event in server.pages("/v1/events?limit=200", key)],
        }

    def test_a_planner_that_knows_nothing_is_told(self):
        """Without statistics, or with those of an empty table, keys are looked for by reading all rows of the tenant, at
        every batch. So a table is analysed when it has rows, and again when it has grown."""
        self.autovacuum("SET autovacuum = off")
        self.addCleanup(self.autovacuum, "RESET autovacuum")
        tenant = self.fill(orders=0)
        with self.server() as server:
            for number in range(4000):
                server.must("POST", "/v1/orders", small_order(f"Y-{number}"), tenant.key)
                if number % 50 == 0 and self.analysed_twice() == {"events", "orders"}:
                    break
        self.assertEqual(self.analysed_twice(), {"events", "orders"})

    def analysed_twice(self):
        return set(self.postgres.sql("SELECT relname FROM pg_stat_user_tables WHERE relname IN ('events', 'orders')"
                                     " AND analyze_count >= 2", self.database).split())

    def test_tenants_and_keys_from_the_command_line(self):
        made = json.loads(self.cli("tenant", "create", "--name", "Acme", "--currency", "GBP", "--json"))
        viewer = json.loads(self.cli("key", "create", "--role", "viewer", "--name", "Board", "--json"))
        self.assertIn("Acme", self.cli("tenant", "list"))
        self.assertIn("Board", self.cli("key", "list"))
        with self.server() as server:
            for key in (made["admin_key"]["secret"], viewer["secret"]):
                self.assertEqual(server.request("GET", "/v1/items", key=key)[0], 200)
            self.assertIn("Board", self.cli("key", "list"), "looking takes no lock")
            says = self.cli("key", "revoke", viewer["id"], "--tenant", made["id"], code=3)
            self.assertIn("in use by another process", says)
        self.cli("key", "revoke", viewer["id"], "--tenant", made["id"])
        with self.server() as server:
            self.assertEqual(server.request("GET", "/v1/items", key=viewer["secret"])[0], 401)

    def test_verify_and_backup(self):
        tenant = self.fill()
        report = json.loads(self.cli("verify", "--json"))
        self.assertTrue(report["ok"])
        row = next(each for each in report["tenants"] if each["id"] == tenant.id)
        self.assertEqual((row["orders"], row["levels"]), (3, 4))
        text = self.cli("verify")
        self.assertIn("no problem found", text)
        self.assertIn(row["state_hash"], text)
        copy = self.folder / "copy.db"
        self.assertIn("pg_dump", self.cli("backup", "--to", copy, code=1))
        self.assertFalse(copy.exists())
        self.postgres.sql("UPDATE inventory_levels SET on_hand = on_hand + 1", self.database)
        done = run_cli("verify", "--store", self.store, "--json")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertTrue(json.loads(done.stdout)["problems"])

    def test_a_dump_is_a_store(self):
        """The advised way to make a copy gives what verify finds whole."""
        self.fill()
        before = json.loads(self.cli("verify", "--json"))["tenants"]
        dump = self.postgres.run("pg_dump", *self.postgres.place(), self.database)
        other = self.postgres.fresh_name()
        self.postgres.run("psql", *self.postgres.place(), "-d", other, "-qX", "-v", "ON_ERROR_STOP=1", input=dump)
        copied = json.loads(self.cli("verify", "--json", store=self.postgres.uri(other)))
        self.assertEqual((copied["ok"], copied["tenants"]), (True, before))

    def test_a_second_server_is_refused_and_harms_nothing(self):
        with self.server() as server:
            with self.assertRaises(ServerDidNotStart) as caught:
                WaybillServer(store_dir=self.folder / "second", store=self.store).start()
            self.assertEqual(caught.exception.exit_code, 3)
            self.assertIn("in use by another process", caught.exception.stderr)
            self.assertEqual(len(caught.exception.stderr.strip().splitlines()), 1)
            self.assertEqual(server.request("GET", "/readyz")[0], 200)
            server.create_tenant()

    def test_schemas_of_one_database_are_stores_of_their_own(self):
        self.postgres.sql("CREATE SCHEMA one; CREATE SCHEMA two", self.database)
        one, two = (self.postgres.uri(self.database, options=f"-csearch_path={name}") for name in ("one", "two"))
        with self.server(store=one) as first, \
                WaybillServer(store_dir=self.folder / "second", store=two) as second:
            first.create_tenant("Acme")
            second.create_tenant("Acme")
        for store in (one, two):
            self.assertTrue(json.loads(self.cli("verify", "--json", store=store))["ok"])

    def test_ready_again_when_the_database_is(self):
        tenant = self.fill()
        with self.server() as server:
            self.postgres.stop("immediate")
            try:
                status, _, answer = server.request("POST", "/v1/orders", small_order("while down"), tenant.key)
                self.assertEqual((status, answer["code"]), (503, "store_unavailable"))
                self.assertEqual(server.request("GET", "/readyz")[0], 503)
            finally:
                self.postgres.start()
            server.wait_until(lambda: server.request("GET", "/readyz")[0] == 200, "ready again")
            server.must("POST", "/v1/orders", small_order("while down"), tenant.key)
            self.assertEqual(len(list(server.pages("/v1/orders", tenant.key))), 4)


class Migrate(OnPostgres):
    def migrate(self, *more, code=0, store=None):
        return self.cli("migrate", *more, code=code, store=store)

    def test_says_from_where_to_where(self):
        for store in (self.store, str(self.folder / "shop.db")):
            with self.subTest(store=store):
                made = json.loads(self.migrate("--json", store=store))
                self.assertEqual((made["from"], made["to"] > 0, made["store"]), (0, True, store))
                again = json.loads(self.migrate("--json", store=store))
                self.assertEqual((again["from"], again["to"]), (made["to"], made["to"]))
                self.assertIn("is up to date", self.migrate(store=store))
                with self.server(store=store) as server:
                    server.create_tenant(f"Acme {store}")
                    self.assertIn("is up to date", self.migrate(store=store), "beside a server")
                self.assertTrue(json.loads(self.cli("verify", "--json", store=store))["ok"])

    def test_an_older_schema(self):
        """As the first version left it."""
        first = (ROOT / "src/storage/postgres/migrations/0001_tables.sql").read_text()
        self.postgres.sql("CREATE TABLE waybill_schema (version integer NOT NULL PRIMARY KEY, name text NOT NULL,"
                          " run_at timestamptz NOT NULL DEFAULT now());"
                          f"INSERT INTO waybill_schema VALUES (1, '0001_tables'); {first}", self.database)
        self.assertIn("waybill migrate", self.cli("verify", code=3))
        self.assertIn("from schema 1 to schema", self.migrate())
        self.cli("verify")

    def test_many_at_once(self):
        """Each waits for the one before it, and one of them makes the tables."""
        file = str(self.folder / "shop.db")
        for store in (self.store, file):
            with self.subTest(store=store), concurrent.futures.ThreadPoolExecutor() as pool:
                runs = list(pool.map(lambda _: json.loads(self.migrate("--json", store=store)), range(5)))
                self.assertEqual(sorted(run["from"] for run in runs)[:2], [0, runs[0]["to"]])
                self.assertEqual(len({run["to"] for run in runs}), 1)

    def test_refusals_are_those_of_a_server(self):
        self.assertIn("nosuchdatabase", self.migrate(code=3, store=self.postgres.uri("nosuchdatabase")))
        self.postgres.sql("CREATE TABLE orders (id integer)", self.database)
        self.assertIn("is not a Waybill store", self.migrate(code=3))
        newer = self.postgres.uri(self.postgres.fresh_name())
        self.migrate(store=newer)
        self.postgres.sql("INSERT INTO waybill_schema (version, name) VALUES (9999, 'later')", newer)
        self.assertIn("newer version", self.migrate(code=3, store=newer))

    def test_a_role_of_its_own_for_the_schema(self):
        self.migrate()
        self.postgres.sql("CREATE ROLE clerk LOGIN; REVOKE CREATE ON SCHEMA public FROM public;"
                          "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk", self.database)
        self.addCleanup(self.postgres.sql, "DROP OWNED BY clerk; DROP ROLE clerk", self.database)
        with self.server(store=self.postgres.uri(self.database, "clerk")) as server:
            server.create_tenant()

    def test_distribute(self):
        self.assertIn("extension citus", self.migrate("--distribute", code=1))
        # Not the extension, but what it is called by: the calls are written down.
        self.postgres.sql("""
            SET allow_system_table_mods = on;
            INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
                VALUES (999999, 'citus', 10, 'public'::regnamespace, false, '0');
            CREATE SCHEMA stand_in;
            CREATE TABLE stand_in.pg_dist_partition (n serial, logicalrelid regclass, call text);
            CREATE FUNCTION public.create_reference_table(name regclass) RETURNS void LANGUAGE sql AS $$
                INSERT INTO stand_in.pg_dist_partition (logicalrelid, call) VALUES (name, 'reference') $$;
            CREATE FUNCTION public.create_distributed_table(name regclass, by text, colocate_with text DEFAULT 'default')
                RETURNS void LANGUAGE sql AS $$
                INSERT INTO stand_in.pg_dist_partition (logicalrelid, call) VALUES (name, by || ' with ' || colocate_with) $$;
            """, self.database)
        store = self.postgres.uri(self.database, options="-csearch_path=public,stand_in")
        done = json.loads(self.migrate("--distribute", "--json", store=store))["distributed"]
        called = self.postgres.sql("SELECT logicalrelid || ' ' || call FROM stand_in.pg_dist_partition ORDER BY n",
                                   self.database).splitlines()
        self.assertEqual(called, ["tenant_names reference", "tenants tenant_id with default"]
                         + [f"{table} tenant_id with tenants" for table in done[2:]])
        tables = self.postgres.sql("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname NOT IN ('waybill_schema',"
                                   " 'processes')"
                                   " AND relnamespace = 'public'::regnamespace", self.database).splitlines()
        self.assertEqual(sorted(done), sorted(tables), "every table of the schema that has tenants' rows")
        page = (ROOT / "docs/operations/scale-out.md").read_text()
        listed = re.search(r"ARRAY\[(.*?)\]", page, re.DOTALL)[1]
        self.assertEqual(re.findall(r"'(\w+)'", listed), done[2:], "as the manual says")
        self.assertEqual(json.loads(self.migrate("--distribute", "--json", store=store))["distributed"], [])
        self.postgres.sql("DELETE FROM stand_in.pg_dist_partition WHERE logicalrelid = 'replies'::regclass", self.database)
        self.assertIn("distributed by tenant: replies\n", self.migrate("--distribute", store=store))


class WhatCanNotBeUsed(OnPostgres):
    def test_wrong_addresses(self):
        for uri, says in [
                ("postgresql://127.0.0.1:notaport/x", "notaport"),
                ("postgresql://127.0.0.1/x?nosuchoption=1", "nosuchoption"),
                ("postgresql://127.0.0.1:1/x", "can not be opened"),
                (self.postgres.uri_over_tcp("nosuchdatabase"), "nosuchdatabase"),
                (self.postgres.uri_over_tcp(self.database, "nosuchuser"), "nosuchuser"),
                (self.postgres.uri(self.database, options="-csearch_path=nosuchschema"), "no schema")]:
            with self.subTest(uri=uri):
                self.refused(says, uri)
                self.assertIn(says, self.cli("tenant", "create", "--name", "A", "--currency", "GBP", code=3, store=uri))
                self.cli("verify", code=3, store=uri)

    def test_a_newer_schema(self):
        self.fill()
        self.postgres.sql("INSERT INTO waybill_schema (version, name) VALUES (9999, 'later')", self.database)
        self.refused("newer version")
        self.assertIn("newer version", self.cli("verify", code=3))

    def test_tables_of_another_program(self):
        self.postgres.sql("CREATE TABLE orders (id integer)", self.database)
        self.refused("is not a Waybill store")
        self.assertEqual(self.postgres.sql("SELECT count(*) FROM pg_class WHERE relname = 'events'", self.database), "0")

    def test_an_empty_database_is_no_store_to_look_at(self):
        for command in (["verify"], ["key", "list"], ["key", "revoke", "key_1"]):
            self.cli(*command, code=3)
        self.assertEqual(self.postgres.sql("SELECT count(*) FROM pg_class WHERE relname = 'events'", self.database), "0")

    def test_another_encoding(self):
        self.postgres.sql("CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' TEMPLATE template0")
        self.addCleanup(self.postgres.sql, "DROP DATABASE latin")
        self.refused("LATIN1", self.postgres.uri("latin"))

    def test_missing_rights(self):
        self.postgres.sql("CREATE ROLE looker LOGIN; REVOKE CREATE ON SCHEMA public FROM public", self.database)
        self.addCleanup(self.postgres.sql, "DROP OWNED BY looker; DROP ROLE looker", self.database)
        as_looker = self.postgres.uri(self.database, "looker")
        self.refused("permission denied", as_looker)
        self.fill()
        self.refused("permission denied", as_looker)
        self.postgres.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker", self.database)
        self.refused("may not change", as_looker)
        self.assertTrue(json.loads(self.cli("verify", "--json", store=as_looker))["ok"], "who may read may look")

    def test_a_standby(self):
        tenant = self.fill()
        with self.postgres.standby() as standby:
            uri = standby.uri(self.database)
            self.refused("standby", uri)
            for command in (["tenant", "create", "--name", "B", "--currency", "GBP"], ["key", "create", "--role", "operator"]):
                self.assertIn("standby", self.cli(*command, code=3, store=uri))
            report = json.loads(self.cli("verify", "--json", store=uri))
            self.assertTrue(report["ok"])
            self.assertIn(tenant.id, [each["id"] for each in report["tenants"]])
            both = f"postgresql://postgres@127.0.0.1:{standby.port},127.0.0.1:{self.postgres.port}/{self.database}"
            with self.server(store=both + "?target_session_attrs=read-write") as server:
                server.must("POST", "/v1/orders", small_order("to the one that takes it"), tenant.key)


class Passwords(OnPostgres):
    """What is said of a store, to whomever: never its password."""

    def everything_said(self, store):
        self.server().log_path.unlink(missing_ok=True)
        said = []
        try:
            with self.server(store=store, args=["--log-level", "debug"]) as server:
                said.append(json.dumps(server.request("GET", "/readyz")[2]))
                said.append(server.raw_request("GET", "/metrics")[2].decode())
        except ServerDidNotStart as error:
            said.append(error.stderr)
        for command in (["verify"], ["verify", "--json"], ["key", "list"], ["tenant", "list"],
                        ["tenant", "create", "--name", "B", "--currency", "GBP"], ["backup", "--to", self.folder / "copy"],
                        ["migrate"], ["migrate", "--json", "--distribute"]):
            done = run_cli(*command, "--store", store)
            said += [done.stdout, done.stderr]
        done = run_cli("serve", "--store", store, "--print-settings")
        said += [done.stdout, done.stderr, self.server().log_path.read_text(errors="replace")]
        return "\n".join(said)

    def test_of_a_store_that_works(self):
        for uri in (self.postgres.uri_over_tcp(self.database, f"postgres:{SECRET}"),
                    self.postgres.uri(self.database, password=SECRET),
                    self.postgres.uri(self.database, sslpassword=SECRET, password=SECRET)):
            with self.subTest(uri=uri):
                said = self.everything_said(uri)
                self.assertIn(self.database, said)
                self.assertNotIn(SECRET, said)

    def test_of_one_that_does_not(self):
        port = self.postgres.port
        for uri in (f"postgresql://user:{SECRET}@127.0.0.1:1/x",
                    f"postgresql://user:{SECRET}@127.0.0.1:{port}/nosuchdatabase",
                    f"postgresql://user:{SECRET}@127.0.0.1:notaport/x",
                    f"postgresql://user:{SECRET}@[::1/x",
                    f"postgresql://user:{SECRET}@127.0.0.1/x?nosuchoption=1",
                    f"postgresql://127.0.0.1/x?sslpassword={SECRET}&nosuchoption=1&password={SECRET}",
                    # Not encoded as it must be: parts of it look like a host, a port or a database.
                    f"postgresql://user:{SECRET}/x@127.0.0.1/x",
                    f"postgresql://user:{SECRET}?x@127.0.0.1/x",
                    f"postgresql://user:1/{SECRET}@127.0.0.1/x",
                    f"postgresql://user:1@{SECRET}@127.0.0.1/x",
                    f"postgresql://user:1@x/{SECRET}@127.0.0.1/x",
                    f"postgresql://user:1?{SECRET}@127.0.0.1/x",
                    f"postgresql://user:%zz{SECRET}@127.0.0.1/x"):
            with self.subTest(uri=uri):
                said = self.everything_said(uri)
                self.assertEqual([line for line in said.splitlines() if SECRET in line], [])

    def test_the_password_may_be_elsewhere(self):
        self.postgres.sql(f"CREATE ROLE shop LOGIN SUPERUSER PASSWORD '{SECRET}'")
        path = self.postgres.data / "pg_hba.conf"
        before = path.read_text()
        path.write_text("host all shop 127.0.0.1/32 scram-sha-256\n" + before)
        self.postgres.sql("SELECT pg_reload_conf()")
        uri = self.postgres.uri_over_tcp(self.database, "shop")
        self.refused("password", uri)
        wrong = self.postgres.uri_over_tcp(self.database, "shop:wrong-password")
        self.assertNotIn("wrong-password", self.refused("password authentication failed", wrong))
        file = self.folder / "pgpass"
        file.write_text(f"127.0.0.1:*:*:shop:{SECRET}\n")
        file.chmod(0o600)
        for environment in ({"PGPASSWORD": SECRET}, {"PGPASSFILE": str(file)}):
            with self.subTest(environment=list(environment)), self.server(store=uri, env=environment) as server:
                self.assertEqual(server.request("GET", "/readyz")[0], 200)
        self.assertNotIn(SECRET, self.server().log_path.read_text())


if __name__ == "__main__":
    os.environ.pop("PGPASSWORD", None)
    unittest.main()
