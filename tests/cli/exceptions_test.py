"""waybill exceptions: the queue of a running server, and what people say of what is in it."""

import json
import tempfile
import unittest

from waybill_server import WaybillServer, load_small_network, run_cli, small_order


class Exceptions(unittest.TestCase):
    def run_exceptions(self, *args, code=0):
        done = run_cli("exceptions", *args, env={"WAYBILL_SERVER": self.server.url, "WAYBILL_KEY": self.key})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stdout + done.stderr

    def test_from_raised_to_resolved(self):
        with tempfile.TemporaryDirectory() as folder, WaybillServer(store_dir=folder) as self.server:
            self.key = self.server.create_tenant("Acme", "GBP").key
            load_small_network(self.server, self.key)
            order = self.server.must("POST", "/v1/orders", small_order("W-1"), self.key)["id"]
            other = self.server.must("POST", "/v1/orders", small_order("W-2"), self.key)["id"]
            self.assertEqual(self.run_exceptions("list"), "")
            self.assertEqual(self.run_exceptions("raise", order, "late", "--reason", "carrier strike", "--severity", "high"),
                             f"high  {order}  late  nobody: carrier strike\n")
            self.run_exceptions("raise", other, "address", "--owner", "care & co", "--due", "2030-01-01T00:00:00Z")
            self.assertEqual(self.run_exceptions("list").splitlines(), [
                f"normal  {other}  address  care & co  due 2030-01-01T00:00:00Z", f"high  {order}  late  nobody: carrier strike"])
            self.assertEqual(len(self.run_exceptions("list", "--owner", "care & co").splitlines()), 1)
            self.assertEqual(len(self.run_exceptions("list", "--owner", "nobody").splitlines()), 1)
            self.assertEqual(len(self.run_exceptions("list", "--severity", "high").splitlines()), 1)
            self.assertEqual(self.run_exceptions("list", "--due-before", "2029-01-01T00:00:00Z"), "")
            self.assertEqual(self.run_exceptions("assign", order, "late", "--owner", "ops", "--severity", "urgent"),
                             f"urgent  {order}  late  ops: carrier strike\n")
            self.assertIn("changes nothing", self.run_exceptions("assign", order, "late", code=1))
            self.assertIn("already_raised", self.run_exceptions("raise", order, "late", code=1))
            exported = run_cli("export", "exceptions", env={"WAYBILL_SERVER": self.server.url, "WAYBILL_KEY": self.key})
            self.assertEqual([json.loads(row)["kind"] for row in exported.stdout.splitlines()], ["address", "late"])
            self.assertEqual(self.run_exceptions("resolve", order, "late", "--saying", "sent by road"),
                             f"{order} has no open exception\n")
            self.assertIn("unknown_exception", self.run_exceptions("resolve", order, "late", code=1))
            self.assertRegex(self.run_exceptions("list", "--resolved"), r"^urgent  \S+  late  ops: carrier strike  resolved 20\S+ by key_\d+: sent by road\n$")
            row, = [json.loads(row) for row in self.run_exceptions("list", "--json", "--kind", "address").splitlines()]
            self.assertEqual((row["order_id"], row["status"], row["allowed_actions"]),
                             (other, "open", ["change_exception", "resolve_exception"]))
            self.assertIn("must be low, normal, high or urgent", self.run_exceptions("list", "--severity", "worst", code=1))


if __name__ == "__main__":
    unittest.main()
