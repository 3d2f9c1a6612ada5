"""Receivers of webhooks: HTTP servers of one's own, which check signatures with nothing of Waybill's.

    with WebhookReceiver() as receiver:
        server.must("PUT", "/v1/webhooks/erp", {"url": receiver.url, "events": ["*"]}, key)
        receiver.secrets = [server.must("GET", "/v1/webhooks/erp/secret", key=key)["secret"]]
        ...
        receiver.events()
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import ssl
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Received:
    at: float
    path: str
    headers: dict
    body: bytes
    status: int = 0
    events: list = field(default_factory=list)

    @property
    def id(self):
        return self.headers["webhook-id"]


def signature(secret, identity, timestamp, body):
    """As Standard Webhooks says, of a secret as it is shown: "whsec_..."."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = identity.encode() + b"." + timestamp.encode() + b"." + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class WebhookReceiver:
    """`answer(received)` gives the status, or (status, headers); 200 by default. It may wait. `secrets`: those that
    every request must be signed with, in that order; None: not looked at. What is wrong with a request is in `faults`."""

    def __init__(self, answer=None, secrets=None, tls=None):
        self.answer = answer or (lambda received: 200)
        self.secrets = secrets
        self.faults = []
        self._requests = []
        self._lock = threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                receiver._handle(self)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # a sender that is killed goes away in the middle of a request

        self._server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            # The handshake belongs to the thread of its connection.
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.scheme = "http" if tls is None else "https"
        self.port = self._server.server_address[1]

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def _handle(self, handler):
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        received = Received(time.time(), handler.path, {name.lower(): value for name, value in handler.headers.items()}, body)
        try:
            self._look_at(received)
        except Exception as error:
            self.faults.append(f"{received.headers}: {body[:1000]!r}: {error!r}")
        with self._lock:
            self._requests.append(received)
        answer = self.answer(received)
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        received.status = status
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", "0")
        handler.end_headers()

    def _look_at(self, received):
        headers, kind = received.headers, received.headers["content-type"]
        parsed = json.loads(received.body)
        if kind == "application/cloudevents-batch+json; charset=utf-8":
            received.events = parsed
            first, last = parsed[0], parsed[-1]
            self._same(received.id, f"{first['id']}..{last['sequence']}")
        else:
            self._same(kind, "application/cloudevents+json; charset=utf-8")
            received.events = [parsed]
            self._same(received.id, parsed["id"])
        for event in received.events:
            self._same(event["specversion"], "1.0")
        if not headers["user-agent"].startswith("Waybill/"):
            raise AssertionError(headers["user-agent"])
        if abs(int(headers["webhook-timestamp"]) - received.at) > 10:
            raise AssertionError(f"webhook-timestamp is not now, {received.at}")
        if self.secrets is not None:
            wanted = [signature(secret, received.id, headers["webhook-timestamp"], received.body) for secret in self.secrets]
            self._same(headers["webhook-signature"], " ".join(wanted))

    @staticmethod
    def _same(got, wanted):
        if got != wanted:
            raise AssertionError(f"{got!r} instead of {wanted!r}")

    def requests(self):
        with self._lock:
            return list(self._requests)

    def events(self):
        """Events of the requests that were answered with 2xx, in the order in which they came."""
        return [event for received in self.requests() if 200 <= received.status < 300 for event in received.events]

    def sequences(self):
        return [event["sequence"] for event in self.events()]
