// 用款计划 (J8) and 支付申请 (J9) as pages for printing, as the caller sees them.

#include <functional>

#include "plugins/treasury/service/facts.hpp"
#include "sdk/values/markup.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::treasury {

namespace {

constexpr const char* kStyle =
    "@page{size:A4;margin:18mm}body{font:14px/1.6 'Noto Sans SC','Microsoft "
    "YaHei',sans-serif;color:#000;max-width:180mm;"
    "margin:0 auto}h1{font-size:20px;text-align:center}table{border-collapse:collapse;width:100%;margin:0 0 12px}"
    "th,td{border:1px solid #000;padding:4px 8px;text-align:left;vertical-align:top}th{width:22%;font-weight:600}"
    "td.n,th.n{text-align:right}.hands td{height:3.2em}";

/// A page with tables; names of fields are texts "print.<name>".
class Page {
 public:
  Page(const Call& call, const char* title) : call_(call), title_(call.text(std::string("print.") + title)) {}

  [[nodiscard]] std::string label(const std::string& name) const { return call_.text("print." + name); }
  void line(const std::string& name, const std::string& value) {
    rows_ += "<tr><th>" + html_text(label(name)) + "</th><td>" + html_text(value) + "</td></tr>";
  }
  void table(const std::string& title, const std::vector<const char*>& columns, const std::vector<Row>& rows,
             const std::function<std::string(const Row&, const std::string&)>& cell) {
    close();
    if (rows.empty()) return;
    body_ += "<h2>" + html_text(label(title)) + "</h2><table><tr>";
    for (const char* column : columns) body_ += "<th>" + html_text(label(column)) + "</th>";
    body_ += "</tr>";
    for (const Row& row : rows) {
      body_ += "<tr>";
      for (const char* column : columns) body_ += "<td>" + html_text(cell(row, column)) + "</td>";
      body_ += "</tr>";
    }
    body_ += "</table>";
  }
  /// Who has signed, and room for those who sign on paper.
  void hands(const std::vector<std::pair<const char*, std::string>>& names) {
    close();
    std::string heads, cells;
    for (const auto& [role, name] : names) {
      heads += "<th>" + html_text(label(role)) + "</th>";
      cells += "<td>" + html_text(name) + "</td>";
    }
    body_ += "<table class=\"hands\"><tr>" + heads + "</tr><tr>" + cells + "</tr></table>";
  }
  Answer answer() {
    close();
    const std::string title = html_text(title_);
    return Answer{200, "text/html; charset=utf-8",
                  "<!doctype html><html lang=\"" + call_.language() + "\"><head><meta charset=\"utf-8\"><title>" +
                      title + "</title><style>" + kStyle + "</style></head><body><h1>" + title + "</h1>" + body_ +
                      "</body></html>"};
  }

 private:
  void close() {
    if (!rows_.empty()) body_ += "<table>" + rows_ + "</table>";
    rows_.clear();
  }

  const Call& call_;
  std::string title_, rows_, body_;
};

std::string yuan(const Row& row, const char* field) { return row.has(field) ? grouped(row.money(field)) : ""; }

/// A code of an enumeration as a text "print.<field>.<code>".
std::string told(const Page& page, const Row& row, const std::string& field) {
  return row.text(field).empty() ? "" : page.label(field + "." + row.text(field));
}

std::string yes_or_no(const Page& page, const Row& row, const char* field) {
  return page.label(row.flag(field) ? "yes" : "no");
}

Result<std::string> person_of(const Call& call, const Row& row, const char* field) {
  if (!row.has(field)) return std::string();
  OB_TRY(const auto grants, call.holders({{"user", row.text(field)}}));
  return grants.empty() ? row.text(field) : grants.front().text("display_name");
}

/// The indicator, as far as the caller sees it.
Row indicator_row(const Call& call, RecordId id) {
  const auto row = call.records().get("ledger.indicator", id);
  return row ? *row : Row();
}

void indicator_lines(Page& page, const Row& indicator) {
  page.line("indicator", indicator.text("code"));
  page.line("available", yuan(indicator, "available"));
  for (const char* name :
       {"document_no", "project_code", "fund_kind", "functional_class", "government_class", "department_class"})
    page.line(name, indicator.text(name));
}

} // namespace

Result<Answer> print_plan(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row plan, call.records().get(kPlan, id));
  OB_TRY(const Row unit, call.node(plan.ref("unit")));
  Page page(call, "plan");
  page.line("plan_no", plan.text("plan_no"));
  page.line("unit", unit.text("name"));
  page.line("fiscal_year", std::to_string(plan.number("fiscal_year")));
  page.line("month", std::to_string(plan.number("month")));
  indicator_lines(page, indicator_row(call, plan.ref("indicator")));
  page.line("pay_type", told(page, plan, "pay_type"));
  page.line("spending_kind", told(page, plan, "spending_kind"));
  page.line("requested_amount", yuan(plan, "requested_amount"));
  page.line("approved_amount", yuan(plan, "approved_amount"));
  page.line("used", yuan(plan, "used"));
  page.line("use", plan.text("use"));
  page.line("status", told(page, plan, "status"));
  OB_TRY(const std::string maker, person_of(call, plan, "created_by"));
  page.hands({{"maker", maker}, {"reviewer", ""}, {"approver", ""}});
  return page.answer();
}

Result<Answer> print_request(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row row, call.records().get(kRequest, id));
  OB_TRY(const Row unit, call.node(row.ref("unit")));
  Page page(call, "request");
  page.line("request_no", row.text("request_no"));
  page.line("request_date", row.text("request_date"));
  page.line("unit", unit.text("name"));
  page.line("office", row.text("office"));
  indicator_lines(page, indicator_row(call, row.ref("indicator")));
  for (const char* coded : {"pay_type", "settlement", "business", "payee_kind"})
    page.line(coded, told(page, row, coded));
  for (const char* text :
       {"contract_no", "acceptance_no", "payee_name", "payee_account", "payee_bank", "payee_bank_no"})
    page.line(text, row.text(text));
  page.line("amount", yuan(row, "amount"));
  if (row.has("foreign_amount")) page.line("foreign_amount", row.text("currency") + " " + yuan(row, "foreign_amount"));
  page.line("use", row.text("use"));
  for (const char* mark : {"is_procurement", "is_advance", "three_guarantees", "direct_funds"})
    page.line(mark, yes_or_no(page, row, mark));
  page.line("status", told(page, row, "status"));
  const std::string own = "request==" + id.str();
  OB_TRY(const auto invoices, call.records().list("treasury.payment_invoice", where(own, "number")));
  page.table(
      "invoices", {"code", "number", "seller", "issued_on", "amount"}, invoices,
      [](const Row& one, const std::string& name) { return name == "amount" ? yuan(one, "amount") : one.text(name); });
  OB_TRY(const auto papers, call.records().list("treasury.payment_paper", where(own, "id")));
  page.table("papers", {"title", "answers"}, papers,
             [](const Row& one, const std::string& name) { return one.text(name); });
  OB_TRY(const auto hits,
         call.records().list("treasury.payment_hit",
                             where("subject_entity==" + plugin::quoted(kRequest) + ";subject_id==" + id.str(), "id")));
  const bool english = call.language().rfind("en", 0) == 0;
  page.table("hits", {"rule", "level", "message"}, hits, [&](const Row& one, const std::string& name) {
    if (name == "level") return told(page, one, "level");
    return name == "message" && english ? one.text("message_en") : one.text(name);
  });
  std::vector<std::pair<const char*, std::string>> hands;
  for (const char* hand : {"maker", "reviewer", "approver"}) {
    OB_TRY(std::string name, person_of(call, row, hand));
    hands.emplace_back(hand, std::move(name));
  }
  page.hands(hands);
  return page.answer();
}

} // namespace onebudget::treasury
