"""waybill bench: every workload, small. What is checked is that the figures fit together, never how large they are."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from private_postgres import PrivatePostgres
from waybill_server import run_cli

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Bench(unittest.TestCase):
    def lines(self, *args):
        done = run_cli("bench", *args, timeout_s=280)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        for row in rows:
            self.assertEqual(row["bench"], args[0])
            self.assertEqual(row["command"], "waybill bench " + " ".join(map(str, args)))
            for member in ("version", "commit", "build_type", "cpu", "kernel"):
                self.assertNotEqual(row[member], "", member)
            self.assertEqual(row["cores"], os.cpu_count())
            for when in ("before", "after") if "fdatasync_16k_us" in row else ():
                probe = row["fdatasync_16k_us"][when]
                self.assertLessEqual(probe["p50"], probe["p99"])
                self.assertGreater(probe["per_second"], 0)
        return rows

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_list_names_every_workload(self):
        done = run_cli("bench", "--list")
        self.assertEqual(done.returncode, 0)
        names = [line.split()[0] for line in done.stdout.splitlines()]
        self.assertEqual(sorted(names), ["availability", "growth", "http", "ingest", "overload", "rules", "search", "solve",
                                         "start"])
        for name in names:
            self.assertIn("Example", run_cli("bench", name, "--help").stdout)

    def check_beside_raw(self, row):
        self.assertGreater(row["raw_orders_per_second"], 0)
        self.assertAlmostEqual(row["raw_ratio"], row["orders_per_second"] / row["raw_orders_per_second"], delta=0.01)

    def test_ingest_reports_beside_the_raw_store(self):
        for over in ("process", "http"):
            rows = self.lines("ingest", "--orders", "400", "--batch", "100,200", "--over", over, "--dir", self.folder)
            self.assertEqual([row["batch_max"] for row in rows], [100, 200])
            for row in rows:
                self.assertEqual((row["over"], row["accepted"], row["rejected"]), (over, 400, 0))
                self.check_beside_raw(row)
                self.assertGreater(row["bytes_per_order"], 100)
                self.assertLessEqual(row["batch_mean"], row["batch_max"])
                self.assertEqual(row["routed_optimal"] + row["routed_unproved"], 400)
        self.assertEqual(os.listdir(self.folder), [])

    def test_http_measures_the_server_alone(self):
        rows = self.lines("http", "--orders", "300", "--connections", "1,8", "--dir", self.folder)
        self.assertEqual([(row["connections"], row["accepted"]) for row in rows], [(1, 60), (8, 300)])
        for row in rows:
            self.check_beside_raw(row)
            self.assertGreater(row["server_cpu_us_per_order"], 0)
            self.assertLessEqual(row["p50_ms"], row["p99_ms"])
            self.assertLessEqual(row["p99_ms"], row["max_ms"])
            self.assertLessEqual(row["batch_mean"], row["connections"] + 1)
        self.assertEqual(os.listdir(self.folder), [])

    def test_stores_on_a_server_are_schemas_that_go_away(self):
        with PrivatePostgres() as postgres:
            database = postgres.fresh_name()
            place = ("--server", postgres.uri(database), "--dir", self.folder)
            rows = self.lines("ingest", "--orders", "300", "--batch", "100", *place)
            rows += self.lines("http", "--orders", "200", "--connections", "8", *place)
            for row in rows:
                self.assertEqual((row["store"], row["accepted"]), ("postgres", row["orders"]))
                self.check_beside_raw(row)
            self.assertGreater(rows[0]["bytes_per_order"], 100)
            self.assertEqual(postgres.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'waybill%'", database), "")
        self.assertEqual(os.listdir(self.folder), [])

    def test_overload_loses_nothing(self):
        row, = self.lines("overload", "--orders", "600", "--connections", "200", "--queue", "8", "--times", "4", "--dir",
                          self.folder)
        self.assertEqual(row["accepted"] + row["refused_503"], 600)
        self.assertEqual((row["lost"], row["stored_though_refused"], row["other_answers"]), (0, 0, 0))
        self.assertAlmostEqual(row["refused_share"], row["refused_503"] / 600, delta=0.001)

    def test_solve_reports_each_family(self):
        rows = self.lines("solve", "--count", "20", "--family", "retail,dropship", "--seed", "7")
        self.assertEqual([row["family"] for row in rows], ["retail", "dropship"])
        for row in rows:
            self.assertEqual(row["problems"], 20)
            self.assertEqual(row["proved_share"], 1)
            self.assertLessEqual(row["p50_us"], row["p95_us"])
            self.assertLessEqual(row["p99_us"], row["max_us"])

    def test_rules_beside_none_and_their_traces(self):
        rows = self.lines("rules", "--rules", "40", "--sample", "50", "--orders", "300", "--rounds", "1", "--dir", self.folder)
        self.assertEqual([row["part"] for row in rows], ["conditions", "placing", "placing", "placing", "traces"])
        conditions, *placings, traces = rows
        self.assertEqual((conditions["rules"], conditions["orders"], conditions["failed"]), (40, 50, 0))
        self.assertAlmostEqual(conditions["ns_per_rule"], conditions["us_per_order"] * 1000 / 40, delta=1)
        # Some hold, so that the traces are not empty ones.
        self.assertGreater(conditions["held_per_order"], 0)
        self.assertEqual([row["with"] for row in placings],
                         ["rules", "rules, tree, strategy", "rules, tree, strategy, filter"])
        for row in placings:
            self.assertAlmostEqual(row["ratio"], row["us_per_order"] / row["without_us_per_order"], delta=0.01)
        self.assertGreater(traces["rules_trace_bytes"], 10)
        self.assertGreater(traces["routing_trace_bytes"], 50)
        self.assertLess(traces["routing_trace_bytes"] + traces["rules_trace_bytes"], traces["event_bytes"])
        self.assertLess(traces["bytes_per_order_without"], traces["bytes_per_order"])
        self.assertAlmostEqual(traces["bytes_share"], 1 - traces["bytes_per_order_without"] / traces["bytes_per_order"],
                               delta=0.01)
        self.assertLess(traces["cpu_share"], 1)
        self.assertEqual(os.listdir(self.folder), [])

    def test_availability(self):
        rows = self.lines("availability", "--lookups", "6400", "--requests", "100", "--connections", "4")
        self.assertEqual([row.get("by") or row["connections"] for row in rows], ["index", "code", 4])
        for row in rows[:2]:
            self.assertGreater(row["cpu_ns"], 0)

    def test_start(self):
        rows = self.lines("start", "--levels", "3000", "--each", "3,50", "--rounds", "1")
        self.assertEqual([(row["levels_an_item"], row["levels"]) for row in rows], [(3, 3000), (50, 3000)])
        for row in rows:
            self.assertGreater(row["start_seconds"], 0)

    def test_growth_goes_on_with_a_store_and_search_reads_it(self):
        store = os.path.join(self.folder, "big.db")
        sample = ("--sample", "200", "--singles", "100")
        first, = self.lines("growth", "--store", store, "--sizes", "0", *sample)
        second, = self.lines("growth", "--store", store, "--sizes", "1000", *sample)
        self.assertEqual((first["stored"], second["stored"]), (0, 1000))
        for row in (first, second):
            self.assertAlmostEqual(row["time_ratio"], row["us_per_order"] / row["empty_us_per_order"], delta=0.01)
            self.assertGreater(row["server_resident_bytes_at_start"], 1_000_000)
        # 10 of 100 orders that fill are shipped and 2 cancelled; those that are measured are only placed.
        rows = self.lines("search", "--store", store, "--count", "1", "--writes", "100")
        self.assertEqual({row["stored"] for row in rows}, {1300})
        named = [row for row in rows if row.get("filters", 0) > 0 and row["read"] != "all"]
        self.assertEqual(len(named), 3 * (7 + 21 + 35))
        self.assertEqual({name for row in named for name in row["read"].split("+")},
                         {"status", "channel", "customer", "placed", "sku", "location", "words"})
        self.assertGreater(rows[-1]["writes_per_second"], 0)

    def test_search_needs_a_store_of_a_benchmark(self):
        self.assertEqual(run_cli("bench", "search", "--store", "/no/such.db").returncode, 2)

    def test_report_makes_a_page_of_lines(self):
        lines = pathlib.Path(self.folder, "solve.jsonl")
        lines.write_text("".join(json.dumps(row) + "\n"
                                 for row in self.lines("solve", "--count", "3", "--family", "retail")))
        page = pathlib.Path(self.folder, "page.md")
        rules = pathlib.Path(self.folder, "rules.jsonl")
        rules.write_text("".join(json.dumps(row) + "\n" for row in self.lines(
            "rules", "--rules", "8", "--sample", "10", "--orders", "200", "--rounds", "1")))
        subprocess.run([sys.executable, "-B", ROOT / "bench/report", "--out", page, self.folder], check=True)
        text = page.read_text()
        self.assertIn("| 8 | 10 |", text)
        self.assertIn("| rules, tree, strategy |", text)
        self.assertIn("| retail | 3 |", text)
        self.assertIn("waybill bench solve --count 3 --family retail", text)


if __name__ == "__main__":
    unittest.main()
