"""A clean stop under load: what was acknowledged is there, what was under way is answered, the exit code is 0."""

import http.client
import json
import os
import pathlib
import signal
import socket
import tempfile
import threading
import unittest
from unittest import mock

from waybill_server import WaybillServer, load_small_network, run_cli, small_order

CLIENTS = 8
ORDERS_BEFORE_STOP = 200


class Shutdown(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, args=()):
        server = WaybillServer(store_dir=self.folder, args=list(args)).start()
        self.addCleanup(lambda: server.process and server.kill())
        tenant = server.create_tenant()
        load_small_network(server, tenant.key, stock=1_000_000)
        return server, tenant

    def load(self, server, tenant, acknowledged, enough, failures):
        """One client: places orders on a kept connection until the server closes it."""

        def run(client):
            number = 0
            try:
                while True:
                    number += 1
                    status, _, answer = server.request(
                        "POST", "/v1/orders", small_order(f"W-{client}-{number}"), tenant.key)
                    if status == 503 and answer["code"] == "shutting_down":
                        return
                    if status != 201:
                        failures.append((status, answer))
                        return
                    acknowledged.append(answer["id"])
                    if len(acknowledged) >= ORDERS_BEFORE_STOP:
                        enough.set()
            except (ConnectionError, http.client.HTTPException, socket.timeout):
                return  # the connection was closed between two requests, as a stop does

        return [threading.Thread(target=run, args=(client,)) for client in range(CLIENTS)]

    def check_stop(self, sig):
        server, tenant = self.start()
        acknowledged, failures, enough = [], [], threading.Event()
        clients = self.load(server, tenant, acknowledged, enough, failures)
        for client in clients:
            client.start()
        self.assertTrue(enough.wait(120))
        server.process.send_signal(sig)
        for client in clients:
            client.join(120)
            self.assertFalse(client.is_alive())
        self.assertEqual(server.wait(), 0)
        self.assertEqual(failures, [])

        events = [line.get("event") for line in server.logs()]
        self.assertEqual(events[-2:], ["stopping", "stopped"])
        with server:
            there = {order["id"] for order in server.pages("/v1/orders?limit=200", tenant.key)}
            self.assertEqual(set(acknowledged) - there, set())
        self.assertEqual(run_cli("verify", "--store", server.store).returncode, 0)

    def test_sigterm_under_load(self):
        self.check_stop(signal.SIGTERM)

    def test_sigint_under_load(self):
        self.check_stop(signal.SIGINT)

    @staticmethod
    def begin_order(connection, tenant, body_bytes, begin):
        """Sends the head of a request and the beginning of its body, once the server has said that it has the head."""
        connection.sendall(f"POST /v1/orders HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {tenant.key}\r\n"
                           f"Content-Type: application/json\r\nContent-Length: {body_bytes}\r\n"
                           "Expect: 100-continue\r\n\r\n".encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            piece = connection.recv(1)
            assert piece, answer
            answer += piece
        assert answer.startswith(b"HTTP/1.1 100"), answer
        connection.sendall(begin)

    def test_a_request_under_way_is_answered(self):
        """Half of a request is there when the stop comes; the other half is still taken and answered."""
        server, tenant = self.start()
        body = json.dumps(small_order("W-slow")).encode()
        with socket.create_connection((server.host, server.port), timeout=30) as connection:
            self.begin_order(connection, tenant, len(body), body[:20])
            server.process.send_signal(signal.SIGTERM)
            server.wait_until(lambda: any(line.get("event") == "stopping" for line in server.logs()), "the stop began")
            connection.sendall(body[20:])
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            self.assertEqual(answer.status, 201)
            order = json.loads(answer.read())
        self.assertEqual(server.wait(), 0)
        with server:
            self.assertEqual(server.must("GET", f"/v1/orders/{order['id']}", key=tenant.key)["channel_order_id"], "W-slow")

    def test_a_request_that_never_ends_does_not_hold_the_process(self):
        server, tenant = self.start(["--shutdown-wait-max", "1s"])
        with socket.create_connection((server.host, server.port), timeout=30) as connection:
            self.begin_order(connection, tenant, 1000, b"{")
            self.assertEqual(server.stop(), 0)

    def test_an_idle_connection_does_not_hold_the_process(self):
        server, _ = self.start(["--shutdown-wait-max", "5m"])
        with socket.create_connection((server.host, server.port), timeout=30):
            server.request("GET", "/livez")
            self.assertEqual(server.stop(), 0)

    def test_an_event_stream_does_not_hold_the_process(self):
        server, tenant = self.start(["--shutdown-wait-max", "5m"])
        connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
        connection.request("GET", "/v1/events/stream?after=0", headers={"Authorization": f"Bearer {tenant.key}"})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.read(1))
        self.assertEqual(server.stop(), 0)
        connection.close()

    # Who ends at once joins no thread that has ended, which the thread sanitizer takes for a leak.
    @mock.patch.dict(os.environ, TSAN_OPTIONS=os.environ.get("TSAN_OPTIONS", "") + ":report_thread_leaks=0")
    def test_a_second_signal_ends_at_once(self):
        server, tenant = self.start(["--shutdown-wait-max", "5m"])
        with socket.create_connection((server.host, server.port), timeout=30) as connection:
            self.begin_order(connection, tenant, 1000, b"{")
            server.process.send_signal(signal.SIGTERM)
            server.wait_until(lambda: any(line.get("event") == "stopping" for line in server.logs()), "the stop began")
            self.assertEqual(server.stop(signal.SIGTERM), 128 + signal.SIGTERM)
        self.assertEqual(run_cli("verify", "--store", server.store).returncode, 0)


if __name__ == "__main__":
    unittest.main()
