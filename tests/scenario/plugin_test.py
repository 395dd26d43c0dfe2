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

from support import BUILD, SOURCE, WITHOUT_WORKFLOW, database_from, start_with_demo

DATABASE = database_from(sys.argv)
WHO = "budget-division.320000000"


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
    server = start_with_demo(DATABASE, settings={"plugins.dir": plugins, "plugins.keys": keys, **WITHOUT_WORKFLOW})


def tearDownModule():
    server.stop()
    folder.cleanup()


class Signed(unittest.TestCase):
    def test_the_plugins_of_the_tree_are_signed_by_the_key_of_the_build(self):
        listed = server.ask("GET", "/system/plugin", who="sysadmin")[1]
        self.assertIs(listed["unsigned_allowed"], False)
        served = ("standards", "compilation")
        tree = {path.parent.name for path in (SOURCE / "plugins").glob("*/plugin.json")} - {"workflow"}
        self.assertEqual({item["id"]: (item["state"], item["signature"]) for item in listed["items"]},
                         {name: ("enabled" if name in served else "available", {"state": "signed", "key": "build"}) for name in tree})

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


class Versions(unittest.TestCase):
    """A package of `standards` with a higher version, by a key that the administrator trusts or does not."""

    def package(self, key, version):
        """The plugin under another version: note in the library and manifest changed alike, which needs equal lengths."""
        source = next((BUILD / "plugins/standards").glob("*/plugin.json")).parent
        target = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / "standards"
        shutil.copytree(source, target)
        manifest = json.loads((target / "plugin.json").read_text(encoding="utf-8"))
        old = manifest["version"]
        self.assertEqual(len(old), len(version))
        manifest["version"] = version
        manifest.pop("digest", None)
        (target / "plugin.json").write_text(json.dumps(manifest), encoding="utf-8")
        library = target / "libstandards.so"
        library.write_bytes(library.read_bytes().replace(old.encode(), version.encode()))
        (target / "SIGNATURE").unlink()
        out = target.parent / "standards.obp"
        obsdk("pack", target, "--out", out, *(("--key", key) if key else ()))
        return out.read_bytes()

    def upload(self, raw):
        return server.ask("POST", "/system/plugin", raw=raw, who="sysadmin", headers={"Content-Type": "application/gzip"})

    def change(self, verb, body=None):
        status, answer, _ = server.ask("POST", f"/system/plugin/standards/{verb}", body or {}, who="sysadmin")
        return status, answer.get("version"), answer.get("code")

    def test_a_package_is_taken_upgraded_to_and_rolled_back(self):
        key = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        obsdk("keygen", "--id", "vendor", "--algorithm", "sm2-sm3", "--out", key, "--plugin", "standards")
        raw = self.package(key / "vendor.key", "0.1.1")
        status, problem, _ = self.upload(raw)
        self.assertEqual((status, problem["errors"][0]["code"]), (422, "host.key_unknown"), problem)
        shutil.copy(key / "vendor.json", keys)
        status, told, _ = self.upload(raw)
        self.assertEqual((status, told["versions"], told["version"]), (201, ["0.1.0", "0.1.1"], "0.1.0"), told)
        self.assertEqual(self.upload(raw)[1]["code"], "host.installed")
        plan = server.ask("GET", "/system/plugin/standards/plan?to=0.1.1", who="sysadmin")[1]
        self.assertEqual((plan["version"], plan["refusals"]), ("0.1.1", []))
        before = server.ask("GET", "/standards/region?limit=1&count=exact", who=WHO)[1]["count"]
        self.assertEqual(self.change("upgrade", {"to": "0.1.1"}), (200, "0.1.1", None))
        self.assertEqual(server.ask("GET", "/standards/region?limit=1&count=exact", who=WHO)[1]["count"], before)
        server.kill()
        server.start()
        self.assertEqual((plugin("standards")["version"], plugin("standards")["signature"]["key"]), ("0.1.1", "vendor"))
        self.assertEqual(self.change("rollback"), (200, "0.1.0", None))
        self.assertEqual(plugin("compilation")["state"], "enabled")
        self.assertEqual(self.change("upgrade", {"to": "9.9.9"})[2], "host.no_version")
        actions = [line["action"] for line in server.ask("GET", "/system/audit?action=plugin.&subject_id=standards", who="auditadmin")[1]["items"]]
        self.assertEqual(actions[:2], ["plugin.rollback", "plugin.enable"])
        self.assertIn("plugin.upgrade", actions)

    def test_what_is_no_package_is_refused(self):
        for raw in (b"", b"not a package", self.package(None, "0.1.2")[:2000]):
            status, problem, _ = self.upload(raw)
            self.assertEqual((status, problem["code"]), (422, "host.package"), raw[:20])
        status, problem, _ = self.upload(self.package(None, "0.1.2"))
        self.assertEqual((status, problem["errors"][0]["code"]), (422, "host.unsigned"))
        self.assertEqual(server.ask("POST", "/system/plugin", raw=b"x", who=WHO)[0], 403)


if __name__ == "__main__":
    unittest.main()
