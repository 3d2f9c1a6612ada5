"""waybill rules eval: conditions on data, line by line."""

import json
import os
import tempfile
import unittest

from waybill_server import run_cli


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


if __name__ == "__main__":
    unittest.main()
