"""A mail server on this machine that keeps what it is sent, and answers as a test tells it."""

import email
import email.policy
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class ReceivedMail:
    def __init__(self, envelope):
        self.sender = envelope.mail_from
        self.recipients = list(envelope.rcpt_tos)
        self.raw = bytes(envelope.content)
        self.message = email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def id(self):
        return self.message["message-id"]

    @property
    def subject(self):
        return self.message["subject"]

    def body(self, kind="plain"):
        """The text, or the HTML, as somebody would read it; lines end in \\n."""
        part = self.message.get_body(preferencelist=(kind,))
        return None if part is None else part.get_content().replace("\r\n", "\n")


class MailReceiver:
    """`on_recipient(address)` and `on_mail(received)` give an SMTP reply, or None: it is taken. With `users`, a name to
    a password, nobody sends who is not one of them. With `tls`, an ssl.SSLContext, STARTTLS is offered."""

    def __init__(self, on_recipient=None, on_mail=None, users=None, tls=None, port=0):
        self.on_recipient = on_recipient or (lambda address: None)
        self.on_mail = on_mail or (lambda received: None)
        self.users = users
        self.tls = tls
        self.port = port
        self.lock = threading.Lock()
        self.taken = []
        self.refused = []
        self.attempts = []

    # As aiosmtpd calls them.
    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        with self.lock:
            self.attempts.append(address)
        answer = self.on_recipient(address)
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        received = ReceivedMail(envelope)
        received.was_encrypted = session.ssl is not None
        received.user = session.auth_data.login.decode() if session.auth_data else None
        answer = self.on_mail(received)
        with self.lock:
            (self.taken if answer is None else self.refused).append(received)
        return answer or "250 OK"

    def authenticate(self, _server, _session, _envelope, _mechanism, data):
        right = self.users.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=right, auth_data=data)

    def __enter__(self):
        options = {}
        if self.users is not None:
            options.update(authenticator=self.authenticate, auth_required=True, auth_require_tls=self.tls is not None)
        if self.tls is not None:
            options.update(tls_context=self.tls, require_starttls=False)
        if self.port == 0:
            self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def mails(self):
        with self.lock:
            return list(self.taken)

    def to(self, address):
        return [mail for mail in self.mails() if mail.recipients == [address]]


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
