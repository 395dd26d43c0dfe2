#include "plugins/compilation/domain/plan/fiscal_gap.hpp"

#include "plugins/compilation/service/plan/library.hpp"

namespace onebudget::compilation {

Result<Answer> show_fiscal_gap(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id("region"));
  const int year = year_parameter(request, "year");
  OB_TRY(const Row region, call.node(id));
  OB_TRY(const auto resources, resources_of(call, id, year));
  OB_TRY(const auto projects, library_of(call, region, year, {}));
  std::map<int, Money> spending;
  for (const LibraryProject& project : projects) {
    Money& sum = spending[project.claim.order];
    OB_TRY(sum, sum.plus(project.claim.amount));
  }
  OB_TRY(const FiscalGap gap, fiscal_gap(resources, spending));
  Json sources = Json::object(), orders = Json::object();
  for (const auto& [source, amount] : resources) sources[source] = amount.to_yuan();
  for (const auto& [order, amount] : spending) orders[std::to_string(order)] = amount.to_yuan();
  return Answer::json({{"region", id.str()},
                       {"fiscal_year", year},
                       {"sources", sources},
                       {"spending", orders},
                       {"resources", gap.resources.to_yuan()},
                       {"guaranteed", gap.guaranteed.to_yuan()},
                       {"committed", gap.committed.to_yuan()},
                       {"other", gap.other.to_yuan()},
                       {"gap", gap.gap.to_yuan()},
                       {"rest", gap.rest.to_yuan()}});
}

} // namespace onebudget::compilation
