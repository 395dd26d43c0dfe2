#include "plugins/ledger/domain/funds/check.hpp"

#include <algorithm>

#include "plugins/ledger/domain/document/document.hpp"
#include "plugins/ledger/domain/funds/chain.hpp"

namespace onebudget::ledger {

namespace {

void say(CheckAnswer& answer, int line, Level level, const char* field, const char* code, const Text& message,
         const Text& remedy) {
  answer.level = std::max(answer.level, level);
  answer.findings.push_back({line, level, {field, code, message, remedy}});
}

void bad_amount(CheckAnswer& answer, int line) {
  say(answer, line, Level::stop, "amount", "ledger.amount",
      {"金额应大于零，不超过 100 万亿元。", "The amount is above zero and at most 100 trillion yuan."},
      {"请更正金额。", "Correct it."});
}

/// What the line draws on, after the lines before it.
Money still_there(const CheckFacts& facts, const AskedLine& line, std::map<std::string, Money>& left,
                  CheckAnswer& answer) {
  if (line.earlier.empty()) return {};
  const auto found = facts.earlier.find(line.earlier);
  const bool usable = found != facts.earlier.end() && !found->second.closed &&
                      found->second.indicator == line.indicator && place_of(found->second.link) >= 0 &&
                      place_of(found->second.link) < place_of(facts.link);
  if (!usable) {
    say(answer, line.line, Level::stop, "from", "ledger.from",
        {"不能领用该上游占用：应为同一指标、更早环节、未了结的占用。",
         "The earlier reservation cannot be drawn on: it must be open, of the same indicator and of an earlier link."},
        {"请核对合同或采购的占用编号。", "Check the reservation of the contract or procurement."});
    return {};
  }
  return left.emplace(line.earlier, found->second.confirmed).first->second;
}

Result<void> share_line(const CheckFacts& facts, const AskedLine& line, std::map<std::string, Money>& left,
                        CheckAnswer& answer) {
  const auto found = facts.indicators.find(line.indicator);
  if (found == facts.indicators.end()) {
    say(answer, line.line, Level::stop, "indicator", "ledger.indicator",
        {"没有该指标，或您无权使用。", "There is no such indicator, or it is not yours to use."},
        {"请选择本单位的可执行指标。", "Choose an executable indicator of the unit."});
    return {};
  }
  if (found->second.stage != "executable")
    say(answer, line.line, Level::stop, "indicator", "ledger.not_executable",
        {"指标尚未下达，不能支用。", "The indicator is not issued yet."},
        {"请待下达后再办。", "Wait until it is issued."});
  if (line.amount <= Money() || Money::from_fen(kMostFen) < line.amount) {
    bad_amount(answer, line.line);
    return {};
  }
  LineShare share{line.line, line.earlier, line.amount, {}, {}};
  share.drawn = drawn_from(line.amount, still_there(facts, line, left, answer));
  if (!line.earlier.empty() && left.count(line.earlier) > 0) {
    OB_TRY(left[line.earlier], left[line.earlier].minus(share.drawn));
  }
  OB_TRY(share.needed, line.amount.minus(share.drawn));
  IndicatorShare& own = answer.indicators[line.indicator];
  const bool held_before = own.holds;
  OB_TRY(own.needed, own.needed.plus(share.needed));
  OB_TRY(own.left, found->second.balances.at(Bucket::available).minus(own.needed));
  own.holds = !(own.left < Money());
  own.lines.push_back(std::move(share));
  if (own.holds || (!held_before && own.lines.back().needed == Money())) return {};
  const std::string there = found->second.balances.at(Bucket::available).to_yuan();
  say(answer, line.line, Level::stop, "amount", "ledger.balance",
      {"指标可用余额 " + there + " 元，到本行共需 " + own.needed.to_yuan() + " 元。",
       "The indicator has " + there + " yuan left; up to this line " + own.needed.to_yuan() + " are needed."},
      {"请减少金额；确需增加的，先办理调剂或追加。余额任何人不能放行。",
       "Ask for less, or have money transferred or added first. Nobody overrides a balance."});
  return {};
}

Level level_of(const PoolFacts& pool, Money after) {
  if (beyond(after, pool.budget, pool.stop_percent)) return Level::stop;
  if (pool.warn_percent == 0 || !beyond(after, pool.budget, pool.warn_percent)) return Level::pass;
  return pool.hold ? Level::hold : Level::warn;
}

void judge_pool(const PoolFacts& pool, PoolShare& share, CheckAnswer& answer) {
  share.level = share.needed == Money() ? Level::pass : level_of(pool, share.after);
  if (share.level == Level::pass) return;
  const std::string after = share.after.to_yuan(), budget = pool.budget.to_yuan();
  const bool stops = share.level == Level::stop;
  const std::string line = std::to_string(stops ? pool.stop_percent : pool.warn_percent);
  const Text message = {
      "“" + pool.name + "”将用到 " + after + " 元，超过总额 " + budget + " 元的 " + line + "%。",
      "\"" + pool.name + "\" would reach " + after + " yuan, more than " + line + "% of " + budget + "."};
  if (stops)
    return say(answer, 0, Level::stop, "lines", "ledger.control_stop", message,
               {"请减少金额，或先办理调剂或追加。", "Ask for less, or have money transferred or added first."});
  const bool within = !(pool.override_limit < share.needed), enough = !(pool.granted < share.needed);
  share.let_pass = share.level == Level::hold && within && pool.granted > Money() && enough;
  if (share.level == Level::warn || share.let_pass)
    return say(answer, 0, Level::warn, "lines", "ledger.control_warn", message,
               {"可以办理，请留意。", "It may go on; keep an eye on it."});
  say(answer, 0, Level::hold, "lines", "ledger.control_hold", message,
      within ? Text{"请“" + pool.override_role + "”在限额内放行。",
                    "Have somebody with the role \"" + pool.override_role + "\" let it pass."}
             : Text{"超过放行上限 " + pool.override_limit.to_yuan() + " 元，不能放行。",
                    "It is more than the " + pool.override_limit.to_yuan() + " yuan that may be let pass."});
}

} // namespace

bool beyond(Money used, Money budget, int percent) {
  __extension__ using Wide = __int128;
  return static_cast<Wide>(used.fen()) * 100 > static_cast<Wide>(budget.fen()) * percent;
}

Result<CheckAnswer> check_funds(const CheckFacts& facts) {
  CheckAnswer answer;
  std::map<std::string, Money> left; // of the earlier links
  for (const AskedLine& line : facts.lines) OB_CHECK(share_line(facts, line, left, answer));
  for (const auto& [id, share] : answer.indicators)
    for (const std::string& pool : facts.indicators.at(id).pools) {
      PoolShare& own = answer.pools[pool];
      OB_TRY(own.needed, own.needed.plus(share.needed));
    }
  for (auto& [id, share] : answer.pools) {
    const auto pool = facts.pools.find(id);
    if (pool == facts.pools.end()) continue;
    OB_TRY(share.after, pool->second.used.plus(share.needed));
    judge_pool(pool->second, share, answer);
  }
  return answer;
}

} // namespace onebudget::ledger
