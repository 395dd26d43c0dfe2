#!/usr/bin/env python3
"""A year that was executed, put behind the server for the walks of the dashboards: indicators, payments by month, plans,
alerts and evaluations for the projects of the library. Whoever shows them computes them anew: POST /insight/rebuild.

Usage: execution.py DATABASE YEAR
"""
import collections
import itertools
import sqlite3
import sys

LEVELS = [("R02", "red", "累计支出预计超过批复总额", "Projected cost above the approved total"), ("R05", "yellow", "执行进度落后于时间进度", "Execution behind the calendar"),
          ("R10", "orange", "同类采购可能拆分", "Purchases of one kind may have been split"), ("R32", "yellow", "大额支付待复核", "A large payment needs a second review")]
GRADES = [("excellent", 9350), ("good", 8420), ("good", 8800), ("fair", 7150), ("poor", 5200), ("excellent", 9100)]


def main(path, year):
    with sqlite3.connect(path, timeout=60) as database:
        serial = collections.defaultdict(lambda: itertools.count(1))  # below every id that the server gives
        place = "id, version, created_at, updated_at, owner_path, gov_level, department_code, unit, fiscal_year"

        def put(table, like, **values):
            row = {"id": next(serial[table]), "version": 1, "created_at": like["created_at"], "updated_at": like["created_at"], "owner_path": like["owner_path"],
                   "gov_level": like["gov_level"], "department_code": like["department_code"], "unit": like["unit"], "fiscal_year": year, **values}
            assert set(place.split(", ")) <= set(row)
            database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
            return row["id"]

        database.row_factory = sqlite3.Row
        projects = database.execute("SELECT * FROM p_compilation__project WHERE fiscal_year = ? AND status = 'in_library' ORDER BY code", (year,)).fetchall()
        for n, project in enumerate(projects):
            amount, city = project["year_amount"], int(project["code"][2:4])
            thousandths = min(1000, 480 + 55 * (city * 7 % 10) + 17 * (n % 7))
            paid = amount * thousandths // 1000
            held = (amount - paid) // 4
            indicator = put("p_ledger__indicator", project, code=f"E2E-{project['code']}", stage="executable", source_year=year, project_code=project["code"], kept="kept",
                            amount=amount, paid=paid, frozen=0, reserved=held, confirmed=held, available=amount - paid - 2 * held, control_round=0)
            for month in range(1, 12):
                part = paid * month * (month + 1) // (11 * 12) - paid * (month - 1) * month // (11 * 12)
                put("p_ledger__entry", project, number=f"E2E-{project['code']}-{month}", event="consume", indicator=indicator, amount=part, posted_on=f"{year}-{month:02}-20",
                    month=month, kept="kept")
            for month in range(1, 13):
                put("p_treasury__usage_plan", project, plan_no=f"E2E-{project['code']}-{month}", indicator=indicator, month=month, approved_amount=amount // 12, requested_amount=amount // 12,
                    used=0, pay_type="central", use="e2e", status="approved")
            if n % 23 == 5:
                rule, level, chinese, english = LEVELS[n // 23 % len(LEVELS)]
                put("p_monitoring__alert", project, cause=f"e2e|{project['code']}", rule=rule, rule_title=chinese, level=level, effect="inquire", subject="project", object=project["code"],
                    object_title=project["name"], message_zh=chinese, message_en=english, evidence="[]", behind="[]", raised_on=f"{year}-11-{1 + n % 27:02}", due_on=f"{year}-12-20", told_by="e2e", status="open")
            if n % 6 == 1:
                grade, total = GRADES[n // 6 % len(GRADES)]
                put("p_performance__evaluation", project, number=f"E2E-{n}", project=project["id"], kind="finance", total=total, grade=grade, publish=1, status="confirmed")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
