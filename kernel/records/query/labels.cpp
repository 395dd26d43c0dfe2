#include "kernel/records/query/labels.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <unordered_map>

#include "kernel/records/query/neighbours.hpp"
#include "kernel/records/query/scope.hpp"

namespace onebudget::records {

namespace {

using Labels = std::unordered_map<std::int64_t, std::string>;

Result<void> labels_for(const Snapshot& snapshot, const Field& field, const std::vector<std::int64_t>& ids,
                        Labels& out) {
  if (field.type == FieldType::user) return neighbours::user_names(snapshot.session, ids, out);
  if (field.type == FieldType::org) {
    std::unordered_map<std::int64_t, neighbours::OrgNode> nodes;
    OB_CHECK(neighbours::nodes_by_id(snapshot.session, ids, nodes));
    for (auto& [id, node] : nodes) out.emplace(id, std::move(node.name));
    return {};
  }
  const ServedPtr target = snapshot.core.catalog.find(field.ref_entity);
  if (!target) return {};
  return titles_of(snapshot, *target, ids, false, out);
}

} // namespace

int code_column(const Served& served) {
  const auto& key = served.entity.key;
  if (key.empty()) return -1;
  const bool named = std::find(key.begin(), key.end(), "code") != key.end();
  return served.column(named ? "code" : key.back());
}

Result<void> titles_of(const Snapshot& snapshot, const Served& target, const std::vector<std::int64_t>& ids, bool codes,
                       Labels& out) {
  const int column =
      codes || target.entity.title_field.empty() ? code_column(target) : target.column(target.entity.title_field);
  if (column < 0 || !may_read(snapshot, target)) return {};
  const Column& title = target.columns[static_cast<std::size_t>(column)];
  const bool masked = !title.field->mask.empty() && !always_unmasked(snapshot, target);
  OB_TRY(Predicate scope, readable(snapshot, target, "t"));
  const auto take = [&](const storage::Rows& rows) -> Result<void> {
    std::string text;
    if (masked)
      append_masked(text, rows.text(1), title.field->mask);
    else if (title.integer)
      append_value(text, *title.field, RowsCells{rows}, 1, Form::rest, false);
    else
      text = rows.text(1);
    out.emplace(rows.integer(0), std::move(text));
    return {};
  };
  return neighbours::for_each_in(snapshot.session,
                                 fmt::format("SELECT t.id, t.{} FROM {} t WHERE t.id", title.quoted, target.table),
                                 storage::Params(ids.begin(), ids.end()), " AND " + scope.sql, scope.params, take);
}

Result<void> fill_labels(const Snapshot& snapshot, const Projection& projection, const std::vector<LabelMark>& marks,
                         std::string& text) {
  if (marks.empty()) return {};
  std::vector<std::vector<std::int64_t>> wanted(projection.columns.size());
  for (const LabelMark& mark : marks) wanted[static_cast<std::size_t>(mark.output)].push_back(mark.id);
  std::vector<Labels> labels(projection.columns.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    std::sort(wanted[i].begin(), wanted[i].end());
    wanted[i].erase(std::unique(wanted[i].begin(), wanted[i].end()), wanted[i].end());
    if (!wanted[i].empty()) OB_CHECK(labels_for(snapshot, *projection.columns[i].field, wanted[i], labels[i]));
  }
  std::string filled;
  filled.reserve(text.size() + marks.size() * 48);
  std::size_t done = 0;
  for (const LabelMark& mark : marks) {
    filled.append(text, done, mark.offset - done);
    done = mark.offset;
    const auto& column = labels[static_cast<std::size_t>(mark.output)];
    const auto found = column.find(mark.id);
    if (found == column.end()) continue;
    filled += ",\"" + projection.columns[static_cast<std::size_t>(mark.output)].field->name + "__label\":";
    append_json_string(filled, found->second);
  }
  filled.append(text, done, text.size() - done);
  text = std::move(filled);
  return {};
}

} // namespace onebudget::records
