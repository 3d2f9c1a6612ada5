"""What clients were told of their orders, and whether the store holds just that."""

import threading


class Told:
    """By the server to its clients. `enough` is set when there were so many acknowledgements."""

    def __init__(self, enough=0):
        self.wanted = enough
        self.lock = threading.Lock()
        self.enough = threading.Event()
        self.orders = {}      # channel_order_id -> order id
        self.cancelled = []   # order ids
        self.replies = []     # (idempotency key, body, order id)
        self.unexpected = []

    def count(self):
        return len(self.orders) + len(self.cancelled)

    def acknowledge(self, channel_order_id, order_id):
        with self.lock:
            self.orders[channel_order_id] = order_id
            if self.count() >= self.wanted:
                self.enough.set()

    def acknowledge_cancel(self, order_id):
        with self.lock:
            self.cancelled.append(order_id)

    def acknowledge_reply(self, key, body, order_id):
        with self.lock:
            self.replies.append((key, body, order_id))

    def add(self, other):
        self.orders.update(other.orders)
        self.cancelled += other.cancelled
        self.replies += other.replies


def check_told(test, server, key, told):
    """Every acknowledged order is there, once; what was cancelled is; the same key gets the same answer; and what is
    reserved is what the orders hold."""
    there = {}
    for order in server.pages("/v1/orders?limit=200", key):
        test.assertNotIn(order["channel_order_id"], there)
        there[order["channel_order_id"]] = order
    lost = {mine: ours for mine, ours in told.orders.items() if there.get(mine, {}).get("id") != ours}
    test.assertEqual(lost, {}, "acknowledged and not there")
    by_id = {order["id"]: order for order in there.values()}
    undone = [order for order in told.cancelled if by_id[order]["status"] != "cancelled"]
    test.assertEqual(undone, [], "acknowledged cancellations that did not last")
    for reply_key, body, order_id in told.replies[-20:]:
        status, _, answer = server.request("POST", "/v1/orders", body, key, {"Idempotency-Key": reply_key})
        test.assertEqual((status, answer.get("id")), (201, order_id), "the same key, the same answer")
    reserved = sum(level["reserved"] for level in server.pages("/v1/inventory", key))
    wanted = sum(line["quantities"]["allocated"] for order in there.values() for line in order["lines"])
    test.assertEqual(reserved, wanted)


def check_log(test, postgres, database):
    """Sequences from 1 without gaps, each order placed once."""
    test.assertEqual(postgres.sql(
        "SELECT tenant_id FROM events GROUP BY tenant_id HAVING min(sequence) <> 1 OR max(sequence) <> count(*)",
        database), "")
    test.assertEqual(postgres.sql(
        "SELECT tenant_id, aggregate_id FROM events WHERE type = 'order_placed'"
        " GROUP BY tenant_id, aggregate_id HAVING count(*) <> 1", database), "")
    test.assertEqual(postgres.sql(
        "SELECT (SELECT count(*) FROM events WHERE type = 'order_placed') - (SELECT count(*) FROM orders)", database), "0")
