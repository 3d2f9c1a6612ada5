#!/usr/bin/env python3
"""The demo from start to summary on the real binary, which the environment variable WAYBILL_BINARY names."""

import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# The demo, which gets the signal while it writes the line that names Ctrl-C.
STOPPED_BY_ITS_OWN_HINT = """
import os, runpy, signal, sys
write = sys.stdout.write
def write_and_stop(text):
    write(text)
    if "Ctrl-C stops the server" in text:
        os.kill(os.getpid(), signal.SIGINT)
sys.stdout.write = write_and_stop
runpy.run_module("demo", run_name="__main__", alter_sys=True)
"""
BINARY = os.environ.get("WAYBILL_BINARY", "")
RUN_S = 400


def command(folder, *arguments):
    return [sys.executable, "-m", "demo", "--folder", str(folder), "--binary", BINARY, *arguments]


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


class Demo(unittest.TestCase):
    def setUp(self):
        self.assertTrue(BINARY, "set WAYBILL_BINARY to the waybill program under test")
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name) / "demo-data"

    def run_once(self, *arguments):
        done = subprocess.run(command(self.folder, "--once", *arguments), env=environment(), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=RUN_S, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def figure(self, text, name):
        return int(re.search(rf"^ *{re.escape(name)} +([\d,]+)", text, re.MULTILINE).group(1).replace(",", ""))

    def test_made_up_orders_twice_in_one_store(self):
        text = self.run_once("--orders-max", "400")
        self.assertIn('Tenant "Demo Retail"', text)
        self.assertEqual(self.figure(text, "orders"), 400)
        self.assertNotIn("refused", text)
        whole = self.figure(text, "whole from one place")
        split = self.figure(text, "split")
        short = self.figure(text, "with units on backorder")
        self.assertEqual(whole + split + short, 400)
        self.assertGreater(whole, 0)
        self.assertGreater(split, 0)
        self.assertIn("2 golden orders came out as they say", text)
        self.assertGreater(self.figure(text, "returns asked for"), 0)
        self.assertRegex(text, r"returns asked for +[\d,]+  [1-9][\d,]* units came back")
        self.assertGreater(self.figure(text, "rule big"), 0)
        self.assertGreater(self.figure(text, "rule waits"), 0)
        self.assertGreater(self.figure(text, "strategy near"), 0)
        strategies = ("few-parcels", "near", "cheapest")
        self.assertEqual(sum(self.figure(text, f"strategy {code}") for code in strategies), 400)
        self.assertIn("orders a second", text)
        self.assertIn('Tenant "Demo Retail 2"', self.run_once("--orders-max", "50"))
        checked = subprocess.run([BINARY, "verify", "--store", str(self.folder / "waybill.db")], capture_output=True,
                                 text=True, timeout=RUN_S, check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_every_row_of_a_file_is_accounted_for(self):
        text = self.run_once("--orders", str(HERE / "quirks.csv"))
        self.assertEqual(self.figure(text, "orders"), 5)
        self.assertIn("27  rows in all: every row is accounted for", text)
        self.assertIn("7  order lines", text)
        self.assertIn("2 golden orders came out as they say", text)
        self.assertNotIn("cancellations refused", text)

    def test_a_file_of_another_kind_is_refused(self):
        done = subprocess.run(command(self.folder, "--once", "--orders", str(HERE / "CMakeLists.txt")),
                              env=environment(), capture_output=True, text=True, timeout=RUN_S, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no column for the invoice", done.stderr)

    def test_it_keeps_serving_until_it_is_stopped(self):
        process = subprocess.Popen(command(self.folder, "--orders-max", "30", "--port", "0"), env=environment(),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        text = ""
        for line in process.stdout:
            text += line
            if "Ctrl-C stops the server" in line:
                break
        port = int(re.search(r"^Serving on http://127\.0\.0\.1:(\d+)", text, re.MULTILINE).group(1))
        order = re.search(r"/v1/orders/(ord_\d+) ", text).group(1)
        key = (self.folder / "tenant.key").read_text(encoding="utf-8").strip()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", f"/v1/orders/{order}", headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        self.assertEqual((answer.status, json.loads(answer.read())["id"]), (200, order))
        connection.close()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 0)
        process.stdout.close()

    def test_it_may_be_stopped_while_it_says_how(self):
        arguments = command(self.folder, "--orders-max", "30", "--port", "0")
        arguments[1:3] = ["-c", STOPPED_BY_ITS_OWN_HINT]
        done = subprocess.run(arguments, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=RUN_S, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("stopping", done.stdout)


if __name__ == "__main__":
    unittest.main()
