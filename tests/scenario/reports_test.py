#!/usr/bin/env python3
"""Reports of evaluations with the ledger's money: made, printed in every format, proved, by the hundred; and what J2, J3
and J12 refuse.

Usage: reports_test.py sqlite|postgresql
"""
import base64
import datetime
import hashlib
import io
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import zipfile

import performance_test as story
from performance_test import BUDGET, CLERK, COUNTY, EVALUATED, HEAD, LEADER, PERFORMANCE
from support import SOURCE, start_with_demo

LETTER = ('<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
          '<w:p><w:r><w:t>昆山市财政局文件</w:t></w:r></w:p><w:p><w:r><w:t>关于{{proj</w:t></w:r><w:r><w:t>ect.name}}的绩效评价</w:t></w:r></w:p>'
          '<w:p><w:r><w:t>{{@content}}</w:t></w:r></w:p></w:body></w:document>')


def setUpModule():
    global server
    server = story.server = start_with_demo(story.DATABASE, settings={"plugins.enable": "standards,workflow,compilation,ledger,performance"})


def tearDownModule():
    server.stop()


def docx(document):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        archive.writestr("word/document.xml", document)
    return base64.b64encode(buffer.getvalue()).decode()


class Reports(story.Story):
    def issued(self, project, amount):
        """Money of the evaluated year in the ledger, issued at its start."""
        for kind, line in (("appropriation", {"amount": amount, "fund_kind": "1"}),
                           ("issue", {"amount": amount, "unit": self.unit, "fund_kind": "1", "project_code": project["code"]})):
            document = self.make("/ledger/document", {"number": f"{kind}-{project['code']}", "kind": kind, "title": kind, "node": self.region,
                                                      "fiscal_year": EVALUATED, "posted_on": f"{EVALUATED}-03-01"}, BUDGET)
            self.make("/ledger/document-line", {"document": document["id"], "line_no": 1, **line}, BUDGET)
            path = f"/ledger/document/{document['id']}"
            self.move(path, "submit", BUDGET)
            self.move(path, "post", LEADER)

    def confirmed(self, name, actual="100"):
        project = self.project(name)
        story.stands(project["id"], "executing")
        self.approved_goal(project)
        evaluation = self.evaluate(project, "finance", "finance_20_20_30_30", PERFORMANCE, actual, actual)
        self.change(evaluation, {"problems": "验收滞后", "suggestions": "按期验收"}, PERFORMANCE)
        self.move(evaluation, "submit", PERFORMANCE)
        self.move(evaluation, "confirm", LEADER)
        return project, evaluation.rsplit("/", 1)[1]

    def report(self, who=PERFORMANCE, status=200, **asked):
        return self.make("/performance/report/make", asked, who, status)

    def printed(self, report, kind, who=PERFORMANCE):
        status, body, _ = server.ask("GET", f"/performance/report/{report}/{kind}", who=who)
        self.assertEqual(status, 200, body)
        return body

    def proof(self, report):
        return server.ask("GET", f"/performance/report/{report}/check", who=PERFORMANCE)[1]

    def job(self, identity):
        for _ in range(20000):
            told = server.ask("GET", f"/system/job/{identity}", who=PERFORMANCE)[1]
            if told["state"] in ("done", "failed", "dead", "cancelled"):
                return told
        self.fail(told)

    def test_1_a_project_is_reported_in_every_format_and_proved(self):
        project, evaluation = self.confirmed("第一中学<食堂>改造")
        row = server.ask("GET", f"/performance/evaluation/{evaluation}", who=PERFORMANCE)[1]
        self.assertEqual(row["money_source"], "typed_unknown", "the ledger is there and knows nothing of the project: said so")
        made = self.report(kind="project", evaluation=evaluation)
        self.assertFalse(self.report(kind="project", evaluation=evaluation, status=200)["made"])
        html = self.printed(made["id"], "html").decode()
        self.assertIn("第一中学&lt;食堂&gt;改造", html)
        self.assertIn('href="/performance/score-line/', html)
        self.assertIn("<svg", html)
        with zipfile.ZipFile(io.BytesIO(self.printed(made["id"], "docx"))) as archive:
            self.assertIsNone(archive.testzip())
            self.assertIn("食堂", archive.read("word/document.xml").decode())
        with zipfile.ZipFile(io.BytesIO(self.printed(made["id"], "xlsx"))) as archive:
            self.assertIsNone(archive.testzip())
            self.assertIn("<v>900000</v>", archive.read("xl/worksheets/sheet2.xml").decode())
        proof = self.proof(made["id"])
        self.assertTrue(all(proof[part]["same"] for part in ("data", "html", "docx", "xlsx", "rows_today")), proof)
        record = server.ask("GET", f"/performance/report/{made['id']}", who=HEAD)[1]
        try:
            self.assertEqual(hashlib.new("sm3", html.encode()).hexdigest(), record["html_digest"], "derived again outside")
        except ValueError:
            self.assertEqual(len(record["html_digest"]), 64)
        if shutil.which("chromium"):
            self.print_twice(made["id"])

    def print_twice(self, report):
        with tempfile.TemporaryDirectory() as folder:
            token = pathlib.Path(folder) / "token"
            token.write_text(server.token(PERFORMANCE))
            for out in ("a", "b"):
                subprocess.run([SOURCE / "packaging/report-pdf.sh", "--url", server.url, "--token-file", token, "--out", f"{folder}/{out}", report],
                               check=True, capture_output=True)
            first, second = (pathlib.Path(folder, out, f"{report}.pdf").read_bytes() for out in ("a", "b"))
            self.assertTrue(first.startswith(b"%PDF-"))
            self.assertEqual(first, second, "the same report is the same file")

    def test_1b_money_is_what_the_ledger_says_whatever_is_typed(self):
        project = self.begun("第一中学塑胶跑道")
        self.issued(project, "800000.00")
        evaluation = self.evaluate(project, "self", "self_10_50_30_10", CLERK, "100", "100")
        row = server.ask("GET", evaluation, who=CLERK)[1]
        self.assertEqual((row["money_source"], row["money_as_of"]), ("ledger", f"{EVALUATED}-12-31"), row["money_told"])
        self.assertEqual((row["fiscal_initial"], row["fiscal_full"], row["fiscal_executed"]), ("800000.00", "800000.00", "0.00"))
        self.change(evaluation, {"fiscal_executed": "800000.00"}, CLERK)
        self.assertEqual(server.ask("GET", evaluation, who=CLERK)[1]["fiscal_executed"], "0.00", "nothing was paid, so nothing was executed")

    def test_2_departments_regions_and_years_are_reported(self):
        self.confirmed("第一中学图书馆扩建", "50")
        department = server.node(f"{COUNTY}-106", PERFORMANCE)["id"]
        for kind, node in (("department", department), ("region", self.region), ("year", self.region)):
            made = self.report(kind=kind, node=node, fiscal_year=EVALUATED)
            html = self.printed(made["id"], "html").decode()
            self.assertIn("评价覆盖率" if kind != "year" else "历年平均分", html)
            self.assertTrue(self.proof(made["id"])["rows_today"]["same"])
        self.assertEqual(server.ask("GET", f"/performance/report/{made['id']}", who=CLERK)[0], 404, "a region's report is not a unit's to see")

    def test_3_a_letterhead_template_is_checked_approved_and_used(self):
        catalogue = server.ask("GET", "/performance/report-catalogue?kind=project", who=PERFORMANCE)[1]
        self.assertIn("lines", [table["code"] for table in catalogue["tables"]])
        body = {"code": "letter", "edition": 1, "name": "红头评价报告", "kind": "project", "valid_from": f"{EVALUATED}-01-01", "body": "# {{project.name}}\n@table lines"}
        editor, approver = "standards-editor", "standards-approver"
        for wrong, code in (({"body": "# 标题\n{{project.nam}}"}, "performance.report_field"), ({"body": "没有标题"}, "performance.report_template"),
                            ({"docx": "xx"}, "performance.report_docx"), ({"docx": docx(LETTER.replace("ect.name", "ect.nam"))}, "performance.report_field")):
            status, answer, _ = server.ask("POST", "/performance/report-template", {**body, **wrong}, editor)
            self.assertEqual((status, answer["errors"][0]["code"]), (422, code), answer)
            self.assertTrue(answer["errors"][0]["remedy"], answer)
        status, answer, _ = server.ask("POST", "/performance/report-template", {**body, "body": "# 标题\n经费{{money.ful}}元"}, editor, {"Accept-Language": "en"})
        self.assertIn("line 2, column 3", answer["errors"][0]["message"])
        made = self.make("/performance/report-template", {**body, "docx": docx(LETTER)}, editor)
        path = f"/performance/report-template/{made['id']}"
        self.move(path, "submit", editor)
        self.move(path, "approve", editor, 403)
        self.move(path, "approve", approver)
        _, evaluation = self.confirmed("第一中学门卫室")
        report = self.report(kind="project", evaluation=evaluation, template=made["id"])
        with zipfile.ZipFile(io.BytesIO(self.printed(report["id"], "docx"))) as archive:
            text = archive.read("word/document.xml").decode()
        self.assertIn("昆山市财政局文件", text)
        self.assertIn("<w:t>关于第一中学门卫室</w:t>", text)
        self.assertIn("<w:tbl>", text)

    def test_4_many_reports_in_one_job_that_goes_on_after_a_kill(self):
        for number in range(3):
            self.confirmed(f"第一中学零星维修{number}")
        asked = {"kind": "project", "node": self.region, "fiscal_year": EVALUATED}
        job = self.make("/performance/report/batch", asked, PERFORMANCE, 202)["job"]
        server.kill()
        story.behind_the_server(f"UPDATE ob_job SET held_until_ms = 1 WHERE id = {int(job)} AND state = 'running'")  # as if its minute had passed
        server.start()
        told = self.job(job)
        self.assertEqual(told["state"], "done", told)
        total = len({row["project"] for row in self.rows("evaluation", f"status==confirmed;fiscal_year=={EVALUATED}", PERFORMANCE)})
        result = told["result"]
        self.assertEqual((result["made"] + result["known"], result["total"]), (total, total), told)
        reports = self.rows("report", "kind==project", PERFORMANCE)
        self.assertEqual(len(reports), len({row["number"] for row in reports}), "none was made twice")
        self.assertEqual(self.job(self.make("/performance/report/batch", asked, PERFORMANCE, 202)["job"])["result"]["made"], 0)

    def test_5_what_is_refused_says_its_rule_and_what_to_do(self):
        project, evaluation = self.confirmed("第一中学体育器材")
        for body, codes in (({"kind": "nonsense"}, 400), ({"kind": "project"}, 400), ({"kind": "region", "node": self.region}, 400)):
            self.assertEqual(server.ask("POST", "/performance/report/make", body, PERFORMANCE)[0], codes, body)
        self.assertEqual(server.ask("POST", "/performance/report/make", {"kind": "project", "evaluation": "999999"}, PERFORMANCE)[0], 404)
        self.assertEqual(server.ask("POST", "/performance/report/make", {"kind": "project", "evaluation": evaluation}, HEAD)[0], 403)
        template = self.rows("report-template", "kind==project;status==in_force", PERFORMANCE)[0]["id"]
        self.refused("/performance/report", {"number": "手工", "node": self.unit, "kind": "project", "fiscal_year": EVALUATED, "template": template}, PERFORMANCE,
                     "performance.report")
        gone = self.evaluate(self.begun("第一中学取消的项目"), "finance", "finance_20_20_30_30", PERFORMANCE, "50", "50")
        self.move(gone, "cancel", PERFORMANCE, comment="项目撤销")
        status, answer, _ = server.ask("POST", "/performance/report/make", {"kind": "project", "evaluation": gone.rsplit("/", 1)[1]}, PERFORMANCE)
        self.assertEqual((status, answer["code"]), (422, "performance.report"), answer)

    def test_3b_an_office_has_templates_of_its_own_and_the_province_the_rest(self):
        body = {"office": self.region, "code": "project", "edition": 1, "name": "昆山市项目评价报告", "kind": "project", "valid_from": f"{EVALUATED}-01-01",
                "body": "# 昆山市评价报告：{{project.name}}\n总分 {{total}} 分。\n@table lines"}
        wrong = {**body, "body": "# 标题\n经费{{money.ful}}元"}
        self.assertEqual(server.problem("POST", "/performance/office-template", wrong, PERFORMANCE)[::2], (422, ["/body"]))
        status, answer, _ = server.ask("POST", "/performance/office-template", wrong, PERFORMANCE, {"Accept-Language": "en"})
        self.assertEqual(answer["errors"][0]["code"], "performance.report_field")
        self.assertIn("line 2, column 3", answer["errors"][0]["message"])
        self.assertEqual(server.ask("POST", "/performance/office-template", {**body, "office": server.node("320582000", PERFORMANCE)["id"]}, PERFORMANCE)[0], 403,
                         "nobody writes for another office")
        _, evaluation = self.confirmed("第一中学操场看台")
        made = self.make("/performance/office-template", body, PERFORMANCE)
        path = f"/performance/office-template/{made['id']}"
        status, page, headers = server.ask("GET", f"{path}/preview", who=PERFORMANCE)
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"), page)
        self.assertIn("昆山市评价报告", page.decode())
        self.assertNotIn("昆山市评价报告", self.printed(self.report(kind="project", evaluation=evaluation)["id"], "html").decode(), "a draft holds for nobody")
        self.move(path, "submit", PERFORMANCE)
        self.move(path, "approve", PERFORMANCE, 403)
        self.move(path, "approve", LEADER)
        published = self.published("in_force")
        own = self.report(kind="project", evaluation=evaluation)
        self.assertIn("昆山市评价报告", self.printed(own["id"], "html").decode())
        self.assertTrue(self.proof(own["id"])["html"]["same"])
        self.assertEqual(server.ask("GET", f"/performance/report/{own['id']}/html", who=CLERK)[0], 200, "the unit below reads it")
        self.assertEqual(published["office"], self.region)
        self.move(path, "withdraw", LEADER, comment="启用新版")
        self.published("withdrawn")
        again = self.report(kind="project", evaluation=evaluation, status=200)
        self.assertNotIn("昆山市评价报告", self.printed(again["id"], "html").decode(), "the province's holds again")
        self.assertIn("昆山市评价报告", self.printed(own["id"], "html").decode(), "what was made stays as it was")

    def published(self, status):
        """What became of the office's template; it follows the approval."""
        for _ in range(20000):
            rows = self.rows("report-template", f"office=={self.region};status=={status}", PERFORMANCE)
            if rows:
                return rows[0]
        return self.fail(status)

    def test_6_bad_input_names_its_rule_and_what_to_do_in_both_languages(self):
        project = self.project("第一中学坏输入")
        story.stands(project["id"], "executing")
        goal = self.goal(project)
        first = self.rows("goal-indicator", f"goal=={goal.rsplit('/', 1)[1]}", CLERK)[0]
        line = {"goal": first["goal"], "line_no": 9, "first_level": "output", "second_level": "quantity", "name": "目标为零", "nature": "at_least", "target": "0",
                "unit_of_measure": "%", "weight": "1"}
        self.told_why("POST", "/performance/goal-indicator", line, CLERK, "performance.target_zero")
        self.change(f"/performance/goal-indicator/{first['id']}", {"weight": "5"}, CLERK)
        self.told_why("POST", f"{goal}/transitions/submit", {}, CLERK, "performance.weights", goal)
        self.change(f"/performance/goal-indicator/{first['id']}", {"weight": "15"}, CLERK)
        self.move(goal, "submit", CLERK)
        self.move(goal, "approve", PERFORMANCE)
        evaluation = self.evaluate(project, "finance", "finance_20_20_30_30", PERFORMANCE, "50", "50")
        number = evaluation.rsplit("/", 1)[1]
        score = next(row for row in self.rows("score-line", f"evaluation=={number}", PERFORMANCE) if row["nature"] != "qualitative")
        self.told_why("PATCH", f"/performance/score-line/{score['id']}", {"actual_unit": ""}, PERFORMANCE, "performance.actual_unit",
                      f"/performance/score-line/{score['id']}")
        proof = f"/performance/evidence/{self.rows('evidence', 'score_line==' + score['id'], PERFORMANCE)[0]['id']}"
        self.assertEqual(server.ask("DELETE", proof, who=PERFORMANCE, headers=self.etag(proof, PERFORMANCE))[0], 204)
        self.told_why("POST", f"{evaluation}/transitions/submit", {}, PERFORMANCE, "performance.evidence", evaluation)
        self.make("/performance/evidence", {"evaluation": number, "score_line": score["id"], "title": "验收单", "document_ref": "验2号", "measured": "50"}, PERFORMANCE)
        self.move(evaluation, "submit", PERFORMANCE)
        self.move(evaluation, "confirm", LEADER)
        self.policy()
        self.make("/performance/propose", {"region": self.region, "fiscal_year": EVALUATED}, PERFORMANCE, 200)
        result = self.rows("result", f"project=={project['id']}", PERFORMANCE)[0]["id"]
        self.move(f"/performance/result/{result}", "notify", PERFORMANCE)
        story.days_pass(result, story.TODAY - datetime.timedelta(days=1))
        self.told_why("POST", "/performance/appeal", {"unit": self.unit, "result": result, "serial": 1, "ground": "迟到"}, CLERK, "performance.appeal_late")
        pack = {"region": self.region, "code": "below", "edition": 1, "name": "负数", "document_no": "草案", "valid_from": f"{EVALUATED}-01-01",
                "rules": {**story.RULES, "poor": {"factor": "-0.5"}}}
        self.told_why("POST", "/performance/policy-pack", pack, PERFORMANCE, "performance.policy")
        template = {"code": "bad", "edition": 1, "name": "坏模板", "kind": "project", "valid_from": f"{EVALUATED}-01-01", "body": "# 标题\n{{nobody.knows}}"}
        self.told_why("POST", "/performance/report-template", template, "standards-editor", "performance.report_field")
        story.stands(project["id"], "terminated")
        again = {"unit": self.unit, "project": project["id"], "fiscal_year": EVALUATED, "kind": "department", "scheme": self.schemes["finance_20_20_30_30"]}
        self.told_why("POST", "/performance/evaluation", again, PERFORMANCE, "performance.cancelled_project")

    def told_why(self, method, path, body, who, rule, version_of=None):
        """Refused as a rule: the rule's id, and message and remedy in Chinese and in English."""
        headers = self.etag(version_of, who) if version_of else {}
        self.assertEqual(server.problem(method, path, body, who, headers)[0], 422, path)
        status, answer, _ = server.ask(method, path, body, who, headers)
        self.assertIn(rule, [error["code"] for error in answer["errors"]], answer)

    def begun(self, name):
        project = self.project(name)
        story.stands(project["id"], "executing")
        self.approved_goal(project)
        return project


if __name__ == "__main__":
    unittest.main(verbosity=2)
