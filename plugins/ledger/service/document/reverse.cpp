// The red reversal of a posted document, as a draft for another person to post.

#include "plugins/ledger/service/read.hpp"

namespace onebudget::ledger {

Result<Answer> reverse_document(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Json body, request.json());
  OB_TRY(const Row document, call.records().get(kDocument, id));
  if (document.text("status") != "posted" || document.text("kind") == "reversal")
    return refusal("ledger.reversal", {"只有已记账的文书可以冲销，红字文书不能再冲销。",
                                       "Only a posted document is reversed, and a reversal is not."});
  const Row asked(body);
  Json row = {{"number", asked.has("number") ? asked.text("number") : document.text("number") + "-红字"},
              {"kind", "reversal"},
              {"node", document.text("node")},
              {"fiscal_year", document.number("fiscal_year")},
              {"title", "冲销 " + document.text("number")},
              {"reverses", id.str()}};
  if (asked.has("posted_on")) row["posted_on"] = asked.text("posted_on");
  OB_TRY(const RecordId made, call.records().insert(kDocument, row));
  return Answer::json({{"id", made.str()}, {"number", row["number"]}}, 201);
}

} // namespace onebudget::ledger
