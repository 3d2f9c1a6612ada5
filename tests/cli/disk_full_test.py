"""A store that has no room left: writes are refused as a whole and say so, reads go on, and room brings writes back."""

import pathlib
import tempfile
import unittest

from waybill_server import WaybillServer, load_small_network, run_cli, small_order

NOTES = "x" * 3000  # orders that fill a store quickly


class DiskFull(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def fill_up(self, server, key):
        """Places orders until one is refused. Returns the ids that were acknowledged and the refusal."""
        taken = []
        for number in range(20_000):
            status, _, answer = server.request("POST", "/v1/orders", small_order(f"W-{number}", notes=NOTES), key)
            if status == 201:
                taken.append(answer["id"])
            else:
                return taken, status, answer
        raise AssertionError("the store never filled up")

    def test_full_store(self):
        server = WaybillServer(store_dir=self.folder, args=["--storage-bytes-max", "3MiB"])
        with server:
            tenant = server.create_tenant()
            load_small_network(server, tenant.key, stock=1_000_000)
            taken, status, problem = self.fill_up(server, tenant.key)
            self.assertGreater(len(taken), 50)
            self.assertEqual(status, 503)
            self.assertEqual(problem["code"], "store_unavailable")
            self.assertEqual(problem["retry"], "same")

            status, _, answer = server.request("GET", "/readyz")
            self.assertEqual(status, 503)
            self.assertRegex(str(answer), "full|space")
            self.assertEqual(server.request("GET", "/livez")[0], 200)

            for order in taken[:5] + taken[-5:]:
                self.assertEqual(server.request("GET", f"/v1/orders/{order}", key=tenant.key)[0], 200)
            # Every refusal leaves things as they were: stock is reserved for what was acknowledged and no more.
            levels = server.must("GET", "/v1/inventory?sku=A", key=tenant.key)["data"]
            self.assertEqual(sum(level["reserved"] for level in levels), len(taken))
            server.wait_until(lambda: any(line.get("event") == "not_ready" for line in server.logs()),
                              "the log says that writes are not taken")

        done = run_cli("verify", "--store", server.store)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

        # With room again the same store takes the very order that was refused.
        server.args = ["--storage-bytes-max", "64MiB"]
        with server:
            self.assertEqual(server.request("GET", "/readyz")[0], 200)
            again = server.must("POST", "/v1/orders", small_order(f"W-{len(taken)}", notes=NOTES), tenant.key)
            self.assertEqual(again["status"], "allocated")
            self.assertEqual(len(list(server.pages("/v1/orders", tenant.key))), len(taken) + 1)


if __name__ == "__main__":
    unittest.main()
