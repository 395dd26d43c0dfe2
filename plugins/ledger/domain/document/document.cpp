#include "plugins/ledger/domain/document/document.hpp"

#include <algorithm>
#include <string_view>

namespace onebudget::ledger {

namespace {

constexpr const char* kRule = "ledger.document";

using Stages = std::vector<std::string_view>;

/// Where money of a kind comes from and goes to. An empty list = no such side.
struct Shape {
  std::string_view kind;
  Stages from, to;
  bool from_required = false, to_required = false;
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> kShapes = {
      {"appropriation", {}, {"budget"}, false, true},
      {"distribution", {"budget"}, {"division"}, true, true},
      {"issue", {"budget", "division", "to_issue"}, {"to_issue", "executable"}, true, true},
      {"adjust", {"budget", "division", "to_issue", "executable"}, {"budget", "division", "to_issue", "executable"}},
      {"transfer", {"executable"}, {"executable"}, true, true},
      {"add", {"budget", "division"}, {"budget", "division", "to_issue", "executable"}, false, true},
      {"cut", {"division", "to_issue", "executable"}, {"budget", "division"}, true, false},
      {"freeze", {"budget", "division", "to_issue", "executable"}, {}, true, false},
      {"unfreeze", {}, {"budget", "division", "to_issue", "executable"}, false, true},
      {"recover", {"budget", "division", "to_issue", "executable"}, {}, true, false},
      {"carry_over", {"division", "to_issue", "executable"}, {"division", "to_issue", "executable"}, true, true},
      {"write_off", {"budget", "division", "to_issue", "executable"}, {}, true, false}};
  return kShapes;
}

struct Finder {
  std::vector<FieldFault>& findings;
  const DocumentLine& line;
  void say(const std::string& side, const Text& message, const Text& remedy) const {
    findings.push_back({"/lines/" + std::to_string(line.line) + "/" + side, kRule, message, remedy});
  }
};

void check_side(const Finder& find, const char* name, const std::optional<Indicator>& side, const Stages& allowed,
                bool required) {
  if (!side) {
    if (required)
      find.say(name, {"缺少指标。", "The indicator is missing."},
               {"请选择指标，或填写要素。", "Choose one, or fill in its elements."});
    return;
  }
  if (std::find(allowed.begin(), allowed.end(), side->stage) == allowed.end())
    find.say(name,
             {"此类文书不能用环节 " + side->stage + " 的指标。",
              "A document of this kind does not use indicators at the stage " + side->stage + "."},
             {"请选择正确环节的指标。", "Choose one of the right stage."});
}

/// Money keeps its fund and region, whatever is done with it.
void check_pair(const Finder& find, const Document& document) {
  const Indicator &source = *find.line.source, &target = *find.line.target;
  for (const char* kept : {"fund_kind", "region_code"})
    if (source.element(kept) != target.element(kept))
      find.say("target", {"资金性质和财政区划不能改变。", "Fund and region do not change."},
               {"请选择同一资金性质、同一区划的指标。", "Choose an indicator of the same fund and region."});
  if (document.kind == "carry_over") {
    if (target.fiscal_year != source.fiscal_year + 1 || target.source_year != source.source_year)
      find.say("target",
               {"结转到下一年度，资金来源年度不变。",
                "Money is carried into the next year and keeps the year it comes from."},
               {"请填写下一年度的指标。", "Name an indicator of the next year."});
    return;
  }
  if (source.fiscal_year != target.fiscal_year)
    find.say("target", {"来源与接收指标的年度不同。", "Source and target are of different years."},
             {"跨年请用结转文书。", "Carry it over instead."});
  if (!source.key.empty() && source.key == target.key)
    find.say("target", {"来源与接收是同一指标。", "Source and target are the same."},
             {"请另选指标。", "Choose another."});
  // A change of use does not restart the two years of carried-over money.
  if (document.kind == "transfer" && source.source_year != target.source_year)
    find.say("target", {"调剂不改变资金来源年度。", "A transfer keeps the year that the money comes from."},
             {"请选择同一来源年度的指标。", "Choose an indicator of the same year of origin."});
}

void check_line(const Finder& find, const Document& document, const Shape& shape) {
  const DocumentLine& line = find.line;
  if (line.amount <= Money() || Money::from_fen(kMostFen) < line.amount)
    find.say("amount", {"金额应大于零，不超过 100 万亿元。", "The amount is above zero and at most 100 trillion yuan."},
             {"请更正金额；冲减请用红字文书。", "Correct it; to take back, reverse the document."});
  check_side(find, "source", line.source, shape.from, shape.from_required);
  check_side(find, "target", line.target, shape.to, shape.to_required);
  if (document.kind == "adjust" && line.source.has_value() == line.target.has_value())
    find.say("target", {"调整每行只调增或只调减。", "Each line of an adjustment raises one indicator or lowers one."},
             {"调增填接收指标，调减填来源指标。", "To raise name the target, to lower the source."});
  for (const auto* side : {&line.source, &line.target}) {
    if (!side->has_value()) continue;
    const bool next = document.kind == "carry_over" && side == &line.target;
    if ((*side)->fiscal_year != document.fiscal_year + (next ? 1 : 0))
      find.say(side == &line.source ? "source" : "target",
               {"指标年度与文书年度不符。", "The indicator's year is not the document's."},
               {"请核对年度。", "Check the year."});
  }
  if (line.source && line.target) check_pair(find, document);
}

std::string event_of(const std::string& kind, const DocumentLine& line) {
  if (kind == "adjust") return line.target ? "adjust_up" : "adjust_down";
  if (kind == "add") return line.source ? "add_from" : "add";
  if (kind == "cut") return line.target ? "cut_to" : "cut";
  return kind;
}

Sides sides_of(const DocumentLine& line) {
  Sides sides;
  if (line.source) sides.source = line.source->key, sides.source_stage = line.source->stage;
  if (line.target) sides.target = line.target->key, sides.target_stage = line.target->stage;
  return sides;
}

} // namespace

std::vector<FieldFault> check_document(const Document& document) {
  std::vector<FieldFault> findings;
  const auto shape =
      std::find_if(shapes().begin(), shapes().end(), [&](const Shape& one) { return one.kind == document.kind; });
  if (shape == shapes().end()) return findings; // a reversal mirrors what was checked
  if (document.lines.empty())
    findings.push_back(
        {"/lines", kRule, {"文书没有明细。", "The document has no lines."}, {"请填写明细。", "Fill in lines."}});
  if (document.kind == "adjust" && document.basis.empty())
    findings.push_back(
        {"/basis",
         kRule,
         {"预算调整须有人大常委会批准文件。", "An adjustment needs the standing committee's document."},
         {"请填写批准文号；不改变总额的请用调剂。", "Give its number; without a change of the total use a transfer."}});
  if (document.kind == "transfer" && document.batch_no.empty())
    findings.push_back(
        {"/batch_no", kRule, {"调剂须有批次。", "A transfer has a batch."}, {"请填写调剂批次。", "Give its number."}});
  for (const DocumentLine& line : document.lines) check_line({findings, line}, document, *shape);
  return findings;
}

Result<std::vector<Entry>> entries_of(const Document& document, const Chart& chart) {
  std::vector<Entry> out;
  const auto post = [&](const std::string& event, const DocumentLine& line, const Sides& sides) -> Result<void> {
    OB_TRY(auto entries, chart.post(event, sides, line.amount, document.posted_on));
    for (Entry& entry : entries) entry.line = line.line;
    out.insert(out.end(), entries.begin(), entries.end());
    return {};
  };
  for (const DocumentLine& line : document.lines) {
    const Sides sides = sides_of(line), from = {sides.source, sides.source_stage, "", ""},
                to = {"", "", sides.target, sides.target_stage};
    const bool out_of_year = document.kind == "carry_over" || document.kind == "write_off";
    if (!out_of_year) OB_CHECK(post(event_of(document.kind, line), line, sides));
    if (!out_of_year) continue;
    OB_CHECK(post(document.kind == "carry_over" ? "carry_out" : "write_off", line, from));
    OB_CHECK(post("close_out", line, from));
    if (document.kind == "carry_over") OB_CHECK(post("carry_in", line, to));
  }
  return out;
}

std::vector<Entry> reversed(const std::vector<Entry>& entries, Day on) {
  std::vector<Entry> out = entries;
  for (Entry& entry : out) {
    entry.amount = Money::from_fen(-entry.amount.fen());
    entry.posted_on = on;
  }
  return out;
}

} // namespace onebudget::ledger
