#!/usr/bin/env python3
"""Plugins built when a minor of the ABI was closed, by gcc, clang and rustc, are served by this host as they were by the first.

Usage: golden_test.py sqlite|postgresql
"""
import hashlib
import pathlib
import shutil
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))
from support import BUILD, SOURCE, database_from, start_with_demo  # noqa: E402

GOLDEN = SOURCE / "tests/contract/golden"
WITNESSES = {path.parent.name: path.parent for path in sorted(GOLDEN.glob("[0-9]*/*/1.0.0"))}
WHO = "unit-clerk.320583000.106001"
DATABASE = database_from(sys.argv)


def setUpModule():
    global server, folder
    folder = tempfile.TemporaryDirectory(prefix="onebudget-golden-")
    plugins, keys = pathlib.Path(folder.name) / "plugins", pathlib.Path(folder.name) / "keys"
    shutil.copytree(BUILD / "plugins", plugins, ignore=lambda where, names: [n for n in names if "CMake" in n or n.endswith(".cmake")])
    shutil.copytree(BUILD / "plugin-keys", keys)
    for witness, package in WITNESSES.items():
        shutil.copytree(package, plugins / witness)
    for key in GOLDEN.glob("*/golden.json"):
        shutil.copy(key, keys / f"golden-{key.parent.name}.json")
    server = start_with_demo(DATABASE, settings={"plugins.dir": plugins, "plugins.keys": keys})
    for witness in WITNESSES:
        status, told, _ = server.ask("POST", f"/system/plugin/{witness}/enable", {}, "sysadmin")
        assert status == 200, told
        role = {"code": witness, "title": {"zh": "见证"}, "permissions": [f"{witness}.note.{may}" for may in ("take", "read", "create")]}
        assert server.ask("POST", "/system/role", role, "secadmin")[0] == 201
        grant = {"username": WHO, "role_code": witness, "node_code": "320000000", "reach": "subtree"}
        assert server.ask("POST", "/system/grant", grant, "secadmin")[0] == 201


def tearDownModule():
    server.stop()
    folder.cleanup()


EACH = [(witness, f"/{witness.replace('_', '-')}") for witness in WITNESSES]


class Golden(unittest.TestCase):
    def test_they_are_the_ones_that_were_built_then(self):
        self.assertEqual(sorted(WITNESSES), ["witness_clang", "witness_gcc", "witness_rust"])
        for sums in GOLDEN.glob("*/SHA256SUMS"):
            listed = dict(reversed(line.split(maxsplit=1)) for line in sums.read_text().splitlines())
            found = {f"./{path.relative_to(sums.parent)}" for path in sums.parent.rglob("*") if path.is_file() and path != sums}
            self.assertEqual(found, set(listed))
            for name, digest in listed.items():
                self.assertEqual(hashlib.sha256((sums.parent / name).read_bytes()).hexdigest(), digest, name)

    def test_a_row_is_written_read_back_counted_and_told(self):
        for witness, path in EACH:
            status, first, _ = server.ask("POST", f"{path}/take", {"number": "1", "text": "一"}, WHO)
            self.assertEqual(status, 200, first)
            status, second, _ = server.ask("POST", f"{path}/take", {"number": "2", "text": "二", "amount": 250}, WHO)
            self.assertEqual((status, second["notes"], second["row"]["text"], second["row"]["amount"]), (200, 2, "二", 250), second)
            self.assertEqual((first["notes"], first["row"]["amount"], first["row"]["version"]), (1, 150, 1), first)
            row = server.ask("GET", f"{path}/note/{second['id']}", who=WHO)[1]
            self.assertEqual((row["text"], row["amount"]), ("二", "2.50"))
            for _ in range(600):
                told = server.ask("GET", f"{path}/heard", who=WHO)[1]
                if told["heard"] >= 2:
                    break
                time.sleep(0.1)
            self.assertEqual((told["heard"], told["sum"], [one["text"] for one in told["rows"]]), (2, [{"count": 2, "sum_amount": 400}], ["二", "一"]))

    def test_their_rule_holds_on_their_own_route_and_on_that_of_records(self):
        for witness, path in EACH:
            before = server.ask("GET", f"{path}/note?limit=1&count=exact", who=WHO)[1]["count"]
            for where in "take", "note":
                status, problem, _ = server.ask("POST", f"{path}/{where}", {"number": "3", "text": "nothing"}, WHO)
                self.assertEqual((status, [one["code"] for one in problem["errors"]]), (422, [f"{witness}.empty"]), problem)
            self.assertEqual(server.ask("GET", f"{path}/note?limit=1&count=exact", who=WHO)[1]["count"], before)

    def test_they_go_and_come_back(self):
        for witness, path in EACH:
            for step, answer in ("disable", 404), ("enable", 200):
                self.assertEqual(server.ask("POST", f"/system/plugin/{witness}/{step}", {}, "sysadmin")[0], 200)
                self.assertEqual(server.ask("GET", f"{path}/heard", who=WHO)[0], answer)


if __name__ == "__main__":
    unittest.main(verbosity=2)
