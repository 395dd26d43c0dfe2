#include "plugins/insight/service/sources.hpp"

#include <algorithm>

namespace onebudget::insight {

namespace {

constexpr std::size_t kHundred = 100;

Result<void> add(Money& into, Money amount) {
  OB_TRY(into, into.plus(amount));
  return {};
}

int year_in(const Row& row, const char* field = "fiscal_year") { return static_cast<int>(row.number(field)); }

/// One reading of some projects, plugin by plugin.
class Reading {
 public:
  Reading(const Call& call, const std::set<std::string>& codes) : call_(call), codes_(codes) {}

  Result<Projects> run() {
    OB_CHECK(projects());
    if (by_id_.empty()) return std::move(out_);
    OB_CHECK(classes());
    OB_CHECK(reviews());
    OB_CHECK(ceilings());
    OB_CHECK(approvals());
    OB_CHECK(indicators());
    OB_CHECK(months());
    OB_CHECK(contracts());
    OB_CHECK(alerts());
    OB_CHECK(goals());
    OB_CHECK(evaluations());
    OB_CHECK(results());
    return std::move(out_);
  }

 private:
  /// Nothing for a project or a code that is not of this reading.
  Known* of_project(const Row& row) {
    const auto found = by_id_.find(row.text("project"));
    return found == by_id_.end() ? nullptr : found->second;
  }
  Known* of_code(const Row& row) {
    const auto found = out_.find(row.text("project_code"));
    return found == out_.end() ? nullptr : &found->second;
  }
  Result<void> by_project(const char* entity, const std::string& more, const std::vector<std::string>& fields,
                          const std::function<Result<void>(Known& known, const Row& row)>& sink) {
    return each_in(call_, entity, "project", ids_, more, fields, [&](const Row& row) -> Result<void> {
      Known* known = of_project(row);
      return known == nullptr ? Result<void>() : sink(*known, row);
    });
  }
  Result<void> by_code(const char* entity, const std::string& more, const std::vector<std::string>& fields,
                       const std::function<Result<void>(Known& known, const Row& row)>& sink) {
    return each_in(call_, entity, "project_code", literals(codes_), more, fields, [&](const Row& row) -> Result<void> {
      Known* known = of_code(row);
      return known == nullptr ? Result<void>() : sink(*known, row);
    });
  }

  Result<void> projects() {
    const std::vector<std::string> fields = {"code",          "name",
                                             "unit",          "category",
                                             "fiscal_year",   "year_amount",
                                             "status",        "functional_class",
                                             "fund_kind",     "three_guarantees",
                                             "spending_order"};
    OB_CHECK(each_in(call_, kProject, "code", literals(codes_), "", fields, [&](const Row& row) -> Result<void> {
      Known& known = out_[row.text("code")];
      known.facts = {row.id(),
                     row.ref("unit"),
                     row.text("code"),
                     row.text("name"),
                     row.text("category"),
                     row.text("functional_class"),
                     row.text("fund_kind"),
                     row.text("status"),
                     guaranteed(row.flag("three_guarantees"), row.text("spending_order")),
                     year_in(row),
                     row.money("year_amount")};
      return {};
    }));
    for (auto& [code, known] : out_) {
      by_id_[known.facts.id.str()] = &known;
      ids_.insert(known.facts.id.str());
    }
    return {};
  }

  /// Codes in place of links.
  Result<void> classes() {
    std::set<std::string> functions, funds;
    for (const auto& [code, known] : out_) {
      if (!known.facts.functional_class.empty()) functions.insert(known.facts.functional_class);
      if (!known.facts.fund_kind.empty()) funds.insert(known.facts.fund_kind);
    }
    std::map<std::string, std::string> function_codes, fund_codes;
    const auto read = [&](const char* entity, const std::set<std::string>& ids,
                          std::map<std::string, std::string>& to) {
      return each_in(call_, entity, "id", ids, "", {"code"}, [&](const Row& row) -> Result<void> {
        to[row.id().str()] = row.text("code");
        return {};
      });
    };
    OB_CHECK(read("standards.functional_class", functions, function_codes));
    OB_CHECK(read("standards.fund_kind", funds, fund_codes));
    for (auto& [code, known] : out_) {
      known.facts.functional_class = function_codes[known.facts.functional_class];
      known.facts.fund_kind = fund_codes[known.facts.fund_kind];
    }
    return {};
  }

  /// The newest decided cost review of a project.
  Result<void> reviews() {
    std::map<const Known*, std::string> newest;
    return by_project("compilation.project_review", "kind==cost;status==decided",
                      {"project", "approved_amount", "decided_on"}, [&](Known& known, const Row& row) -> Result<void> {
                        std::string& day = newest[&known];
                        if (row.text("decided_on") < day) return {};
                        day = row.text("decided_on");
                        known.years[known.facts.fiscal_year].reviewed = row.money("approved_amount");
                        return {};
                      });
  }

  /// What the newest frozen version of the first down gives to each project.
  Result<void> ceilings() {
    std::map<std::string, std::vector<std::pair<Known*, Money>>> lines;
    OB_CHECK(by_project("compilation.version_line", "", {"project", "version_ref", "amount"},
                        [&](Known& known, const Row& row) -> Result<void> {
                          lines[row.text("version_ref")].emplace_back(&known, row.money("amount"));
                          return {};
                        }));
    std::map<std::pair<const Known*, int>, std::int64_t> newest;
    return each_in(call_, "compilation.budget_version", "id", keys(lines), "status==frozen;step==one_down",
                   {"fiscal_year", "number"}, [&](const Row& row) -> Result<void> {
                     const int year = year_in(row);
                     std::set<const Known*> reset;
                     for (const auto& [known, amount] : lines[row.id().str()]) {
                       std::int64_t& number = newest[{known, year}];
                       if (row.number("number") < number) continue;
                       number = row.number("number");
                       Money& ceiling = known->years[year].ceiling;
                       if (reset.insert(known).second) ceiling = Money();
                       OB_CHECK(add(ceiling, amount));
                     }
                     return {};
                   });
  }

  /// Issued lines; one that takes the place of an earlier line adds the difference.
  Result<void> approvals() {
    std::map<std::string, std::vector<std::pair<Known*, Money>>> lines;
    OB_CHECK(by_project("compilation.issue_line", "", {"project", "issue", "amount", "previous", "previous_amount"},
                        [&](Known& known, const Row& row) -> Result<void> {
                          Money amount = row.money("amount");
                          if (row.has("previous")) {
                            OB_TRY(amount, amount.minus(row.money("previous_amount")));
                          }
                          lines[row.text("issue")].emplace_back(&known, amount);
                          return {};
                        }));
    return each_in(call_, "compilation.budget_issue", "id", keys(lines), "status==issued", {"fiscal_year"},
                   [&](const Row& row) -> Result<void> {
                     for (const auto& [known, amount] : lines[row.id().str()])
                       OB_CHECK(add(known->years[year_in(row)].approved, amount));
                     return {};
                   });
  }

  Result<void> indicators() {
    return by_code(kIndicator, "stage==executable",
                   {"project_code", "fiscal_year", "amount", "available", "frozen", "reserved", "confirmed", "paid"},
                   [&](Known& known, const Row& row) -> Result<void> {
                     YearFacts& year = known.years[year_in(row)];
                     pots_[row.id().str()] = &year;
                     OB_CHECK(add(year.indicator, row.money("amount")));
                     OB_CHECK(add(year.balance, row.money("available")));
                     OB_CHECK(add(year.frozen, row.money("frozen")));
                     OB_CHECK(add(year.in_flight, row.money("reserved")));
                     OB_CHECK(add(year.committed, row.money("confirmed")));
                     return add(year.paid, row.money("paid"));
                   });
  }

  MonthAmounts* month_of(const std::string& indicator, std::int64_t month) {
    const auto pot = pots_.find(indicator);
    if (pot == pots_.end() || month < 1 || month > kMonths) return nullptr;
    return &pot->second->months[static_cast<std::size_t>(month - 1)];
  }

  Result<void> months() {
    const std::set<std::string> pots = keys(pots_);
    OB_CHECK(each_in(call_, "treasury.usage_plan", "indicator", pots, "status=in=(approved,closed)",
                     {"indicator", "month", "approved_amount"}, [&](const Row& row) -> Result<void> {
                       MonthAmounts* month = month_of(row.text("indicator"), row.number("month"));
                       return month == nullptr ? Result<void>() : add(month->planned, row.money("approved_amount"));
                     }));
    return each_in(call_, "ledger.entry", "indicator", pots, "event=in=(consume,refund)",
                   {"indicator", "month", "event", "amount"}, [&](const Row& row) -> Result<void> {
                     MonthAmounts* month = month_of(row.text("indicator"), row.number("month"));
                     if (month == nullptr) return {};
                     if (row.text("event") == "consume") return add(month->paid, row.money("amount"));
                     OB_TRY(month->paid, month->paid.minus(row.money("amount")));
                     return {};
                   });
  }

  Result<void> contracts() {
    std::map<std::string, YearFacts*> years;
    OB_CHECK(by_code(kContract, "status=in=(in_force,closed)", {"project_code", "fiscal_year", "amount"},
                     [&](Known& known, const Row& row) -> Result<void> {
                       YearFacts& year = known.years[year_in(row)];
                       years[row.id().str()] = &year;
                       return add(year.contract, row.money("amount"));
                     }));
    return each_in(
        call_, "monitoring.contract_change", "contract", keys(years), "", {"contract", "change_amount"},
        [&](const Row& row) { return add(years[row.text("contract")]->contract, row.money("change_amount")); });
  }

  Result<void> alerts() {
    return by_code(kPlace, "open==true", {"project_code", "fiscal_year", "level"},
                   [&](Known& known, const Row& row) -> Result<void> {
                     known.years[year_in(row)].alerts.add(row.text("level"));
                     return {};
                   });
  }

  Result<void> goals() {
    std::map<const YearFacts*, std::int64_t> newest;
    return by_project("performance.goal", "status!=superseded", {"project", "fiscal_year", "revision", "status"},
                      [&](Known& known, const Row& row) -> Result<void> {
                        YearFacts& year = known.years[year_in(row)];
                        std::int64_t& revision = newest[&year];
                        if (row.number("revision") < revision) return {};
                        revision = row.number("revision");
                        year.goal_state = row.text("status");
                        return {};
                      });
  }

  Result<void> evaluations() {
    std::map<YearFacts*, std::map<std::int64_t, Evaluated>> told; // in the order of their making
    OB_CHECK(by_project("performance.evaluation", "status=in=(submitted,confirmed)",
                        {"project", "fiscal_year", "kind", "status", "total", "grade"},
                        [&](Known& known, const Row& row) -> Result<void> {
                          told[&known.years[year_in(row)]][row.id().value] = {row.text("kind"), row.text("status"),
                                                                              row.text("total"), row.text("grade")};
                          return {};
                        }));
    for (const auto& [year, evaluations] : told) {
      std::vector<Evaluated> list;
      for (const auto& [id, one] : evaluations) list.push_back(one);
      take_evaluation(*year, list);
    }
    return {};
  }

  /// The newest result of a year that was not revoked.
  Result<void> results() {
    std::map<const YearFacts*, RecordId> newest;
    return by_project("performance.result", "status!=revoked",
                      {"project", "fiscal_year", "status", "budget_year", "factor", "change"},
                      [&](Known& known, const Row& row) -> Result<void> {
                        YearFacts& year = known.years[year_in(row)];
                        RecordId& id = newest[&year];
                        if (row.id().value < id.value) return {};
                        id = row.id();
                        const std::string state = row.text("status");
                        year.result = {state, row.ratio("factor"), year_in(row, "budget_year"), row.money("change"),
                                       state == "decided" || state == "applied"};
                        return {};
                      });
  }

  template <class Value>
  static std::set<std::string> keys(const std::map<std::string, Value>& map) {
    std::set<std::string> out;
    for (const auto& [key, value] : map) out.insert(key);
    return out;
  }

  const Call& call_;
  const std::set<std::string>& codes_;
  Projects out_;
  std::map<std::string, Known*> by_id_;
  std::set<std::string> ids_;
  std::map<std::string, YearFacts*> pots_; ///< by indicator
};

} // namespace

std::set<std::string> literals(const std::set<std::string>& texts) {
  std::set<std::string> out;
  for (const std::string& text : texts) out.insert(plugin::quoted(text));
  return out;
}

Result<void> each_in(const Call& call, const char* entity, const std::string& field,
                     const std::set<std::string>& values, const std::string& more,
                     const std::vector<std::string>& fields, const RowSink& sink) {
  auto next = values.begin();
  while (next != values.end()) {
    std::string list;
    for (std::size_t i = 0; i < kHundred && next != values.end(); ++i, ++next)
      list += (list.empty() ? "" : ",") + *next;
    plugin::Query query;
    query.filter = field + "=in=(" + list + ")" + (more.empty() ? "" : ";" + more);
    query.fields = fields;
    const auto read = call.records().each(entity, query, sink);
    if (!read && read.fault().code == "records.unknown_entity") return {};
    OB_CHECK(read);
  }
  return {};
}

Result<Projects> gather(const Call& call, const std::set<std::string>& codes) { return Reading(call, codes).run(); }

} // namespace onebudget::insight
