#!/usr/bin/env python3
"""A plugin's view and rollup over REST: what each caller sees of them, in step with the records, and full text by pinyin.

Usage: views_test.py sqlite|postgresql
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

from support import BUILD, SOURCE, WITHOUT_WORKFLOW, database_from, start_with_demo

DATABASE = database_from(sys.argv)
COUNTY = "320583000"
CLERK, OTHER, PROVINCE = f"unit-clerk.{COUNTY}.106001", "unit-clerk.320500000.106001", "budget-division.320000000"
PROJECT, VIEW = "/compilation/project", "/compilation/unit-total"
TRIES = 100

SQL = """SELECT min(p.id) AS id, p.unit, p.fiscal_year, count(*) AS projects, sum(p.year_amount) AS total,
  max(p.contact_phone) AS phone
FROM {compilation.project} p GROUP BY p.unit, p.fiscal_year
"""


def text(zh, en):
    return {"zh": zh, "en": en}


DECLARED = {"entity": "unit_total", "title": text("单位合计", "Unit total"), "owner": "unit", "key": ["unit", "fiscal_year"], "fields": [
    {"name": "unit", "type": "org", "title": text("单位", "Unit"), "required": True},
    {"name": "fiscal_year", "type": "year", "title": text("年度", "Year")},
    {"name": "projects", "type": "int", "title": text("项目数", "Projects")},
    {"name": "total", "type": "money", "title": text("年度金额", "Amount of the year")},
    {"name": "phone", "type": "text", "title": text("电话", "Phone")}]}


def obsdk(*arguments):
    return subprocess.run([sys.executable, SOURCE / "sdk/tools/obsdk", *map(str, arguments)], check=True, capture_output=True)


def with_view(package):
    (package / "views").mkdir()
    (package / "views/unit_total.json").write_text(json.dumps(DECLARED), encoding="utf-8")
    (package / "views/unit_total.sql").write_text(SQL, encoding="utf-8")
    entity = package / "entities/project.json"
    declared = json.loads(entity.read_text(encoding="utf-8"))
    declared["rollups"] = [{"name": "by_year", "dimensions": ["fiscal_year", "category"], "sums": ["year_amount"]}]
    entity.write_text(json.dumps(declared), encoding="utf-8")


def setUpModule():
    global server, folder
    folder = tempfile.TemporaryDirectory()
    plugins, keys, key = (pathlib.Path(folder.name) / name for name in ("plugins", "keys", "key"))
    shutil.copytree(BUILD / "plugins", plugins, ignore=shutil.ignore_patterns("workflow", "CMakeFiles"))
    shutil.copytree(BUILD / "plugin-keys", keys)
    package = next((plugins / "compilation").glob("*/plugin.json")).parent
    with_view(package)
    obsdk("keygen", "--id", "vendor", "--out", key, "--plugin", "compilation")
    obsdk("sign", package, "--key", key / "vendor.key")
    shutil.copy(key / "vendor.json", keys)
    roles = json.loads((SOURCE / "config/roles.json").read_text(encoding="utf-8"))
    for role in roles:
        if "compilation.project.read" in role["permissions"]:
            role["permissions"] += ["compilation.unit_total.read", "compilation.unit_total.export"]
    (pathlib.Path(folder.name) / "roles.json").write_text(json.dumps(roles), encoding="utf-8")
    scanner = pathlib.Path(folder.name) / "scan"
    scanner.write_text('#!/bin/sh\n! grep -q EICAR "$1"\n', encoding="utf-8")
    scanner.chmod(0o755)
    server = start_with_demo(DATABASE, settings={"plugins.dir": plugins, "plugins.keys": keys, "files.scanner": scanner,
                                                 "roles.file": pathlib.Path(folder.name) / "roles.json", **WITHOUT_WORKFLOW})


def tearDownModule():
    server.stop()
    folder.cleanup()


def fen(yuan):
    return int(yuan.replace(".", ""))


class Views(unittest.TestCase):
    def rows(self, path, who, **query):
        status, page, _ = server.ask("GET", f"{path}?{urllib.parse.urlencode({'limit': 1000, **query})}", who=who)
        self.assertEqual(status, 200, page)
        self.assertIsNone(page["next_cursor"])
        return page["items"]

    def declare(self, name="校舍安全监测"):
        unit = server.ask("GET", f"/system/node?q={COUNTY}-106001", who=CLERK)[1]["items"][0]["id"]
        functional = server.first("/standards/functional-class", "code==2050203;list_year==2026", CLERK)["id"]
        fund = server.first("/standards/fund-kind", "code==1", CLERK)["id"]
        body = {"name": name, "unit": unit, "category": "specific", "fiscal_year": 2026, "existence": "new", "start_year": 2026,
                "end_year": 2027, "total_amount": "200000.00", "year_amount": "100000.00", "functional_class": functional,
                "fund_kind": fund, "contact_name": "张三", "contact_phone": "0512-57330000"}
        status, project, _ = server.ask("POST", PROJECT, body, CLERK)
        self.assertEqual(status, 201, project)
        return project

    def sums_of_projects(self, who):
        sums = {}
        for row in self.rows(PROJECT, who, fields="unit,fiscal_year,year_amount"):
            count, total = sums.get((row["unit"], row["fiscal_year"]), (0, 0))
            sums[row["unit"], row["fiscal_year"]] = count + 1, total + fen(row["year_amount"] or "0.00")
        return sums

    def test_each_caller_sees_the_view_of_what_they_may_read(self):
        self.declare()
        for who in (CLERK, OTHER, PROVINCE):
            shown = {(row["unit"], row["fiscal_year"]): (row["projects"], fen(row["total"] or "0.00")) for row in self.rows(VIEW, who)}
            self.assertEqual(shown, self.sums_of_projects(who), who)

    def test_it_follows_at_once_and_takes_no_writes(self):
        def mine():
            unit = server.ask("GET", f"/system/node?q={COUNTY}-106001", who=CLERK)[1]["items"][0]["id"]
            return {row["unit"]: row for row in self.rows(VIEW, CLERK, filter="fiscal_year==2026")}.get(unit)

        self.declare()
        before = mine()
        self.declare()
        after = mine()
        self.assertEqual((after["projects"], fen(after["total"])), (before["projects"] + 1, fen(before["total"]) + 10_000_000))
        status, one, _ = server.ask("GET", f"{VIEW}/{after['id']}", who=CLERK)
        self.assertEqual((status, one["projects"]), (200, after["projects"]))
        for method, path in (("POST", VIEW), ("PATCH", f"{VIEW}/{after['id']}"), ("DELETE", f"{VIEW}/{after['id']}")):
            status, problem, _ = server.ask(method, path, {} if method != "DELETE" else None, CLERK, {"If-Match": '"1"'})
            self.assertEqual((status, problem["code"]), (409, "records.read_only"), problem)
        schema = server.ask("GET", f"{VIEW}/schema", who=CLERK)[1]
        self.assertEqual((schema["can"]["read"], schema["can"]["create"]), (True, False))
        document = server.ask("GET", "/openapi.json", who=CLERK)[1]["paths"]
        self.assertEqual({path: sorted(set(one) & {"get", "post", "patch", "delete"})
                          for path, one in document.items() if path.startswith(VIEW) or path.startswith("/api/v1" + VIEW)}.popitem()[1], ["get"])

    def test_totals_come_from_the_rollup_and_say_how_far_it_is(self):
        self.declare()
        path = f"{PROJECT}/aggregate?group=fiscal_year,category&aggregate=count,sum:year_amount"
        for who in (CLERK, OTHER, PROVINCE):
            wanted = {}
            for row in self.rows(PROJECT, who, fields="fiscal_year,category,year_amount"):
                count, total = wanted.get((row["fiscal_year"], row["category"]), (0, 0))
                wanted[row["fiscal_year"], row["category"]] = count + 1, total + fen(row["year_amount"] or "0.00")
            for _ in range(TRIES):
                answer = server.ask("GET", path, who=who)[1]
                self.assertEqual(answer["rollup"]["name"], "compilation.project.by_year")
                self.assertRegex(answer["rollup"]["at"], "^20[0-9-]+T[0-9:.]+Z$")
                told = {(row["fiscal_year"], row["category"]): (row["count"], fen(row["sum_year_amount"] or "0.00")) for row in answer["items"]}
                if told == wanted:
                    break
                time.sleep(0.1)
            self.assertEqual(told, wanted, who)
        self.assertNotIn("rollup", server.ask("GET", f"{PROJECT}/aggregate?group=location&aggregate=count", who=CLERK)[1])

    def test_a_name_is_found_by_any_two_characters_and_by_pinyin(self):
        one = self.declare("重庆路小学校舍运维")
        for wanted in ("运维", "chongqinglu", "xxxs"):
            self.assertIn(one["id"], [row["id"] for row in self.rows(PROJECT, CLERK, q=wanted)], wanted)
            self.assertNotIn(one["id"], [row["id"] for row in self.rows(PROJECT, PROVINCE, q=wanted)], wanted)

    def test_a_record_is_shown_as_it_stood(self):
        one = self.declare("旧名称")
        path = f"{PROJECT}/{one['id']}"
        status, changed, _ = server.ask("PATCH", path, {"name": "新名称"}, CLERK, {"If-Match": '"1"'})
        self.assertEqual(status, 200)
        self.assertNotEqual(changed["updated_at"], one["created_at"])
        past = server.ask("GET", f"{path}?as_of={one['created_at']}", who=CLERK)
        self.assertEqual((past[0], past[1]["name"], past[1]["version"]), (200, "旧名称", 1), past)
        self.assertEqual(server.ask("GET", path, who=CLERK)[1]["name"], "新名称")
        self.assertEqual(server.ask("GET", f"{path}?as_of=2001-01-01T00:00:00Z", who=CLERK)[0], 404)
        self.assertEqual(server.ask("GET", f"{path}?as_of=yesterday", who=CLERK)[1]["code"], "records.as_of")


class Files(unittest.TestCase):
    def upload(self, raw, name, kind="application/octet-stream"):
        return server.ask("POST", f"/system/file?name={urllib.parse.quote(name)}", raw=raw, who=CLERK, headers={"Content-Type": kind})

    def test_a_file_is_what_it_calls_itself(self):
        status, stored, _ = self.upload(b"%PDF-1.7\n1 0 obj\n", "批复.pdf", "application/pdf")
        self.assertEqual((status, stored["media_type"]), (201, "application/pdf"))
        for raw, name, code in ((b"\x89PNG\r\n\x1a\n", "批复.pdf", "file.content"), (b"\x7fELF\x02\x01\x01", "a.txt", "file.program"),
                                (b"hello", "路灯.bat", "file.program"), (b"X5O!EICAR", "a.txt", "file.scanner_refused")):
            status, problem, _ = self.upload(raw, name)
            self.assertEqual((status, problem["code"]), (422, code), problem)
        kept = [path for path in (server.data / "files").glob("*/*")]
        self.assertEqual(len(kept), 1, kept)


if __name__ == "__main__":
    unittest.main()
