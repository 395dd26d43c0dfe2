// compilation/1 totals: what a project may be given in all, for whoever books more money to it.

#include "plugins/compilation/service/plan/library.hpp"

namespace onebudget::compilation {

Result<Json> project_totals(Call& call, const Message& message) {
  std::set<std::string> codes;
  for (const Json& code : Row(message.request).at("projects")) codes.insert(plugin::quoted(code.get<std::string>()));
  Json totals = Json::array();
  OB_TRY(const bool may, call.may("compilation.project.read"));
  if (!may) return Json{{"projects", totals}};
  OB_CHECK(by_hundreds(codes, "code", [&](const std::string& filter) {
    const std::string in_library = filter + ";status=in=" + kLibraryStates;
    return call.records().each(
        kProject, where(in_library, "", {"code", "total_amount"}), [&](const Row& row) -> Result<void> {
          totals.push_back({{"code", row.text("code")}, {"total", row.money("total_amount").fen()}});
          return {};
        });
  }));
  return Json{{"projects", totals}};
}

} // namespace onebudget::compilation
