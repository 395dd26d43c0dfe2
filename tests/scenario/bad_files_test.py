#!/usr/bin/env python3
"""Broken, hostile and merely odd files: what a spreadsheet program writes is read, anything else is told by line and column, and nothing is half done.

Usage: bad_files_test.py sqlite|postgresql
"""
import csv
import io
import json
import subprocess
import sys
import unittest
from urllib.parse import quote

import workbook
from support import BUILD, Server, database_from, project_body, start_with_demo

COUNTY = "320583000"
CLERK, PROVINCE = f"unit-clerk.{COUNTY}.106001", "budget-division.320000000"
PROJECT = "/compilation/project"
NAMES = ["name", "unit", "category", "fiscal_year", "existence", "start_year", "end_year", "total_amount", "year_amount", "functional_class", "fund_kind",
         "contact_name", "contact_phone"]
FORMULAS = ("=HYPERLINK(\"http://example.invalid\",\"a\")", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", "'=1+1", "''=1", "\uff1d1+1", "\u2212 1")
DATABASE = database_from(sys.argv)


def setUpModule():
    global server, ROW
    server = start_with_demo(DATABASE)
    body = project_body(server, CLERK, COUNTY)
    ROW = [f"{COUNTY}-106001" if name == "unit" else f"id:{body[name]}" if name in ("functional_class", "fund_kind") else str(body[name]) for name in NAMES]


def tearDownModule():
    server.stop()


def row(**changes):
    return [changes.get(name, value) for name, value in zip(NAMES, ROW)]


def text(*rows, names=None):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([names or NAMES, *rows])
    return out.getvalue()


class Files(unittest.TestCase):
    def load(self, raw, form="csv", more=""):
        return server.ask("POST", f"{PROJECT}/import?format={form}{more}", who=CLERK, raw=raw)

    def taken(self, raw, form="csv", **wanted):
        """The one good row of the file, and it is gone again afterwards."""
        status, report, _ = self.load(raw, form)
        self.assertEqual((status, report.get("created"), report.get("invalid")), (200, 1, 0), report)
        made = server.ask("GET", f"{PROJECT}?limit=1&sort=-id", who=CLERK)[1]["items"][0]
        for name, value in {"name": "校舍安全监测", "total_amount": "200000.00", "fiscal_year": 2026, **wanted}.items():
            self.assertEqual(made[name], value)
        self.assertEqual(server.ask("DELETE", f"{PROJECT}/{made['id']}", who=CLERK, headers={"If-Match": f'"{made["version"]}"'})[0], 204)

    def refused(self, raw, form="csv", statuses=(400, 413, 422), more=""):
        before = server.trace(CLERK, PROJECT)
        status, code, fields = server.problem("POST", f"{PROJECT}/import?format={form}{more}", who=CLERK, raw=raw)
        self.assertIn(status, statuses, code)
        self.assertEqual(server.trace(CLERK, PROJECT), before, (code, fields))
        return code, fields

    def bad_line(self, raw, form="csv"):
        """(line, field, code) of what is wrong with rows of a readable file."""
        before = server.trace(CLERK, PROJECT)
        status, report, _ = self.load(raw, form)
        self.assertEqual((status, report["code"], report["written"]), (422, "records.import_refused", False), report)
        self.assertTrue(all(error["message"] and error["remedy"] for error in report["errors"]))
        self.assertEqual(server.trace(CLERK, PROJECT), before)
        return [(error["line"], error["field"], error["code"]) for error in report["errors"]]


class Csv(Files):
    def test_what_spreadsheet_programs_write_is_read(self):
        whole = text(row())
        for raw in (whole.encode(), b"\xef\xbb\xbf" + whole.encode(), whole.encode("gb18030"), whole.encode("utf-16"), b"\xfe\xff" + whole.encode("utf-16-be"),
                    whole.replace("\n", "\r\n").encode(), whole.rstrip("\n").encode(), whole.replace(",", "\t").encode(),
                    ("\n" + whole + "\n\n").encode()):
            with self.subTest(raw=raw[:16]):
                self.taken(raw)
        self.taken(text(row(name='甲"乙",丙', total_amount="200,000.00")).encode(), name='甲"乙",丙')

    def test_what_is_no_csv_is_told_with_its_line(self):
        whole = text(row())
        for raw, code in ((whole.encode("utf-16-le"), "exchange.nul"), (whole.encode("utf-32"), "exchange.nul"), (whole.replace("校舍", "校\0舍").encode(), "exchange.nul"),
                          (b"PK\x03\x04" + bytes(100), "exchange.nul"), (whole.encode().replace("校".encode(), b"\xe6\xff"), "exchange.encoding"),
                          (whole.replace("校舍", '"校舍').encode(), "exchange.quote_open"), (whole.replace("校舍", '校"舍').encode(), "exchange.quote"),
                          (text(row(name="x" * (5 << 20))).encode(), "exchange.cell_size"), (",".join(["a"] * 70000).encode(), "exchange.columns"),
                          (b"", "records.import_empty"), (whole.replace(",", ";").encode(), "records.import_header")):
            with self.subTest(code=code, raw=raw[:16]):
                self.assertEqual(self.refused(raw)[0], code)

    def test_a_header_that_does_not_fit_is_told_by_column(self):
        for names, values, column in ((NAMES + ["nothing"], row() + ["x"], 14), (NAMES + ["name"], row() + ["x"], 14), (["id"] + NAMES, ["1"] + row(), 1)):
            code, fields = self.refused(text(values, names=names).encode())
            self.assertEqual((code, fields), ("records.import_header", [f"line 1, column {column}"]))

    def test_ragged_rows_and_values_of_the_wrong_kind_are_told_by_line_and_field(self):
        ragged = text(row(), row() + ["zu viel"], row()[:-1])
        self.assertEqual(self.bad_line(ragged.encode()), [(3, "column 14", "import.extra_cell"), (4, "contact_phone", "field.required")])
        for field, value in (("total_amount", "2E5"), ("total_amount", "￥200000"), ("total_amount", "２０００"), ("fiscal_year", "2026年"), ("category", "specifik"),
                             ("unit", "nowhere"), ("functional_class", "id:999999"), ("fund_kind", "id:abc"), ("contact_phone", "abc")):
            self.assertEqual([error[:2] for error in self.bad_line(text(row(), row(**{field: value})).encode())], [(3, field)], value)

    def test_the_same_code_twice_in_a_file_and_a_row_of_another_s_unit_are_refused(self):
        twice = text(["32058326T000000000777", *row()], ["32058326T000000000777", *row()], names=["code", *NAMES])
        self.assertEqual(self.bad_line(twice.encode()), [(3, "code", "import.duplicate")])
        self.assertEqual(self.bad_line(text(row(unit="320500000-106001")).encode())[0][:2], (2, "unit"))
        self.assertEqual(self.bad_line(text(row() + ["in_library"], names=NAMES + ["status"]).encode())[0][:2], (2, "status"))

    def test_good_rows_alone_are_written_only_when_asked_for(self):
        both = text(row(name="好行"), row(name="坏行", total_amount="x")).encode()
        self.bad_line(both)
        status, report, _ = self.load(both, more="&dry_run=true&good_rows=true")
        self.assertEqual((status, report["written"], server.ask("GET", f"{PROJECT}?q={quote('好行')}", who=CLERK)[1]["items"]), (200, False, []))
        status, report, _ = self.load(both, more="&good_rows=true")
        self.assertEqual((status, report["written"], report["created"], report["invalid"]), (200, True, 1, 1))
        status, errors, _ = self.load(text(row(total_amount="x", name="=1+1")).encode(), more="&report=csv")
        self.assertEqual((status, errors.decode("utf-8-sig").count("\n=")), (200, 0))


class Lines(Files):
    def test_a_line_that_is_no_record_is_told(self):
        for raw, code in ((b"[1]", "records.not_an_object"), (b'{"a":', "json.syntax"), (b'{"name":"a","name":"b"}', "json.duplicate_key"), (b"[" * 5000, "json.depth"),
                          (b'{"total_amount":1e999}', "json.syntax"), (b'{"nothing":1}', "records.unknown_field")):
            with self.subTest(raw=raw[:20]):
                self.assertIn(code, [error[2] for error in self.bad_line(raw + b"\n", "jsonl")])
        self.assertEqual(self.refused(b'{"name":"' + b"x" * (5 << 20) + b'"}', "jsonl")[0], "exchange.json_line")
        self.assertEqual(self.refused(b'{"name":"\xff\x80"}', "jsonl")[0], "exchange.encoding")


class Workbooks(Files):
    def test_a_workbook_with_numbers_as_numbers_or_as_text_is_read(self):
        self.taken(workbook.workbook([NAMES, row()]), "xlsx")
        self.taken(workbook.workbook([NAMES, [int(v) if n.endswith("_year") else float(v) if n.endswith("_amount") else v for n, v in zip(NAMES, row())]]), "xlsx")
        self.taken(workbook.workbook([[], NAMES, [], row(), []]), "xlsx")
        self.taken(workbook.workbook([NAMES, row(total_amount=("raw", '<c r="REF"><f>100000*2</f><v>2E5</v></c>'))]), "xlsx")
        self.taken(workbook.workbook([NAMES, row(total_amount=("raw", '<c r="REF"><v>200000.00000000003</v></c>'))]), "xlsx")

    def test_a_broken_or_hostile_workbook_is_refused_whole(self):
        good, files = workbook.workbook([NAMES, row()]), workbook.parts([NAMES, row()])
        page, book, links = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
        entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + files[page].split("?>", 1)[1].replace("校舍", "&a;")
        bad = {"cut off": good[:len(good) // 2], "nothing": b"", "no archive": b"hello", "an old .xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
               "another archive": workbook.packed({"a.txt": "x"}), "no sheet": workbook.packed({**files, book: files[book].replace("<sheet ", "<shoot ")}),
               "half a sheet": workbook.packed({**files, page: files[page][:400]}), "an entity": workbook.packed({**files, page: entity}),
               "a bomb": workbook.packed({**files, page: files[page].replace("</sheetData>", " " * (300 << 20) + "</sheetData>")}),
               "a link out": workbook.packed({**files, links: files[links].replace("worksheets/sheet1.xml", "../../../etc/passwd")}),
               "a flipped directory": good[:-40] + bytes([good[-40] ^ 0xFF]) + good[-39:]}
        for name, raw in bad.items():
            with self.subTest(name):
                self.assertEqual(self.refused(raw, "xlsx", (400,))[0], "exchange.workbook")
        self.assertEqual(self.refused(good, "csv")[0], "exchange.encoding")
        self.assertEqual(self.refused(workbook.workbook([row()]), "xlsx")[0], "records.import_header")
        self.assertEqual(self.refused(workbook.workbook([]), "xlsx")[0], "records.import_empty")

    def test_merged_cells_dates_and_error_values_are_told_by_line(self):
        merged = workbook.workbook([NAMES, row(), row(name="")], '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>')
        self.assertEqual(self.bad_line(merged, "xlsx"), [(3, "name", "field.required")])
        self.assertEqual(self.bad_line(workbook.workbook([NAMES, row(fiscal_year=45000)]), "xlsx")[0][:2], (2, "fiscal_year"))
        self.assertEqual(self.bad_line(workbook.workbook([NAMES, row(name=("raw", '<c r="REF" t="s"><v>99</v></c>'))]), "xlsx")[0][:2], (2, "name"))
        for error in ("#REF!", "#N/A", "#DIV/0!"):
            self.assertEqual(self.refused(workbook.workbook([NAMES, row(name=("raw", f'<c r="REF" t="e"><v>{error}</v></c>'))]), "xlsx")[0], "exchange.error_value")


class Formulas(Files):
    def test_no_export_holds_a_cell_that_a_spreadsheet_program_would_run_and_all_come_back_whole(self):
        for formula in FORMULAS:
            self.assertEqual(server.ask("POST", PROJECT, project_body(server, CLERK, COUNTY, name=formula), CLERK)[0], 201)
        items = server.ask("GET", f"{PROJECT}?limit=1000&sort=-id&filter=" + quote("status==draft"), who=CLERK)[1]["items"][:len(FORMULAS)]
        stored = {item["code"]: item["name"] for item in items}
        only = "&filter=" + quote("code=in=(" + ",".join(stored) + ")")
        sheet = server.ask("GET", f"{PROJECT}/export?format=csv{only}", who=CLERK)[1]
        rows = list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"))))
        self.assertEqual([cell for line in rows for cell in line if cell[:1] in ("=", "+", "-", "@", "\t", "\r")], [])
        book = server.ask("GET", f"{PROJECT}/export?format=xlsx{only}", who=CLERK)[1]
        cells, formulas = workbook.read(book)
        self.assertFalse(formulas)
        self.assertEqual(len(cells), len(FORMULAS) + 1)
        lines = [json.loads(line) for line in server.ask("GET", f"{PROJECT}/export?format=jsonl{only}", who=CLERK)[1].decode().splitlines()]
        self.assertEqual({line["code"]: line["name"] for line in lines}, stored)
        for form, raw in (("csv", sheet), ("xlsx", book)):
            status, report, _ = self.load(raw, form)
            self.assertEqual((status, report.get("unchanged"), report.get("updated"), report.get("invalid")), (200, len(FORMULAS), 0, 0), (form, report))
        again = server.ask("GET", f"{PROJECT}?limit=1000{only}", who=CLERK)[1]["items"]
        self.assertEqual({item["code"]: item["name"] for item in again}, stored)
        self.assertEqual(sorted(stored.values()), sorted(FORMULAS))


class Configuration(unittest.TestCase):
    def start(self, lines):
        with_file = server.data / "wrong.properties"
        with_file.write_text(lines, encoding="utf-8")
        done = subprocess.run([BUILD / "bin/onebudgetd", "--config", with_file], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout + done.stderr, with_file

    def test_a_wrong_key_or_value_keeps_the_server_from_starting_and_is_told_by_file_and_line(self):
        for lines, line, word in (("node.name = a\nhttp.prot = 80\n", 2, "http.prot"), ("\n\nhttp.port = abc\n", 3, "http.port"), ("http.body_limit = 1 elephant\n", 1, "http.body_limit"),
                                  ("log.level = loud\n", 1, "log.level"), ("developer.unsigned_plugins = perhaps\n", 1, "developer.unsigned_plugins"),
                                  ("http.port = 1\nhttp.port = 2\n", 2, "http.port"), ("just words\n", 1, "")):
            with self.subTest(lines=lines):
                code, said, file = self.start(lines)
                self.assertNotEqual(code, 0)
                self.assertIn(f"{file}:{line}", said)
                self.assertIn(word, said)

    def test_both_of_two_mistakes_are_told_at_once(self):
        said = self.start("http.prot = 80\nlog.level = loud\n")[1]
        self.assertIn("http.prot", said)
        self.assertIn("log.level", said)

    def test_a_wrong_key_on_the_command_line_or_in_the_environment_is_told_too(self):
        for settings in ({"http.prot": "80"}, {"http.port": "abc"}):
            other = Server(settings=settings)
            with self.assertRaisesRegex(RuntimeError, next(iter(settings))):
                other.start()
            other.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
