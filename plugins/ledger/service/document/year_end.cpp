// 年末结转: what is left of a year, as documents for another person to post.

#include "plugins/ledger/domain/year/carry_over.hpp"
#include "plugins/ledger/service/read.hpp"

namespace onebudget::ledger {

namespace {

constexpr std::size_t kMostLines = 1000;

struct Batch {
  const char* kind;
  const char* title;
  std::vector<Disposition> parts;
};

Result<std::vector<Leftover>> leftovers_of(const Call& call, const std::string& region_code, int year) {
  std::vector<Leftover> out;
  const std::string filter = "fiscal_year==" + std::to_string(year) + ";region_code==" + plugin::quoted(region_code);
  OB_CHECK(call.records().each(kIndicator, where(filter, "code"), [&](const Row& row) -> Result<void> {
    OB_TRY(const Money held, row.money("reserved").plus(row.money("confirmed")));
    out.push_back({row.id().str(), row.text("stage"), row.text("fund_kind"), row.text("upper_document_no"), year,
                   static_cast<int>(row.number("source_year")), row.money("available"), held, row.money("frozen")});
    return {};
  }));
  return out;
}

Result<Json> write_batch(const Call& call, const Json& header, const Batch& batch) {
  Json made = Json::array();
  for (std::size_t at = 0; at < batch.parts.size(); at += kMostLines) {
    Json row = header;
    row["kind"] = batch.kind;
    row["title"] = batch.title;
    row["number"] = header["number"].get<std::string>() + "-" + batch.title + "-" + std::to_string(at / kMostLines + 1);
    OB_TRY(const RecordId document, call.records().insert(kDocument, row));
    Money total;
    int n = 0;
    for (std::size_t i = at; i < batch.parts.size() && i < at + kMostLines; ++i) {
      const Disposition& part = batch.parts[i];
      const auto line = call.records().insert(kLine, {{"document", document.str()},
                                                      {"line_no", ++n},
                                                      {"source", part.indicator},
                                                      {"amount", plugin::abi(part.amount)}});
      if (!line) return line.fault();
      OB_TRY(total, total.plus(part.amount));
    }
    made.push_back({{"id", document.str()},
                    {"kind", batch.kind},
                    {"number", row["number"]},
                    {"lines", n},
                    {"total", total.to_yuan()}});
  }
  return made;
}

} // namespace

Result<Answer> year_end(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  const Row asked(body);
  const int year = static_cast<int>(asked.number("fiscal_year"));
  if (asked.ref("region").none() || year < 1990 || year > 2100)
    return fault(FaultKind::malformed, "ledger.parameter",
                 {"请给出地区 region 和年度 fiscal_year。", "Give the region and the fiscal_year."});
  OB_TRY(const Row node, call.node(asked.ref("region")));
  const std::string region_code = node.text("region_code");
  OB_TRY(const auto leftovers, leftovers_of(call, region_code, year));
  Batch carry{"carry_over", "结转", {}}, recover{"recover", "收回", {}}, upper{"recover", "交回上级", {}},
      undistributed{"write_off", "核销", {}};
  Json waiting = Json::array();
  std::map<std::string, std::string> stages;
  for (const Leftover& one : leftovers) stages[one.indicator] = one.stage;
  for (const Disposition& part : dispositions(leftovers)) {
    if (part.fate == Fate::in_flight)
      waiting.push_back({{"indicator", part.indicator}, {"reason", part.reason.in(call.language())}});
    else if (stages[part.indicator] == "budget")
      undistributed.parts.push_back(part);
    else
      (part.fate == Fate::carry_over ? carry : part.fate == Fate::recover ? recover : upper).parts.push_back(part);
  }
  Json header = {
      {"node", asked.text("region")}, {"fiscal_year", year}, {"number", region_code + "-" + std::to_string(year)}};
  if (asked.has("posted_on")) header["posted_on"] = asked.text("posted_on");
  if (asked.has("fund_income")) {
    OB_TRY(const Money income, Money::parse_yuan(asked.text("fund_income")));
    header["fund_income"] = plugin::abi(income);
  }
  Json documents = Json::array();
  for (const Batch* batch : {&carry, &recover, &upper, &undistributed}) {
    OB_TRY(const Json made, write_batch(call, header, *batch));
    documents.insert(documents.end(), made.begin(), made.end());
  }
  return Answer::json({{"documents", documents}, {"waiting", waiting}}, 201);
}

} // namespace onebudget::ledger
