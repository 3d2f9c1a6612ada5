"""Mail of a running server, sent to a real mail server: to the right people, in their language, in order, at least once."""

import itertools
import json
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

from mail_receiver import MailReceiver, free_port
from waybill_server import ServerDidNotStart, WaybillServer, load_small_network, run_cli, small_order

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}


class OnAServer(unittest.TestCase):
    require_tls = False

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.numbers = itertools.count(1)

    def start(self, receiver=None, *args):
        mail = [] if receiver is None else ["--mail-smtp-url", receiver.url, "--mail-from", "shop@waybill.example",
                                            "--mail-require-tls", str(self.require_tls).lower()]
        self.server = self.enterContext(WaybillServer(store_dir=self.folder, args=[*mail, *args]))
        self.key = self.server.create_tenant("Möbel & Söhne", "GBP").key
        load_small_network(self.server, self.key, channel_routing={"locations": ["dc-1"]})

    def receiver(self, **more):
        return self.enterContext(MailReceiver(**more))

    def put(self, code="placed", locale="en", events=("order_placed",), **more):
        body = {"subject": "Order {{order.number}}", "text": "Dear {{customer.name}}\n{{#lines}}\n{{quantity}} x {{title}}: {{amount}}\n{{/lines}}\n",
                "events": list(events), **more}
        return self.server.must("PUT", f"/v1/message-templates/{code}/{locale}", body, self.key)

    def order(self, customer=ADA, **more):
        number = f"W-{next(self.numbers)}"
        made = small_order(number, **more)
        if customer:
            made["customer"] = customer
        return self.server.must("POST", "/v1/orders", made, self.key)["id"]

    def ship(self, order, quantity):
        self.server.must("POST", f"/v1/orders/{order}/shipments", {
            "location": "dc-1", "carrier": "DHL", "tracking": "T1", "lines": [{"line_no": 1, "quantity": quantity}]}, self.key)

    def mail(self):
        return self.server.must("GET", "/v1/mail", key=self.key)

    def events(self, types):
        return self.server.must("GET", f"/v1/events?types={types}&limit=200", key=self.key)["data"]

    def wait(self, holds, what, wait_s=30):
        self.server.wait_until(holds, what, wait_s)

    def wait_metric(self, line):
        self.wait(lambda: f"{line}\n" in self.server.raw_request("GET", "/metrics")[2].decode(), f"/metrics has {line}")

    def wait_mails(self, receiver, count, wait_s=30):
        self.wait(lambda: len(receiver.mails()) >= count, f"{count} mails came", wait_s)
        return receiver.mails()


class Sent(OnAServer):
    def test_what_a_customer_reads(self):
        receiver = self.receiver()
        self.start(receiver)
        self.put(subject="Bestellung {{order.number}} für {{customer.name}} 📦",
                 text="Liebe {{customer.name}},\n{{#lines}}\n{{quantity}} {{unit}}{{^unit}}x{{/unit}} {{title}} ({{sku}}): {{price}}, {{amount}}\n{{/lines}}\n"
                      "Summe {{order.total}} & Dank, {{merchant}}\n",
                 html="<p>{{customer.name}} &amp; {{merchant}}</p>")
        self.order({"name": "Zoë <script> & Co", "email": "zoe@example.com"}, quantity=3)
        (mail,) = self.wait_mails(receiver, 1)
        self.assertEqual(mail.sender, "shop@waybill.example")
        self.assertEqual(mail.recipients, ["zoe@example.com"])
        self.assertEqual(mail.subject, "Bestellung W-1 für Zoë <script> & Co 📦")
        self.assertEqual(mail.message["from"].addresses[0].display_name, "Möbel & Söhne")
        self.assertEqual(mail.message["from"].addresses[0].addr_spec, "shop@waybill.example")
        self.assertEqual(mail.message["to"].addresses[0].display_name, "Zoë <script> & Co")
        self.assertEqual(mail.body(), "Liebe Zoë <script> & Co,\n3 x Item A (A): 2.50 GBP, 7.50 GBP\nSumme 7.50 GBP & Dank, Möbel & Söhne\n")
        self.assertEqual(mail.body("html").strip(), "<p>Zoë &lt;script&gt; &amp; Co &amp; Möbel &amp; Söhne</p>")
        self.assertEqual(mail.message["auto-submitted"], "auto-generated")
        self.assertTrue(mail.message["date"])
        self.assertRegex(mail.id, r"^<waybill\.\d+\.\d+\.[0-9a-f]{32}@waybill\.example>$")
        for line in mail.raw.split(b"\r\n"):
            self.assertLessEqual(len(line), 998)
        self.wait_metric('waybill_messages_total{result="sent"} 1')
        self.wait_metric("waybill_mail_configured 1")
        self.wait_metric("waybill_message_events_waiting 0")
        self.wait(lambda: self.mail()["status"] == "active", "mail is active")

    def test_no_text_of_a_customer_becomes_a_header(self):
        receiver = self.receiver()
        self.start(receiver)
        self.put(subject="For {{customer.name}}")
        self.order({"name": "Eve\nBcc: everybody@example.com\n\nBuy!", "email": "eve@example.com"})
        (mail,) = self.wait_mails(receiver, 1)
        self.assertEqual(mail.recipients, ["eve@example.com"])
        self.assertIsNone(mail.message["bcc"])
        self.assertEqual(mail.subject, "For Eve Bcc: everybody@example.com Buy!")
        for subject in ("a\r\nBcc: b@c", "a\nb"):
            status, _, problem = self.server.request("PUT", "/v1/message-templates/placed/en", {"subject": subject, "text": "x"}, self.key)
            self.assertEqual((status, problem["errors"][0]["pointer"]), (422, "/subject"))

    def test_in_order_and_in_the_language_that_fits(self):
        receiver = self.receiver()
        self.start(receiver)
        for locale in ("en", "de", "de-AT"):
            self.put(locale=locale, subject=locale + " {{order.number}}")
        self.put("shipped", events=["order_shipped"],
                 text="{{event.location}} {{event.carrier}} {{event.tracking}}\n{{#event.lines}}\n{{quantity}} x {{title}}\n{{/event.lines}}\n"
                      "{{#event.rest}}more to come{{/event.rest}}")
        self.put("cancelled", events=["order_cancelled"], text="{{event.reason}}{{#event.lines}} {{quantity}} x {{sku}}{{/event.lines}}")
        first = self.order({**ADA, "locale": "de-AT"}, quantity=5)
        self.ship(first, 2)
        self.wait_mails(receiver, 2)  # what is still to come is said as it is when the mail is written
        self.server.must("POST", f"/v1/orders/{first}/cancel", {"reason": "too_late", "lines": [{"line_no": 1, "quantity": 3}]}, self.key)
        self.order({**ADA, "locale": "de-CH"})
        self.order({**ADA, "locale": "sv"})
        self.server.must("PUT", "/v1/channels/web", {"name": "Web shop", "locale": "de"}, self.key)
        self.order()
        mails = self.wait_mails(receiver, 6)
        self.assertEqual([mail.subject for mail in mails],
                         ["de-AT W-1", "Order W-1", "Order W-1", "de W-2", "en W-3", "de W-4"])
        self.assertEqual(mails[1].body().strip(), "Warehouse DHL T1\n2 x Item A\nmore to come")
        self.assertEqual(mails[2].body().strip(), "too_late 3 x A")
        time.sleep(1.5)
        self.assertEqual(len(receiver.mails()), 6)

    def test_switched_off_and_to_the_merchant(self):
        receiver = self.receiver()
        self.start(receiver)
        self.put()
        self.put(active=False)
        self.put("to_us", to=["sales@example.com", "stock@example.com"])
        self.order()
        mails = self.wait_mails(receiver, 2)
        self.assertEqual([mail.recipients for mail in mails], [["sales@example.com"], ["stock@example.com"]])
        self.assertNotEqual(mails[0].id, mails[1].id)
        self.put()  # it goes out at what comes after that
        self.order()
        self.assertEqual([mail.recipients[0] for mail in self.wait_mails(receiver, 5)][2:],
                         ["ada@example.com", "sales@example.com", "stock@example.com"])

    def test_a_rule_notifies(self):
        receiver = self.receiver()
        self.start(receiver)
        self.put("big", events=[], subject="{{event.type}} {{order.number}}")
        status, _, problem = self.server.request(
            "POST", "/v1/rule-sets", {"automation": [{"code": "a", "then": [{"type": "notify", "message": "none"}]}]}, self.key)
        self.assertEqual((status, problem["code"]), (422, "unknown_message"))
        big = {">": [{"var": "order.units"}, 5]}
        self.server.must("POST", "/v1/rule-sets", {"automation": [
            {"code": "placed", "when": big, "then": [{"type": "notify", "message": "big"}]},
            {"code": "left", "moment": "shipped", "when": big, "then": [{"type": "add_tag", "tag": "left"}, {"type": "notify", "message": "big"}]}]}, self.key)
        self.server.must("POST", "/v1/rule-activations", {"rule_set": 1}, self.key)
        self.order()
        order = self.order(quantity=6)
        self.server.must("POST", f"/v1/orders/{order}/shipments", {"location": "dc-1"}, self.key)
        mails = self.wait_mails(receiver, 2)
        self.assertEqual([mail.subject for mail in mails], ["order_placed W-2", "order_marked W-2"])

    def test_without_an_address_and_erased(self):
        receiver = self.receiver()
        self.start(receiver)
        self.put()
        self.order(None)
        self.wait_metric('waybill_messages_total{result="no_address"} 1')
        # What is known of a customer counts where the order says nothing.
        known = self.server.must("POST", "/v1/customers", {
            "identities": [{"channel": "web", "external_id": "c1"}], "name": "Grace", "email": "grace@example.com"}, self.key)
        self.order({"id": known["id"]})
        self.assertEqual(self.wait_mails(receiver, 1)[0].recipients, ["grace@example.com"])
        self.server.must("POST", f"/v1/customers/{known['id']}/erase", {}, self.key, status=(200, 204))
        self.order({"id": known["id"]})
        self.wait_metric('waybill_messages_total{result="no_address"} 2')
        self.assertEqual(len(receiver.mails()), 1)


class Failing(OnAServer):
    def test_what_is_refused_for_now_comes_again(self):
        left = ["451 later", "421 busy"]
        receiver = self.receiver(on_recipient=lambda address: left.pop() if left else None)
        self.start(receiver)
        self.put()
        self.order()
        self.wait(lambda: self.mail()["status"] == "failing", "mail fails")
        self.assertIn("SMTP 421", self.mail()["failure"])
        self.assertIn("failing_since", self.mail())
        self.order()
        self.put(subject="Mended {{order.number}}")  # tried at once, and fails once more
        self.wait(lambda: not left, "it is tried again", 15)
        mails = self.wait_mails(receiver, 2, 20)
        self.assertEqual([mail.subject for mail in mails], ["Mended W-1", "Mended W-2"])
        self.wait(lambda: self.mail()["status"] == "active", "mail is active")
        self.assertNotIn("failure", self.mail())
        self.assertEqual(self.events("message_failed"), [])
        self.wait_metric("waybill_message_retries_total 2")
        logged = [line["event"] for line in self.server.logs() if line.get("event", "").startswith("mail_")]
        self.assertEqual(logged, ["mail_failing", "mail_recovered"])

    def test_what_is_refused_for_good_is_recorded_and_passed(self):
        receiver = self.receiver(on_recipient=lambda address: "550 no such user here" if address.startswith("gone") else None,
                                 on_mail=lambda received: "554 spam" if "spam" in received.subject else None)
        self.start(receiver)
        self.put()
        gone = self.order({"name": "Gone", "email": "gone@example.com"})
        self.order()
        self.wait_mails(receiver, 1)
        self.put(subject="spam")
        spam = self.order()
        self.wait(lambda: receiver.refused, "the mail is refused")
        self.put()
        self.order({"name": "No", "email": "not an address"})
        self.order()
        self.wait_mails(receiver, 2)
        self.wait(lambda: len(self.events("message_failed")) == 3, "failures are recorded")
        failed = [event["data"] for event in self.events("message_failed")]
        self.assertEqual([(one["message"], one["order"]) for one in failed][:2], [("placed", gone), ("placed", spam)])
        self.assertIn("550", failed[0]["reason"])
        self.assertIn("554", failed[1]["reason"])
        self.assertNotIn("example.com", json.dumps(self.events("message_failed")))
        self.wait_metric('waybill_messages_total{result="refused"} 3')
        self.assertEqual(self.mail()["status"], "active")

    def test_nobody_there_and_then_somebody(self):
        port = free_port()
        receiver = MailReceiver(port=port)
        self.start(receiver)
        self.put()
        self.order()
        self.wait(lambda: self.mail()["status"] == "failing", "mail fails")
        with receiver:
            self.put(subject="At last")
            self.assertEqual(self.wait_mails(receiver, 1)[0].subject, "At last")

    def test_a_killed_server_sends_again_under_the_same_id(self):
        receiver = self.receiver()
        self.start(receiver)
        self.put()
        for _ in range(40):
            self.order()
        self.wait_mails(receiver, 10)
        self.server.kill()
        self.server.start()
        self.order()
        wanted = {f"Order W-{number}" for number in range(1, 42)}
        self.wait(lambda: {mail.subject for mail in receiver.mails()} == wanted, "every order has its mail")
        by_order = {}
        for mail in receiver.mails():
            by_order.setdefault(mail.subject, set()).add(mail.id)
        self.assertEqual({len(ids) for ids in by_order.values()}, {1})
        self.assertEqual(len({id for ids in by_order.values() for id in ids}), 41)
        # In order, but for what came twice.
        first = list(dict.fromkeys(mail.subject for mail in receiver.mails()))
        self.assertEqual(first, sorted(wanted, key=lambda subject: int(subject.split("-")[1])))

    def test_nothing_comes_again_after_a_stop_in_good_order(self):
        receiver = self.receiver()
        self.start(receiver)
        self.put()
        self.order()
        self.wait_mails(receiver, 1)
        self.server.stop()
        self.server.start()
        self.order()
        self.wait_mails(receiver, 2)
        time.sleep(1.5)
        self.assertEqual([mail.subject for mail in receiver.mails()], ["Order W-1", "Order W-2"])


class Secured(OnAServer):
    require_tls = True

    def certificate(self):
        import ssl
        path = self.folder / "mail.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", path], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return path, context

    def test_starttls_and_a_password(self):
        certificate, context = self.certificate()
        receiver = self.receiver(users={"waybill": "s3cret word"}, tls=context)
        password = self.folder / "password"
        password.write_text("s3cret word\n")
        password.chmod(0o600)
        more = ("--mail-user", "waybill", "--mail-password-file", str(password))
        args = ["--mail-smtp-url", receiver.url, "--mail-from", "shop@waybill.example", *more]
        self.server = self.enterContext(WaybillServer(store_dir=self.folder, args=args, env={"SSL_CERT_FILE": str(certificate)}))
        self.key = self.server.create_tenant("Acme", "GBP").key
        load_small_network(self.server, self.key)
        self.put()
        self.order()
        (mail,) = self.wait_mails(receiver, 1)
        self.assertTrue(mail.was_encrypted)
        self.assertEqual(mail.user, "waybill")
        # Another password is nothing that the customer can do anything about: it waits until somebody mends it.
        receiver.users = {"waybill": "another"}
        self.server.stop()
        self.server.start()
        self.order()
        self.wait(lambda: self.mail()["status"] == "failing", "mail fails")
        self.assertEqual(self.events("message_failed"), [])
        self.assertNotIn("s3cret", json.dumps(self.server.logs()))

    def test_nothing_in_the_clear(self):
        receiver = self.receiver()
        self.start(receiver)
        self.put()
        self.order()
        self.wait(lambda: self.mail()["status"] == "failing", "mail fails")
        self.assertEqual(receiver.attempts, [])


class Configured(OnAServer):
    def test_without_a_mail_server_nothing_is_sent(self):
        self.start()
        self.assertEqual(self.mail(), {"status": "off", "delivered_through": 0, "behind": 0})
        self.put()
        self.order()
        self.wait_metric("waybill_mail_configured 0")
        self.assertEqual(self.mail()["status"], "off")
        self.server.stop()
        self.server.start()
        self.assertTrue([line for line in self.server.logs() if line.get("event") == "mail_off"])
        self.server.stop()
        # Once there is one, what is not older than mail.give_up_after goes out.
        receiver = self.receiver()
        self.server.args = ["--mail-smtp-url", receiver.url, "--mail-from", "shop@waybill.example", "--mail-require-tls", "false"]
        self.server.start()
        self.wait_mails(receiver, 1)

    def test_what_is_too_old_does_not(self):
        self.start()
        self.put()
        self.order()
        self.server.stop()
        receiver = self.receiver()
        self.server.args = ["--mail-smtp-url", receiver.url, "--mail-from", "shop@waybill.example", "--mail-require-tls", "false",
                            "--mail-give-up-after", "3s"]
        time.sleep(3.5)
        self.server.start()
        self.order()
        self.assertEqual(self.wait_mails(receiver, 1)[0].subject, "Order W-2")
        self.wait_metric('waybill_messages_total{result="too_old"} 1')

    def test_settings_that_can_not_be(self):
        good = ["--mail-smtp-url", "smtp://127.0.0.1:25", "--mail-from", "a@b"]
        for args, says in (
                (["--mail-smtp-url", "http://a", "--mail-from", "a@b"], "mail.smtp_url"),
                (["--mail-smtp-url", "smtp://u:p@a", "--mail-from", "a@b"], "mail.smtp_url"),
                (["--mail-smtp-url", "smtp://a"], "mail.from"),
                ([*good, "--mail-reply-to", "nobody"], "mail.reply_to"),
                ([*good, "--mail-user", "me"], "mail.password_file"),
                ([*good, "--mail-user", "me", "--mail-password-file", "/nowhere/file"], "/nowhere/file")):
            server = WaybillServer(store_dir=self.folder, args=args)
            with self.assertRaises(ServerDidNotStart) as refused:
                server.start()
            self.assertEqual(refused.exception.exit_code, 2)
            self.assertIn(says, refused.exception.stderr)


class Documented(unittest.TestCase):
    def test_every_field_has_its_row(self):
        root = pathlib.Path(__file__).resolve().parents[2]
        fields = re.findall(r'^WAYBILL_MESSAGE_FIELD\("([^"]+)"', (root / "src/core/messages/message_fields.def").read_text(), re.M)
        page = (root / "docs/domain/messages.md").read_text()
        table = page[page.index("| field |"):page.index("Amounts are exact")]
        self.assertEqual(re.findall(r"^\| `([^`]+)` \|", table, re.M), fields)


class CommandLine(OnAServer):
    def ask(self, *args, stdin=None, code=0):
        done = run_cli(*args, stdin=stdin, env={"WAYBILL_SERVER": self.server.url, "WAYBILL_KEY": self.key})
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def test_templates_from_a_terminal(self):
        self.start()
        made = self.ask("message", "defaults")
        self.assertEqual(len(made.splitlines()), 8)
        self.assertIn("order_shipped  en  at order_shipped", made)
        self.assertEqual(self.ask("message", "defaults"), "", "what is there stays")
        self.assertIn("inactive  return_requested", self.ask("message", "deactivate", "return_requested"))
        self.assertIn("inactive  return_requested", self.ask("message", "list"))
        self.assertIn("active  return_requested", self.ask("message", "activate", "return_requested", "en"))
        shown = self.ask("message", "put", "big", "de-AT", "--subject", "Groß", "--text", "-", "--events", "none",
                             "--to", "a@example.com,b@example.com", stdin="{{order.number}}\n")
        self.assertIn("to: a@example.com, b@example.com", shown)
        self.assertIn("{{order.number}}", self.ask("message", "show", "big", "de-AT"))
        self.assertIn("did you mean order.total", self.ask("message", "put", "big", "--subject", "a", "--text", "-", "--events",
                                                              "none", stdin="{{order.totl}}", code=1))
        self.assertIn("off  at ", self.ask("message", "status"))
        exported = self.ask("export", "message-templates")
        rows = [json.loads(line) for line in exported.splitlines()]
        self.assertEqual(len(rows), 9)
        self.assertNotIn("version", rows[0])
        other = self.server.create_tenant("Another", "GBP").key
        self.key, first = other, self.key
        self.ask("import", "message-templates", "-", stdin=exported)
        self.assertEqual(self.ask("export", "message-templates"), exported)
        self.key = first

    def test_the_defaults_say_what_happened(self):
        receiver = self.receiver()
        self.start(receiver)
        self.ask("message", "defaults")
        order = self.order(quantity=3)
        self.ship(order, 1)
        self.wait_mails(receiver, 2)
        self.server.must("POST", f"/v1/orders/{order}/returns", {"lines": [{"line_no": 1, "quantity": 1, "reason": "broken"}]}, self.key)
        self.server.must("POST", f"/v1/orders/{order}/cancel", {"reason": "customer_request"}, self.key)
        mails = self.wait_mails(receiver, 5)
        self.assertEqual([mail.subject for mail in mails], [
            "We have your order W-1", "Your order W-1 is on its way", f"Your return ret_{order[4:]}-1: we have your request",
            f"Your return ret_{order[4:]}-1 can come", "About your order W-1: cancelled"])
        self.assertIn("Dear Ada Lovelace,", mails[0].body())
        self.assertIn("3 x Item A (A), 2.50 GBP each: 7.50 GBP", mails[0].body())
        self.assertIn("Tracking number: T1", mails[1].body())
        self.assertIn("The rest follows", mails[1].body())
        for mail in mails:
            self.assertNotIn("{{", mail.body())
            self.assertNotIn("\n\n\n\n", mail.body())


if __name__ == "__main__":
    unittest.main()
