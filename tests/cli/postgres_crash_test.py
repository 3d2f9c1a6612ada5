"""Waybill and its database killed, paused and cut apart under load: nothing acknowledged is lost, nothing is doubled.

Clients repeat each request under the same Idempotency-Key until it is acknowledged. In each round faults come over them at
moments that the seed chose; writes must be taken again after each. Then everything is compared.

    WAYBILL_POSTGRES_ROUNDS   how many rounds (6)
    WAYBILL_POSTGRES_SEED     which faults, and when (1)
"""

import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import tempfile
import threading
import time
import unittest

from order_audit import Told, check_log, check_told
from private_postgres import PrivatePostgres
from waybill_server import WaybillServer, load_small_network, run_cli, small_order

ROUNDS = int(os.environ.get("WAYBILL_POSTGRES_ROUNDS", "6"))
SEED = int(os.environ.get("WAYBILL_POSTGRES_SEED", "1"))
ROUNDS_ON_A_STORE = 10  # each looks at all that came before it
CLIENTS = 6
BULK_CLIENTS = 2
BULK_LINES = 60
FAULTS_A_ROUND = 2
BETWEEN_FAULTS = (10, 250)     # acknowledgements
LEFT_OPEN_MAX_S = 5            # after which the server ends a transaction that is left open
RECOVERY_MAX_S = 60
LOG_LINES_SHOWN = 40

GONE = (ConnectionError, http.client.HTTPException, OSError)


class PostgresCrash(unittest.TestCase):
    # Clients

    def placed(self, server, key, told, method, path, body, idempotency_key, over):
        """Repeats the request until it is acknowledged. None: the round is over without that."""
        gives_up_at = None
        while not told.unexpected:
            if over.is_set():
                gives_up_at = gives_up_at or time.monotonic() + RECOVERY_MAX_S
                if time.monotonic() > gives_up_at:
                    told.unexpected.append(f"{idempotency_key} is not answered")
                    return None
            try:
                status, _, answer = server.request(method, path, body, key, {"Idempotency-Key": idempotency_key})
            except GONE:
                server.close_connection()
                status = 503
            if status in (200, 201):
                return answer
            if status != 503:
                told.unexpected.append((path, status, answer))
            self.pause.wait(0.02)
        return None

    def single_orders(self, server, key, told, name, over):
        number = 0
        while not over.is_set():
            number += 1
            mine = f"{name}-{number}"
            body = small_order(mine, sku=("A", "B")[number % 2], quantity=1 + number % 3)
            order = self.placed(server, key, told, "POST", "/v1/orders", body, mine, over)
            if order is None:
                return
            told.acknowledge(mine, order["id"])
            told.acknowledge_reply(mine, body, order["id"])
            if number % 5 == 0:
                changed = self.placed(server, key, told, "POST", f"/v1/orders/{order['id']}/cancel",
                                      {"reason": "customer_request"}, f"cancel-{mine}", over)
                if changed is None:
                    return
                told.acknowledge_cancel(changed["id"])
            with contextlib.suppress(*GONE):
                status, _, found = server.request("GET", f"/v1/orders/{order['id']}", key=key)
                if status not in (200, 503):
                    told.unexpected.append(("acknowledged and not read", status, found))

    def bulk_orders(self, server, key, told, name, over):
        """Lines that are refused for the database's sake, or not answered, may be there or not: nobody was told."""
        number = 0
        while not over.is_set():
            number += 1
            names = [f"{name}-{number}-{line}" for line in range(BULK_LINES)]
            body = "".join(json.dumps(small_order(each)) + "\n" for each in names).encode()
            with contextlib.suppress(*GONE), \
                    contextlib.closing(http.client.HTTPConnection(server.host, server.port, timeout=60)) as connection:
                connection.request("POST", "/v1/orders/bulk", body, {
                    "Content-Type": "application/x-ndjson", "Authorization": f"Bearer {key}"})
                response = connection.getresponse()
                if response.status != 200:
                    self.pause.wait(0.1)
                    continue
                for each in names:
                    line = response.readline()
                    if not line.endswith(b"\n"):
                        break
                    result = json.loads(line)
                    if result["status"] == 201:
                        told.acknowledge(each, result["id"])
                    elif result["status"] != 503:
                        told.unexpected.append((each, result))
            self.pause.wait(0.02)

    # Faults

    def kill_waybill(self, server, _):
        server.kill()
        server.start()

    def restart_database(self, _, __):
        self.postgres.restart_immediately()

    def kill_both(self, server, _):
        server.kill()
        self.postgres.restart_immediately()
        server.start()

    def pause_waybill(self, server, rng):
        """Longer than the database lets a transaction open."""
        os.kill(server.process.pid, signal.SIGSTOP)
        self.pause.wait(LEFT_OPEN_MAX_S + rng.uniform(0.2, 1))
        os.kill(server.process.pid, signal.SIGCONT)

    def pause_sessions(self, _, rng):
        with self.postgres.sessions_stopped():
            self.pause.wait(rng.uniform(0.2, 1.5))

    def cut_sessions(self, _, rng):
        for _ in range(rng.randint(1, 8)):
            self.postgres.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                              " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")

    def kill_beside_stopped_sessions(self, server, _):
        """The session of the killed process, and its lock, outlive it for a moment."""
        with self.postgres.sessions_stopped():
            server.kill()
            wakes = threading.Timer(0.5, lambda: self.postgres.wake_sessions())
            wakes.start()
            try:
                server.start()
            finally:
                wakes.join()

    FAULTS = (kill_waybill, restart_database, pause_waybill, pause_sessions, cut_sessions, kill_both,
              kill_beside_stopped_sessions)

    # Rounds

    def setUp(self):
        self.pause = threading.Event()  # never set: to wait for a moment
        self.postgres = self.enterContext(PrivatePostgres())

    def run_round(self, server, key, number, faults, rng):
        told, over = Told(), threading.Event()
        threads = [threading.Thread(target=self.single_orders, args=(server, key, told, f"r{number}s{each}", over))
                   for each in range(CLIENTS)]
        threads += [threading.Thread(target=self.bulk_orders, args=(server, key, told, f"r{number}b{each}", over))
                    for each in range(BULK_CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            for fault in faults:
                self.wait_for_more(told, rng.randint(*BETWEEN_FAULTS), server)
                fault(self, server, rng)
            self.wait_for_more(told, CLIENTS, server)
        finally:
            over.set()
            for thread in threads:
                thread.join(2 * RECOVERY_MAX_S)
                self.assertFalse(thread.is_alive())
        self.assertEqual(told.unexpected, [])
        return told

    def wait_for_more(self, told, more, server):
        wanted = told.count() + more
        server.wait_until(lambda: told.count() >= wanted or told.unexpected, "orders are taken", RECOVERY_MAX_S)

    def show(self, server):
        """What both sides say of a round that failed."""
        code = server.process.poll() if server.process else "none was started"
        print(f"waybill: {'runs' if code is None else f'ended with {code}'}; its last log lines:")
        print("".join(f"  {line}\n" for line in server.logs()[-LOG_LINES_SHOWN:]))
        print("PostgreSQL's:")
        print("".join(f"  {line}\n" for line in self.postgres.log().splitlines()[-LOG_LINES_SHOWN:]))
        print(self.postgres.sql("SELECT pid, state, wait_event_type, wait_event, now() - state_change, left(query, 120)"
                                " FROM pg_stat_activity WHERE backend_type = 'client backend'"), flush=True)

    def test_rounds(self):
        rng = random.Random(SEED)
        acknowledged = 0
        for begin in range(0, ROUNDS, ROUNDS_ON_A_STORE):
            rounds = range(begin, min(begin + ROUNDS_ON_A_STORE, ROUNDS))
            acknowledged += self.rounds_on_a_store(rounds, rng)
            print(f"{rounds.stop} rounds, {acknowledged} acknowledgements", flush=True)

    def rounds_on_a_store(self, rounds, rng):
        """Returns how many acknowledgements there were, none of which was lost."""
        database = self.postgres.fresh_name()
        queue = []
        # Cleaned up after the server, which writes to it.
        folder = self.enterContext(tempfile.TemporaryDirectory())
        server = WaybillServer(store_dir=pathlib.Path(folder), store=self.postgres.uri(database),
                               env={"WAYBILL_CLUSTER_LEASE": "1s"})
        self.addCleanup(lambda: server.process and server.kill())
        server.start()
        key = server.create_tenant().key
        load_small_network(server, key, stock=10_000_000)
        everything = Told()
        for number in rounds:
            while len(queue) < FAULTS_A_ROUND:
                queue += rng.sample(self.FAULTS, len(self.FAULTS))
            faults = [queue.pop(0) for _ in range(FAULTS_A_ROUND)]
            names = ", ".join(fault.__name__ for fault in faults)
            print(f"round {number} of seed {SEED}: {names}", flush=True)
            began = time.monotonic()
            try:
                everything.add(self.run_round(server, key, number, faults, rng))
            except AssertionError:
                self.show(server)
                raise
            check_told(self, server, key, everything)
            self.assertEqual(server.stop(), 0)
            done = run_cli("verify", "--store", server.store)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            check_log(self, self.postgres, database)
            server.start()
            print(f"  {everything.count()} acknowledgements, {time.monotonic() - began:.1f} s", flush=True)
        server.stop()
        return everything.count()


if __name__ == "__main__":
    unittest.main()
