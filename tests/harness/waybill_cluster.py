"""Several `waybill serve` on one store on PostgreSQL, which forward to each other.

    with PrivatePostgres() as postgres, WaybillCluster(postgres, folder, size=3) as cluster:
        tenant = cluster[0].create_tenant("Acme")
        cluster.any(rng).must("GET", "/v1/orders", key=tenant.key)
        cluster.owner_of(tenant).kill()
"""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import secrets
import signal
import time

from private_postgres import PORTS, free_port
from waybill_server import WaybillServer, run_cli

LEASE = "1s"
LEASE_S = 1
GONE = (ConnectionError, http.client.HTTPException, OSError)


class ClusterServer(WaybillServer):
    """One of them. A connection is the thread's own; `is_up` is what a load balancer knows: it may lie for a moment."""

    def __init__(self, number, cluster, port, args=()):
        super().__init__(
            store_dir=cluster.folder / str(number), listen_port=port,
            store=cluster.postgres.uri(cluster.database, application_name=f"waybill-{number}"),
            args=["--cluster-address", f"http://127.0.0.1:{port}", "--cluster-lease", LEASE,
                  "--cluster-key-file", str(cluster.key_file), *args])
        self.number = number
        self.port = port
        self.is_up = False
        self._left_open = []
        self.key_path = cluster.folder / "operator.key"  # the store has one, which the first process makes

    @property
    def address(self):
        return f"http://127.0.0.1:{self.listen_port}"

    def start(self):
        super().start()
        self.is_up = True
        return self

    def kill(self):
        self.is_up = False
        super().kill()

    def stop(self, sig=signal.SIGTERM):
        self.is_up = False
        return super().stop(sig)

    def _forget_process(self):
        # Threads may be using their connections: they find out by themselves.
        with self._connections_lock:
            self._left_open += self._connections
            self._connections.clear()
        super()._forget_process()

    def close_all(self):
        for connection in self._left_open:
            connection.close()
        self._left_open.clear()

    def pause(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def wake(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def metric(self, name):
        """The sum over all labels."""
        _, _, text = self.raw_request("GET", "/metrics")
        lines = [line for line in text.decode().splitlines() if line.startswith((f"{name} ", f"{name}{{"))]
        if not lines:
            raise AssertionError(f"{self.address} has no metric {name}")
        return sum(int(float(line.rsplit(" ", 1)[1])) for line in lines)

    def events(self, name):
        """The log lines of that name."""
        return [line for line in self.logs() if line.get("event") == name]


class WaybillCluster:
    def __init__(self, postgres, folder, size=2, args=()):
        self.postgres = postgres
        self.folder = pathlib.Path(folder)
        self.database = postgres.fresh_name()
        self.store = postgres.uri(self.database)
        self.key_file = self.folder / "cluster.key"
        self.key_file.write_text(secrets.token_hex(32) + "\n")
        self.key_file.chmod(0o600)
        self.args = list(args)
        self.servers = []
        for _ in range(size):
            self.add()

    def add(self, **more):
        """One more, not started."""
        taken = {server.listen_port for server in self.servers}
        port = PORTS.start + (os.getpid() * 7 + 40 * len(self.servers)) % (len(PORTS) - 2000)
        port = free_port(port)
        while port in taken:
            port = free_port(port + 1)
        server = ClusterServer(len(self.servers), self, port, **{"args": self.args, **more})
        self.servers.append(server)
        return server

    def __getitem__(self, number):
        return self.servers[number]

    def __iter__(self):
        return iter(self.servers)

    def __enter__(self):
        try:
            for server in self.servers:
                server.start()
        except BaseException:
            self.kill_all()
            raise
        return self

    def __exit__(self, *_):
        self.kill_all()
        for server in self.servers:
            server.close_all()

    def kill_all(self):
        for server in self.servers:
            if server.process is not None:
                server.kill()

    def live(self):
        return [server for server in self.servers if server.is_up]

    def any(self, rng):
        """A random one of those that are up."""
        while True:
            live = self.live()
            if live:
                return rng.choice(live)
            time.sleep(0.02)

    # Who owns what

    def status(self):
        """(processes, tenants) as `waybill status` prints them."""
        done = run_cli("status", "--json", "--store", self.store)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        return [row for row in rows if "process" in row], [row for row in rows if "tenant" in row]

    def owners(self):
        """Tenant id -> the server that owns it, or None."""
        processes, tenants = self.status()
        by_id = {process["process"]: process for process in processes if process["lease_left_ms"] > 0}
        by_address = {server.address: server for server in self.servers}
        return {tenant["tenant"]: by_address.get(by_id.get(tenant["owner"], {}).get("address")) for tenant in tenants}

    def owner_of(self, tenant):
        """Waits until it has one."""
        seen = []

        def has_one():
            seen.append(self.owners().get(tenant.id))
            return seen[-1]

        self.wait_until(has_one, f"{tenant.name} has an owner")
        return seen[-1]

    def others_than(self, owner):
        return [server for server in self.live() if server is not owner]

    def wait_until(self, holds, what, wait_s=60):
        self.servers[0].wait_until(holds, what, wait_s)

    def wait_served(self, tenants, wait_s=60):
        """Until each tenant is answered for, through every process."""
        for tenant in tenants:
            for server in self.live():
                self.wait_until(lambda server=server, tenant=tenant: is_served(server, tenant.key),
                                f"{tenant.name} is served through {server.address}", wait_s)

    def wait_spread(self, servers):
        """Until each of these serves a tenant, and the served are all."""
        total = len(self.status()[1])
        self.wait_until(lambda: sum(each.metric("waybill_tenants_served") for each in servers) == total
                        and all(each.metric("waybill_tenants_served") for each in servers), "tenants are spread")


def is_served(server, key):
    try:
        return server.request("GET", "/v1/settings", key=key)[0] == 200
    except GONE:
        server.close_connection()
        return False


class Repeating:
    """A client that sends to a random live process, again and again under one Idempotency-Key, until it is answered."""

    def __init__(self, cluster, rng, give_up_s=60):
        self.cluster = cluster
        self.rng = rng
        self.give_up_s = give_up_s
        self.attempts = 0

    def once(self, method, path, body=None, key=None, headers=None):
        """(status, answer) of one attempt; 503 when the process was gone."""
        server = self.cluster.any(self.rng)
        self.attempts += 1
        try:
            status, _, answer = server.request(method, path, body, key, headers)
            return status, answer
        except GONE:
            server.close_connection()
            return 503, None

    def send(self, method, path, body, key, idempotency_key):
        """(status, answer) of the first answer that is not 503; None when there was none for long."""
        last = time.monotonic() + self.give_up_s
        while time.monotonic() < last:
            status, answer = self.once(method, path, body, key, {"Idempotency-Key": idempotency_key})
            if status != 503:
                return status, answer
            time.sleep(0.02)
        return None
