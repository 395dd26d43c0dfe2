#include "kernel/records/write/draft.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "kernel/records/faults.hpp"
#include "kernel/records/write/default_value.hpp"

namespace onebudget::records {

namespace {

bool provenance_field(const Entity& entity, const Field& field) {
  return entity.provenance && (field.name == "source_kind" || field.name == "source_ref");
}

void refuse(const Field& field, const char* code, Text what, Text remedy, Draft& draft) {
  draft.faults.push_back(faults::at(field, code, std::move(what), std::move(remedy)));
}

} // namespace

void refuse_readonly(const Field& field, Draft& draft) {
  refuse(field, "field.readonly",
         {fmt::format("“{}”由系统填写，不能修改。", field.title.zh),
          fmt::format("\"{}\" is filled in by the system and cannot be changed.", field.title.in("en"))},
         {"请去掉此项。", "Leave it out."}, draft);
}

Result<Draft> blank_draft(const Served& served) {
  Draft draft;
  draft.row.resize(served.columns.size());
  draft.given.resize(served.columns.size(), false);
  for (std::size_t i = kFirstField; i < served.columns.size(); ++i) {
    const Field& field = *served.columns[i].field;
    if (field.default_value.is_null()) continue;
    OB_TRY(draft.row[i], default_value(field));
  }
  if (served.state_column >= 0) draft.cell(served.state_column) = served.entity.initial_state;
  return draft;
}

Draft change_draft(const Served& served, Row stored) {
  Draft draft;
  draft.row = stored;
  draft.before = std::move(stored);
  draft.given.resize(served.columns.size(), false);
  return draft;
}

void take_value(const Served& served, int column, Parsed parsed, const WriteRules& rules, Draft& draft) {
  const Field& field = *served.columns[static_cast<std::size_t>(column)].field;
  const bool same = !parsed.natural && parsed.value == draft.cell(column);
  if (same) return; // writing back what was read is not a change
  if (column == served.state_column && !rules.state_allowed) {
    return refuse(field, "field.readonly",
                  {fmt::format("“{}”只能通过流转操作改变。", field.title.zh),
                   fmt::format("\"{}\" changes by transitions only.", field.title.in("en"))},
                  {"请使用相应的流转操作；导入时须有“导入状态”权限。",
                   "Use the transition; an import needs the permission import_state."},
                  draft);
  }
  const bool locked = (field.readonly || field.computed) && column != served.state_column;
  if (locked && rules.form == Form::rest && !(rules.provenance_allowed && provenance_field(served.entity, field))) {
    if (!parsed.natural || draft.fresh()) return refuse_readonly(field, draft);
    draft.locked.push_back(column); // known to be a change or none when the key is looked up
  }
  if (field.guarded && !draft.fresh()) {
    return refuse(field, "field.guarded",
                  {fmt::format("“{}”只能按差额增减，不能改写。", field.title.zh),
                   fmt::format("\"{}\" is added to and taken from; it is not overwritten.", field.title.in("en"))},
                  {"请去掉此项，或使用 adjust。", "Leave it out, or use adjust."}, draft);
  }
  if (field.immutable && !draft.fresh() && !is_null(draft.before[static_cast<std::size_t>(column)]) &&
      !parsed.natural) {
    return refuse(field, "field.immutable",
                  {fmt::format("“{}”在建立后不能修改。", field.title.zh),
                   fmt::format("\"{}\" cannot be changed after creation.", field.title.in("en"))},
                  {"请去掉此项；确需改变时请新建一条。", "Leave it out, or create a new record."}, draft);
  }
  draft.given[static_cast<std::size_t>(column)] = true;
  if (parsed.natural) {
    draft.naturals.emplace_back(column, *std::move(parsed.natural));
    return;
  }
  draft.cell(column) = std::move(parsed.value);
}

Result<void> take_values(const Served& served, const Json& values, const WriteRules& rules, Draft& draft) {
  if (!values.is_object())
    return fault(FaultKind::malformed, "records.not_an_object",
                 {"请求内容应为 JSON 对象。", "The body must be a JSON object."});
  for (auto it = values.begin(); it != values.end(); ++it) {
    const int column = served.column(it.key());
    if (column >= 0 && column < kFirstField && column <= kUpdatedBy) {
      draft.faults.push_back(
          {"/" + it.key(),
           "field.readonly",
           {fmt::format("“{}”由系统维护。", it.key()), fmt::format("\"{}\" is kept by the system.", it.key())},
           {"请去掉此项。", "Leave it out."}});
      continue;
    }
    if (column < kFirstField) return faults::unknown_field(served.entity, it.key(), "/" + it.key());
    Parsed parsed;
    auto wrong =
        parse_value(*served.columns[static_cast<std::size_t>(column)].field, *it, rules.form, rules.origin, parsed);
    if (wrong)
      draft.faults.push_back(*std::move(wrong));
    else
      take_value(served, column, std::move(parsed), rules, draft);
  }
  return {};
}

void check_required(const Served& served, Draft& draft) {
  for (std::size_t i = kFirstField; i < served.columns.size(); ++i) {
    const Field& field = *served.columns[i].field;
    if (!field.required || !is_null(draft.row[i])) continue;
    const std::string pointer = "/" + field.name;
    const auto told = [&](const FieldFault& one) { return one.field == pointer; };
    if (std::any_of(draft.faults.begin(), draft.faults.end(), told)) continue;
    draft.faults.push_back(faults::at(
        field, "field.required",
        {fmt::format("“{}”必填。", field.title.zh), fmt::format("\"{}\" is required.", field.title.in("en"))},
        {"请填写。", "Fill it in."}));
  }
}

std::vector<int> changed_columns(const Served& served, const Row& before, const Row& after) {
  std::vector<int> changed;
  for (std::size_t i = kFirstField; i < served.columns.size(); ++i)
    if (before.empty() ? !is_null(after[i]) : after[i] != before[i]) changed.push_back(static_cast<int>(i));
  return changed;
}

} // namespace onebudget::records
