#pragma once
// Reads what the business plugins know of projects. An entity whose plugin is not enabled has no rows.

#include <functional>
#include <map>
#include <set>
#include <string>

#include "plugins/insight/domain/project_line.hpp"
#include "plugins/insight/service/service.hpp"

namespace onebudget::insight {

struct Known {
  ProjectFacts facts;
  std::map<int, YearFacts> years;
};
/// By project code.
using Projects = std::map<std::string, Known>;
using RowSink = std::function<Result<void>(const Row& row)>;

/// Ids or quoted codes in "field=in=(…)", a hundred at a time, with `more` behind it. Nothing without values, and
/// nothing where the entity is not served.
Result<void> each_in(const Call& call, const char* entity, const std::string& field,
                     const std::set<std::string>& values, const std::string& more,
                     const std::vector<std::string>& fields, const RowSink& sink);
/// The values as literals of a filter.
std::set<std::string> literals(const std::set<std::string>& texts);

/// Projects with these codes and all that is known of their years. A code without a project is absent.
Result<Projects> gather(const Call& call, const std::set<std::string>& codes);

} // namespace onebudget::insight
