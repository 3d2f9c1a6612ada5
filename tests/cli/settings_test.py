"""Settings of `waybill serve`: file, then environment, then flags; wrong ones are named."""

import os
import tempfile
import unittest

from waybill_server import run_cli


class Settings(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def config(self, text):
        path = os.path.join(self.folder.name, "waybill.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def printed(self, *args, env=None):
        done = run_cli("serve", "--print-settings", *args, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        out = {}
        section = ""
        for line in done.stdout.splitlines():
            if line.startswith("["):
                section = line.strip("[]") + "."
            elif line:
                name, value = line.split(" = ", 1)
                out[section + name] = value.strip('"')
        return out

    def refused(self, text, says):
        path = self.config(text)
        done = run_cli("serve", "--config", path, "--print-settings")
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for part in says:
            self.assertIn(part, done.stderr)

    def test_each_source_overrides_the_one_before(self):
        path = self.config('store = "file.db"\nlisten = "127.0.0.1:1111"\n[http]\nconnections_max = 11\nidle_wait_max = "11s"\n')
        file_only = self.printed("--config", path)
        self.assertEqual(file_only["store"], "file.db")
        self.assertEqual(file_only["http.connections_max"], "11")
        self.assertEqual(file_only["http.idle_wait_max"], "11s")
        self.assertEqual(file_only["http.header_wait_max"], "10s")  # a default

        environment = {"WAYBILL_STORE": "environment.db", "WAYBILL_HTTP_CONNECTIONS_MAX": "22"}
        both = self.printed("--config", path, env=environment)
        self.assertEqual(both["store"], "environment.db")
        self.assertEqual(both["http.connections_max"], "22")
        self.assertEqual(both["http.idle_wait_max"], "11s")

        flags = self.printed("--config", path, "--store", "flag.db", "--http-connections-max", "33", env=environment)
        self.assertEqual(flags["store"], "flag.db")
        self.assertEqual(flags["http.connections_max"], "33")
        self.assertEqual(flags["listen"], "127.0.0.1:1111")

    def test_what_is_true_or_false(self):
        self.assertEqual(self.printed("--config", self.config("[webhooks]\nallow_private = true\n"))["webhooks.allow_private"], "true")
        self.refused("[webhooks]\nallow_private = 'yes'\n", [":2:", "webhooks.allow_private", "must be true or false"])

    def test_config_file_from_the_environment(self):
        path = self.config('[engine]\nbatch_commands_max = 77\n')
        self.assertEqual(self.printed(env={"WAYBILL_CONFIG": path})["engine.batch_commands_max"], "77")

    def test_printed_settings_are_a_configuration_file(self):
        first = run_cli("serve", "--print-settings", "--http-body-bytes-max", "5MiB", "--engine-reply-keep", "2d").stdout
        second = run_cli("serve", "--print-settings", "--config", self.config(first)).stdout
        self.assertEqual(first, second)
        self.assertIn('body_bytes_max = "5MiB"', second)
        self.assertIn('reply_keep = "2d"', second)

    def test_every_setting_can_be_given_by_each_source(self):
        settings = self.printed()
        self.assertGreater(len(settings), 30)
        for name, usual in settings.items():
            with self.subTest(name=name):
                flag = "--" + name.replace(".", "-").replace("_", "-")
                variable = "WAYBILL_" + name.replace(".", "_").upper()
                wanted = {"log.format": "json", "log.level": "debug", "cluster.address": "http://10.0.0.5:8080",
                          "cluster.lease": "7s", "webhooks.allow_private": "true", "mail.require_tls": "false",
                          "engine.retry_backorders": "false"}.get(name)
                if wanted is None and not usual or name == "store":
                    wanted = "/some/where"
                elif wanted is None:
                    wanted = "127.0.0.1:99" if name == "listen" else "3GiB" if usual.endswith("iB") \
                        else "7d" if usual[-1] in "smhd" else "4321"
                if name == "storage.bytes_max":
                    wanted = "9MiB"
                self.assertEqual(self.printed(flag, wanted)[name], wanted)
                self.assertEqual(self.printed(env={variable: wanted})[name], wanted)

    def test_unknown_names_are_refused_with_a_suggestion(self):
        self.refused("[http]\nconection_max = 5\n", [":2:", "http.conection_max", 'did you mean "http.connections_max"?'])
        self.refused("stoer = 'x'\n", [":1:", '"stoer"', '"store"'])
        self.refused("[htpp]\nidle_wait_max = '1s'\n", ['"htpp"'])
        self.refused("utterly_unrelated_name = 1\n", ['there is no setting "utterly_unrelated_name"'])

    def test_wrong_values_name_place_and_rule(self):
        self.refused("[http]\n\nconnections_max = 0\n", [":3:", "http.connections_max", "at least 1"])
        self.refused("[http]\nbody_bytes_max = '4 megabytes'\n", ["64KiB"])
        self.refused("[http]\nidle_wait_max = 30\n", ["250ms"])
        self.refused("[log]\nlevel = 'loud'\n", ["debug, info, warn"])
        self.refused("[http]\nconnections_max = [1]\n", ["text or a whole number"])
        self.refused("[http\n", [":1:"])
        done = run_cli("serve", "--print-settings", env={"WAYBILL_ENGINE_QUEUE_COMMANDS_MAX": "many"})
        self.assertEqual(done.returncode, 2)
        self.assertIn("WAYBILL_ENGINE_QUEUE_COMMANDS_MAX", done.stderr)
        done = run_cli("serve", "--print-settings", "--shutdown-wait-max", "soon")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--shutdown-wait-max", done.stderr)


if __name__ == "__main__":
    unittest.main()
