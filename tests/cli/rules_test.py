"""waybill rules: conditions on data line by line, and rule sets of a server."""

import json
import os
import tempfile
import unittest

from waybill_server import WaybillServer, load_small_network, run_cli, small_order


def line(logic, data=None):
    return json.dumps({"logic": logic, "data": data})


class RulesEval(unittest.TestCase):
    def results(self, text):
        done = run_cli("rules", "eval", stdin=text)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [json.loads(answer) for answer in done.stdout.splitlines()]

    def test_one_answer_a_line(self):
        answers = self.results("\n".join([
            line({">": [{"var": "order.total"}, 100]}, {"order": {"total": 120.5}}),
            line({"+": [0.1, 0.2]}),
            "",
            line({"map": [{"var": ""}, {"*": [{"var": ""}, 2]}]}, [1, 2.5]),
            '{"logic":{"cat":["Gr\\u00fc\\u00dfe",", ",{"var":"name"}]},"data":{"name":"\\"Ö\\""}}',
            '{"logic":{"var":""}}']))
        self.assertEqual(answers, [
            {"result": True}, {"result": 0.3}, {"result": [2, 5]}, {"result": 'Grüße, "Ö"'}, {"result": None}])

    def test_errors_are_answers(self):
        answers = self.results("\n".join([
            "{", "[]", '{"data":1}', '{"logic":1,"data":2,"more":3}', line({"frob": 1}), line({"and": [{"==": [1]}, {"!": []}]}),
            line({"/": [1, 0]}), line({"var": ""}, 1e300), line(1)]))
        self.assertTrue(answers[0]["error"].startswith("is not JSON"), answers[0])
        self.assertEqual(answers[1:], [
            {"error": "is no object with `logic` and `data`"},
            {"error": "is no object with `logic` and `data`"},
            {"error": "has members beside `logic` and `data`"},
            {"error": "logic/frob: `frob` is no operator"},
            {"error": "logic/and/0/==: `==` takes 2 arguments, not 1; logic/and/1/!: `!` takes 1 argument, not 0"},
            {"error": "divides by zero"},
            {"error": "data has a number beyond what can be calculated with (9,223,372,036)"},
            {"result": 1}])

    def test_depth_of_an_expression(self):
        for depth, expected in ((31, {"result": True}), (32, None)):
            logic = 0
            for _ in range(depth):
                logic = {"!": [logic]}
            answer, = self.results(line(logic))
            if expected is None:
                self.assertIn("deeper than the 32 levels", answer["error"])
            else:
                self.assertEqual(answer, expected)

    def test_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "cases.ndjson")
            with open(path, "w", encoding="utf-8") as file:
                file.write(line({"var": "a"}, {"a": 1}) + "\r\n" + line(2))
            done = run_cli("rules", "eval", path)
            self.assertEqual((done.returncode, done.stdout), (0, '{"result":1}\n{"result":2}\n'))
            done = run_cli("rules", "eval", os.path.join(folder, "none"))
            self.assertEqual(done.returncode, 2)
            self.assertIn("none", done.stderr)
            done = run_cli("rules", "eval", folder)
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_nothing_in_nothing_out(self):
        self.assertEqual(self.results(""), [])


RULES = {
    "name": "First",
    "automation": [{"code": "all", "name": "Every order is marked", "then": [{"type": "add_tag", "tag": "marked"}]}],
    "golden_orders": [{"code": "one", "channel": "web", "country": "GB", "lines": [{"sku": "A", "quantity": 1}],
                       "stock": [{"sku": "A", "location": "dc-1", "units": 1}], "expect": {"tags": ["marked"]}}]}


class RuleSetsOfAServer(unittest.TestCase):
    def run_rules(self, *args, stdin=None, code=0):
        done = run_cli("rules", *args, stdin=stdin, env={"WAYBILL_SERVER": self.server.url, "WAYBILL_KEY": self.key})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stdout + done.stderr

    def test_a_version_from_draft_to_rollback(self):
        with tempfile.TemporaryDirectory() as folder, WaybillServer(store_dir=folder) as self.server:
            self.key = self.server.create_tenant("Acme", "GBP").key
            load_small_network(self.server, self.key)
            self.assertEqual(self.run_rules("save", stdin=json.dumps(RULES)), "rule set 1\n")
            self.assertIn("did you mean `order.total`", self.run_rules(
                "save", stdin=json.dumps({"automation": [{"code": "a", "when": {"var": "order.totl"}}]}), code=1))
            self.assertEqual(self.run_rules("check", "1"), "as expected  one\n1 golden orders, all as expected\n")
            self.assertIn("  1  ", self.run_rules("list"))
            self.assertIn("rule set 1 decides from 20", self.run_rules("activate", "1", "--reason", "try"))
            self.assertIn("* 1  ", self.run_rules("list"))
            order = self.server.must("POST", "/v1/orders", small_order("W-1"), self.key)
            self.assertEqual(order["tags"], ["marked"])
            told = self.run_rules("explain", order["id"])
            self.assertIn("1 x A comes from Warehouse (dc-1)", told)
            self.assertIn("Rules that applied: Every order is marked.", told)
            self.assertEqual(json.loads(self.run_rules("explain", order["id"], "--json"))["rules"]["rule_set"], 1)
            moments = self.run_rules("moments", order["id"])
            self.assertRegex(moments, r"(?m)^placed at 20\S+: rule set 1$")
            self.assertRegex(moments, r"(?m)^  fired  all$")
            self.assertRegex(moments, r"(?m)^routed at 20\S+: rule set 1$")
            sequence = json.loads(self.run_rules("moments", order["id"], "--json"))["sequences"][0]
            self.assertEqual(self.run_rules("moments", order["id"], "--sequence", str(sequence)), moments)
            self.assertIn("not_found", self.run_rules("moments", order["id"], "--sequence", "1", code=1))
            self.assertIn("by rule set 1: as when it was placed", self.run_rules("try", order["id"]))
            without = self.run_rules("try", order["id"], "--version", "0")
            self.assertIn("without rules: otherwise than when it was placed\n  rules that applied: was all, would be none\n", without)
            self.assertIn("tags: was marked, would be none", without)
            self.assertEqual(json.loads(self.run_rules("try", order["id"], "--json"))["differences"], [])
            self.assertIn("unknown_rule_set", self.run_rules("try", order["id"], "--version", "9", code=1))
            self.assertIn("unknown_order", self.run_rules("try", "ord_999999", code=1))
            self.assertIn("no rules decide from 20", self.run_rules("rollback"))
            self.assertIn("nothing_to_roll_back", self.run_rules("rollback", code=1))
            differs = {**RULES, "golden_orders": [{**RULES["golden_orders"][0], "expect": {"short_units": 1}}]}
            self.run_rules("save", stdin=json.dumps(differs))
            self.assertIn("short units: expected 1, found 0", self.run_rules("check", "2", code=1))
            self.assertIn("golden_order_failed", self.run_rules("activate", "2", code=1))
            self.changed_when_placed(order)

    def changed_when_placed(self, before):
        """What rules make of an order itself is told."""
        actions = [{"type": "substitute", "sku": "A", "by": "B", "quantity": 2}, {"type": "require_sources", "kinds": ["dc"]},
                   {"type": "forbid_method", "method": "ship", "reason": "too heavy"}]
        number = self.run_rules("save", stdin=json.dumps({"automation": [{"code": "other", "then": actions}]})).split()[-1]
        self.assertIn("line 1, A: was 1 A, would be 2 B\n", self.run_rules("try", before["id"], "--version", number))
        self.run_rules("activate", number)
        order = self.server.must("POST", "/v1/orders", small_order("W-2"), self.key)
        self.assertEqual((order["status"], order["lines"][0]["ordered_sku"]), ("on_hold", "A"))
        moments = self.run_rules("moments", order["id"])
        self.assertIn("  on hold  method_forbidden  too heavy\n  line 1  2 B in place of 1 A\n  only from  dc\n", moments)


if __name__ == "__main__":
    unittest.main()
