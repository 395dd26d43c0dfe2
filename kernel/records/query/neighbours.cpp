#include "kernel/records/query/neighbours.hpp"

#include <algorithm>
#include <array>

#include "kernel/access/names.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::records::neighbours {

namespace {

constexpr std::array<std::size_t, 4> kPieces{1, 8, 64, 512};

std::size_t piece_for(std::size_t left) {
  for (const std::size_t size : kPieces)
    if (left <= size) return size;
  return kPieces.back();
}

std::string marks(std::size_t count) {
  std::string text;
  text.reserve(count * 2);
  for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ",?";
  return text;
}

constexpr const char* kNodeSelect =
    "SELECT id, code, name, kind, path, gov_level, department_code, valid_from, valid_to FROM access_nodes WHERE ";

OrgNode read_node(const storage::Rows& rows) {
  OrgNode node;
  node.id = rows.integer(0);
  node.code = rows.text(1);
  node.name = rows.text(2);
  node.kind = access::name_of(static_cast<access::NodeKind>(rows.integer(3)));
  node.place = {std::string(rows.text(4)), static_cast<access::GovLevel>(rows.integer(5)), std::string(rows.text(6))};
  node.valid_from = rows.text(7);
  node.valid_to = rows.text(8);
  return node;
}

} // namespace

Result<void> for_each_in(storage::Session& session, const std::string& select,
                         const std::vector<storage::Value>& values, const std::string& tail,
                         const storage::Params& tail_params,
                         const std::function<Result<void>(const storage::Rows&)>& row) {
  for (std::size_t done = 0; done < values.size();) {
    const std::size_t size = piece_for(values.size() - done);
    storage::Params params;
    params.reserve(size + tail_params.size());
    // A short piece repeats its last value.
    for (std::size_t i = 0; i < size; ++i) params.push_back(values[std::min(done + i, values.size() - 1)]);
    params.insert(params.end(), tail_params.begin(), tail_params.end());
    OB_CHECK(storage::each(session, select + " IN (" + marks(size) + ")" + tail, params, row));
    done += size;
  }
  return {};
}

Result<void> nodes_by_id(storage::Session& session, const std::vector<std::int64_t>& ids,
                         std::unordered_map<std::int64_t, OrgNode>& out) {
  return for_each_in(session, std::string(kNodeSelect) + "id", storage::Params(ids.begin(), ids.end()), "", {},
                     [&](const storage::Rows& rows) -> Result<void> {
                       out.emplace(rows.integer(0), read_node(rows));
                       return {};
                     });
}

Result<void> nodes_by_code(storage::Session& session, const std::vector<std::string>& codes,
                           std::unordered_map<std::string, OrgNode>& out) {
  return for_each_in(session, std::string(kNodeSelect) + "code", storage::Params(codes.begin(), codes.end()), "", {},
                     [&](const storage::Rows& rows) -> Result<void> {
                       out.emplace(std::string(rows.text(1)), read_node(rows));
                       return {};
                     });
}

Result<void> user_names(storage::Session& session, const std::vector<std::int64_t>& ids,
                        std::unordered_map<std::int64_t, std::string>& out) {
  return for_each_in(session, "SELECT id, display_name FROM identity_accounts WHERE id",
                     storage::Params(ids.begin(), ids.end()), "", {}, [&](const storage::Rows& rows) -> Result<void> {
                       out.emplace(rows.integer(0), std::string(rows.text(1)));
                       return {};
                     });
}

Result<void> users_by_name(storage::Session& session, const std::vector<std::string>& names,
                           std::unordered_map<std::string, std::int64_t>& out) {
  return for_each_in(session, "SELECT id, username FROM identity_accounts WHERE username",
                     storage::Params(names.begin(), names.end()), "", {},
                     [&](const storage::Rows& rows) -> Result<void> {
                       out.emplace(std::string(rows.text(1)), rows.integer(0));
                       return {};
                     });
}

} // namespace onebudget::records::neighbours
