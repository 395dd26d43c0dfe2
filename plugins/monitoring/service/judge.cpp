#include "plugins/monitoring/service/judge.hpp"

#include <algorithm>

#include "plugins/monitoring/domain/evidence_words.hpp"
#include "plugins/monitoring/domain/handling.hpp"

namespace onebudget::monitoring {

namespace {

constexpr std::int32_t kDaysToExplain = 10;
constexpr std::size_t kHundred = 100, kLongestText = 500;

/// At most so many bytes, never inside a character.
std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

std::string place_of(const std::string& unit, const std::string& subject, const std::string& object,
                     std::int64_t year) {
  return unit + "|" + subject + "|" + std::to_string(year) + "|" + object;
}

std::string cause_of(const Object& object, const Hit& hit) {
  return object.unit.str() + "|" + cause_key(hit.rule, object.subject, object.object, object.year, hit.cause);
}

Json behind_json(const Object& object, const Hit& hit) {
  Json out = Json::array();
  if (!object.row.none()) out.push_back({{"id", object.row.str()}, {"object", object.object}});
  for (const std::string& id : hit.rows) out.push_back({{"object", id}});
  return out;
}

Json verdict_json(const Hit& hit, Level level) {
  const Effect effect = effect_of(hit.rule, level, false, false);
  return {{"level", code_of(level)},
          {"effect", code_of(effect)},
          {"message_zh", cut(hit.message.zh, kLongestText)},
          {"message_en", cut(hit.message.en, kLongestText)},
          {"evidence", evidence_json(hit.evidence)}};
}

Result<void> open_alert(const Call& call, Standing& standing, const Object& object, const Hit& hit, Level level) {
  const Rule* rule = rule_of(hit.rule);
  const Day today = standing.day();
  const std::string due = today.plus_days(kDaysToExplain).str();
  OB_TRY(const Row* node, standing.node(call, object.unit));
  Json row = verdict_json(hit, level);
  row.update({{"unit", object.unit.str()},
              {"cause", cause_of(object, hit)},
              {"rule", hit.rule},
              {"rule_title", rule == nullptr ? hit.rule : std::string(rule->zh)},
              {"rule_title_en", rule == nullptr ? hit.rule : std::string(rule->en)},
              {"subject", object.subject},
              {"object", object.object},
              {"object_title", object.title},
              {"fiscal_year", object.year},
              {"behind", behind_json(object, hit)},
              {"raised_on", today.str()},
              {"due_on", due},
              {"told_by", object.told_by}});
  row["region_code"] = node->text("region_code");
  if (node->has("department_code")) row["department"] = node->text("department_code");
  OB_TRY(const RecordId id, call.records().insert(kAlert, row));
  OB_TRY([[maybe_unused]] const RecordId letter,
         call.records().insert("monitoring.inquiry", {{"unit", object.unit.str()},
                                                      {"number", "WX-" + id.str()},
                                                      {"alert", id.str()},
                                                      {"questions", hit.rule + " " + hit.message.zh},
                                                      {"due_on", due}}));
  return call.publish(
      "monitoring.alert.raised", object.unit.str(),
      {{"alert", id.str()}, {"rule", hit.rule}, {"level", code_of(level)}, {"unit", object.unit.str()}});
}

/// A cause that is known already: graver now, or back again; else nothing happens.
Result<void> refresh(const Call& call, const Row& known, const Hit& hit, Level level) {
  const bool lapsed = known.text("status") == "lapsed";
  if (lapsed) return call.records().transition(kAlert, known.id(), known.version(), "recur");
  const bool graver = level_of(known.text("level")).value_or(Level::grey) < level;
  if (known.text("status") != "open" || !graver) return {};
  return call.records().update(kAlert, known.id(), known.version(), verdict_json(hit, level));
}

class Register {
 public:
  Result<void> load(const Call& call, const std::vector<Object>& objects) {
    std::set<std::string> names;
    for (const Object& object : objects) names.insert(object.object);
    return by_hundreds(names, "object", [&](const std::string& filter) {
      return call.records().each(kAlert, where(filter), [&](const Row& row) -> Result<void> {
        by_cause_[row.text("cause")] = row;
        const std::string place =
            place_of(row.text("unit"), row.text("subject"), row.text("object"), row.number("fiscal_year"));
        by_place_[place].push_back(row);
        return {};
      });
    });
  }
  [[nodiscard]] const Row* of_cause(const std::string& cause) const {
    const auto found = by_cause_.find(cause);
    return found == by_cause_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const std::vector<Row>& at(const std::string& place) const {
    static const std::vector<Row> kNone;
    const auto found = by_place_.find(place);
    return found == by_place_.end() ? kNone : found->second;
  }

 private:
  std::map<std::string, Row> by_cause_;
  std::map<std::string, std::vector<Row>> by_place_;
};

Result<void> close_gone(const Call& call, const Register& known, const Object& object,
                        const std::set<std::string>& causes) {
  for (const Row& row : known.at(place_of(object.unit.str(), object.subject, object.object, object.year))) {
    const std::string rule = row.text("rule");
    const bool unsure = std::any_of(object.found.not_run.begin(), object.found.not_run.end(),
                                    [&](const NotRun& one) { return one.rule == rule; });
    const bool may = closes_itself(rule, level_of(row.text("level")).value_or(Level::grey));
    if (row.text("status") != "open" || unsure || !may || causes.count(row.text("cause")) > 0) continue;
    OB_CHECK(call.records().transition(kAlert, row.id(), row.version(), "lapse"));
  }
  return {};
}

} // namespace

Json evidence_json(const Evidence& evidence) {
  Json out = Json::array();
  for (const auto& [name, value] : evidence) {
    Json one = {{"name", name}, {"value", value}};
    const auto english = in_english(name), word = in_english(value);
    if (!english.empty()) one["name_en"] = std::string(english);
    if (!word.empty()) one["value_en"] = std::string(word);
    out.push_back(std::move(one));
  }
  return out;
}

Result<void> by_hundreds(const std::set<std::string>& texts, const std::string& field,
                         const std::function<Result<void>(const std::string& filter)>& each) {
  std::string list;
  std::size_t count = 0;
  for (auto text = texts.begin(); text != texts.end();) {
    list += (count == 0 ? "" : ",") + plugin::quoted(*text);
    ++text;
    if (++count < kHundred && text != texts.end()) continue;
    OB_CHECK(each(field + "=in=(" + list + ")"));
    list.clear();
    count = 0;
  }
  return {};
}

Result<void> judge(const Call& call, Standing& standing, std::vector<Object>& objects) {
  OB_CHECK(enrich(call, objects));
  for (Object& object : objects) {
    OB_TRY(const Limits* limits, standing.limits(call, object.unit, object.year));
    object.found = evaluate(object.facts, *limits, standing.rules());
  }
  return {};
}

Result<void> raise_alerts(const Call& call, Standing& standing, const std::vector<Object>& objects) {
  Register known;
  OB_CHECK(known.load(call, objects));
  for (const Object& object : objects) {
    std::set<std::string> causes;
    for (const Hit& hit : object.found.hits) {
      const std::string cause = cause_of(object, hit);
      if (!causes.insert(cause).second) continue;
      const Level level = standing.rules().level_of(hit);
      if (const Row* row = known.of_cause(cause)) {
        OB_CHECK(refresh(call, *row, hit, level));
      } else {
        OB_CHECK(open_alert(call, standing, object, hit, level));
      }
    }
    OB_CHECK(close_gone(call, known, object, causes));
  }
  return {};
}

} // namespace onebudget::monitoring
