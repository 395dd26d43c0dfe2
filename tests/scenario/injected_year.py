"""A small year of a unit's facts with violations of every rule put in on purpose, and sound ones around them.

Written from the text of the rules, with no look at the code that finds them. `make(seed)` answers rows {subject, object,
title, facts} and the truth {object: {rules}}. Money is decimal yuan in text, as people write it.
"""
import datetime
import random

DAY = datetime.date
YEAR = 2025
END = DAY(YEAR, 12, 31)
SOUND_OF_EACH = 12


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02}"


class Year:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.rows, self.truth, self.counter = [], {}, 0

    def put(self, subject, facts, *rules):
        self.counter += 1
        name = f"{subject}-{self.counter:04}"
        self.rows.append({"subject": subject, "object": name, "title": name, "facts": facts})
        self.truth[name] = set(rules)

    def fen(self, least, most):
        """An amount that is no round number."""
        return self.random.randrange(least * 100, most * 100) | 1

    def day(self, first, last):
        return first + datetime.timedelta(self.random.randrange((last - first).days + 1))

    # What nobody could object to.
    def payment(self, fen=None, **changes):
        fen = fen or self.fen(200, 45_000)
        serial = f"{self.counter + 1:06}"
        facts = {"amount": yuan(fen), "day": self.day(DAY(YEAR, 1, 5), DAY(YEAR, 12, 20)).isoformat(), "indicator": True, "available": yuan(fen * 3),
                 "plan_balance": yuan(fen * 2), "economic_class": "30226", "use": "劳务", "account": "6222" + serial, "own_account": False,
                 "invoices": [{"number": "F" + serial, "checked": True}], "earlier": [], "maker": "甲", "reviewer": "乙", "checker": "丙",
                 "hour": self.random.randrange(8, 18), "review_seconds": self.random.randrange(300, 4000)}
        return {**facts, **changes}

    def contracted(self, whole, fen, **changes):
        facts = {"available": yuan(10**12), "plan_balance": yuan(10**12), "contract": f"HT-{self.counter + 1}", "signed_on": "2025-01-02",
                 "contract_amount": yuan(whole), "accepted": False, "second_review": True}
        return self.payment(fen, **{**facts, **changes})

    def line(self, **changes):
        budget = self.fen(100_000, 900_000)
        facts = {"as_of": "2025-09-30", "budget": yuan(budget), "paid": yuan(budget * 3 // 4), "issued_on": "2025-01-20", "first_paid_on": "2025-02-18",
                 "source_year": YEAR, "balance": yuan(budget // 4), "economic_class": "30201"}
        return {**facts, **changes}

    def project(self, **changes):
        total = self.fen(500_000, 3_000_000)
        facts = {"approved_total": yuan(total), "paid": yuan(total // 2), "contracted": yuan(total // 4), "forecast": yuan(total // 8), "budget": yuan(total),
                 "output": 0.6, "total_investment": yuan(total), "alike": [], "grants": []}
        return {**facts, **changes}

    def contract(self, **changes):
        facts = {"amount": yuan(self.fen(60_000, 900_000)), "changes": "0.00", "as_of": "2025-12-31", "procured": True, "plan_approved_on": "2025-03-01",
                 "awarded_on": "2025-04-01", "signed_on": "2025-04-20", "delivered_on": "2025-08-01"}
        return {**facts, **changes}

    def purchase(self, fen, **changes):
        return {"amount": yuan(fen), "budgeted": True, "budget_left": yuan(fen), **changes}

    def deal(self, category, supplier, fen, day, **changes):
        self.counter += 1
        return {"id": f"d{self.counter}", "category": category, "supplier": supplier, "amount": yuan(fen), "day": day, **changes}

    def book(self, *more):
        """Eight suppliers with a share each, small amounts of as many kinds, and what is added."""
        return {"deals": [self.deal(f"A{n:02}", f"供应商{n}", 1_500_000 + n * 101, f"2025-0{n + 1}-10") for n in range(8)] + list(more)}

    def supplier(self, **changes):
        return {"name": "某公司", "staff_links": [], "registered": True, "set_up_on": "2015-06-01", "awarded_on": "2025-05-01", **changes}


def of_payment(y):
    for over in (1, 5_000, 10**9):
        fen = y.fen(500, 40_000)
        y.put("payment", y.payment(fen, available=yuan(fen - 1) if over == 1 else yuan(max(fen - over, 0))), "R01")
        y.put("payment", y.payment(fen, plan_balance=yuan(max(fen - over, 0))), "R04")
        y.put("payment", y.payment(fen, indicator=False, available=None), "R03")
        y.put("payment", y.payment(fen, available=yuan(fen), plan_balance=yuan(fen)))
        y.put("payment", y.payment(fen, available="0.00", plan_balance="0.00", indicator=False, refund=True))
    for whole in (1_000_003, 20_000_001, 300_000_007):
        y.put("payment", y.contracted(whole, whole // 2, day="2025-01-01"), "R15")
        y.put("payment", y.contracted(whole, whole // 2, day="2025-01-01", advance_clause=True))
        y.put("payment", y.contracted(whole, whole // 2 + 2, contract_paid=yuan(whole // 2), accepted=True), "R16")
        y.put("payment", y.contracted(whole, whole // 2, contract_paid=yuan(whole // 2), accepted=True))
        y.put("payment", y.contracted(whole, whole * 3 // 10 + 1, advance=True), "R18")
        y.put("payment", y.contracted(whole, whole * 3 // 10, advance=True))
        y.put("payment", y.contracted(whole, whole * 6 // 10, advance=True, advance_clause=True))
        y.put("payment", y.contracted(whole, whole // 2, contract_paid=yuan(whole * 95 // 100 - whole // 2 + 1)), "R19")
        y.put("payment", y.contracted(whole, whole // 2, contract_paid=yuan(whole * 95 // 100 - whole // 2)))
    for days in (0, 12, 30, 31, 200):
        base = y.payment()
        before = (DAY.fromisoformat(base["day"]) - datetime.timedelta(days)).isoformat()
        twin = {"id": "old", "account": base["account"], "amount": base["amount"], "use": base["use"], "day": before, "invoice": "F-old"}
        y.put("payment", {**base, "earlier": [twin]}, *(["R27"] if days <= 30 else []))
        y.put("payment", {**y.payment(), "earlier": [twin]})
        again = y.payment()
        y.put("payment", {**again, "earlier": [{**twin, "account": "x", "invoice": again["invoices"][0]["number"]}]}, "R27")
        y.put("payment", {**again, "invoices": [{"number": f"G{days}", "checked": True}], "earlier": [{**twin, "account": "x", "refunded": True}]})
    for wrong in ({"voided": True}, {"wrong_title": True}, {"used_by": "P-7"}):
        y.put("payment", y.payment(invoices=[{"number": "H", "checked": True}, {"number": "K", "checked": True, **wrong}]), "R28")
    for _ in range(3):
        y.put("payment", y.payment(own_account=True), "R29")
        y.put("payment", y.payment(own_account=True, approval_code="财批1号"))
        y.put("payment", y.payment(y.fen(2_001, 9_000), person=True), "R30")
        y.put("payment", y.payment(200_000, person=True))
        y.put("payment", y.payment(y.fen(2_001, 9_000), person=True, payroll=True))
        y.put("payment", y.payment(economic_class=y.random.choice(["30201", "30217", "30211"])), "R31")
        y.put("payment", y.payment(economic_class="30217", official_card=True))
        y.put("payment", y.payment(economic_class="30215", card_excused=True))
        y.put("payment", y.payment(50_000_000 + y.random.randrange(900)), "R32")
        y.put("payment", y.payment(49_999_999))
        y.put("payment", y.payment(499_999_999, project_level=True))
        y.put("payment", y.payment(500_000_000, project_level=True), "R32")
        y.put("payment", y.payment(use=y.random.choice(["会议场租", "业务培训", "公务接待"]), economic_class=y.random.choice(["30227", "30299"])), "R33")
        y.put("payment", y.payment(use="业务培训", economic_class="30216", official_card=True))
        y.put("payment", y.payment(specific=True, goal_approved=True, economic_class=y.random.choice(["30101", "30206"])), "R36")
        y.put("payment", y.payment(specific=True, goal_approved=True, economic_class="31003"))
        y.put("payment", y.payment(special_fund="教育", allowed_classes=["310", "30213"], economic_class="30226"), "R42")
        y.put("payment", y.payment(special_fund="教育", allowed_classes=["310", "302"]))
        y.put("payment", y.payment(specific=True, goal_approved=False, economic_class="31003"), "R44")
        y.put("payment", y.payment(y.fen(100_001, 400_000), hour=y.random.choice([0, 3, 6, 20, 23])), "R48")
        y.put("payment", y.payment(y.fen(100_001, 400_000), holiday=True), "R48")
        y.put("payment", y.payment(10_000_000, hour=23))
        y.put("payment", y.payment(y.fen(100_001, 400_000), hour=y.random.choice([7, 19])))
        y.put("payment", y.payment(**{y.random.choice(["reviewer", "checker"]): "甲"}), "R49")
        y.put("payment", y.payment(100_000_001 + y.random.randrange(99), second_review=True, review_seconds=y.random.randrange(1, 60)), "R50")
        y.put("payment", y.payment(100_000_001, second_review=True, review_seconds=60))
        y.put("payment", y.payment(repaid=True, former_account="1", account="2" + str(y.counter)), "R52")
        y.put("payment", y.payment(repaid=True, former_account="77" + str(y.counter), account="77" + str(y.counter)))


def of_line(y):
    for share in (0, 100, 440):
        budget = 73_000_000
        y.put("line", y.line(budget=yuan(budget), paid=yuan(budget * share // 1000)), "R05")
        y.put("line", y.line(budget=yuan(budget), paid=yuan(budget * (560 + share // 10) // 1000)))
        y.put("line", y.line(plan_to_date="1000.00", paid="799.99"), "R05")
        y.put("line", y.line(plan_to_date="1000.00", paid="800.00"))
        y.put("line", y.line(plan_to_date="1000.00", paid=yuan(100_001 + share)), "R04")
        rush = {"as_of": "2025-12-31", "budget": "1000.00", "paid": "1000.00"}
        y.put("line", y.line(**rush, december=yuan(25_001 + share)), "R06")
        y.put("line", y.line(**rush, december="250.00", last_ten_days="100.00"))
        y.put("line", y.line(**rush, december="120.00", last_ten_days=yuan(10_001 + share)), "R06")
        idle = {"as_of": "2025-09-30", "first_paid_on": None, "paid": "0.00", "scheduled": True}
        y.put("line", y.line(**idle, issued_on=(DAY(2025, 9, 30) - datetime.timedelta(90 + share // 4)).isoformat()), "R07")
        y.put("line", y.line(**idle, issued_on=(DAY(2025, 9, 30) - datetime.timedelta(89)).isoformat()))
        y.put("line", y.line(source_year=2023 - share // 200), "R08")
        y.put("line", y.line(source_year=2024))
        y.put("line", y.line(superior_on="2025-01-01", issued_on=(DAY(2025, 2, 1) + datetime.timedelta(share // 20)).isoformat(), first_paid_on="2025-04-01"), "R09")
        y.put("line", y.line(superior_on="2025-01-01", issued_on="2025-01-31"))
        public = {"economic_class": y.random.choice(["30212", "30217", "30231"]), "budget": "1000.00", "paid": "800.00"}
        y.put("line", y.line(**public, year_start=yuan(79_999 - share), last_year="900.00"), "R34")
        y.put("line", y.line(**public, year_start="900.00", last_year="799.99"), "R34")
        y.put("line", y.line(**public, year_start="800.00", last_year="800.00"))
        due = {"as_of": "2025-12-31", "guarantee": True, "budget": "1000.00", "due": "1000.00"}
        y.put("line", y.line(**due, paid="949.99", coverage=0.5), "R51")
        y.put("line", y.line(**due, paid="1000.00", coverage=0.29), "R51")
        y.put("line", y.line(**due, paid="950.00", coverage=0.3))


def of_project(y):
    for step in range(3):
        total = 100_000_000
        y.put("project", y.project(approved_total=yuan(total), paid="400000.00", contracted="400000.00", forecast=yuan(20_000_001 + step * 10**7)), "R02")
        y.put("project", y.project(approved_total=yuan(total), paid="400000.00", contracted="400000.00", forecast="200000.00"))
        alike = {"project": f"T{step}", "similarity": 0.85 + step / 25, "years_apart": step}
        y.put("project", y.project(alike=[alike]), "R25")
        y.put("project", y.project(alike=[{**alike, "similarity": 0.3, "same_place": True, "same_content": True}]), "R25")
        y.put("project", y.project(alike=[{**alike, "years_apart": 3}, {**alike, "similarity": 0.84}, {**alike, "judged_different": True}]))
        y.put("project", y.project(grants=[{"fund": "教育", "amount": "1.00"}, {"fund": "安全", "amount": "1.00"}]), "R26")
        y.put("project", y.project(grants=[{"fund": "教育", "amount": "99999999.00"}]), "R26")
        y.put("project", y.project(grants=[{"fund": "教育", "amount": "1.00"}]))
        spent = {"budget": "1000.00", "paid": "900.00", "approved_total": "5000.00", "contracted": "0.00", "forecast": "0.00"}
        y.put("project", y.project(**spent, output=0.59 - step / 10), "R45")
        y.put("project", y.project(**spent, output=0.6))
        y.put("project", y.project(**{**spent, "paid": "899.99"}, output=0.1))


def of_buying(y):
    for step in range(3):
        y.put("contract", y.contract(plan_approved_on="2025-04-21"), "R13")
        y.put("contract", y.contract(plan_approved_on="2025-05-21", urgent=True))
        y.put("contract", y.contract(delivered_on="2025-04-19"), "R14")
        y.put("contract", y.contract(delivered_on="2025-04-20"))
        y.put("contract", y.contract(amount="1000.00", changes=yuan(10_001 + step)), "R17")
        y.put("contract", y.contract(amount="1000.00", changes="100.00"))
        y.put("contract", y.contract(amount="1000.00", changes="50.00", paid="1050.01"), "R16")
        y.put("contract", y.contract(signed_on=(DAY(2025, 5, 2) + datetime.timedelta(step)).isoformat()), "R20")
        y.put("contract", y.contract(signed_on="2025-05-01"))
        y.put("purchase", y.purchase(400_000_000 + step), "R12")
        y.put("purchase", y.purchase(399_999_999))
        y.put("purchase", y.purchase(900_000_000, open_tender=True))
        y.put("purchase", y.purchase(5_000_001, budget_left="50000.00"), "R41")
        y.put("purchase", y.purchase(5_000_001, budgeted=False), "R41")
        y.put("purchase", y.purchase(5_000_001, budgeted=False, below_catalogue=True))
        y.put("purchase_book", y.book())
        split = [y.deal("B01", f"施工{n}", 17_000_000, f"2025-{3 * n + 1:02}-15") for n in range(3)]
        y.put("purchase_book", y.book(*split), "R10")
        y.put("purchase_book", y.book(*split[:2]))
        near = [y.deal(f"N{n}", f"贴线{n}", 45_000_000 + n, f"2025-0{n + 2}-03") for n in range(3)]
        y.put("purchase_book", y.book(*near), "R11")
        y.put("purchase_book", y.book(*near[:2]))
        y.put("purchase_book", y.book(y.deal("M1", "独大", 90_000_000, "2025-06-01")), "R23")
        bidders = [{"name": f"公司{n}", "legal_person": f"人{n}", "phone": f"139{n}", "address": f"路{n}", "bank_account": f"户{n}", "network_address": f"10.0.0.{n}"} for n in range(4)]
        y.put("tender", {"bidders": bidders})
        shared = ("phone", "bank_account", "network_address")[step]
        y.put("tender", {"bidders": [*bidders, {"name": "陪标", shared: bidders[1][shared]}]}, "R21")
        y.put("supplier", y.supplier(staff_links=["王某"]), "R22")
        y.put("supplier", y.supplier(staff_links=["王某"], links_declared=True))
        y.put("supplier", y.supplier(**{("blacklisted", "cancelled", "blacklisted")[step]: True}), "R24")
        y.put("supplier", y.supplier(set_up_on=(DAY(2025, 2, 1) + datetime.timedelta(step)).isoformat()), "R24")
        y.put("supplier", y.supplier(set_up_on="2025-01-31"))


def of_holding(y):
    for step in range(3):
        asset = {"count": 10, "price": "5000.00", "standard_count": 10, "standard_price": "5000.00", "as_of": "2025-12-31"}
        y.put("asset", {**asset, "count": 11 + step}, "R38")
        y.put("asset", {**asset, "price": yuan(500_001 + step)}, "R38")
        y.put("asset", asset)
        bought = {"economic_class": ("31002", "30902", "31003")[step], "as_of": "2025-12-31"}
        y.put("asset", {**bought, "paid_on": (END - datetime.timedelta(61 + step)).isoformat()}, "R39")
        y.put("asset", {**bought, "paid_on": (END - datetime.timedelta(60)).isoformat()})
        y.put("asset", {**bought, "paid_on": "2025-01-05", "carded_on": "2025-01-20"})
        age = {"acquired_on": "2019-06-10", "minimum_years": 6}
        y.put("asset", {**age, "replaced_on": (DAY(2025, 6, 9) - datetime.timedelta(step * 100)).isoformat()}, "R40")
        y.put("asset", {**age, "replaced_on": "2025-06-10"})
        y.put("asset", {**age, "replaced_on": "2021-06-10", "reported": True})
        meeting = {"people": 40 + step, "days": 2, "standard": "450.00"}
        y.put("meeting", {**meeting, "amount": yuan((40 + step) * 90_000 + 1)}, "R35")
        y.put("meeting", {**meeting, "amount": yuan((40 + step) * 90_000)})
        staff = {"economic_class": "30102", "roster": True}
        good = {"name": "张三", "amount": "1000.00", "standard": "1000.00", "on_roster": True}
        y.put("pay_list", {**staff, "people": [good]})
        y.put("pay_list", {**staff, "people": [good, {"name": "影子", "amount": "10.00"}]}, "R37")
        y.put("pay_list", {**staff, "people": [{**good, "amount": "1000.01"}]}, "R37")
        subsidy = {"compared": True, "paid_on": "2025-06-01"}
        y.put("subsidy", subsidy)
        y.put("subsidy", {**subsidy, **({"died_on": "2025-05-31"}, {"duplicate": True}, {"company": True})[step]}, "R43")
        y.put("subsidy", {**subsidy, "died_on": "2025-06-01"})


def of_books(y):
    benford = (301, 176, 125, 97, 79, 67, 58, 51, 46)
    for step in range(1, 4):
        digits = [n * step for n in benford]
        y.put("payment_book", {"rows": 1000 * step, "round_rows": 300 * step, "first_digits": digits})
        y.put("payment_book", {"rows": 900 * step, "round_rows": 10, "first_digits": [100 * step] * 9}, "R46")
        y.put("payment_book", {"rows": 1000 * step, "round_rows": 300 * step + 1, "first_digits": digits}, "R47")
    y.put("payment_book", {"rows": 99, "round_rows": 99, "first_digits": [11] * 9})


def make(seed):
    y = Year(seed)
    for part in (of_payment, of_line, of_project, of_buying, of_holding, of_books):
        part(y)
    for _ in range(SOUND_OF_EACH):
        y.put("payment", y.payment())
        y.put("line", y.line())
        y.put("project", y.project())
        y.put("contract", y.contract())
        y.put("supplier", y.supplier())
    y.random.shuffle(y.rows)
    return y.rows, y.truth
