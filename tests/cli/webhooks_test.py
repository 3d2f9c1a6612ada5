"""Webhooks of a running server, told to real receivers: in order, signed, at least once, whatever happens on the way."""

import contextlib
import itertools
import os
import pathlib
import stat
import subprocess
import tempfile
import threading
import time
import unittest

from private_postgres import PrivatePostgres
from waybill_cluster import GONE, WaybillCluster
from waybill_server import ServerDidNotStart, WaybillServer, load_small_network, small_order
from webhook_receiver import WebhookReceiver

NEVER_SENT = "waybill.webhook_progressed.v1"
PRIVATE = ("--webhooks-allow-private", "true")


def log_of(server, key, after=0):
    """The tenant's events after a sequence."""
    out = []
    while True:
        page = server.must("GET", f"/v1/events?limit=200&after={after}", key=key)
        if not page["data"]:
            return out
        out += page["data"]
        after = page["last_sequence"]


class OnAServer(unittest.TestCase):
    args = PRIVATE
    env = {}

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.server = self.enterContext(WaybillServer(store_dir=self.folder, args=self.args, env=self.env))
        self.key = self.server.create_tenant("Acme", "GBP").key
        self.numbers = itertools.count(1)

    def receiver(self, answer=None, **more):
        """Whatever a test does: what came was well made."""
        made = self.enterContext(WebhookReceiver(answer, **more))
        self.addCleanup(lambda: self.assertEqual(made.faults, []))
        return made

    def put(self, receiver, code="erp", events=("order_placed",), check=True, **more):
        put = self.server.must("PUT", f"/v1/webhooks/{code}", {"url": receiver.url, "events": list(events), **more}, self.key)
        if check:
            receiver.secrets = [self.secret(code)["secret"]]
        return put

    def secret(self, code="erp"):
        return self.server.must("GET", f"/v1/webhooks/{code}/secret", key=self.key)

    def webhook(self, code="erp"):
        return self.server.must("GET", f"/v1/webhooks/{code}", key=self.key)

    def order(self, **more):
        """The id of a new order, whose number is the sequence of the event that placed it."""
        return self.server.must("POST", "/v1/orders", small_order(f"W-{next(self.numbers)}", **more), self.key)["id"]

    def orders(self, count):
        return [int(self.order().removeprefix("ord_")) for _ in range(count)]

    def wait(self, holds, what, wait_s=30):
        self.server.wait_until(holds, what, wait_s)

    def wait_for(self, receiver, sequences, wait_s=30):
        self.wait(lambda: set(sequences) <= set(receiver.sequences()), f"{sequences} were told", wait_s)

    def wait_metric(self, line):
        self.wait(lambda: f"{line}\n" in self.server.raw_request("GET", "/metrics")[2].decode(), f"/metrics has {line}")

    def wait_status(self, status, code="erp", wait_s=30):
        self.wait(lambda: self.webhook(code)["status"] == status, f"{code} is {status}", wait_s)


class Told(OnAServer):
    def test_everything_in_order_and_nothing_when_nothing_happens(self):
        receiver = self.receiver()
        begun = self.put(receiver, events=["*"])["version"]
        load_small_network(self.server, self.key)
        placed = self.orders(20)
        self.server.must("POST", f"/v1/orders/ord_{placed[0]}/cancel", {"reason": "customer_request"}, self.key)
        logged = [event for event in log_of(self.server, self.key, begun) if event["type"] != NEVER_SENT]
        self.wait_for(receiver, [logged[-1]["sequence"]])
        self.assertEqual(receiver.events(), logged)
        self.assertEqual({received.path for received in receiver.requests()}, {"/hook"})
        last = logged[-1]["sequence"]
        self.wait(lambda: self.webhook()["delivered_through"] >= last, "what was told is recorded")
        self.assertEqual(self.webhook()["status"], "active")

        # An idle shop's log does not grow by what is recorded of it.
        head = log_of(self.server, self.key, begun)[-1]["sequence"]
        time.sleep(2.5)
        self.assertEqual(log_of(self.server, self.key, begun)[-1]["sequence"], head)

        # Nothing is told again after a stop in good order.
        count = len(receiver.requests())
        self.server.stop()
        self.server.start()
        self.wait_for(receiver, self.orders(1))
        self.assertEqual(len(receiver.requests()), count + 1)
        self.assertEqual(receiver.sequences(), sorted(receiver.sequences()))
        self.wait_metric('waybill_webhook_requests_total{result="taken"} 1')
        self.wait_metric("waybill_webhook_events_total 1")
        self.wait_metric("waybill_webhook_events_waiting 0")

    def test_only_what_is_wanted_and_little_is_recorded(self):
        load_small_network(self.server, self.key)
        receiver, silent = self.receiver(), self.receiver()
        self.put(receiver, events=["waybill.order_cancelled.v1"])
        begun = self.put(silent, "none", events=[])["version"]
        placed = self.orders(30)
        for order in placed[:3]:
            self.server.must("POST", f"/v1/orders/ord_{order}/cancel", {"reason": "customer_request"}, self.key)
        cancelled = [event["sequence"] for event in log_of(self.server, self.key) if event["type"] == "waybill.order_cancelled.v1"]
        self.wait_for(receiver, cancelled)
        self.assertEqual(receiver.sequences(), cancelled)
        self.assertEqual(silent.requests(), [])
        # At most once a second, and never for those that nothing was told.
        recorded = [event for event in log_of(self.server, self.key, begun) if event["type"] == NEVER_SENT]
        self.assertEqual({event["subject"] for event in recorded} - {"erp"}, set())
        self.assertLessEqual(len(recorded), 4)
        # One that is put into place later is told of what comes then.
        late = self.receiver()
        self.put(late, "late", events=["order_cancelled"])
        self.server.must("POST", f"/v1/orders/ord_{placed[9]}/cancel", {"reason": "customer_request"}, self.key)
        self.wait(late.requests, "the late one is told")
        self.assertGreater(late.sequences()[0], cancelled[-1])

    def test_batches(self):
        load_small_network(self.server, self.key)
        go_on = threading.Event()

        def answer(received):
            if len(receiver.requests()) == 1:
                go_on.wait(20)
            return 200

        receiver = self.receiver(answer)
        self.put(receiver, batch_max=10)
        placed = self.orders(1)
        self.wait(receiver.requests, "the first is sent")
        placed += self.orders(24)
        go_on.set()
        self.wait_for(receiver, placed)
        self.assertEqual(receiver.sequences(), placed)
        self.assertEqual([len(received.events) for received in receiver.requests()], [1, 10, 10, 4])

    def test_a_rule_calls(self):
        load_small_network(self.server, self.key)
        receiver, other = self.receiver(), self.receiver()
        self.put(receiver, events=[])
        self.put(other, "all")
        self.wait_for(other, self.orders(1))
        self.assertEqual(receiver.requests(), [])
        self.server.must("POST", "/v1/rule-sets", {"automation": [
            {"code": code, "when": {">": [{"var": "order.units"}, 5]},
             "then": [{"type": "call_webhook", "webhook": "erp"}]} for code in ("first", "second")]}, self.key)
        self.server.must("POST", "/v1/rule-activations", {"rule_set": 1}, self.key)
        self.orders(3)
        order = self.order(quantity=6)
        last = self.orders(1)
        self.wait(receiver.requests, "the rules' webhook is called")
        self.wait_for(other, last)
        self.assertEqual([(event["subject"], event["type"], event["rules"]) for event in receiver.events()],
                         [(order, "waybill.order_placed.v1", "first,second")])
        self.assertEqual({"rules" in event for event in other.events()}, {False})
        # Both wanted and called: it comes once, and says that it was called.
        self.put(receiver)
        both = [int(self.order(quantity=quantity).removeprefix("ord_")) for quantity in (1, 7)]
        self.wait_for(receiver, both)
        self.assertEqual([(event["sequence"], event.get("rules")) for event in receiver.events()][1:],
                         [(both[0], None), (both[1], "first,second")])

    def test_a_new_secret_signs_beside_the_old_one(self):
        load_small_network(self.server, self.key)
        receiver = self.receiver()
        self.put(receiver)
        self.wait_for(receiver, self.orders(1))
        first = self.secret()["secret"]
        self.server.must("POST", "/v1/webhooks/erp/rotate-secret", {}, self.key)
        now = self.secret()
        self.assertEqual(now["previous"], first)
        self.assertNotEqual(now["secret"], first)
        receiver.secrets = [now["secret"], first]
        self.wait_for(receiver, self.orders(1))
        self.server.stop()
        self.server.start()
        self.assertEqual(self.secret(), now)
        self.wait_for(receiver, self.orders(1))

    def test_the_key_is_beside_the_store(self):
        path = self.folder / "waybill.db.webhook-key"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertRegex(path.read_text(), r"^[0-9a-f]{64}\n$")
        self.put(self.receiver())
        before = self.secret()
        self.server.stop()
        path.rename(self.folder / "kept")
        self.server.start()
        self.assertNotEqual(self.secret(), before)
        self.assertTrue([line for line in self.server.logs() if line.get("event") == "webhook_secrets_changed"])
        self.server.stop()
        self.server.args = [*self.args, "--webhooks-key-file", str(self.folder / "kept")]
        self.server.start()
        self.assertEqual(self.secret(), before)
        self.server.stop()
        (self.folder / "kept").write_text("too short\n")
        with self.assertRaises(ServerDidNotStart) as refused:
            self.server.start()
        self.server.process = None
        self.assertEqual(refused.exception.exit_code, 2)
        self.assertIn("webhooks.key_file", refused.exception.stderr)
        self.assertIn("32 to 256", refused.exception.stderr)


class Failing(OnAServer):
    def test_what_fails_comes_again_as_it_was(self):
        load_small_network(self.server, self.key)
        left = [503, 500]

        def answer(_):
            return left.pop() if left else 202

        receiver = self.receiver(answer)
        self.put(receiver, batch_max=5)
        placed = self.orders(1)
        self.wait_status("failing")
        shown = self.webhook()
        self.assertEqual(shown["failure"], "HTTP 500")
        self.assertIn("failing_since", shown)
        placed += self.orders(7)
        self.wait_metric('waybill_webhook_requests_total{result="failed"} 1')
        self.wait_metric("waybill_webhooks_failing 1")
        # The wait after the first failure, and a `put` that changes something ends the second.
        self.wait(lambda: len(receiver.requests()) == 2, "it is tried again", 15)
        self.wait(lambda: self.webhook()["failure"] == "HTTP 503", "the second failure is shown")
        self.put(receiver, batch_max=5, description="mended")
        self.wait_for(receiver, placed)
        self.assertEqual(receiver.sequences(), placed)
        first, second = receiver.requests()[:2]
        self.assertEqual((first.id, first.body), (second.id, second.body))
        self.assertGreater(second.at - first.at, 4.9)
        self.assertLess(second.at - first.at, 8)
        self.wait_status("active")
        self.assertNotIn("failure", self.webhook())
        events = [line["event"] for line in self.server.logs() if line.get("event", "").startswith("webhook_")]
        self.assertEqual(events, ["webhook_failing", "webhook_recovered"])

    def test_retry_after_is_heeded(self):
        load_small_network(self.server, self.key)
        receiver = self.receiver(lambda _: (429, {"Retry-After": "9"}) if len(receiver.requests()) == 1 else 200)
        self.put(receiver)
        self.wait_for(receiver, self.orders(1))
        first, second = receiver.requests()
        self.assertGreaterEqual(second.at - first.at, 9)

    def test_gone_is_paused_until_it_is_resumed(self):
        load_small_network(self.server, self.key)
        status = [200]
        receiver = self.receiver(lambda _: status[0])
        self.put(receiver)
        told = self.orders(3)
        self.wait_for(receiver, told)
        status[0] = 410
        missed = self.orders(3)
        self.wait_status("paused")
        count = len(receiver.requests())
        self.assertEqual(receiver.requests()[-1].events[0]["sequence"], missed[0])
        status[0] = 200
        self.server.stop()
        self.server.start()
        missed += self.orders(1)
        time.sleep(1.5)
        self.assertEqual(len(receiver.requests()), count, "a paused one is told nothing")
        self.server.must("POST", "/v1/webhooks/erp/resume", {}, self.key)
        self.wait_for(receiver, missed)
        self.assertEqual(receiver.sequences(), told + missed)
        self.wait_status("active")

        # From a place of the log on, everything comes again under the same ids.
        self.server.must("POST", "/v1/webhooks/erp/resume", {"after": told[0]}, self.key)
        again = (told + missed)[1:]
        self.wait(lambda: len(receiver.sequences()) == len(told + missed + again), "all is told again")
        self.assertEqual(receiver.sequences(), told + missed + again)
        self.wait(lambda: self.webhook()["delivered_through"] >= missed[-1], "what was told is recorded")
        # And of what lies before the end nothing comes.
        self.put(receiver, active=False)
        skipped = self.orders(2)
        self.assertEqual(self.webhook()["status"], "inactive")
        head = log_of(self.server, self.key)[-1]["sequence"]
        self.server.must("POST", "/v1/webhooks/erp/resume", {"after": head}, self.key)
        self.put(receiver, active=True)
        self.wait_for(receiver, self.orders(1))
        self.assertFalse(set(skipped) & set(receiver.sequences()))

    def test_a_slow_one_holds_up_nobody(self):
        load_small_network(self.server, self.key)
        wake = threading.Event()
        self.addCleanup(wake.set)
        slow = self.receiver(lambda _: wake.wait(60) and 200)
        for number in range(10):
            self.put(slow, f"slow-{number}", check=False)
        quick = self.receiver()
        self.put(quick)
        begun = time.monotonic()
        placed = self.orders(50)
        self.wait_for(quick, placed)
        self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(quick.sequences(), placed)
        self.wait(lambda: len(slow.requests()) == 10, "each slow one has one request under way")
        time.sleep(0.3)
        self.assertEqual(len(slow.requests()), 10)
        wake.set()
        self.wait(lambda: len(slow.sequences()) >= 500, "the slow ones catch up")

    def test_a_request_under_way_may_end_when_the_server_stops(self):
        load_small_network(self.server, self.key)
        receiver = self.receiver(lambda _: time.sleep(1) or 200)
        self.put(receiver)
        first = self.orders(1)
        self.wait(receiver.requests, "it is sent")
        self.server.stop()
        self.server.start()
        self.wait_for(receiver, first + self.orders(1))
        self.assertEqual(len(receiver.requests()), 2)


class GivenUp(OnAServer):
    args = (*PRIVATE, "--webhooks-give-up-after", "1s", "--webhooks-request-wait-max", "300ms")

    def test_what_fails_for_long_is_paused(self):
        load_small_network(self.server, self.key)
        wake = threading.Event()
        self.addCleanup(wake.set)
        receiver = self.receiver(lambda _: wake.wait(5) and 200)
        self.put(receiver)
        self.orders(1)
        self.wait_status("failing")
        self.assertEqual(self.webhook()["failure"], "no answer in time")
        self.wait_status("paused")
        self.assertEqual(len(receiver.requests()), 2)
        self.wait_metric("waybill_webhooks_paused 1")


class PublicOnly(OnAServer):
    args = ()

    def test_nothing_inside_is_reached(self):
        load_small_network(self.server, self.key)
        inside = self.receiver()
        self.put(inside, check=False)
        for number, host in enumerate(("127.0.0.1", "localhost", "[::1]", "10.255.255.1", "169.254.169.254")):
            self.server.must("PUT", f"/v1/webhooks/w{number}", {"url": f"https://{host}:{inside.port}/", "events": ["order_placed"]}, self.key)
        self.orders(1)
        self.wait_status("failing")
        self.assertEqual(self.webhook()["failure"], "only https:// is allowed (webhooks.allow_private)")
        for number in range(5):
            self.wait_status("failing", f"w{number}")
            self.assertEqual(self.webhook(f"w{number}")["failure"], "the address is not public (webhooks.allow_private)")
        self.assertEqual(inside.requests(), [])


class OverTls(unittest.TestCase):
    def make_certificates(self, folder):
        """An authority, and certificates of it for 127.0.0.1 and for another host."""
        def openssl(*args):
            subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)

        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority")
        for name, host in (("good", "IP:127.0.0.1"), ("other", "DNS:other.example")):
            openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
                    "-out", f"{name}.csr", "-subj", "/CN=receiver")
            (folder / "extensions").write_text(f"subjectAltName={host}\n")
            openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                    "-extfile", "extensions", "-out", f"{name}.pem")

    def test_certificates_are_checked(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.make_certificates(folder)
        good, other = (self.enterContext(WebhookReceiver(tls=(folder / f"{name}.pem", folder / f"{name}.key")))
                       for name in ("good", "other"))
        server = WaybillServer(store_dir=folder / "store", args=PRIVATE, env={"SSL_CERT_FILE": str(folder / "ca.pem")})
        with server:
            key = server.create_tenant("Acme", "GBP").key
            load_small_network(server, key)
            for code, receiver in (("good", good), ("other", other)):
                server.must("PUT", f"/v1/webhooks/{code}", {"url": receiver.url, "events": ["order_placed"]}, key)
            good.secrets = [server.must("GET", "/v1/webhooks/good/secret", key=key)["secret"]]
            server.must("POST", "/v1/orders", small_order("W-1"), key)
            server.wait_until(good.requests, "it is told over TLS")
            shown = lambda code: server.must("GET", f"/v1/webhooks/{code}", key=key)
            server.wait_until(lambda: shown("other")["status"] == "failing", "another host's certificate is refused")
            self.assertRegex(shown("other")["failure"], "(?i)ssl|certificate")
            self.assertEqual((other.requests(), good.faults), ([], []))
            # Nobody whom the machine does not know.
            server.stop()
            server.env = {}
            server.start()
            server.must("POST", "/v1/orders", small_order("W-2"), key)
            server.wait_until(lambda: shown("good")["status"] == "failing", "an unknown authority is refused")
            self.assertEqual(len(good.requests()), 1)


class Killed(OnAServer):
    def test_nothing_is_missed(self):
        load_small_network(self.server, self.key, stock=100_000)
        single, batched = self.receiver(), self.receiver()
        begun = self.put(single)["version"]
        self.put(batched, "wms", batch_max=20)
        stop = threading.Event()

        def buy():
            for number in itertools.count():
                if stop.is_set():
                    return
                try:
                    self.server.request("POST", "/v1/orders", small_order(f"K-{number}"), self.key)
                except GONE:
                    time.sleep(0.05)

        buyer = threading.Thread(target=buy)
        buyer.start()
        try:
            for _ in range(3):
                count = len(single.requests())
                self.wait(lambda count=count: len(single.requests()) > count + 60, "some are told")
                self.server.kill()
                self.server.start()
        finally:
            stop.set()
            buyer.join()
        placed = [event["sequence"] for event in log_of(self.server, self.key, begun)
                  if event["type"] == "waybill.order_placed.v1"]
        for receiver in (single, batched):
            self.wait_for(receiver, placed)
            told = receiver.sequences()
            self.assertEqual(list(dict.fromkeys(told)), placed, "in order, but for what is told again")
            self.assertLessEqual(sum(a >= b for a, b in zip(told, told[1:])), 3, "once for each time that it was killed")
            same = {}
            for received in receiver.requests():
                self.assertEqual(same.setdefault(received.id, received.body), received.body)


class OnACluster(unittest.TestCase):
    def test_another_process_goes_on(self):
        with (tempfile.TemporaryDirectory() as folder, PrivatePostgres() as postgres, WebhookReceiver() as receiver,
              contextlib.ExitStack() as stack):
            key_file = pathlib.Path(folder) / "webhook.key"
            key_file.write_text("k" * 40 + "\n")
            key_file.chmod(0o600)
            cluster = stack.enter_context(WaybillCluster(
                postgres, folder, 2, args=[*PRIVATE, "--webhooks-key-file", str(key_file)]))
            tenant = cluster[0].create_tenant("Acme", "GBP")
            load_small_network(cluster[0], tenant.key)
            cluster[1].must("PUT", "/v1/webhooks/erp", {"url": receiver.url, "events": ["order_placed"]}, tenant.key)
            secrets = [server.must("GET", "/v1/webhooks/erp/secret", key=tenant.key)["secret"] for server in cluster]
            self.assertEqual(secrets[0], secrets[1])
            receiver.secrets = secrets[:1]
            placed = []

            def order(server, number):
                made = server.must("POST", "/v1/orders", small_order(f"C-{number}"), tenant.key,
                                   {"Idempotency-Key": f"C-{number}"})["id"]
                placed.append(int(made.removeprefix("ord_")))

            for number in range(20):
                order(cluster[number % 2], number)
            owner = cluster.owner_of(tenant)
            owner.kill()
            other = cluster.others_than(owner)[0]
            cluster.wait_served([tenant])
            for number in range(20, 30):
                order(other, number)
            cluster.wait_until(lambda: set(placed) <= set(receiver.sequences()), "all was told")
            self.assertEqual(list(dict.fromkeys(receiver.sequences())), placed)
            # The first one comes back, and the tenant may go to it: nothing is lost on the way.
            owner.start()
            cluster.wait_served([tenant])
            for number in range(30, 50):
                order(cluster[number % 2], number)
            other.stop()
            cluster.wait_served([tenant])
            order(owner, 50)
            cluster.wait_until(lambda: set(placed) <= set(receiver.sequences()), "all was told")
            self.assertEqual(list(dict.fromkeys(receiver.sequences())), placed)
            self.assertEqual(receiver.faults, [])

    def test_without_a_key_nothing_can_be_signed(self):
        with tempfile.TemporaryDirectory() as folder, PrivatePostgres() as postgres:
            with WaybillServer(store_dir=folder, store=postgres.fresh_database()) as server:
                key = server.create_tenant("Acme", "GBP").key
                status, _, problem = server.request(
                    "PUT", "/v1/webhooks/erp", {"url": "https://erp.example/", "events": []}, key)
                self.assertEqual(status, 503)
                self.assertIn("webhooks.key_file", problem["detail"])


if __name__ == "__main__":
    unittest.main()
