#pragma once
// What this room reads of its neighbours' tables, in sets, inside the same snapshot as the records: organisation nodes
// (access) and account names (identity). Everything that depends on their columns is in neighbours.cpp and here.

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/access/access.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::records::neighbours {

constexpr const char* kNodeTable = "access_nodes";
constexpr const char* kNodeCode = "code";

struct OrgNode {
  std::int64_t id = 0;
  std::string code, name, kind; ///< kind as in declarations: "unit"
  access::Place place;
  std::string valid_from, valid_to;
};

/// Runs `select` + " IN (…)" + `tail` over all values in pieces of few sizes, so that statements stay prepared.
/// `tail_params` follow the list's.
Result<void> for_each_in(storage::Session& session, const std::string& select,
                         const std::vector<storage::Value>& values, const std::string& tail,
                         const storage::Params& tail_params,
                         const std::function<Result<void>(const storage::Rows&)>& row);

Result<void> nodes_by_id(storage::Session& session, const std::vector<std::int64_t>& ids,
                         std::unordered_map<std::int64_t, OrgNode>& out);
Result<void> nodes_by_code(storage::Session& session, const std::vector<std::string>& codes,
                           std::unordered_map<std::string, OrgNode>& out);
Result<void> user_names(storage::Session& session, const std::vector<std::int64_t>& ids,
                        std::unordered_map<std::int64_t, std::string>& out);
Result<void> users_by_name(storage::Session& session, const std::vector<std::string>& names,
                           std::unordered_map<std::string, std::int64_t>& out);

} // namespace onebudget::records::neighbours
