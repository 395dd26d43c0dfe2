// Touches everything that the C++ face offers; the test drives it through the fake host.
#include <stdexcept>

#include "sdk/cpp/approval.hpp"
#include "sdk/cpp/plugin.hpp"

namespace {

using namespace onebudget;
using namespace onebudget::plugin;

constexpr const char* kItem = "probe.item";

Result<Json> read_records(Call& call) {
  const Records records = call.records();
  Json out = Json::object();
  std::int64_t count = 0, fen = 0;
  const auto add = [&](const Row& row) -> Result<void> {
    ++count;
    fen += row.money("amount").fen();
    return {};
  };
  OB_CHECK(records.each(kItem, {"status==draft", "-amount", {"amount"}, "", 0}, add));
  out["count"] = count;
  out["fen"] = fen;
  OB_TRY(const auto first,
         records.first(kItem, {.filter = "code==" + quoted("I\"7\\"), .sort = "", .fields = {}, .text = ""}));
  out["quoted"] = first ? first->text("code") : "none";
  OB_TRY(const auto sums, records.aggregate(kItem, {"", {"status"}, {"count", "sum:amount", "max:code"}}));
  for (const Row& row : sums) out["groups"][row.text("status")] = row.json();
  const auto missing = records.get(kItem, RecordId{999'999});
  out["missing"] = missing ? "found" : missing.fault().code;
  const auto wrong = records.list(kItem, {.filter = "amount=~1", .sort = "", .fields = {}, .text = ""});
  out["wrong"] = wrong ? "read" : wrong.fault().code;
  const auto many = records.list(kItem, {}, 3);
  out["many"] = many ? "read" : many.fault().code;
  return out;
}

template <class T>
Json fields_of(const Result<T>& result) {
  Json out = Json::array();
  if (result) return out;
  for (const FieldFault& field : result.fault().fields)
    if (field.code != kHostDetail) out.push_back(field.field);
  return out;
}

Result<Json> write_many(Call& call) {
  const Records records = call.records();
  OB_TRY(const auto ids, records.insert_many(kItem, {{{"code", "m1"}}, {{"code", "m2"}}, {{"code", "m3"}}}));
  OB_TRY(const Row own, records.get(kItem, ids.back()));
  Json out = {{"ids", ids.size()}, {"own", own.text("code")}};
  out["wrong"] = fields_of(records.insert_many(
      kItem, {{{"code", "m4"}}, {{"code", "m5"}, {"colour", "red"}}, {{"code", "m6"}, {"amount", "much"}}}));
  Adjustments change;
  change.quiet = false;
  change.add(ids[0], {{"stock", -2}}, {{"stock", 3}});
  change.add(ids[1], {{"stock", 5}});
  OB_TRY(const auto rows, records.adjust_many(kItem, change));
  out["stock"] = {rows[0].number("stock"), rows[1].number("stock")};
  Adjustments more;
  more.add(ids[0], {{"stock", -2}});
  more.add(ids[1], {{"stock", -2}});
  more.add(ids[2], {{"stock", -4}});
  const auto failed = records.adjust_many(kItem, more);
  out["guard"] = failed ? "taken" : failed.fault().code;
  out["failed"] = fields_of(failed);
  Adjustments fixed;
  fixed.add(ids[0], {{"stock", 1}}, {{"stock", 1}});
  fixed.add(ids[1], {{"stock", 1}}, {{"stock", 7}});
  out["is"] = fields_of(records.adjust_many(kItem, fixed));
  OB_TRY(const Row left, records.get(kItem, ids[0]));
  out["left"] = left.number("stock");
  return out;
}

Result<Json> write_records(Call& call) {
  const Records records = call.records();
  OB_TRY(const RecordId id, records.insert(kItem, {{"code", "new"},
                                                   {"amount", abi(Money::from_fen(700))},
                                                   {"day", abi(*Day::of(2026, 2, 3))},
                                                   {"share", abi(Ratio::from_percent(25))},
                                                   {"open", true}}));
  OB_TRY(const Row own, records.get(kItem, id));
  Json out = {{"own", own.text("code")},
              {"share", own.ratio("share").str()},
              {"day", own.day("day")->str()},
              {"open", own.flag("open")},
              {"none", own.has("nothing")}};
  OB_TRY(const auto snapshot, records.list(kItem, {.filter = "code==new", .sort = "", .fields = {}, .text = ""}));
  out["in_snapshot"] = snapshot.size();
  OB_CHECK(records.update(kItem, id, own.version(), {{"amount", 800}}));
  const auto stale = records.update(kItem, id, own.version(), {{"amount", 900}});
  out["stale"] = stale ? "taken" : stale.fault().code;
  out["stale_kind"] = stale ? 0 : stale.fault().status();
  OB_CHECK(records.transition(kItem, id, own.version() + 1, "finish", "good"));
  OB_TRY(const Row less, records.adjust(kItem, id, {.add = {{"stock", -2}}, .where = "open==true", .now = false}));
  out["stock"] = less.number("stock");
  const auto short_of = records.adjust(kItem, id, {.add = {{"stock", -2}}, .where = "", .now = false});
  out["short"] = short_of ? "taken" : short_of.fault().code;
  const auto again = records.transition(kItem, id, own.version() + 3, "finish");
  out["again"] = again ? "taken" : again.fault().code;
  OB_TRY(const UpsertReport report,
         records.upsert(kItem, Json::array({{{"code", "u1"}}, {{"code", "u2"}, {"amount", 5}}})));
  out["upsert"] = {report.rows, report.created, report.updated};
  OB_TRY(const UpsertReport again_report,
         records.upsert(kItem, Json::array({{{"code", "u1"}, {"amount", 6}}, {{"code", "u4"}}})));
  out["upsert_again"] = {again_report.rows, again_report.created, again_report.updated};
  OB_TRY(const UpsertReport twice, records.upsert(kItem, Json::array({{{"code", "u5"}}, {{"code", "u5"}}})));
  out["upsert_twice"] = {twice.created, twice.errors.empty()};
  OB_TRY(const UpsertReport refused, records.upsert(kItem, Json::array({{{"code", "u3"}}, {{"colour", "red"}}})));
  out["upsert_errors"] = refused.errors.size();
  OB_TRY(const RecordId gone, records.insert(kItem, {{"code", "gone"}}));
  OB_CHECK(records.remove(kItem, gone, 1));
  return out;
}

Result<Json> use_call(Call& call, const Request& request) {
  OB_TRY(const Caller caller, call.caller());
  OB_TRY(const bool may, call.may("probe.all.use"));
  OB_TRY(const auto several, call.may_all({"probe.all.use", "probe.item.read"}));
  OB_CHECK(call.publish("probe.seen", "k", {{"n", 1}}));
  const auto undeclared = call.publish("probe.unseen", "k", {});
  OB_CHECK(call.audit("probe.looked", "item", "7", {{"why", "test"}}));
  OB_TRY(const JobId job, call.submit("walk", {{"steps", 2}}));
  OB_TRY(const std::string digest, call.host().digest("sm3", "abc"));
  OB_TRY(const std::string bytes, call.host().random(16));
  OB_TRY(const Json setting, call.host().setting("trouble"));
  call.host().count("looks");
  call.host().log(Level::warning, "looked", {{"at", "everything"}});
  return Json{{"caller", caller.name},
              {"user", caller.user.str()},
              {"may", may},
              {"several", {bool(several[0]), bool(several[1])}},
              {"undeclared", undeclared ? "sent" : undeclared.fault().code},
              {"job", job.value},
              {"digest", digest.size()},
              {"random", bytes.size()},
              {"setting", setting},
              {"text", call.text("hello", {"甲", "乙"})},
              {"no_text", call.text("nothing")},
              {"today", call.today().str()},
              {"now", call.now_ms()},
              {"language", call.language()},
              {"long", request.parameter("long").value_or("").size()},
              {"absent", request.parameter("absent").has_value()},
              {"request", call.request_id().empty()}};
}

Result<Json> use_state_and_tree(Call& call) {
  const Kv kv = call.kv();
  OB_CHECK(kv.put("a", "1"));
  OB_CHECK(kv.put("b", "2", 1000));
  const auto taken = kv.cas("a", "9", "x");
  OB_CHECK(kv.cas("a", "1", "3"));
  OB_CHECK(kv.cas("c", "", "new"));
  OB_TRY(const auto a, kv.get("a"));
  OB_TRY(const auto nothing, kv.get("zzz"));
  OB_TRY(const std::int64_t one, kv.increment("n"));
  OB_TRY(const std::int64_t five, kv.increment("n", 4));
  OB_TRY(const auto keys, kv.scan("", "a"));
  OB_CHECK(kv.remove("c"));
  OB_TRY(const Row node, call.node(RecordId{5}));
  const auto nowhere = call.node(RecordId{6});
  return Json{{"a", *a},
              {"nothing", nothing.has_value()},
              {"taken", taken ? "taken" : std::to_string(taken.fault().status())},
              {"counter", {one, five}},
              {"keys", keys},
              {"node", node.text("name")},
              {"nowhere", nowhere ? 200 : nowhere.fault().status()}};
}

Result<Answer> run(Call& call, const Request& request) {
  const std::string what = request.parameter("what").value_or("");
  if (what == "throw") throw std::runtime_error("on purpose");
  if (what == "throw_int") throw 7;
  if (what == "json_type") return Answer::json(Json("text").at("member"));
  if (what == "records") {
    OB_TRY(const Json out, read_records(call));
    return Answer::json(out);
  }
  if (what == "write" || what == "write_then_refuse") {
    OB_TRY(const Json out, write_records(call));
    return Answer::json(out, what == "write" ? 200 : 409);
  }
  if (what == "many") {
    OB_TRY(const Json out, write_many(call));
    return Answer::json(out);
  }
  if (what == "call") {
    OB_TRY(const Json out, use_call(call, request));
    return Answer::json(out);
  }
  if (what == "kv") {
    OB_TRY(const Json out, use_state_and_tree(call));
    return Answer::json(out);
  }
  if (what == "send") {
    OB_TRY(const Json out, call.send("other/1", "echo", {{"x", 1}}));
    return Answer::json(out);
  }
  if (what == "pass_on") {
    OB_CHECK(call.records().insert(kItem, {{"colour", "red"}, {"amount", "much"}}));
    return Answer::none();
  }
  if (what == "body") {
    OB_TRY(const Json body, request.json());
    return Answer::json(body);
  }
  const auto kind = static_cast<FaultKind>(std::atoi(what.c_str()));
  return fault(kind, "probe.asked", {"按要求出错。", "An error as asked."},
               {{"/a", "probe.a", {"甲错。", "A is wrong."}, {"改甲。", "Mend A."}},
                {"/b", "", {"乙错。", "B is wrong."}, {"改乙。", "Mend B."}}});
}

Result<void> check_paper(Call& call, const Change& change, Verdict& verdict) {
  if (change.action != Action::transition) return {};
  if (change.after.text("code") == "replaced" && change.transition == "send")
    OB_CHECK(end_approval(call, change.entity, change.id));
  if (change.transition != "send") {
    OB_TRY(const Row whole,
           fill_granted(call, change, {{"amount", Fillable::money}, {"grade"}, {"met_at", Fillable::time}}, verdict));
    if (whole.money("amount") < Money())
      verdict.report("/amount", "probe.amount", Text{"金额为负。", "The amount is negative."}, Text{});
  }
  return follow_approval(call, change,
                         {.title = "paper " + change.after.text("code"),
                          .unit = change.after.ref("unit"),
                          .amount = change.after.money("amount"),
                          .category = "plain",
                          .makers = {"7", ""},
                          .begins = "send",
                          .recalls = "recall"},
                         verdict);
}

class Probe final : public Plugin {
 public:
  Probe() {
    validate("item", [](Call&, const Change& change, Verdict& verdict) -> Result<void> {
      if (change.after.text("code") == "refuse")
        verdict.report("/code", "probe.refused", Text{"不行。", "No."}, Text{"换一个。", "Take another."});
      if (change.after.text("code") == "wise") verdict.assign("amount", abi(Money::from_fen(4200)));
      if (change.after.text("code") == "broken")
        return fault(FaultKind::unavailable, "probe.broken", {"规则不可用。", "The rule is out of order."});
      if (change.action == Action::update && change.changes("code"))
        verdict.report(fault(FaultKind::rule, "probe.renamed", {"不能改名。", "Do not rename."}));
      return {};
    });
    validate("paper", check_paper);
    listen("workflow.case.returned", [](Call& call, const Event& event) {
      return follow_return(call, event, {{"probe.paper", {"sent"}, "send_back"}});
    });
    route("POST /run/{what}", run);
    serve("probe/1", "double", [](Call&, const Message& message) -> Result<Json> {
      return Json{{"twice", 2 * message.request.value("n", 0)}};
    });
    serve("probe/1", "mumble", [](Call&, const Message&) -> Result<Json> { return Json{{"noise", 1}}; });
    serve("probe/1", "explode", [](Call&, const Message&) -> Result<Json> { throw std::logic_error("exploded"); });
    listen("records.*",
           [](Call& call, const Event& event) { return call.publish("probe.seen", event.key, event.payload); });
    job("walk", walk);
    health([] { return Health{Health::State::degraded, "tired"}; });
  }

  Result<void> init(const Json& settings) override {
    const std::string trouble = settings.value("trouble", "");
    if (trouble == "throw") throw std::runtime_error("in init");
    if (trouble == "fault") return fault(FaultKind::rule, "probe.settings", {"设置有误。", "The settings are wrong."});
    return {};
  }
  Result<void> deactivate() override {
    host().set_healthy(false);
    return {};
  }

 private:
  static Result<Json> walk(Call& call, Job& job) {
    OB_TRY(const Json payload, job.payload());
    OB_TRY(const Json before, job.last_checkpoint());
    const std::int64_t steps = payload.value("steps", 0);
    for (std::int64_t step = before.is_null() ? 1 : before.value("step", 0) + 1; step <= steps; ++step) {
      if (job.cancelled()) return fault(FaultKind::deadline, "probe.cancelled", {"已取消。", "Cancelled."});
      OB_CHECK(call.records().insert(kItem, {{"code", "step" + std::to_string(step)}}));
      OB_CHECK(job.progress(step, steps, "step"));
      OB_CHECK(job.checkpoint({{"step", step}}));
    }
    return Json{{"steps", steps}};
  }
};

} // namespace

ONEBUDGET_PLUGIN(Probe);
