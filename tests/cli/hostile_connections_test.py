"""Thousands of slow, half-open, rude and silent connections: whoever behaves is served all the same.

A well-behaved client does a fixed number of requests alone and again while the others are there; each must succeed
before the others are let go. Nothing here depends on how fast the machine is.

    WAYBILL_HOSTILE_CONNECTIONS   how many come at a time (3000)
"""

import http.client
import os
import pathlib
import random
import resource
import select
import socket
import statistics
import struct
import tempfile
import threading
import time
import unittest

from waybill_server import WaybillServer, load_small_network, small_order

HOSTILE = int(os.environ.get("WAYBILL_HOSTILE_CONNECTIONS", "3000"))
REQUESTS = 60
HEAD = b"POST /v1/orders HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
KEY_WAIT = ["--http-header-wait-max", "2m", "--http-body-wait-max", "2m", "--http-idle-wait-max", "5m"]


def raise_open_files():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Crowd:
    """Hostile connections, and a thread that keeps those that drip going."""

    # What each kind sends at once, and what it goes on to send, a piece at a time.
    KINDS = {
        "silent": (b"", b""),
        "slow head": (b"GET /v1/orders HTTP/1.1\r\nHost: h\r\nX-Slow: ", b"a"),
        "slow headers": (b"GET /v1/orders HTTP/1.1\r\n", b"X: y\r\n"),
        "slow body": (HEAD + b"Content-Length: 4000000\r\n\r\n{", b" "),
        "endless chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        "endless chunk size": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a=b;" * 64),
        "endless trailer": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 40),
        "half closed": (b"GET /livez HTTP/1.1\r\nHo", b""),
        "never reads": (b"GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n" * 20, b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n" * 20),
        "rude": (b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n", b""),
    }

    def __init__(self, port, count):
        self.address = ("127.0.0.1", port)
        self.over = threading.Event()
        self.connections = []
        self.dripped = 0
        names = list(self.KINDS)
        for number in range(count):
            self.connections.append(self.connect(names[number % len(names)], number))
        self.thread = threading.Thread(target=self.drip)
        self.thread.start()

    def connect(self, kind, number):
        connection = socket.socket()
        # Many addresses, so that ports do not run out.
        connection.bind((f"127.0.0.{2 + number % 50}", 0))
        connection.connect(self.address)
        connection.setblocking(False)
        self.send(connection, self.KINDS[kind][0])
        if kind == "half closed":
            connection.shutdown(socket.SHUT_WR)
        return kind, connection

    @staticmethod
    def send(connection, data):
        """False when the server has ended the connection."""
        try:
            connection.send(data)
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True

    @staticmethod
    def reset(connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def drip(self):
        rng = random.Random(1)
        while not self.over.is_set():
            at = rng.randrange(len(self.connections))
            kind, connection = self.connections[at]
            piece = self.KINDS[kind][1]
            alive = self.send(connection, piece) if piece else kind != "rude"
            self.dripped += 1
            if not alive:  # resets it, or was thrown out: and comes again
                self.reset(connection)
                try:
                    self.connections[at] = self.connect(kind, at)
                except OSError:
                    self.connections[at] = ("silent", socket.socket())

    def end(self):
        self.over.set()
        self.thread.join()
        for _, connection in self.connections:
            self.reset(connection)


class HostileConnections(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, *args, **more):
        server = WaybillServer(store_dir=self.folder, args=args, **more).start()
        self.addCleanup(lambda: server.process and server.kill())
        return server

    def well_behaved(self, server, key, name):
        """Places orders and reads them; the seconds that each pair took."""
        took = []
        for number in range(REQUESTS):
            begin = time.monotonic()
            order = server.must("POST", "/v1/orders", small_order(f"{name}-{number}"), key)
            server.must("GET", f"/v1/orders/{order['id']}", key=key)
            took.append(time.monotonic() - begin)
        return took

    def open_connections(self, server):
        text = server.raw_request("GET", "/metrics", key=server.operator_key)[2].decode()
        for line in text.splitlines():
            if line.startswith("waybill_connections_open "):
                return int(float(line.split()[1]))
        raise AssertionError(text[:2000])

    @staticmethod
    def resident_bytes(server):
        with open(f"/proc/{server.process.pid}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))

    def test_everything_at_once(self):
        files = raise_open_files()
        count = min(HOSTILE, files - 500)
        server = self.start(*KEY_WAIT)
        key = server.create_tenant().key
        load_small_network(server, key, stock=1_000_000)
        alone = self.well_behaved(server, key, "alone")
        before = self.resident_bytes(server)
        crowd = Crowd(server.port, count)
        try:
            # Half closed ones are ended at once; the others come in as fast as they are accepted.
            server.wait_until(lambda: self.open_connections(server) > count * 0.75, "the crowd is there", 300)
            there = self.open_connections(server)
            crowded = self.well_behaved(server, key, "crowded")
            still = self.open_connections(server)
            after = self.resident_bytes(server)
            # A newcomer is served too.
            server.close_connection()
            self.assertEqual(server.request("GET", "/readyz")[0], 200)
        finally:
            crowd.end()
        self.assertGreater(still, count * 0.5)
        self.assertGreater(crowd.dripped, 0)
        each = (after - before) / there
        ratio = statistics.median(crowded) / statistics.median(alone)
        print(f"{there} hostile connections, {crowd.dripped} pieces dripped: an order took {ratio:.1f} times as long as "
              f"alone, {each / 1024:.1f} KiB of memory for each connection")
        if "asan" not in server.binary and "tsan" not in server.binary:
            self.assertLess(each, 64 * 1024)
        server.wait_until(lambda: self.open_connections(server) < 10, "the crowd is gone")
        self.assertEqual(server.stop(), 0)

    def endless(self, head, piece, bytes_max):
        """Sends pieces until the server answers or breaks off; the bytes that it took."""
        with socket.create_connection((self.server.host, self.server.port), 60) as connection:
            connection.sendall(head)
            sent = 0
            try:
                while sent < bytes_max and not select.select([connection], [], [], 0)[0]:
                    sent += connection.send(piece)
            except OSError:
                pass
            return sent

    def test_no_part_of_a_request_may_be_endless(self):
        self.server = self.start()
        chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
        before = self.resident_bytes(self.server)
        for name, head, piece in (
            ("target", b"GET /", b"a" * 4096),
            ("header", b"GET / HTTP/1.1\r\nX: ", b"a" * 4096),
            ("headers", b"GET / HTTP/1.1\r\n", b"X: y\r\n" * 500),
            ("chunk size", chunked, b"0" * 4096),
            ("chunk extension", chunked + b"1;", b"a=b;" * 1024),
            ("trailer", chunked + b"0\r\nX: ", b"a" * 4096),
            ("trailers", chunked + b"0\r\n", b"X: y\r\n" * 500),
            ("body", chunked, b"400\r\n" + b" " * 1024 + b"\r\n"),
        ):
            with self.subTest(name):
                self.assertLess(self.endless(head, piece, 256 << 20), 64 << 20)
                self.assertLess(self.resident_bytes(self.server) - before, 64 << 20)
        self.assertLess(self.resident_bytes(self.server) - before, 64 << 20)
        self.assertEqual(self.server.request("GET", "/livez")[0], 200)

    # To look at an object a sanitizer opens a pipe; without a file left it takes every object for a broken one.
    @unittest.skipIf(os.environ.get("WAYBILL_SANITIZE"), "sanitizers need files themselves")
    def test_more_connections_than_files(self):
        """So few files that even refused connections use them up: accepting stops, and goes on by itself."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        files = 96
        setter = self.folder / "few_files.sh"
        setter.write_text(f'#!/bin/sh\nulimit -n {files}\nexec "{os.environ["WAYBILL_BINARY"]}" "$@"\n')
        setter.chmod(0o755)
        server = self.start("--http-idle-wait-crowded-max", "250ms", binary=setter)
        key = server.create_tenant().key
        load_small_network(server, key)
        self.assertTrue(any(line.get("event") == "open_files_limit" for line in server.logs()))
        crowd = []
        try:
            for number in range(min(1000, hard // 2)):
                connection = socket.socket()
                connection.setblocking(False)
                connection.connect_ex((server.host, server.port))
                crowd.append(connection)
                if number % 100 == 0:  # the store can be written and read all the while
                    order = server.must("POST", "/v1/orders", small_order(f"few-{number}"), key)
                    server.must("GET", f"/v1/orders/{order['id']}", key=key)
        finally:
            for connection in crowd:
                connection.close()
        server.close_connection()

        def served():
            try:
                return server.request("GET", "/readyz")[0] == 200
            except (OSError, http.client.HTTPException):
                return False
        server.wait_until(served, "a newcomer is served again")
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
