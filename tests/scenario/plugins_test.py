#!/usr/bin/env python3
"""Plugins that are broken in every way are refused or left out with a reason; one built with the installed kit comes and goes under load unnoticed.

Usage: plugins_test.py sqlite|postgresql
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

from support import BUILD, SOURCE, database_from, project_body, start_with_demo

COUNTY = "320583000"
CLERK = f"unit-clerk.{COUNTY}.106001"
PROJECT = "/compilation/project"
FIXTURES = SOURCE / "kernel/host/testdata"
DATABASE = database_from(sys.argv)


def setUpModule():
    global server, folder, packages
    folder = tempfile.TemporaryDirectory(prefix="onebudget-plugins-")
    packages = pathlib.Path(folder.name) / "packages"
    shutil.copytree(BUILD / "plugins", packages, ignore=lambda where, names: [n for n in names if "CMake" in n or n.endswith(".cmake")])
    server = start_with_demo(DATABASE, settings={"plugins.dir": packages, "developer.unsigned_plugins": "true"})


def tearDownModule():
    server.stop()
    folder.cleanup()


def run(*command, cwd=None):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, cwd=cwd)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout


def manifest(plugin, **changes):
    return {"manifest_version": 1, "id": plugin, "vendor": "cn.example", "version": "0.1.0", "abi": {"major": 0, "min_minor": 1}, "title": {"zh": plugin, "en": plugin},
            "requires": {"services": ["ob.log/1"]}, "limits": {"concurrency": 8}, "license": "Apache-2.0",
            "permissions": [{"code": "use", "title": {"zh": "用", "en": "Use"}, "risk": "low"}],
            "routes": [{"method": "GET", "path": "/go", "permission": "use", "title": {"zh": "走", "en": "Go"}}], **changes}


def library(plugin, fault, note=None, entry=None):
    """One of the host's faulty fixtures under an id of its own."""
    out = pathlib.Path(folder.name) / f"lib{plugin}.so"
    common = ["-shared", "-fPIC", "-fvisibility=hidden", "-I", SOURCE, "-I", SOURCE / "sdk/include", f'-DFIXTURE_ID="{plugin}"', '-DFIXTURE_VERSION="0.1.0"', "-D_GNU_SOURCE",
              *([f'-DFIXTURE_NOTE="{note}"'] if note else []), *([f"-Dob_plugin_entry_v0={entry}"] if entry else [])]
    part = pathlib.Path(folder.name) / f"{plugin}.o"
    run("cc", "-c", *[c for c in common if c != "-shared"], FIXTURES / "plugins/note.c", "-o", part)
    run("c++", "-std=c++20", *common, f"-DFAULT={fault}", FIXTURES / "plugins/faulty.cpp", part, "-fvisibility-inlines-hidden", "-Wl,--exclude-libs,ALL",
        *([] if entry else [f"-Wl,--version-script={SOURCE / 'sdk/cmake/plugin.map'}"]), "-o", out)
    return out


def put(declared, code=None):
    where = packages / declared["id"] / declared["version"]
    where.mkdir(parents=True)
    (where / "plugin.json").write_text(json.dumps(declared), encoding="utf-8")
    if code:
        shutil.copy(code, where / f"lib{declared['id']}.so")
    return where


class Load:
    """Threads that hammer another plugin's routes; what is not a 200 or a 201 is kept."""

    def __init__(self):
        self.over, self.wrong, self.answers = threading.Event(), [], 0
        self.body = project_body(server, CLERK, COUNTY)
        self.threads = [threading.Thread(target=self.hammer, args=(number,)) for number in range(4)]

    def hammer(self, number):
        while not self.over.is_set():
            for method, path, body in (("GET", f"{PROJECT}?limit=5", None), ("GET", "/standards/region?limit=5", None), ("GET", f"{PROJECT}/schema", None),
                                       *([("POST", PROJECT, self.body)] if number == 0 else [])):
                try:
                    status, answer, _ = server.ask(method, path, body, CLERK)
                except OSError as error:
                    status, answer = 0, error
                self.answers += 1
                if status not in (200, 201):
                    self.wrong.append((method, path, status, answer))

    def __enter__(self):
        server.token(CLERK)
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


class Broken(unittest.TestCase):
    """All of them lie in the folder when the server starts again; it serves, and says of each what is wrong."""

    @classmethod
    def setUpClass(cls):
        cls.bad = {"no_json": None, "no_title": None, "wrong_version": None, "wrong_abi": None, "ghost_service": None, "ghost_plugin": None, "no_library": None}
        for plugin in ("no_title", "wrong_version", "wrong_abi", "ghost_service", "ghost_plugin", "no_library"):
            changes = {"no_title": {"title": None}, "wrong_version": {"manifest_version": 99}, "wrong_abi": {"abi": {"major": 9, "min_minor": 0}},
                       "ghost_service": {"requires": {"services": ["ob.ghost/1"]}}, "ghost_plugin": {"requires": {"services": ["ob.log/1"], "plugins": {"nobody": ">=1.0.0"}}},
                       "no_library": {}}[plugin]
            put(manifest(plugin, **changes), None if plugin == "no_library" else library(plugin, 0))
        where = packages / "no_json" / "0.1.0"
        where.mkdir(parents=True)
        (where / "plugin.json").write_text("{", encoding="utf-8")
        put(manifest("other_note"), library("other_note", 0, note="somebody 0.1.0 0.1"))
        put(manifest("no_entry"), library("no_entry", 0, entry="some_other_name"))
        cls.failing = {"throws_create": 1, "throws_init": 2, "fails_init": 3, "fails_activate": 4, "other_id": 10, "no_handlers": 11, "missing_slot": 13}
        for plugin, fault in {**cls.failing, "throws_call": 7, "good": 0}.items():
            put(manifest(plugin), library(plugin, fault))
        server.kill()
        server.start()

    def setUp(self):
        for who in (CLERK, "sysadmin", "secadmin", "auditadmin"):
            server.token(who)

    def plugins(self):
        return {plugin["id"]: plugin for plugin in server.ask("GET", "/system/plugin", who="sysadmin")[1]["items"]}

    def others_serve(self):
        for path in (f"{PROJECT}?limit=1", "/standards/region?limit=1"):
            self.assertEqual(server.ask("GET", path, who=CLERK)[0], 200)

    def test_a_package_that_is_wrong_as_data_is_refused_before_anything_of_it_runs(self):
        for plugin in ("wrong_abi", "ghost_service", "ghost_plugin", "no_library", "other_note", "no_entry", "no_title", "wrong_version", "no_json"):
            with self.subTest(plugin):
                status, plan, _ = server.ask("GET", f"/system/plugin/{plugin}/plan", who="sysadmin")
                if status == 200:
                    self.assertTrue(plan["refusals"])
                    self.assertTrue(all(r["code"] and r["message"] and r["remedy"] for r in plan["refusals"]), plan["refusals"])
                before = server.trace(CLERK, PROJECT)
                status, code, _ = server.problem("POST", f"/system/plugin/{plugin}/enable", {}, "sysadmin")
                self.assertIn(status, (404, 409, 422), code)
                self.assertEqual(server.trace(CLERK, PROJECT), before)
                self.others_serve()
        said = self.plugins()
        for plugin in ("no_title", "wrong_version", "no_json"):
            told = json.dumps(said.get(plugin, {}), ensure_ascii=False) + (server.data / "log").read_text(encoding="utf-8")
            self.assertIn(plugin, told)

    def test_a_plugin_that_fails_while_it_starts_is_left_out_with_its_reason(self):
        for plugin in self.failing:
            with self.subTest(plugin):
                status, code, _ = server.ask("POST", f"/system/plugin/{plugin}/enable", {}, "sysadmin")
                self.assertTrue(400 <= status < 500 and plugin in code["detail"] or plugin.startswith("fails"), (status, code))
                told = self.plugins()[plugin]
                self.assertEqual((told["state"], bool(told["reason"] and told["remedy"])), ("failed", True), (code, told))
                self.assertEqual(server.ask("GET", f"/{plugin.replace('_', '-')}/go", who=CLERK)[0], 404)
                self.others_serve()

    def test_a_throw_in_a_call_is_that_call_s_alone(self):
        status, told, _ = server.ask("POST", "/system/plugin/throws_call/enable", {}, "sysadmin")
        self.assertEqual(status, 200, told)
        role = server.ask("POST", "/system/role", {"code": "thrower", "title": {"zh": "试"}, "permissions": ["throws_call.use"]}, "secadmin")
        self.assertEqual(role[0], 201, role)
        grant = server.ask("POST", "/system/grant", {"username": CLERK, "role_code": "thrower", "node_code": "320000000", "reach": "subtree"}, "secadmin")
        self.assertEqual(grant[0], 201, grant)
        for _ in range(3):
            status, problem, _ = server.ask("GET", "/throws-call/go", who=CLERK)
            self.assertIn(status, (500, 502, 503), problem)
            self.assertTrue(problem["code"])
            self.others_serve()
        self.assertGreaterEqual(self.plugins()["throws_call"]["failures"], 1)
        self.assertEqual(server.ask("POST", "/system/plugin/throws_call/disable", {}, "sysadmin")[0], 200)

    def test_what_others_need_is_not_taken_away(self):
        status, code, _ = server.problem("POST", "/system/plugin/standards/disable", {}, "sysadmin")
        self.assertIn(status, (409, 422), code)
        self.others_serve()

    def test_only_the_system_administrator_switches(self):
        for who in (CLERK, "secadmin", "auditadmin"):
            for path in ("enable", "disable"):
                self.assertEqual(server.ask("POST", f"/system/plugin/good/{path}", {}, who)[0], 403)


class OutOfTree(unittest.TestCase):
    def build(self):
        """As sdk/docs/first-plugin.md tells an author to."""
        prefix, base = pathlib.Path(folder.name) / "kit", pathlib.Path(folder.name)
        run("cmake", "--install", BUILD, "--component", "sdk", "--prefix", prefix)
        run(prefix / "bin/obsdk", "new", "night_watch", "--title-zh", "守夜", "--title-en", "Night watch", cwd=base)
        run(prefix / "bin/obsdk", "build", cwd=base / "night_watch")
        shutil.copytree(base / "night_watch/build/plugins/night_watch", packages / "night_watch")

    def test_a_plugin_built_with_the_installed_kit_comes_and_goes_under_load(self):
        self.build()
        server.kill()
        server.start()
        plan = server.ask("GET", "/system/plugin/night_watch/plan", who="sysadmin")[1]
        self.assertEqual(plan["refusals"], [])
        self.assertTrue(plan["actions"] and plan["permissions"], plan)
        with Load() as load:
            for _ in range(4):
                status, told, _ = server.ask("POST", "/system/plugin/night_watch/enable", {}, "sysadmin")
                self.assertEqual((status, told.get("state")), (200, "enabled"), told)
                self.assertEqual(server.ask("GET", "/night-watch/note/schema", who="sysadmin")[0], 200)
                self.assertIn("/night-watch/note", server.ask("GET", "/openapi.json", who=CLERK)[1]["paths"])
                status, told, _ = server.ask("POST", "/system/plugin/night_watch/disable", {}, "sysadmin")
                self.assertEqual((status, told.get("state")), (200, "disabled"), told)
                self.assertEqual(server.ask("GET", "/night-watch/note/schema", who="sysadmin")[0], 404)
        self.assertEqual(load.wrong, [])
        self.assertGreater(load.answers, 20)


if __name__ == "__main__":
    unittest.main(verbosity=2)
