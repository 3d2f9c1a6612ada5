"""waybill solve and waybill bench: machine-readable in and out."""

import json
import unittest

from waybill_server import run_cli


class Solve(unittest.TestCase):
    def test_malformed_instances(self):
        for text in ("", "{", "[]", '{"format":"something else"}'):
            with self.subTest(text=text):
                done = run_cli("solve", stdin=text)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stdout, "")
                self.assertNotEqual(done.stderr, "")


class Bench(unittest.TestCase):
    def lines(self, *args):
        done = run_cli("bench", *args, timeout_s=280)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_ingest_reports_beside_the_raw_store(self):
        rows = self.lines("ingest", "--orders", "400", "--batch", "100,200")
        self.assertEqual([row["batch_max"] for row in rows], [100, 200])
        for row in rows:
            self.assertEqual((row["accepted"], row["rejected"]), (400, 0))
            self.assertGreater(row["orders_per_second"], 0)
            self.assertGreater(row["raw_orders_per_second"], 0)
            self.assertAlmostEqual(row["raw_ratio"], row["orders_per_second"] / row["raw_orders_per_second"], delta=0.01)
            self.assertGreater(row["bytes_per_order"], 100)
            self.assertLessEqual(row["batch_mean"], row["batch_max"])
            self.assertEqual(row["routed_optimal"] + row["routed_unproved"], 400)
            for when in ("before", "after"):
                probe = row["fdatasync_16k_us"][when]
                self.assertLessEqual(probe["p50"], probe["p99"])

    def test_solve_reports_each_family(self):
        rows = self.lines("solve", "--count", "20", "--family", "retail,dropship", "--seed", "7")
        self.assertEqual([row["family"] for row in rows], ["retail", "dropship"])
        for row in rows:
            self.assertEqual(row["problems"], 20)
            self.assertEqual(row["proved_share"], 1)
            self.assertLessEqual(row["p50_us"], row["p95_us"])
            self.assertLessEqual(row["p99_us"], row["max_us"])


if __name__ == "__main__":
    unittest.main()
