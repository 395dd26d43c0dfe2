#include "plugins/workflow/service/desk/desk.hpp"

namespace onebudget::workflow {

namespace {

struct Found {
  Row row;
  Definition definition;
};

Result<std::optional<Found>> definition_for(const Call& call, const std::string& subject, const Facts& facts,
                                            const std::string& owner_path) {
  plugin::Query query;
  query.filter = "subject==" + plugin::quoted(subject) + ";status==published";
  query.sort = "code";
  OB_TRY(const auto rows, call.records().list("workflow.definition", query, 1000));
  std::vector<Offer> offers;
  for (const Row& row : rows) {
    OB_TRY(const Definition definition, read_definition(row.at("body")));
    Offer offer{row.text("code"), "", definition.categories, definition.owner_kinds};
    if (row.has("region")) {
      OB_TRY(const Row node, call.node(row.ref("region")));
      offer.region_path = node.text("path");
    }
    offers.push_back(std::move(offer));
  }
  const auto chosen = choose(offers, facts, owner_path);
  if (!chosen) return std::optional<Found>();
  OB_TRY(Definition definition, read_definition(rows[*chosen].at("body")));
  return std::optional<Found>(Found{rows[*chosen], std::move(definition)});
}

Json facts_json(const Facts& facts) {
  return {{"category", facts.category}, {"office", facts.office}, {"owner_kind", facts.owner_kind}};
}

Json started(const Desk& desk, bool resumed) {
  return {{"started", true},
          {"case", desk.id().str()},
          {"state", desk.row().text("state")},
          {"resumed", resumed},
          {"definition", desk.row().text("definition")}};
}

/// The same case in a new round; what the submitter corrected may change the way.
Result<Json> resume(const Call& call, const Row& open, const Row& request, const Facts& facts, PersonId me) {
  OB_TRY(Desk desk, Desk::open(call, open.id()));
  if (desk.row().text("state") != "returned")
    return fault(FaultKind::conflict, "workflow.running",
                 {"该事项正在审批中，不能重复送审。", "The case is running already; it cannot be submitted twice."});
  OB_CHECK(desk.update_case({{"state", "running"},
                             {"title", request.at("title")},
                             {"amount", request.at("amount")},
                             {"facts", facts_json(facts)},
                             {"starter", std::to_string(me)},
                             {"makers", request.at("makers")},
                             {"submitted_at", call.now_ms()},
                             {"round", desk.row().number("round", 1) + 1},
                             {"acts", desk.row().number("acts") + 1}}));
  OB_CHECK(desk.begin_round());
  OB_CHECK(desk.publish("workflow.case.started", {{"resumed", true}, {"starter", std::to_string(me)}}));
  return started(desk, true);
}

} // namespace

Result<Json> start(Call& call, const Message& message) {
  const Row request(message.request);
  const std::string subject = request.text("entity"), record = request.text("id"), key = subject + "/" + record;
  OB_TRY(const PersonId me, person_of(call));
  OB_TRY(const Row node, call.node(request.ref("unit")));
  const Facts facts{request.money("amount"), request.text("category"), request.text("office"), node.text("kind")};
  OB_TRY(const auto open, call.records().first(kCase, where("open_subject==" + plugin::quoted(key))));
  if (open) return resume(call, *open, request, facts, me);
  OB_TRY(const auto found, definition_for(call, subject, facts, node.text("path")));
  if (!found) return Json{{"started", false}};
  Json values = {{"number", key + "/" + std::to_string(call.now_ms())},
                 {"title", request.at("title")},
                 {"unit", request.at("unit")},
                 {"definition", found->row.id().str()},
                 {"subject_entity", subject},
                 {"subject_id", record},
                 {"open_subject", key},
                 {"amount", request.at("amount")},
                 {"facts", facts_json(facts)},
                 {"state", "running"},
                 {"starter", std::to_string(me)},
                 {"makers", request.at("makers")},
                 {"round", 1},
                 {"position", 0},
                 {"way", Json::array()},
                 {"moved", Json::array()},
                 {"acts", 0},
                 {"started_at", call.now_ms()},
                 {"submitted_at", call.now_ms()}};
  OB_TRY(const RecordId made, call.records().insert(kCase, values));
  values["id"] = made.str();
  Desk desk(call);
  desk.row_ = Row(std::move(values));
  desk.definition_ = found->definition;
  desk.owner_ = {node.text("path"), node.text("department_code")};
  OB_TRY(desk.calendar_, calendar_of(call));
  OB_CHECK(desk.begin_round());
  OB_CHECK(desk.publish("workflow.case.started", {{"resumed", false}, {"starter", std::to_string(me)}}));
  return started(desk, false);
}

} // namespace onebudget::workflow
