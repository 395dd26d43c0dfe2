#include "plugins/treasury/service/request/rules.hpp"

#include <algorithm>
#include <charconv>

#include "plugins/treasury/domain/plan/month_plan.hpp"
#include "plugins/treasury/domain/request/currency.hpp"
#include "plugins/treasury/domain/request/payment.hpp"
#include "plugins/treasury/domain/voucher/undo.hpp"

namespace onebudget::treasury {

namespace {

constexpr const char* kFacts[] = {
    "request_no",     "fiscal_year", "office",        "pay_type",   "settlement",       "business",
    "is_procurement", "contract_no", "acceptance_no", "is_advance", "three_guarantees", "direct_funds",
    "payee_kind",     "payee_name",  "payee_account", "payee_bank", "payee_code",       "currency",
    "foreign_amount", "amount",      "use",           "plan",       "indicator",        "repays",
    "approval_no",    "maker",       "reviewer",      "approver"};

template <class Item>
void add(std::vector<Item>& to, std::vector<Item> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

PayeeKind payee_kind_of(const std::string& text) {
  if (text == "person") return PayeeKind::person;
  if (text == "card") return PayeeKind::card;
  return text == "batch" ? PayeeKind::batch : PayeeKind::company;
}

Result<PaymentForm> form_of(const Call& call, const Row& row, Day day) {
  PaymentForm form;
  form.fiscal_year = static_cast<int>(row.number("fiscal_year"));
  form.day = day;
  form.today = call.today();
  OB_TRY(form.backdate_days, number_setting(call, "backdate_days"));
  form.payee_kind = payee_kind_of(row.text("payee_kind"));
  form.payee = {row.text("payee_name"), row.text("payee_account"), row.text("payee_bank")};
  form.procurement = row.flag("is_procurement");
  form.has_contract = !row.text("contract_no").empty();
  form.settled_by_card = row.text("settlement") == "card";
  form.amount = row.money("amount");
  return form;
}

/// "7.123456" in millionths; the field has six decimals.
std::int64_t millionths(const std::string& text) {
  std::string digits;
  std::size_t decimals = 0;
  bool behind = false;
  for (const char c : text) {
    if (c == '.') {
      behind = true;
      continue;
    }
    if (behind && decimals == 6) break;
    digits += c;
    decimals += behind ? 1 : 0;
  }
  digits += std::string(6 - decimals, '0');
  std::int64_t out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

Result<void> look_at_currency(const Call& call, const Row& row, Day day, Examination& out) {
  ForeignAmount payment;
  payment.currency = row.text("currency").empty() ? kYuan : row.text("currency");
  payment.amount = row.money("amount");
  if (row.has("foreign_amount")) payment.foreign = row.money("foreign_amount");
  if (payment.currency != kYuan) {
    OB_TRY(const Json rate, rate_on(call, payment.currency, day));
    if (rate.is_string()) payment.rate = Rate{day, millionths(rate.get<std::string>())};
  }
  add(out.findings, check_currency(payment));
  return {};
}

Result<void> look_at_plan(const Call& call, const Row& row, Day day, Examination& out) {
  std::optional<PlanBalance> balance;
  if (row.has("plan")) {
    OB_TRY(const Row plan, call.records().get(kPlan, row.ref("plan")));
    const bool own = plan.text("unit") == row.text("unit");
    balance = PlanBalance{static_cast<int>(plan.number("fiscal_year")), static_cast<int>(plan.number("month")),
                          own && plan.text("status") == "approved", plan.money("approved_amount"), plan.money("used")};
  }
  add(out.hits, check_plan_balance(balance, row.money("amount"), day));
  return {};
}

Result<void> look_at_repayment(const Call& call, const Row& row, Examination& out) {
  if (!row.has("repays")) return {};
  OB_TRY(const Row before, call.records().get(kCertificate, row.ref("repays")));
  const bool refunded = Money() < before.money("refunded");
  if (!refunded || before.text("unit") != row.text("unit"))
    out.findings.push_back(
        {"/repays",
         "treasury.repays",
         {"原凭证没有退款，不能重新支付。", "Nothing of that voucher came back; it is not paid again."},
         {"请核对原凭证。", "Check the voucher."}});
  add(out.hits, payee_after_refund(refunded, before.text("payee_account"), row.text("payee_account")));
  return {};
}

Json facts_json(const Row& row, const Papers& papers) {
  Json facts = Json::object();
  for (const char* name : kFacts)
    if (row.has(name)) facts[name] = row.at(name);
  facts["invoices"] = Json::array();
  for (const Row& invoice : papers.invoice_rows)
    facts["invoices"].push_back({{"code", invoice.at("code")},
                                 {"number", invoice.at("number")},
                                 {"seller", invoice.at("seller")},
                                 {"issued_on", invoice.at("issued_on")},
                                 {"amount", invoice.at("amount")}});
  facts["details"] = papers.details.size();
  return facts;
}

/// What this plugin knows of a payment besides its form: the plan's balance without the request's own share, the hour
/// it is worked on, how long its approval took, and what it pays again.
Result<void> add_known(const Call& call, const Row& row, const std::string& stage, Json& facts) {
  constexpr std::int64_t kHour_ms = 3'600'000, kChina_h = 8, kDay_h = 24, kSecond_ms = 1000;
  facts["hour"] = (call.now_ms() / kHour_ms + kChina_h) % kDay_h;
  if (stage == "approve" && row.has("handed_in_at"))
    facts["review_seconds"] = (call.now_ms() - row.number("handed_in_at")) / kSecond_ms;
  if (row.has("plan")) {
    OB_TRY(const Row plan, call.records().get(kPlan, row.ref("plan")));
    const bool held = row.text("funds") == "reserved" || row.text("funds") == "confirmed";
    const std::int64_t own = held ? row.number("amount") : 0;
    facts["plan_balance"] = plan.number("approved_amount") - plan.number("used") + own;
  }
  if (row.has("repays")) {
    OB_TRY(const Row before, call.records().get(kCertificate, row.ref("repays")));
    facts["repaid"] = Money() < before.money("refunded");
    facts["former_account"] = before.text("payee_account");
  }
  return {};
}

/// The monitoring's rules. Where it is not installed nothing is told as zero hits: the document says that they did not
/// run.
Result<void> ask_monitoring(const Call& call, const Row& row, RecordId id, const std::string& stage, Day day,
                            Examination& out) {
  Json facts = facts_json(row, out.papers);
  OB_CHECK(add_known(call, row, stage, facts));
  if (row.has("indicator")) {
    OB_TRY(facts["elements"], elements_of(call, row.ref("indicator")));
  }
  out.asked = {{"document", document_of(kRequest, id)},
               {"stage", stage},
               {"unit", row.text("unit")},
               {"day", day.str()},
               {"facts", facts}};
  const auto answer = call.send(kMonitoring, "examine", out.asked);
  out.rules_run = {{"monitoring", answer ? "run" : "not_run"}, {"not_run", Json::array()}};
  if (!answer) return absent(answer.fault()) ? Result<void>() : Result<void>(answer.fault());
  const Row reply(*answer);
  if (reply.has("not_run")) out.rules_run["not_run"] = reply.at("not_run");
  for (const Json& item : reply.at("hits")) {
    const Row hit(item), message(hit.at("message"));
    const auto same = [&](const Hit& own) { return own.rule == hit.text("rule"); };
    if (std::any_of(out.hits.begin(), out.hits.end(), same)) continue; // R04 and R52 are looked at here as well
    // A level that this plugin does not know is taken for the gravest.
    out.hits.push_back({hit.text("rule"),
                        level_of(hit.text("level")).value_or(Level::grey),
                        {message.text("zh"), message.text("en")},
                        plugin::dump(hit.at("evidence"))});
  }
  return {};
}

} // namespace

Result<Json> rate_on(const Call& call, const std::string& currency, Day day) {
  const std::string filter = "currency==" + plugin::quoted(currency) + ";status==in_force;valid_from=le=" + day.str();
  OB_TRY(const auto row, call.records().first("treasury.exchange_rate", where(filter, "-valid_from")));
  return row ? row->at("rate") : Json(nullptr);
}

Result<Examination> examine(const Call& call, const Row& request, RecordId id, const std::string& stage) {
  Examination out;
  const Day day = request.day("request_date").value_or(call.today());
  if (stage == "save" || stage == "submit") {
    OB_TRY(const PaymentForm form, form_of(call, request, day));
    add(out.findings, check_form(form));
    OB_CHECK(look_at_currency(call, request, day, out));
    OB_CHECK(look_at_repayment(call, request, out));
  }
  if (stage == "save") return out;
  OB_TRY(out.papers, papers_of(call, request, id));
  if (stage == "submit") {
    OB_CHECK(look_at_plan(call, request, day, out));
    add(out.findings, check_papers(request, out.papers, day));
    add(out.hits, late_swipes(out.papers.swipes, day));
  }
  OB_CHECK(ask_monitoring(call, request, id, stage, day, out));
  return out;
}

Result<std::string> digest_of(const Call& call, const Row& request, const Papers& papers) {
  std::vector<std::string> parts;
  for (const char* name : {"unit", "plan", "indicator", "amount", "currency", "foreign_amount", "payee_kind",
                           "payee_name", "payee_account", "payee_bank", "payee_bank_no", "contract_no", "use"})
    parts.push_back(plugin::dump(request.at(name)));
  for (const Row& detail : papers.detail_rows)
    for (const char* name : {"line", "payee_name", "amount"}) parts.push_back(plugin::dump(detail.at(name)));
  return sm3(call, reviewed_text(parts));
}

} // namespace onebudget::treasury
