#pragma once
// The 52 rules: what each is called, what it looks at, its levels, whether it answers in the middle of the business,
// and how a dated row (entity alert_rule) changes that. Texts of domain rules 4; levels by corrections "Execute".

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "plugins/monitoring/domain/level.hpp"
#include "plugins/monitoring/domain/rules.hpp"

namespace onebudget::monitoring {

struct Rule {
  std::string_view id, zh, en;
  Level level;                    ///< of an ordinary hit
  std::optional<Level> escalated; ///< of the graver kind, where the rule knows one
  bool live;                      ///< answers in the middle of the business; else only when scanned
  const char* subject;            ///< what it mainly looks at, one of kSubjects
  const Text* source;             ///< who would know the facts, named while nobody tells them
};

/// R01 … R52, in order.
const std::vector<Rule>& rule_list();
const Rule* rule_of(std::string_view id);

/// Whatever rules look at, and its name in requests and records.
using Facts =
    std::variant<PaymentFacts, LineFacts, ProjectFacts, PaymentBookFacts, ContractFacts, PurchaseFacts,
                 PurchaseBookFacts, TenderFacts, SupplierFacts, AssetFacts, MeetingFacts, PayListFacts, SubsidyFacts>;
inline constexpr const char* kSubjects[] = {"payment",  "line",          "project", "payment_book", "contract",
                                            "purchase", "purchase_book", "tender",  "supplier",     "asset",
                                            "meeting",  "pay_list",      "subsidy"};
/// Empty facts of a subject; nothing for an unknown name.
std::optional<Facts> empty_facts(std::string_view subject);

/// A row in force of alert_rule.
struct RuleRow {
  std::string rule;
  std::optional<Day> valid_from;
  Level level = Level::yellow;
  std::optional<Level> escalated;
  bool live = false, enabled = true;
};

/// What holds for each rule on a day.
class RuleBook {
 public:
  RuleBook(); ///< the catalogue
  RuleBook(const std::vector<RuleRow>& rows, Day day);

  [[nodiscard]] bool enabled(std::string_view rule) const { return at(rule).enabled; }
  [[nodiscard]] bool live(std::string_view rule) const { return at(rule).live; }
  [[nodiscard]] Level level_of(const Hit& hit) const;

 private:
  [[nodiscard]] const RuleRow& at(std::string_view rule) const;
  std::map<std::string, RuleRow, std::less<>> rows_;
};

/// Rule monitoring.rule_kept: R01, R03 and R04 are never switched off nor milder than the catalogue; a rule that cannot
/// answer in the middle of the business is not made live.
std::vector<FieldFault> check_rule(const RuleRow& row);

/// All rules of a subject; those that are switched off are left out.
Findings evaluate(const Facts& facts, const Limits& limits, const RuleBook& book);

} // namespace onebudget::monitoring
