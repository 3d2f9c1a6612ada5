"""1,000 buyers want the one unit that is left, at the same time, over HTTP: one of them gets it."""

import pathlib
import tempfile
import threading
import unittest

from waybill_server import WaybillServer, load_small_network, run_cli, small_order

BUYERS = 1000
CONNECTIONS = 50


class Buyers(unittest.TestCase):
    def test_one_unit(self):
        with tempfile.TemporaryDirectory() as folder:
            with WaybillServer(store_dir=pathlib.Path(folder)) as server:
                key = server.create_tenant().key
                load_small_network(server, key, stock=0, channel_routing={"on_shortage": "reject"})
                server.must("POST", "/v1/inventory/movements", {"reference": "the last one", "moves": [
                    {"kind": "receive", "sku": "A", "location": "dc-1", "quantity": 1}]}, key)
                answers = [None] * BUYERS
                together = threading.Barrier(CONNECTIONS)

                def buy(connection):
                    server.request("GET", "/livez")  # connected before the race begins
                    together.wait(60)
                    for buyer in range(connection, BUYERS, CONNECTIONS):
                        status, _, answer = server.request("POST", "/v1/orders", small_order(f"W-{buyer}"), key)
                        answers[buyer] = (status, answer)
                    server.close_connection()

                threads = [threading.Thread(target=buy, args=(each,)) for each in range(CONNECTIONS)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()

                winners = [answer for status, answer in answers if status == 201]
                losers = [answer for status, answer in answers if status != 201]
                self.assertEqual(len(winners), 1)
                self.assertEqual({answer["code"] for answer in losers}, {"insufficient_supply"})
                self.assertEqual(winners[0]["status"], "allocated")
                level = server.must("GET", "/v1/inventory?sku=A", key=key)["data"][0]
                self.assertEqual((level["on_hand"], level["reserved"], level["sellable"]), (1, 1, 0))

                # The winner lets go: the unit is there for exactly one more.
                server.must("POST", f"/v1/orders/{winners[0]['id']}/cancel", {"reason": "customer_request"}, key)
                again = [server.request("POST", "/v1/orders", small_order(f"again-{n}"), key)[0] for n in range(5)]
                self.assertEqual(sorted(again), [201, 409, 409, 409, 409])
            self.assertEqual(run_cli("verify", "--store", server.store).returncode, 0)


if __name__ == "__main__":
    unittest.main()
