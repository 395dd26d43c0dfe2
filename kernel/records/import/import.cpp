// The pipeline: rows in batches → values → keys → links → rules → spool; then one transaction.

#include "kernel/records/import/import.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <unordered_map>

#include "kernel/records/faults.hpp"
#include "kernel/records/import/keys.hpp"
#include "kernel/records/import/seen.hpp"
#include "kernel/records/import/spool.hpp"
#include "kernel/records/import/write.hpp"
#include "kernel/records/query/render.hpp"
#include "kernel/records/write/links.hpp"
#include "kernel/records/write/unit.hpp"

namespace onebudget::records {

namespace {

constexpr std::size_t kBatch = 1000;
constexpr std::size_t kShownValue = 80;
constexpr std::int64_t kMostRowsOfAFile = 5'000'000;

/// One row on its way: first with what the writer gave, then as the row to be written.
struct Item {
  RawRow raw;
  Draft given; ///< only the given cells, links of the key resolved
  Draft draft; ///< the whole row
  std::vector<FieldFault> faults;
};

class Importer {
 public:
  Importer(Core& core, const Context& context, ServedPtr served, const RawTable& table, WriteRules rules,
           const ImportOptions& options)
      : core_(core),
        context_(context),
        served_(std::move(served)),
        table_(table),
        rules_(rules),
        options_(options),
        book_(*served_, table, context.language),
        links_(served_),
        keys_(served_->unique_keys()),
        spool_(served_->encrypted.empty() ? nullptr : core.vault.keys()) {
    seen_.resize(keys_.size());
    for (const std::string& name : served_->entity.key) key_.push_back(served_->column(name));
  }

  Result<ImportReport> run() {
    OB_CHECK(on_snapshot(core_, context_, [&](const Snapshot& snapshot) { return permitted(snapshot); }));
    report_.dry_run = options_.dry_run;
    if (options_.report) OB_CHECK(book_.open(options_.report_format, options_.report));
    bool more = true;
    while (more) {
      std::vector<Item> batch;
      OB_TRY(more, read(batch));
      OB_CHECK(work(batch));
    }
    if (options_.report) OB_CHECK(book_.finish());
    const bool refused = report_.invalid > 0 && !options_.good_rows;
    if (refused && !options_.dry_run) OB_CHECK(tell_refused(core_, context_, *served_, report_));
    if (options_.dry_run || refused || spool_.rows() == 0) return finished(refused);
    OB_CHECK(write_spool(core_, context_, served_, spool_, report_));
    report_.written = true;
    return report_;
  }

 private:
  Result<ImportReport> finished(bool refused) {
    if (refused || options_.dry_run) report_.created = report_.updated = 0;
    report_.written = !refused && !options_.dry_run;
    return report_;
  }

  Result<void> permitted(const Snapshot& snapshot) {
    const Entity& entity = served_->entity;
    if (!snapshot.rights->unlimited() && !snapshot.rights->may(entity.permission("import")))
      return faults::forbidden(entity, "import");
    if (!options_.import_state || entity.state_field.empty()) return {};
    if (!snapshot.rights->unlimited() && !snapshot.rights->may(entity.permission("import_state")))
      return faults::forbidden(entity, "import_state");
    rules_.state_allowed = true;
    return {};
  }

  Result<bool> read(std::vector<Item>& batch) {
    batch.reserve(kBatch);
    while (batch.size() < kBatch) {
      Item item;
      OB_TRY(const bool more, table_.next(item.raw));
      if (!more) return false;
      if (++report_.rows > kMostRowsOfAFile)
        return fault(FaultKind::too_large, "records.import_rows",
                     {"文件超过 500 万行。请拆分后导入。", "More than 5,000,000 rows. Split the file."});
      take_given(item);
      batch.push_back(std::move(item));
    }
    return true;
  }

  /// Parses what the row gives, without looking anything up.
  void take_given(Item& item) {
    Draft& given = item.given;
    given.line = item.raw.line;
    given.row.resize(served_->columns.size());
    given.given.resize(served_->columns.size(), false);
    if (item.raw.broken) {
      const Fault& broken = *item.raw.broken;
      item.faults.push_back({"", broken.code, broken.message, {"请改正该行。", "Correct the line."}});
      return;
    }
    if (table_.columns.empty()) return take_object(item);
    for (std::size_t i = 0; i < item.raw.cells.size(); ++i) {
      if (i >= table_.columns.size() || table_.columns[i] < 0) {
        if (!item.raw.cells[i].empty())
          item.faults.push_back({fmt::format("column {}", i + 1),
                                 "import.extra_cell",
                                 {fmt::format("第 {} 列没有表头，却有内容。", i + 1),
                                  fmt::format("Column {} has content but no header.", i + 1)},
                                 {"请补上表头或清空该格。", "Add a header or clear the cell."}});
        continue;
      }
      Parsed parsed;
      auto wrong =
          parse_cell(*served_->columns[static_cast<std::size_t>(table_.columns[i])].field, item.raw.cells[i], parsed);
      take(item, table_.columns[i], std::move(wrong), std::move(parsed));
    }
  }

  void take_object(Item& item) {
    if (!item.raw.object.is_object()) {
      item.faults.push_back({"",
                             "records.not_an_object",
                             {"每一行应为 JSON 对象。", "Each row must be a JSON object."},
                             {"请改正该行。", "Correct the line."}});
      return;
    }
    for (auto it = item.raw.object.begin(); it != item.raw.object.end(); ++it) {
      const int column = served_->column(it.key());
      if (column < kFirstField) {
        Fault unknown = faults::unknown_field(served_->entity, it.key(), "/" + it.key());
        item.faults.push_back(std::move(unknown.fields.front()));
        continue;
      }
      Parsed parsed;
      auto wrong = parse_value(*served_->columns[static_cast<std::size_t>(column)].field, *it, rules_.form,
                               rules_.origin, parsed);
      take(item, column, std::move(wrong), std::move(parsed));
    }
  }

  static void take(Item& item, int column, std::optional<FieldFault> wrong, Parsed parsed) {
    item.given.given[static_cast<std::size_t>(column)] = true;
    if (wrong)
      item.faults.push_back(*std::move(wrong));
    else if (parsed.natural)
      item.given.naturals.emplace_back(column, *std::move(parsed.natural));
    else
      item.given.cell(column) = std::move(parsed.value);
  }

  Result<void> work(std::vector<Item>& batch) {
    if (batch.empty()) return {};
    OB_CHECK(on_snapshot(core_, context_, [&](const Snapshot& snapshot) -> Result<void> {
      OB_CHECK(resolve_keys(snapshot, batch));
      OB_CHECK(match_keys(snapshot, batch));
      OB_CHECK(resolve_drafts(snapshot, batch));
      return check(snapshot, batch);
    }));
    if (served_->hooks && served_->hooked) OB_CHECK(hooks(batch));
    for (Item& item : batch) OB_CHECK(keep(item));
    return {};
  }

  /// Only what finds the stored row. The other links wait for that row: a code that it has already is no change.
  Result<void> resolve_keys(const Snapshot& snapshot, std::vector<Item>& batch) {
    std::vector<Draft*> drafts;
    for (Item& item : batch) drafts.push_back(&item.given);
    OB_CHECK(links_.resolve(snapshot, key_, drafts));
    for (Item& item : batch)
      std::move(item.given.faults.begin(), item.given.faults.end(), std::back_inserter(item.faults));
    return {};
  }

  /// Finds the stored row of each key and makes the draft of the whole row.
  Result<void> match_keys(const Snapshot& snapshot, std::vector<Item>& batch) {
    std::vector<const Row*> wanted;
    for (const Item& item : batch)
      if (!key_text(item.given.row, key_).empty()) wanted.push_back(&item.given.row);
    std::unordered_map<std::string, KeyedRow> stored;
    OB_CHECK(rows_by_key(snapshot, *served_, key_, wanted, true, stored));
    OB_TRY(const Draft blank, blank_draft(*served_));
    for (Item& item : batch) {
      const std::string text = key_text(item.given.row, key_);
      const auto found = text.empty() ? stored.end() : stored.find(text);
      if (found == stored.end()) {
        item.draft = blank;
      } else if (!found->second.visible) {
        item.draft = blank;
        Fault taken = taken_by_other(key_);
        item.faults.push_back(std::move(taken.fields.front()));
      } else {
        item.draft = change_draft(*served_, found->second.row);
      }
      item.draft.line = item.raw.line;
      transfer(item);
    }
    return {};
  }

  [[nodiscard]] Fault taken_by_other(const std::vector<int>& key) const {
    std::vector<const Field*> fields;
    for (const int column : key) fields.push_back(served_->columns[static_cast<std::size_t>(column)].field);
    return faults::taken_key(served_->entity, fields);
  }

  void transfer(Item& item) {
    for (std::size_t i = kFirstField; i < served_->columns.size(); ++i) {
      if (!item.given.given[i]) continue;
      Parsed parsed{item.given.row[i], std::nullopt};
      for (auto& [column, key] : item.given.naturals)
        if (column == static_cast<int>(i) && is_null(parsed.value)) parsed.natural = std::move(key);
      const bool bad = told(item, *served_->columns[i].field), empty = is_null(parsed.value) && !parsed.natural;
      if (bad || (item.draft.fresh() && empty)) continue; // an empty cell leaves the default
      take_value(*served_, static_cast<int>(i), std::move(parsed), rules_, item.draft);
    }
    drain(item);
  }

  static bool told(const Item& item, const Field& field) {
    const std::string pointer = "/" + field.name;
    return std::any_of(item.faults.begin(), item.faults.end(),
                       [&](const FieldFault& one) { return one.field == pointer; });
  }

  static void drain(Item& item) {
    std::move(item.draft.faults.begin(), item.draft.faults.end(), std::back_inserter(item.faults));
    item.draft.faults.clear();
  }

  Result<void> resolve_drafts(const Snapshot& snapshot, std::vector<Item>& batch) {
    std::vector<Draft*> drafts;
    for (Item& item : batch)
      if (!unread(item)) drafts.push_back(&item.draft); // of a row with another mistake, too: all are told at once
    OB_CHECK(links_.resolve(snapshot, drafts));
    for (Item& item : batch) drain(item);
    return {};
  }

  /// Required fields, states, grants, unique keys.
  Result<void> check(const Snapshot& snapshot, std::vector<Item>& batch) {
    for (Item& item : batch) {
      if (!served_->hooked || !item.faults.empty()) require(item);
      if (!item.faults.empty()) continue;
      check_state(item);
      check_place(snapshot, item);
    }
    for (std::size_t i = 0; i < keys_.size(); ++i) OB_CHECK(check_unique_keys(snapshot, batch, i));
    return {};
  }

  [[nodiscard]] bool unread(const Item& item) const {
    return item.raw.broken || (table_.columns.empty() && !item.raw.object.is_object());
  }

  void require(Item& item) {
    if (unread(item)) return;
    Draft probe;
    probe.row = item.draft.row;
    probe.faults = item.faults; // so that a field with another mistake is not also called missing
    check_required(*served_, probe);
    item.faults = std::move(probe.faults);
  }

  void check_state(Item& item) {
    const State* state = nullptr;
    const bool own_initial = item.draft.fresh() && served_->state_column >= 0;
    if (own_initial || rules_.state_allowed || (!item.draft.fresh() && changed_columns(*served_, item.draft).empty()))
      return;
    const Row& row = item.draft.fresh() ? item.draft.row : item.draft.before;
    if (editable(core_.catalog, served_, row, &item.draft, &state)) return;
    Fault closed = faults::not_editable(served_->entity, state);
    item.faults.push_back(
        {"",
         closed.code,
         closed.message,
         {"请去掉该行，或先退回到可编辑的状态。", "Remove the row, or have the record returned first."}});
  }

  void check_place(const Snapshot& snapshot, Item& item) {
    Held answer = places_.held(snapshot, *served_, item.draft.row);
    if (answer != Held::no && !item.draft.fresh()) answer = places_.held(snapshot, *served_, item.draft.before);
    if (answer != Held::no) return;
    const std::string where = served_->entity.owner.empty() ? "" : "/" + served_->entity.owner;
    item.faults.push_back(
        {where,
         "import.outside_scope",
         {"该行不在您可以导入的范围内。", "The row lies outside what you may import."},
         {"请去掉该行，或请有权限的人导入。", "Remove the row, or have somebody import it who may."}});
  }

  /// No two rows of the file, and no other stored row, may have the same key.
  Result<void> check_unique_keys(const Snapshot& snapshot, std::vector<Item>& batch, std::size_t index) {
    const std::vector<int>& key = keys_[index];
    const bool natural = index_is_natural(key);
    std::vector<const Row*> wanted;
    for (Item& item : batch) {
      const std::string text = key_text(item.draft.row, key);
      if (text.empty() || told(item, *served_->columns[static_cast<std::size_t>(key[0])].field)) continue;
      OB_TRY(const std::int64_t first, seen_[index].first_line(text, item.raw.line));
      if (first != 0) {
        item.faults.push_back(
            {"/" + served_->columns[static_cast<std::size_t>(key[0])].name,
             "import.duplicate",
             {fmt::format("与第 {} 行的键相同。", first), fmt::format("Has the same key as line {}.", first)},
             {"请只保留一行。", "Keep one of them."}});
      } else if (!natural) {
        wanted.push_back(&item.draft.row);
      }
    }
    if (wanted.empty()) return {};
    std::unordered_map<std::string, KeyedRow> stored;
    OB_CHECK(rows_by_key(snapshot, *served_, key, wanted, false, stored));
    for (Item& item : batch) {
      const auto found = stored.find(key_text(item.draft.row, key));
      const std::int64_t own = item.draft.fresh() ? 0 : integer_of(item.draft.before[kId]);
      if (found != stored.end() && found->second.id != own)
        item.faults.push_back(std::move(taken_by_other(key).fields.front()));
    }
    return {};
  }

  [[nodiscard]] bool index_is_natural(const std::vector<int>& key) const {
    const auto& names = served_->entity.key;
    if (names.size() != key.size()) return false;
    for (std::size_t i = 0; i < key.size(); ++i)
      if (served_->columns[static_cast<std::size_t>(key[i])].name != names[i]) return false;
    return true;
  }

  /// The plugin's rule sees every row by itself, as it would one that was typed.
  Result<void> hooks(std::vector<Item>& batch) {
    std::vector<Item*> assigned;
    for (Item& item : batch) {
      if (!item.faults.empty() || (!item.draft.fresh() && changed_columns(*served_, item.draft).empty())) continue;
      const auto as_json = [&](const Row& row) {
        return row.empty() ? Json() : Json::parse(render_row(*served_, row, Form::abi, false), nullptr, false);
      };
      const Json before = as_json(item.draft.before), after = as_json(item.draft.row);
      const Change change{item.draft.fresh() ? Action::create : Action::update,
                          served_->name,
                          RecordId{integer_of(item.draft.row[kId])},
                          "",
                          item.draft.fresh() ? nullptr : &before,
                          &after};
      UnitOfWork unit(core_, context_);
      auto verdict = served_->hooks->validate(context_, unit, change);
      if (!verdict) return std::move(verdict).fault();
      item.faults = std::move(verdict->findings);
      if (!item.faults.empty()) continue;
      if (verdict->assign.is_object() && !verdict->assign.empty()) {
        WriteRules rules = rules_;
        rules.form = Form::abi;
        rules.origin = Origin::request;
        OB_CHECK(take_values(*served_, verdict->assign, rules, item.draft));
        assigned.push_back(&item);
      }
      if (assigned.empty() || assigned.back() != &item) require(item);
    }
    return assigned.empty() ? Result<void>() : resolve_assigned(assigned);
  }

  Result<void> resolve_assigned(std::vector<Item*>& assigned) {
    return on_snapshot(core_, context_, [&](const Snapshot& snapshot) -> Result<void> {
      std::vector<Draft*> drafts;
      for (Item* item : assigned) drafts.push_back(&item->draft);
      OB_CHECK(links_.resolve(snapshot, drafts));
      for (Item* item : assigned) {
        drain(*item);
        require(*item);
        if (!item->faults.empty()) continue;
        check_place(snapshot, *item);
        auto unique = check_unique(snapshot, *served_, item->draft.row, integer_of(item->draft.row[kId]));
        if (!unique && unique.fault().kind != FaultKind::conflict) return unique;
        if (!unique) item->faults.push_back(unique.fault().fields.front());
      }
      return {};
    });
  }

  Result<void> keep(Item& item) {
    if (!item.faults.empty()) {
      ++report_.invalid;
      for (FieldFault& one : item.faults) OB_CHECK(tell(item, std::move(one)));
      return {};
    }
    ++report_.valid;
    Draft& draft = item.draft;
    if (!draft.fresh() && changed_columns(*served_, draft).empty()) {
      ++report_.unchanged;
      return {};
    }
    draft.fresh() ? ++report_.created : ++report_.updated;
    if (options_.dry_run || (report_.invalid > 0 && !options_.good_rows)) return {};
    storage::Value me;
    if (!context_.caller.user.none()) me = context_.caller.user.value;
    PendingRow row;
    row.expected = draft.fresh() ? 0 : integer_of(draft.before[kVersion]);
    if (draft.fresh()) {
      OB_TRY(const std::int64_t id, core_.ids.next());
      draft.row[kId] = id;
      draft.row[kCreatedAt] = context_.now_ms;
      draft.row[kCreatedBy] = me;
    }
    draft.row[kVersion] = row.expected + 1;
    draft.row[kUpdatedAt] = context_.now_ms;
    draft.row[kUpdatedBy] = me;
    row.before = std::move(draft.before);
    row.after = std::move(draft.row);
    return spool_.add(row);
  }

  Result<void> tell(const Item& item, FieldFault wrong) {
    ++report_.error_total;
    if (options_.report) OB_CHECK(book_.add(item.raw, wrong));
    if (report_.errors.size() >= options_.errors_kept) return {};
    if (!wrong.field.empty() && wrong.field.front() == '/') wrong.field.erase(0, 1);
    std::string value = shown_value(item, wrong.field);
    report_.errors.push_back({item.raw.line, std::move(wrong), std::move(value)});
    return {};
  }

  [[nodiscard]] std::string shown_value(const Item& item, const std::string& field) const {
    std::string value;
    const int column = served_->column(field);
    if (table_.columns.empty()) {
      const auto found = item.raw.object.is_object() ? item.raw.object.find(field) : item.raw.object.end();
      if (item.raw.object.is_object() && found != item.raw.object.end())
        value = found->is_string() ? found->get<std::string>() : found->dump();
    } else {
      for (std::size_t i = 0; i < table_.columns.size() && i < item.raw.cells.size(); ++i)
        if (column >= 0 && table_.columns[i] == column) value = item.raw.cells[i];
    }
    if (column >= kFirstField && served_->columns[static_cast<std::size_t>(column)].field->encrypted) return "***";
    if (value.size() <= kShownValue) return value;
    std::size_t end = kShownValue;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) --end;
    return value.substr(0, end) + "…";
  }

  Core& core_;
  const Context& context_;
  ServedPtr served_;
  const RawTable& table_;
  WriteRules rules_;
  const ImportOptions& options_;
  ErrorBook book_;
  Links links_;
  std::vector<int> key_; ///< the natural one
  std::vector<std::vector<int>> keys_;
  std::vector<SeenKeys> seen_; ///< the keys of this file
  HeldPlaces places_{"import"};
  Spool spool_;
  ImportReport report_;
};

} // namespace

Result<ImportReport> import_rows(Core& core, const Context& context, const ServedPtr& served, const RawTable& table,
                                 const WriteRules& rules, const ImportOptions& options) {
  return Importer(core, context, served, table, rules, options).run();
}

} // namespace onebudget::records
