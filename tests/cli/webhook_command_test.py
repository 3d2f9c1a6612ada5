"""waybill webhook: who is told of events, from a terminal. What is sent has tests of its own."""

import base64
import json
import tempfile
import unittest

from waybill_server import WaybillServer, run_cli


class WebhookCommand(unittest.TestCase):
    def run_webhook(self, *args, code=0):
        done = run_cli("webhook", *args, env={"WAYBILL_SERVER": self.server.url, "WAYBILL_KEY": self.key})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stdout + done.stderr

    def test_put_shown_secret_and_resumed(self):
        with tempfile.TemporaryDirectory() as folder, WaybillServer(store_dir=folder) as self.server:
            self.key = self.server.create_tenant("Acme", "GBP").key
            self.assertEqual(self.run_webhook("list"), "")
            # Inactive: nothing is to be sent to where it leads.
            put = self.run_webhook("put", "erp", "--url", "https://erp.invalid/in", "--events", "order_shipped,order_placed",
                                   "--description", "For the ERP", "--batch-max", "20", "--inactive").splitlines()
            self.assertRegex(put[0], r"^inactive  erp  https://erp\.invalid/in  at \d+, 0 behind$")
            self.assertEqual(put[1:], ["  For the ERP", "  events: order_placed, order_shipped", "  in one request: 20"])
            self.assertEqual(self.run_webhook("show", "erp").splitlines(), put)
            self.assertEqual(self.run_webhook("list").splitlines(), put[:1])
            self.assertIn("events: all", self.run_webhook("put", "all", "--url", "https://a.invalid/", "--events", "*", "--inactive"))
            self.assertIn("those that rules send", self.run_webhook("put", "all", "--url", "https://a.invalid/", "--events", "none", "--inactive"))
            self.assertEqual(len(self.run_webhook("list", "--json").splitlines()), 2)

            first = self.run_webhook("secret", "erp")
            self.assertRegex(first, r"^whsec_[A-Za-z0-9+/=]{44}\n$")
            self.assertEqual(len(base64.b64decode(first.strip()[len("whsec_"):])), 32)
            rotated = self.run_webhook("rotate-secret", "erp").splitlines()
            self.assertNotEqual(rotated[0], first.strip())
            self.assertRegex(rotated[1], r"^whsec_\S+  until 20\d\d-\d\d-\d\dT\S+Z$")
            self.assertTrue(rotated[1].startswith(first.strip()))
            self.assertEqual(json.loads(self.run_webhook("secret", "erp", "--json"))["secret"], rotated[0])

            self.assertRegex(self.run_webhook("resume", "erp", "--after", "0"), r"^inactive  erp  \S+  at 0, \d+ behind\n$")
            self.assertIn("/after", self.run_webhook("resume", "erp", "--after", "100000", code=1))
            self.assertIn("not_found", self.run_webhook("show", "none", code=1))
            self.assertIn("/events/0", self.run_webhook("put", "erp", "--url", "https://a.invalid/", "--events", "order_eaten", code=1))
            viewer = self.server.must("POST", "/v1/keys", {"name": "v", "role": "viewer"}, self.key)["secret"]
            self.key = viewer
            self.assertIn("forbidden", self.run_webhook("list", code=1))

    def test_secrets_outlive_the_process(self):
        with tempfile.TemporaryDirectory() as folder:
            secrets = []
            for _ in range(2):
                with WaybillServer(store_dir=folder) as self.server:
                    if not secrets:
                        self.tenant = self.server.create_tenant("Acme", "GBP")
                    self.key = self.tenant.key
                    self.run_webhook("put", "erp", "--url", "https://erp.invalid/", "--events", "none", "--inactive")
                    secrets.append(self.run_webhook("secret", "erp"))
            self.assertEqual(secrets[0], secrets[1])


if __name__ == "__main__":
    unittest.main()
