"""Runs the real `waybill` binary for tests.

    with WaybillServer(store_dir=folder) as server:
        tenant = server.create_tenant("Acme", "GBP")
        status, headers, order = server.request("GET", "/v1/orders/ord_12", key=tenant.key)

The binary is named by the environment variable WAYBILL_BINARY. The server picks a free port and says so on its standard
output; the harness waits for that line, so nothing here sleeps or guesses. Logs go to `serve.log` in the store's folder.
"""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import threading
import time
from dataclasses import dataclass

START_WAIT_S = 60
STOP_WAIT_S = 60
REQUEST_WAIT_S = 60


def binary_path() -> str:
    path = os.environ.get("WAYBILL_BINARY")
    if not path:
        raise RuntimeError("set WAYBILL_BINARY to the waybill program under test")
    return path


def clean_environment():
    """The environment without settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("WAYBILL_")}


@dataclass
class Tenant:
    id: str
    name: str
    key: str


class ServerDidNotStart(RuntimeError):
    """The process ended, or said nothing, before it listened."""

    def __init__(self, exit_code, stderr):
        super().__init__(f"waybill serve did not start (exit code {exit_code}): {stderr.strip()}")
        self.exit_code = exit_code
        self.stderr = stderr


SANITIZER_REPORT = re.compile(
    r"^.*(?:ERROR: (?:Address|Leak|Thread)Sanitizer|WARNING: ThreadSanitizer|runtime error: ).*$", re.MULTILINE)


def refuse_sanitizer_reports(text):
    """Whatever a test looks at: a program that a sanitizer complained about has failed it."""
    report = SANITIZER_REPORT.search(text)
    if report:
        raise AssertionError(f"a sanitizer's report: {text[report.start():][:4000]}")


class WaybillServer:
    """One `waybill serve` process. Restartable: start(), stop(), kill() and start() again on the same store."""

    request_wait_s = REQUEST_WAIT_S

    def __init__(self, binary=None, store_dir=None, args=(), store=None, env=None, listen_port=0):
        if store_dir is None:
            raise ValueError("store_dir is needed: a folder of the test's own")
        self.binary = str(binary or binary_path())
        self.folder = pathlib.Path(store_dir)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = str(store or self.folder / "waybill.db")
        self.args = list(args)
        self.listen_port = listen_port  # 0: a free one
        self.env = dict(env or {})
        self.log_path = self.folder / "serve.log"
        self.key_path = self.folder / "operator.key"
        self.process = None
        self.host = "127.0.0.1"
        self.port = None
        self._local = threading.local()
        self._generation = 0
        self._connections = []
        self._connections_lock = threading.Lock()

    # Life of the process

    def start(self):
        command = [
            self.binary, "serve", "--store", self.store, "--listen", f"{self.host}:{self.listen_port}",
            "--bootstrap-key-file", str(self.key_path), "--log-format", "json", *self.args,
        ]
        log_from = self._log_from = self.log_path.stat().st_size if self.log_path.exists() else 0
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                env={**clean_environment(), **self.env}, text=True)
        self._generation += 1
        line = self._first_line()
        if "listening on http://" not in line:
            if self.process.poll() is None:
                self.process.kill()
            code = self.process.wait()
            self.process.stdout.close()
            with open(self.log_path, errors="replace") as log:
                log.seek(log_from)
                text = log.read()
            refuse_sanitizer_reports(text)
            raise ServerDidNotStart(code, text)
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def _first_line(self):
        # A pipe is ready when there is a line or when the process has ended; either way the wait ends by itself.
        ready, _, _ = select.select([self.process.stdout], [], [], START_WAIT_S)
        return self.process.stdout.readline() if ready else ""

    def stop(self, sig=signal.SIGTERM):
        """Asks the process to end and returns its exit code."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(sig)
        return self.wait()

    def wait(self):
        """Waits for the process to end by itself and returns its exit code."""
        try:
            code = self.process.wait(STOP_WAIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self._forget_process()
        return code

    def kill(self):
        """kill -9: what a power cut does to the process."""
        self.process.kill()
        self.process.wait()
        self._forget_process()

    def _forget_process(self):
        self.process.stdout.close()
        self.process = None
        with self._connections_lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        with open(self.log_path, errors="replace") as log:
            log.seek(self._log_from)
            refuse_sanitizer_reports(log.read())

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process is not None:
            self.stop()

    # Talking to it

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    @property
    def operator_key(self):
        return self.key_path.read_text().strip()

    def _connection(self):
        kept = getattr(self._local, "kept", None)
        if kept is None or kept[0] != self._generation:
            if kept is not None:
                kept[1].close()
            kept = (self._generation, http.client.HTTPConnection(self.host, self.port, timeout=self.request_wait_s))
            self._local.kept = kept
            with self._connections_lock:
                self._connections.append(kept[1])
        return kept[1]

    def close_connection(self):
        """Drops this thread's kept connection."""
        kept = getattr(self._local, "kept", None)
        if kept is not None:
            kept[1].close()
            self._local.kept = None

    def raw_request(self, method, path, body=None, key=None, headers=None):
        """(status, headers with lower-case names, body bytes). One connection is kept for each thread."""
        send = dict(headers or {})
        if key:
            send["Authorization"] = f"Bearer {key}"
        connection = self._connection()
        try:
            connection.request(method, path, body=body, headers=send)
            answer = connection.getresponse()
            content = answer.read()
        except Exception:
            self.close_connection()
            raise
        if answer.will_close:
            self.close_connection()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content

    def request(self, method, path, body=None, key=None, headers=None):
        """Sends JSON (anything that json.dumps takes; None: no body) and returns (status, headers, JSON or None)."""
        send = dict(headers or {})
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            send.setdefault("Content-Type", "application/json")
        status, got, content = self.raw_request(method, path, data, key, send)
        parsed = None
        if content and "json" in got.get("content-type", ""):
            parsed = json.loads(content)
        return status, got, parsed

    def must(self, method, path, body=None, key=None, headers=None, status=(200, 201)):
        """As request, but any other status fails; returns the JSON only."""
        wanted = (status,) if isinstance(status, int) else status
        got, _, answer = self.request(method, path, body, key, headers)
        if got not in wanted:
            raise AssertionError(f"{method} {path}: {got} instead of {wanted}: {answer}")
        return answer

    def bulk(self, path, rows, key=None, headers=None):
        """Sends rows as NDJSON and returns the result lines, in order."""
        data = "".join(json.dumps(row) + "\n" for row in rows).encode()
        send = {"Content-Type": "application/x-ndjson", **(headers or {})}
        status, _, content = self.raw_request("POST", path, data, key, send)
        if status != 200:
            raise AssertionError(f"POST {path}: {status}: {content[:2000]!r}")
        return [json.loads(line) for line in content.splitlines() if line.strip()]

    def pages(self, path, key=None):
        """Every row of a list, following next_cursor."""
        cursor = None
        while True:
            joint = "&" if "?" in path else "?"
            page = self.must("GET", path + (f"{joint}cursor={cursor}" if cursor else ""), key=key)
            yield from page["data"]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def create_tenant(self, name="Acme", currency="GBP"):
        made = self.must("POST", "/v1/tenants", {"name": name, "currency": currency}, key=self.operator_key)
        return Tenant(made["id"], name, made["admin_key"]["secret"])

    def logs(self):
        """The log lines so far, each a dict."""
        out = []
        with open(self.log_path, errors="replace") as log:
            for line in log:
                try:
                    out.append(json.loads(line))
                except json.JSONDecodeError:
                    out.append({"text": line.rstrip("\n")})
        return out

    def wait_until(self, holds, what, wait_s=30):
        """For state that changes behind the API: asks again until `holds()`, or fails after wait_s."""
        end = time.monotonic() + wait_s
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"did not happen within {wait_s} s: {what}")
            time.sleep(0.02)


def run_cli(*args, stdin=None, env=None, binary=None, timeout_s=120):
    """Runs one command of the binary to its end: subprocess.CompletedProcess with text output."""
    done = subprocess.run(
        [str(binary or binary_path()), *map(str, args)], input=stdin, capture_output=True, text=True,
        env={**clean_environment(), **(env or {})}, timeout=timeout_s, check=False)
    refuse_sanitizer_reports(done.stderr)
    return done


def load_small_network(server, key, stock=100, channel_routing=None):
    """One channel `web`, two places `dc-1` and `store-1`, two items `A` and `B` with `stock` units of each at each."""
    server.must("PUT", "/v1/locations/dc-1", {
        "code": "dc-1", "name": "Warehouse", "kind": "dc",
        "address": {"line1": "1 Dock Road", "city": "Daventry", "postcode": "NN11 8QL", "country": "GB"},
        "latitude": 52.27, "longitude": -1.16, "zone": "Europe/London"}, key)
    server.must("PUT", "/v1/locations/store-1", {
        "code": "store-1", "name": "Leeds", "kind": "store",
        "address": {"line1": "1 Briggate", "city": "Leeds", "postcode": "LS1 6HD", "country": "GB"},
        "latitude": 53.80, "longitude": -1.54, "zone": "Europe/London"}, key)
    server.must("PUT", "/v1/channels/web", {
        "code": "web", "name": "Web shop", "kind": "web", "routing": channel_routing or {}}, key)
    for sku in ("A", "B"):
        server.must("PUT", f"/v1/items/{sku}", {
            "sku": sku, "title": f"Item {sku}", "units": [{"unit": "each", "factor": 1}, {"unit": "case", "factor": 12}],
            "weight_g": 400, "price": "2.50"}, key)
    if stock:
        server.must("POST", "/v1/inventory/movements", {
            "reference": "opening stock",
            "moves": [{"kind": "receive", "sku": sku, "location": place, "quantity": stock}
                      for sku in ("A", "B") for place in ("dc-1", "store-1")]}, key)


def small_order(channel_order_id, sku="A", quantity=1, **more):
    """The least order that the small network takes."""
    return {
        "channel": "web", "channel_order_id": channel_order_id, "currency": "GBP",
        "ship_to": {"name": "Robin Example", "line1": "2 High Street", "city": "York", "postcode": "YO1 7HH",
                    "country": "GB"},
        "lines": [{"sku": sku, "quantity": quantity, "unit_price": "2.50"}], **more}
