// A table with a rule: every entry is checked before it is written, gets a number, and gifts are summed up.
#include "sdk/cpp/plugin.hpp"

#include "entry_rule.hpp"

namespace {

using onebudget::Day;
using onebudget::Money;
using onebudget::Result;
namespace plugin = onebudget::plugin;

class Guestbook final : public plugin::Plugin {
 public:
  Guestbook() {
    validate("entry", [this](plugin::Call& call, const plugin::Change& change, plugin::Verdict& verdict) {
      return check(call, change, verdict);
    });
    route("GET /sum", sum);
  }

  Result<void> init(const plugin::Json& settings) override {
    const plugin::Row row(settings);
    OB_TRY(most_, Money::parse_yuan(row.text("most_yuan")));
    return {};
  }

 private:
  Result<void> check(plugin::Call& call, const plugin::Change& change, plugin::Verdict& verdict) const {
    if (change.action == plugin::Action::remove) return {};
    guestbook::EntryFacts facts;
    facts.words = change.after.text("words");
    facts.gift = change.after.money("gift");
    facts.most = most_;
    facts.today = call.today();
    facts.visited_on = change.after.day("visited_on").value_or(facts.today);
    for (const auto& finding : guestbook::check_entry(facts)) verdict.report(finding);
    if (change.action != plugin::Action::create || verdict.findings() > 0) return {};
    OB_TRY(const std::int64_t number, call.kv().increment("number"));
    verdict.assign("number", "G" + std::to_string(number));
    return {};
  }

  static Result<plugin::Answer> sum(plugin::Call& call, const plugin::Request&) {
    OB_TRY(const auto lines, call.records().aggregate("guestbook.entry", {"", {}, {"count", "sum:gift"}}));
    const plugin::Row line = lines.empty() ? plugin::Row() : lines.front();
    return plugin::Answer::json({{"count", line.number("count")}, {"gifts", line.money("sum_gift").to_yuan()}});
  }

  Money most_;
};

} // namespace

ONEBUDGET_PLUGIN(Guestbook);
