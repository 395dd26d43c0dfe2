#!/usr/bin/env python3
"""Only signed plugins run: the tree's own by the key of the build, others by a key that the administrator trusts.

Usage: plugin_test.py sqlite|postgresql
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from support import BUILD, SOURCE, database_from, start_with_demo

DATABASE = database_from(sys.argv)


def obsdk(*arguments):
    return subprocess.run([sys.executable, SOURCE / "sdk/tools/obsdk", *map(str, arguments)], check=True, capture_output=True)


def plugin(plugin_id):
    return server.ask("GET", f"/system/plugin/{plugin_id}", who="sysadmin")[1]


def codes(plugin_id):
    return [refusal["code"] for refusal in server.ask("GET", f"/system/plugin/{plugin_id}/plan", who="sysadmin")[1]["refusals"]]


def setUpModule():
    global server, folder, plugins, keys
    folder = tempfile.TemporaryDirectory()
    plugins, keys = pathlib.Path(folder.name) / "plugins", pathlib.Path(folder.name) / "keys"
    shutil.copytree(BUILD / "plugins", plugins)
    shutil.copytree(BUILD / "plugin-keys", keys)
    (plugins / "workflow").exists() and shutil.rmtree(plugins / "workflow")
    server = start_with_demo(DATABASE, settings={"plugins.dir": plugins, "plugins.keys": keys})


def tearDownModule():
    server.stop()
    folder.cleanup()


class Signed(unittest.TestCase):
    def test_the_plugins_of_the_tree_are_signed_by_the_key_of_the_build(self):
        listed = server.ask("GET", "/system/plugin", who="sysadmin")[1]
        self.assertIs(listed["unsigned_allowed"], False)
        self.assertEqual({item["id"]: (item["state"], item["signature"]) for item in listed["items"]},
                         {name: ("enabled", {"state": "signed", "key": "build"}) for name in ("standards", "compilation")})

    def test_a_changed_plugin_is_refused_by_name_after_the_next_start(self):
        changed = plugins / "compilation"
        manifest = next(changed.glob("*/plugin.json"))
        text = manifest.read_bytes()
        manifest.write_bytes(text + b" ")
        server.kill()
        server.start()
        try:
            told = plugin("compilation")
            self.assertEqual((told["state"], told["signature"]["state"]), ("failed", "refused"))
            self.assertIn("build", told["reason"]["en"])
            self.assertTrue(told["remedy"]["zh"])
            self.assertEqual(codes("compilation"), ["host.signature"])
            self.assertEqual(plugin("standards")["state"], "enabled")
        finally:
            manifest.write_bytes(text)
            server.kill()
            server.start()
        self.assertEqual(plugin("compilation")["state"], "enabled")


if __name__ == "__main__":
    unittest.main()
