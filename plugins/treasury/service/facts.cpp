#include "plugins/treasury/service/facts.hpp"

#include <algorithm>

namespace onebudget::treasury {

namespace {

constexpr const char* kBalances[] = {"amount",    "available", "frozen", "reserved",
                                     "confirmed", "paid",      "pools",  "control_round"};

Fault bad_member(const char* name, const char* zh, const char* en) {
  return fault(FaultKind::malformed, "treasury.parameter",
               {"“" + std::string(name) + "”" + zh, "\"" + std::string(name) + "\" " + en});
}

std::string padded(std::int64_t number, std::size_t width) {
  const std::string text = std::to_string(number);
  return std::string(text.size() < width ? width - text.size() : 0, '0') + text;
}

} // namespace

Result<Json> me(const Call& call) {
  OB_TRY(const plugin::Caller caller, call.caller());
  return caller.user.none() ? Json(nullptr) : Json(caller.user.str());
}

Result<std::string> next_number(const Call& call, const char* prefix, const Row& unit, std::int64_t fiscal_year) {
  const std::string head = prefix + unit.text("region_code").substr(0, 6) + padded(fiscal_year, 4);
  OB_TRY(const std::int64_t serial, call.kv().increment("serial/" + head));
  return head + padded(serial, 8);
}

Result<std::string> sm3(const Call& call, const std::string& text) {
  OB_TRY(const std::string bytes, call.host().digest("sm3", text));
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    out += kDigits[value >> 4U];
    out += kDigits[value & 15U];
  }
  return out;
}

std::string cut(const std::string& text, std::size_t characters) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
    if (begins && seen++ == characters) return text.substr(0, i);
  }
  return text;
}

Result<int> number_setting(const Call& call, const char* key) {
  OB_TRY(const Json value, call.host().setting(key));
  return value.is_number_integer() ? value.get<int>() : 0;
}

Result<Json> elements_of(const Call& call, RecordId indicator) {
  OB_TRY(const Row row, call.records().get("ledger.indicator", indicator));
  Json out = Json::object();
  for (const auto& [name, value] : row.json().items()) {
    const bool system = name == "id" || name == "version" || name.rfind("created_", 0) == 0 ||
                        name.rfind("updated_", 0) == 0 || name.rfind("submitted_", 0) == 0;
    const bool balance = std::find(std::begin(kBalances), std::end(kBalances), name) != std::end(kBalances);
    if (!system && !balance && !value.is_null()) out[name] = value;
  }
  return out;
}

Json json_of(const std::vector<Hit>& hits) {
  Json out = Json::array();
  for (const Hit& hit : hits) {
    const Json evidence = Json::parse(hit.evidence, nullptr, false);
    out.push_back({{"rule", hit.rule},
                   {"level", name_of(hit.level)},
                   {"message", {{"zh", hit.message.zh}, {"en", hit.message.en}}},
                   {"evidence", evidence.is_discarded() ? Json(nullptr) : evidence}});
  }
  return out;
}

Result<void> record_hits(const Call& call, const Row& row, const std::string& entity, RecordId id, const char* stage,
                         const std::vector<Hit>& hits, const std::vector<std::string>& answered) {
  std::size_t at = 0;
  for (const Json& hit : json_of(hits)) {
    const std::string rule = hit["rule"];
    const Json values = {
        {"number", entity + "/" + id.str() + "/" + std::to_string(row.version()) + "/" + std::to_string(++at)},
        {"unit", row.text("unit")},
        {"subject_entity", entity},
        {"subject_id", id.str()},
        {"rule", rule},
        {"level", hit["level"]},
        {"message", hit["message"]["zh"]},
        {"message_en", hit["message"]["en"]},
        {"evidence", hit["evidence"]},
        {"stage", stage},
        {"answered", std::find(answered.begin(), answered.end(), rule) != answered.end()}};
    OB_CHECK(call.records().insert("treasury.payment_hit", values));
  }
  return {};
}

Result<bool> use_plan(const Call& call, RecordId plan, Money by) {
  OB_TRY(const Row row, call.records().get(kPlan, plan));
  OB_TRY(const Money most, row.money("approved_amount").minus(by));
  if (most < Money()) return false;
  plugin::Adjustment change;
  change.add = {{"used", by.fen()}};
  change.where = "status==approved;used=le=" + most.to_yuan();
  const auto adjusted = call.records().adjust(kPlan, plan, change);
  if (adjusted) return true;
  if (adjusted.fault().code == "records.guard") return false;
  return adjusted.fault();
}

Result<void> give_back_plan(const Call& call, RecordId plan, Money by) {
  if (plan.none()) return {};
  plugin::Adjustment change;
  change.add = {{"used", -by.fen()}};
  const auto adjusted = call.records().adjust(kPlan, plan, change);
  return adjusted ? Result<void>() : Result<void>(adjusted.fault());
}

Result<std::string> text_member(const Json& body, const char* name) {
  const Json& value = Row(body).at(name);
  if (!value.is_string() || value.get<std::string>().empty())
    return bad_member(name, "应为非空文本。", "must be a text that is not empty.");
  return value.get<std::string>();
}

Result<Money> money_member(const Json& body, const char* name) {
  OB_TRY(const std::string text, text_member(body, name));
  const auto amount = Money::parse_yuan(text);
  if (!amount) return bad_member(name, "应为元，如 \"1234.50\"。", "must be yuan, such as \"1234.50\".");
  return *amount;
}

Result<Day> day_member(const Json& body, const char* name) {
  OB_TRY(const std::string text, text_member(body, name));
  const auto day = Day::parse(text);
  if (!day) return bad_member(name, "应为日期，如 2026-03-10。", "must be a day, such as 2026-03-10.");
  return *day;
}

} // namespace onebudget::treasury
