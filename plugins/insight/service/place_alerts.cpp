// Which project an alert is about: its object, or what stands behind it, is a project, an indicator, a contract or a
// payment.
#include "plugins/insight/service/keep.hpp"
#include "plugins/insight/service/sources.hpp"

namespace onebudget::insight {

namespace {

constexpr std::size_t kCodeLength = 21, kKindAt = 8;

/// Eight digits of the region and year, a letter, twelve digits.
bool looks_like_project(const std::string& text) {
  if (text.size() != kCodeLength) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == kKindAt ? c != 'R' && c != 'Y' && c != 'T' : c < '0' || c > '9') return false;
  }
  return true;
}

std::set<std::string> names_of(const Row& alert) {
  std::set<std::string> out;
  if (alert.has("object")) out.insert(alert.text("object"));
  for (const Json& item : alert.at("behind")) {
    const std::string name = Row(item).text("object");
    if (!name.empty()) out.insert(name);
  }
  return out;
}

/// The project behind each name that some alert uses: a code or number, or "<entity>/<id>".
class Names {
 public:
  explicit Names(const Call& call) : call_(call) {}

  Result<void> look_up(const std::set<std::string>& names) {
    std::set<std::string> numbers;
    std::map<std::string, std::set<std::string>> ids; // by entity
    for (const std::string& name : names) {
      const std::size_t slash = name.find('/');
      if (looks_like_project(name))
        project_of_[name] = name;
      else if (slash != std::string::npos && RecordId::parse(name.substr(slash + 1)))
        ids[name.substr(0, slash)].insert(name.substr(slash + 1));
      else
        numbers.insert(name);
    }
    OB_CHECK(by_name(kProject, "id", "code", ids[kProject]));
    for (const char* entity : {kIndicator, kContract}) OB_CHECK(by_name(entity, "id", "project_code", ids[entity]));
    OB_CHECK(by_name(kIndicator, "code", "project_code", literals(numbers)));
    OB_CHECK(by_name(kContract, "number", "project_code", literals(numbers)));
    OB_CHECK(requests("id", ids[kRequest]));
    return requests("request_no", literals(numbers));
  }
  [[nodiscard]] std::string project_of(const Row& alert) const {
    const auto own = project_of_.find(alert.text("object"));
    if (own != project_of_.end()) return own->second;
    for (const std::string& name : names_of(alert)) {
      const auto found = project_of_.find(name);
      if (found != project_of_.end()) return found->second;
    }
    return {};
  }

 private:
  static constexpr const char* kRequest = "treasury.payment_request";

  static std::string name_of(const char* entity, const char* field, const Row& row) {
    return (std::string_view(field) == "id" ? std::string(entity) + "/" : "") + row.text(field);
  }
  Result<void> by_name(const char* entity, const char* field, const char* project,
                       const std::set<std::string>& values) {
    return each_in(call_, entity, field, values, "", {field, project}, [&](const Row& row) -> Result<void> {
      if (row.has(project)) project_of_[name_of(entity, field, row)] = row.text(project);
      return {};
    });
  }
  /// A payment spends an indicator, which names the project.
  Result<void> requests(const char* field, const std::set<std::string>& values) {
    std::map<std::string, std::set<std::string>> names; // by indicator
    std::set<std::string> indicators;
    OB_CHECK(each_in(call_, kRequest, field, values, "", {field, "indicator"}, [&](const Row& row) -> Result<void> {
      if (!row.has("indicator")) return {};
      names[row.text("indicator")].insert(name_of(kRequest, field, row));
      indicators.insert(row.text("indicator"));
      return {};
    }));
    return each_in(call_, kIndicator, "id", indicators, "", {"project_code"}, [&](const Row& row) -> Result<void> {
      for (const std::string& name : names[row.id().str()])
        if (row.has("project_code")) project_of_[name] = row.text("project_code");
      return {};
    });
  }

  const Call& call_;
  std::map<std::string, std::string> project_of_;
};

bool is_open(const Row& alert) {
  const std::string status = alert.text("status");
  return status == "open" || status == "explained" || status == "violation" || status == "rectified";
}

} // namespace

Result<void> place_alerts(const Call& call, const std::set<std::string>& alerts) {
  std::map<std::string, Row> told, kept;
  std::set<std::string> names;
  const std::vector<std::string> fields = {"unit", "rule", "level", "object", "behind", "fiscal_year", "status"};
  OB_CHECK(each_in(call, kAlert, "id", alerts, "", fields, [&](const Row& row) -> Result<void> {
    told[row.id().str()] = row;
    names.merge(names_of(row));
    return {};
  }));
  OB_CHECK(each_in(call, kPlace, "alert", literals(alerts), "", {}, [&](const Row& row) -> Result<void> {
    kept[row.text("alert")] = row;
    return {};
  }));
  Names known(call);
  OB_CHECK(known.look_up(names));
  for (const auto& [id, alert] : told) {
    OB_TRY(const Row node, call.node(alert.ref("unit")));
    const std::string code = known.project_of(alert);
    const Json row = {{"alert", id},
                      {"unit", alert.text("unit")},
                      {"region_code", node.text("region_code")},
                      {"fiscal_year", alert.number("fiscal_year")},
                      {"project_code", code.empty() ? Json(nullptr) : Json(code)},
                      {"rule", alert.text("rule")},
                      {"level", alert.text("level")},
                      {"open", is_open(alert)}};
    const auto place = kept.find(id);
    if (place == kept.end()) {
      OB_TRY([[maybe_unused]] const RecordId made, call.records().insert(kPlace, row));
      continue;
    }
    Json changes = Json::object();
    for (const auto& [field, value] : row.items())
      if (place->second.at(field) != value) changes[field] = value;
    if (!changes.empty()) OB_CHECK(call.records().update(kPlace, place->second.id(), place->second.version(), changes));
  }
  for (const auto& [id, place] : kept)
    if (!told.contains(id)) OB_CHECK(call.records().remove(kPlace, place.id(), place.version()));
  return {};
}

} // namespace onebudget::insight
