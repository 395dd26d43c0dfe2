#include "plugins/treasury/service/exchange/messages.hpp"

#include <algorithm>

#include "plugins/treasury/domain/exchange/message.hpp"
#include "plugins/treasury/service/voucher/vouchers.hpp"

namespace onebudget::treasury {

namespace {

constexpr std::int64_t kMostTaken = 200;
constexpr const char* kSent[] = {"cert_no",    "kind",       "fiscal_year",   "vou_date",   "pay_type",
                                 "payer_name", "payee_name", "payee_account", "payee_bank", "payee_bank_no",
                                 "amount",     "use",        "elements",      "digest",     "seal"};

VoucherKind kind_of(const std::string& text) {
  if (text == "cancellation") return VoucherKind::cancellation;
  return text == "correction" ? VoucherKind::correction : VoucherKind::payment;
}

/// The common head of a message (domain rules 5.3), then what the voucher says.
Result<Json> body_of(const Call& call, const Row& voucher) {
  OB_TRY(const Row node, call.node(voucher.ref("unit")));
  Json body = {{"Id", voucher.text("cert_no")},           {"AdmDivCode", node.text("region_code")},
               {"StYear", voucher.number("fiscal_year")}, {"VtCode", type_of(kind_of(voucher.text("kind")))},
               {"VouDate", voucher.text("vou_date")},     {"VoucherNo", voucher.text("cert_no")},
               {"AgencyCode", node.text("code")},         {"PayAmt", voucher.money("amount").to_yuan()}};
  for (const char* name : kSent) body[name] = voucher.at(name);
  body["amount"] = body["PayAmt"];
  if (voucher.has("cancels")) {
    OB_TRY(const Row before, call.records().get(kCertificate, voucher.ref("cancels")));
    body["cancels"] = before.text("cert_no");
  }
  body["DetailList"] = Json::array();
  if (voucher.number("details") == 0) return body;
  const std::string of = "request==" + voucher.text("request");
  OB_CHECK(call.records().each("treasury.payment_detail", where(of, "line"), [&](const Row& row) -> Result<void> {
    body["DetailList"].push_back({{"tracking_id", row.at("tracking_id")},
                                  {"payee_name", row.at("payee_name")},
                                  {"account", row.at("account")},
                                  {"bank", row.at("bank")},
                                  {"amount", row.money("amount").to_yuan()}});
    return {};
  }));
  return body;
}

Json told(const Row& message, const char* state) {
  return {{"id", message.id().str()},
          {"number", message.text("number")},
          {"type", message.text("type")},
          {"body", message.at("body")},
          {"certificate", message.text("certificate")},
          {"attempts", message.at("attempts")},
          {"state", state}};
}

Fault wrong_step(const Row& message) {
  return fault(FaultKind::conflict, "treasury.message_state",
               {"报文处于“" + message.text("state") + "”，不能这样报告。请先取走报文。",
                "The message is in the state \"" + message.text("state") + "\"; that is not possible. Take it first."});
}

/// What an inbound message does to its voucher.
Result<void> apply(const Call& call, InboundType type, const Row& voucher, const Json& body) {
  const std::string reason = Row(body).text("reason");
  if (type == InboundType::receipt) {
    const auto taken = take_receipt_of(call, voucher, body);
    return taken ? Result<void>() : Result<void>(taken.fault());
  }
  const bool accepted = type == InboundType::accepted;
  if (accepted && voucher.text("status") != "sent") return {}; // said again, or late
  return call.records().transition(kCertificate, voucher.id(), voucher.version(), accepted ? "accept" : "reject",
                                   reason.empty() ? call.text("note.no_reason") : reason);
}

} // namespace

Result<bool> vouchers_leave(const Call& call, RecordId unit) {
  OB_TRY(const Row node, call.node(unit));
  OB_TRY(const Json otherwise, call.host().setting("vouchers_leave"));
  std::vector<Authority> authorities;
  OB_CHECK(call.records().each(
      "treasury.exchange_authority", where("object==payment;status==in_force"), [&](const Row& row) -> Result<void> {
        OB_TRY(const Row region, call.node(row.ref("region")));
        if (region.text("region_code") == node.text("region_code"))
          authorities.push_back({row.text("mode") == "main", row.day("valid_from"), row.day("valid_to")});
        return {};
      }));
  return main_on(authorities, call.today(), !otherwise.is_boolean() || otherwise.get<bool>());
}

Result<void> queue_voucher(const Call& call, const Row& voucher, RecordId id) {
  OB_TRY(const Json body, body_of(call, voucher));
  const auto queued = call.records().insert(kMessage, {{"direction", "out"},
                                                       {"number", voucher.text("cert_no")},
                                                       {"type", type_of(kind_of(voucher.text("kind")))},
                                                       {"unit", voucher.at("unit")},
                                                       {"certificate", id.str()},
                                                       {"body", body},
                                                       {"state", "queued"},
                                                       {"attempts", 0},
                                                       {"changed_at", call.now_ms()}});
  return queued ? Result<void>() : Result<void>(queued.fault());
}

Result<Answer> take_messages(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  plugin::Query oldest = where("direction==out;state==queued", "changed_at");
  oldest.limit = std::clamp<std::int64_t>(Row(body).number("limit", kMostTaken), 1, kMostTaken);
  OB_TRY(const auto rows, call.records().list(kMessage, oldest));
  Json messages = Json::array();
  for (const Row& row : rows) {
    OB_CHECK(call.records().update(
        kMessage, row.id(), row.version(),
        {{"state", "taken"}, {"attempts", row.number("attempts") + 1}, {"changed_at", call.now_ms()}}));
    messages.push_back(told(row, "taken"));
  }
  return Answer::json({{"messages", messages}});
}

Result<Answer> report_message(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Json body, request.json());
  OB_TRY(const std::string step, text_member(body, "step"));
  OB_TRY(const Row message, call.records().get(kMessage, id));
  const auto state = message_state(message.text("state"));
  constexpr std::pair<const char*, MessageStep> kReports[] = {
      {"acknowledge", MessageStep::acknowledge}, {"fail", MessageStep::fail}, {"retry", MessageStep::retry}};
  const auto* report =
      std::find_if(std::begin(kReports), std::end(kReports), [&](const auto& one) { return step == one.first; });
  if (report == std::end(kReports))
    return fault(FaultKind::malformed, "treasury.parameter",
                 {"step 应为 acknowledge、fail 或 retry。", "step is acknowledge, fail or retry."});
  const auto next = state ? after(*state, report->second) : std::nullopt;
  if (!next) return wrong_step(message);
  constexpr const char* kNext[] = {"queued", "taken", "acknowledged", "failed"};
  const char* name = kNext[static_cast<std::size_t>(*next)];
  if (*next != *state)
    OB_CHECK(call.records().update(
        kMessage, id, message.version(),
        {{"state", name}, {"reason", cut(Row(body).text("reason"), 400)}, {"changed_at", call.now_ms()}}));
  return Answer::json({{"state", name}});
}

Result<Answer> receive_message(Call& call, const Request& request) {
  OB_TRY(const Json whole, request.json());
  OB_TRY(const std::string number, text_member(whole, "number"));
  OB_TRY(const std::string name, text_member(whole, "type"));
  OB_TRY(const std::string cert_no, text_member(whole, "cert_no"));
  Json body = Row(whole).at("body").is_object() ? Row(whole).at("body") : Json(Json::object());
  const auto type = inbound_type(name);
  if (!type)
    return fault(FaultKind::malformed, "treasury.parameter",
                 {"type 应为 accepted、rejected 或 receipt。", "type is accepted, rejected or receipt."});
  if (*type == InboundType::receipt) {
    OB_TRY(const Money amount, money_member(body, "amount"));
    body["amount"] = amount.fen();
  }
  const std::string same = "direction==in;number==" + plugin::quoted(number);
  OB_TRY(const auto before, call.records().first(kMessage, where(same)));
  if (before) return Answer::json({{"state", before->text("state")}, {"repeated", true}});
  OB_TRY(const auto voucher, call.records().first(kCertificate, where("cert_no==" + plugin::quoted(cert_no))));
  if (!voucher)
    return fault(
        FaultKind::not_found, "treasury.no_voucher",
        {"没有凭证 " + cert_no + "。请核对凭证号。", "There is no voucher " + cert_no + ". Check its number."});
  OB_CHECK(apply(call, *type, *voucher, body));
  const auto kept = call.records().insert(kMessage, {{"direction", "in"},
                                                     {"number", number},
                                                     {"type", name},
                                                     {"unit", voucher->at("unit")},
                                                     {"certificate", voucher->id().str()},
                                                     {"body", body},
                                                     {"state", "applied"},
                                                     {"changed_at", call.now_ms()}});
  if (!kept) return kept.fault();
  return Answer::json({{"state", "applied"}, {"repeated", false}});
}

Result<void> validate_authority(Call& call, const Change& change, Verdict& verdict) {
  const bool written = change.action == plugin::Action::create || change.action == plugin::Action::update;
  if (!written) return {};
  const Row& row = change.after;
  std::vector<Authority> others;
  const std::string filter = "region==" + row.text("region") + ";object==" + row.text("object") + ";status!=withdrawn";
  OB_CHECK(call.records().each("treasury.exchange_authority", where(filter), [&](const Row& other) -> Result<void> {
    if (other.id() != change.id)
      others.push_back({other.text("mode") == "main", other.day("valid_from"), other.day("valid_to")});
    return {};
  }));
  verdict.report(check_authority({row.text("mode") == "main", row.day("valid_from"), row.day("valid_to")}, others));
  return {};
}

} // namespace onebudget::treasury
