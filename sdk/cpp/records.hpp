#pragma once
// Records of declared entities, on the caller's behalf and in the call's unit of work. Values are in ABI form: money in
// fen, time in UTC milliseconds, decimals as strings, ids as decimal strings, days as YYYY-MM-DD.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdk/cpp/host.hpp"
#include "sdk/values/day.hpp"
#include "sdk/values/id.hpp"
#include "sdk/values/money.hpp"
#include "sdk/values/ratio.hpp"

namespace onebudget::plugin {

/// A value as the host wants it in a document.
[[nodiscard]] inline Json abi(Money amount) { return amount.fen(); }
[[nodiscard]] inline Json abi(Day day) { return day.str(); }
[[nodiscard]] inline Json abi(Ratio ratio) { return static_cast<double>(ratio.millionths()) / Ratio::kOne; }
[[nodiscard]] inline Json abi(RecordId id) { return id.none() ? Json(nullptr) : Json(id.str()); }

/// A literal for a filter, quoted and escaped: filter("code==" + quoted(text)).
[[nodiscard]] inline std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// One record. Reading never throws and never fails: a field that is absent, null or of another type reads as empty.
class Row {
 public:
  Row() = default;
  explicit Row(Json json) : json_(std::move(json)) {}

  [[nodiscard]] bool none() const { return !json_.is_object(); }
  [[nodiscard]] RecordId id() const { return ref("id"); }
  [[nodiscard]] std::int64_t version() const { return number("version"); }
  [[nodiscard]] bool has(std::string_view field) const { return !at(field).is_null(); }
  [[nodiscard]] const Json& at(std::string_view field) const& {
    static const Json kNull;
    if (!json_.is_object()) return kNull;
    const auto found = json_.find(field);
    return found == json_.end() ? kNull : *found;
  }
  /// Of a row that ends with the expression: the value itself, so that a loop over Row(x).at("items") holds what it
  /// reads.
  [[nodiscard]] Json at(std::string_view field) && { return std::as_const(*this).at(field); }
  [[nodiscard]] std::string text(std::string_view field) const {
    const Json& value = at(field);
    return value.is_string() ? value.get<std::string>() : std::string();
  }
  [[nodiscard]] std::int64_t number(std::string_view field, std::int64_t otherwise = 0) const {
    const Json& value = at(field);
    return value.is_number_integer() ? value.get<std::int64_t>() : otherwise;
  }
  [[nodiscard]] bool flag(std::string_view field) const {
    const Json& value = at(field);
    return value.is_boolean() && value.get<bool>();
  }
  [[nodiscard]] Money money(std::string_view field) const { return Money::from_fen(number(field)); }
  [[nodiscard]] Ratio ratio(std::string_view field) const {
    const Json& value = at(field);
    if (!value.is_number()) return {};
    const double millionths = value.get<double>() * Ratio::kOne;
    return Ratio::from_millionths(static_cast<std::int64_t>(millionths < 0 ? millionths - 0.5 : millionths + 0.5));
  }
  [[nodiscard]] std::optional<Day> day(std::string_view field) const { return Day::parse(text(field)); }
  /// Of a ref, org, user or id; none when empty.
  [[nodiscard]] RecordId ref(std::string_view field) const { return RecordId::parse(text(field)).value_or(RecordId{}); }
  [[nodiscard]] const Json& json() const& { return json_; }
  [[nodiscard]] Json json() && { return std::move(json_); }

 private:
  Json json_;
};

struct Query {
  std::string filter;              ///< RSQL; build literals with quoted()
  std::string sort;                ///< "-amount,code"
  std::vector<std::string> fields; ///< empty = all
  std::string text;                ///< any of the entity's search fields contains it
  std::int64_t limit = 0;          ///< 0 = all
};

struct AggregateQuery {
  std::string filter;
  std::vector<std::string> group;      ///< field names
  std::vector<std::string> aggregates; ///< "count", "sum:amount", …
};

/// A guarded change: the database adds to the fields and looks at `where` and at the fields' declared bounds when the
/// unit of work is applied, so that no interleaving spends a balance twice.
struct Adjustment {
  Json add = Json::object(); ///< guarded field → what is added, in ABI form: {"available", -abi(amount)}
  std::string where;         ///< RSQL on the row before the change, in yuan: "status==open"
  bool now = false;          ///< in a transaction of its own, for serial numbers: never twice, but with gaps
};

/// Guarded changes of many different rows in one call, all or none: the rules of Adjustment for each.
struct Adjustments {
  Json rows = Json::array(); ///< [{"id", "add": {field: by}, "is": {field: value that it must still hold}}]
  std::string where;         ///< RSQL on each row before the change
  bool quiet = true;         ///< the rows as they will be are not answered

  /// One more row; `is` names numeric fields (money, int, ref, …) in ABI form.
  void add(RecordId id, Json by, Json is = Json::object()) {
    rows.push_back({{"id", id.str()}, {"add", std::move(by)}, {"is", std::move(is)}});
  }
};

struct UpsertReport {
  std::int64_t rows = 0, created = 0, updated = 0;
  Json errors = Json::array();
};

/// Valid during its call. A read by id sees the unit's own writes; queries see its snapshot.
class Records {
 public:
  Records(const Host& host, ob_call call) : host_(host), table_(host.services().records), call_(call) {}

  /// Fault not_found when absent or invisible to the caller.
  [[nodiscard]] Result<Row> get(std::string_view entity, RecordId id) const {
    return row([&](ob_buf* out, ob_error* error) { return table_->get(call_, span(entity), id.value, out, error); });
  }

  /// Rows one by one, read by batch; stops at the first fault that `each` answers.
  [[nodiscard]] Result<void> each(std::string_view entity, const Query& query,
                                  const std::function<Result<void>(const Row&)>& each) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_RECORDS);
    Json spec = Json::object();
    if (!query.filter.empty()) spec["filter"] = query.filter;
    if (!query.sort.empty()) spec["sort"] = query.sort;
    if (!query.fields.empty()) spec["fields"] = query.fields;
    if (!query.text.empty()) spec["text"] = query.text;
    if (query.limit > 0) spec["limit"] = query.limit;
    const std::string text = dump(spec);
    ob_cursor cursor{0};
    OB_CHECK(ask([&](ob_error* error) { return table_->query(call_, span(entity), span(text), &cursor, error); }));
    const Closer closer{*this, cursor};
    for (;;) {
      ob_buf rows{0};
      std::uint32_t count = 0;
      std::int32_t status = OB_OK;
      OB_CHECK(ask([&](ob_error* error) { return status = table_->next_batch(call_, cursor, &rows, &count, error); }));
      if (rows.v != 0) {
        OB_TRY(const std::string bytes, host_.take(rows));
        OB_TRY(Json batch, parse(bytes));
        for (Json& item : batch) OB_CHECK(each(Row(std::move(item))));
      }
      if (status == OB_END || count == 0) return {};
    }
  }

  /// All rows at once; refuses with plugin.too_many behind `most`, so that a missing filter cannot eat the memory.
  [[nodiscard]] Result<std::vector<Row>> list(std::string_view entity, const Query& query,
                                              std::size_t most = 10'000) const {
    std::vector<Row> out;
    OB_CHECK(each(entity, query, [&](const Row& row) -> Result<void> {
      if (out.size() == most) {
        return fault(FaultKind::rule, "plugin.too_many",
                     {"结果超过 " + std::to_string(most) + " 行。请缩小范围。",
                      "There are more than " + std::to_string(most) + " rows. Narrow the filter."});
      }
      out.push_back(row);
      return {};
    }));
    return out;
  }

  /// The first row, or none.
  [[nodiscard]] Result<std::optional<Row>> first(std::string_view entity, Query query) const {
    query.limit = 1;
    OB_TRY(auto rows, list(entity, query));
    if (rows.empty()) return std::optional<Row>();
    return std::optional<Row>(std::move(rows.front()));
  }

  [[nodiscard]] Result<std::vector<Row>> aggregate(std::string_view entity, const AggregateQuery& query) const {
    OB_TRY(Json rows, summed(entity, query, false));
    return rows_of(rows);
  }

  /// The same where a rollup may answer, up to about a second late: for showing, never for deciding.
  struct Totals {
    std::vector<Row> rows;
    std::int64_t position = 0,
                 at_ms = 0; ///< what was committed until then is in it; 0 when the rows themselves answered
  };
  [[nodiscard]] Result<Totals> totals(std::string_view entity, const AggregateQuery& query) const {
    OB_TRY(Json answer, summed(entity, query, true));
    return Totals{rows_of(answer["rows"]), answer.value("position", std::int64_t{0}),
                  answer.value("at_ms", std::int64_t{0})};
  }

  /// Buffers a new record; it is written when the unit of work is committed.
  [[nodiscard]] Result<RecordId> insert(std::string_view entity, const Json& values) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_RECORDS);
    const std::string text = dump(values);
    RecordId id;
    OB_CHECK(ask([&](ob_error* error) { return table_->insert(call_, span(entity), span(text), &id.value, error); }));
    return id;
  }
  /// `changes` holds only the fields that change. Fault version when somebody was faster.
  [[nodiscard]] Result<void> update(std::string_view entity, RecordId id, std::int64_t version,
                                    const Json& changes) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_RECORDS);
    const std::string text = dump(changes);
    return ask(
        [&](ob_error* error) { return table_->update(call_, span(entity), id.value, version, span(text), error); });
  }
  [[nodiscard]] Result<void> transition(std::string_view entity, RecordId id, std::int64_t version,
                                        std::string_view name, std::string_view comment = {}) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_RECORDS);
    return ask([&](ob_error* error) {
      return table_->transition(call_, span(entity), id.value, version, span(name), span(comment), error);
    });
  }
  [[nodiscard]] Result<void> remove(std::string_view entity, RecordId id, std::int64_t version) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_RECORDS);
    return ask([&](ob_error* error) { return table_->remove(call_, span(entity), id.value, version, error); });
  }
  /// Only rows of the plugin's own entities. Answers the row as it will be (with `now`: as it is). Fault conflict
  /// (records.guard) when guards do not hold; a row that somebody else moved before the commit runs the call again,
  /// and then this answers what holds. The caller needs the permission "<entity>.adjust".
  [[nodiscard]] Result<Row> adjust(std::string_view entity, RecordId id, const Adjustment& change) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_RECORDS);
    if (!OB_HAS(ob_records_v1, table_, adjust)) return Host::absent(OB_SERVICE_RECORDS);
    const std::string text = dump({{"add", change.add}, {"where", change.where}, {"now", change.now}});
    return row([&](ob_buf* out, ob_error* error) {
      return table_->adjust(call_, span(entity), id.value, span(text), out, error);
    });
  }
  /// Many new rows, written in sets when the unit of work is committed; a JSON array of 1 to 10,000 documents. Answers
  /// their ids in order. Fault rule (records.invalid) names what is wrong with each row at "/<row>/<field>": the first
  /// here, all of them to whom it is passed on. A key that another row has is told at the commit.
  [[nodiscard]] Result<std::vector<RecordId>> insert_many(std::string_view entity, const Json& rows) const {
    if (table_ == nullptr || !OB_HAS(ob_records_v1, table_, insert_many)) return Host::absent(OB_SERVICE_RECORDS);
    const std::string text = dump(rows);
    OB_TRY(const Json ids, document([&](ob_buf* out, ob_error* error) {
             return table_->insert_many(call_, span(entity), span(text), out, error);
           }));
    std::vector<RecordId> out;
    for (const Json& id : ids) out.push_back(RecordId::parse(id.get<std::string>()).value_or(RecordId{}));
    return out;
  }
  /// Like adjust(), for 1 to 10,000 different rows. Fault conflict (records.guard) names every row whose guard failed
  /// at "/rows/<row>", the first here. Answers the rows as they will be, or with `quiet` none.
  [[nodiscard]] Result<std::vector<Row>> adjust_many(std::string_view entity, const Adjustments& change) const {
    if (table_ == nullptr || !OB_HAS(ob_records_v1, table_, adjust_many)) return Host::absent(OB_SERVICE_RECORDS);
    const std::string text = dump({{"rows", change.rows}, {"where", change.where}, {"quiet", change.quiet}});
    OB_TRY(Json rows, document([&](ob_buf* out, ob_error* error) {
             return table_->adjust_many(call_, span(entity), span(text), out, error);
           }));
    return rows_of(rows);
  }
  /// Many rows matched by natural key, in a transaction of its own, all or nothing.
  [[nodiscard]] Result<UpsertReport> upsert(std::string_view entity, const Json& rows) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_RECORDS);
    const std::string text = dump(rows);
    OB_TRY(Json answer, document([&](ob_buf* out, ob_error* error) {
             return table_->upsert(call_, span(entity), span(text), out, error);
           }));
    const Row report(std::move(answer));
    return UpsertReport{report.number("rows"), report.number("created"), report.number("updated"), report.at("errors")};
  }

 private:
  [[nodiscard]] Result<Json> summed(std::string_view entity, const AggregateQuery& query, bool rollup) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_RECORDS);
    Json spec = {{"group", query.group}, {"aggregates", query.aggregates}};
    if (!query.filter.empty()) spec["filter"] = query.filter;
    if (rollup) spec["rollup"] = true;
    const std::string text = dump(spec);
    return document(
        [&](ob_buf* out, ob_error* error) { return table_->aggregate(call_, span(entity), span(text), out, error); });
  }
  static std::vector<Row> rows_of(Json& rows) {
    std::vector<Row> out;
    for (Json& item : rows) out.emplace_back(std::move(item));
    return out;
  }

  struct Closer {
    const Records& records;
    ob_cursor cursor;
    ~Closer() {
      static_cast<void>(ask([this](ob_error* error) { return records.table_->close(records.call_, cursor, error); }));
    }
  };
  template <class Fn>
  [[nodiscard]] Result<Json> document(Fn&& fn) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_RECORDS);
    ob_buf buffer{0};
    OB_CHECK(ask([&](ob_error* error) { return fn(&buffer, error); }));
    OB_TRY(const std::string bytes, host_.take(buffer));
    return parse(bytes);
  }
  template <class Fn>
  [[nodiscard]] Result<Row> row(Fn&& fn) const {
    OB_TRY(Json json, document(fn));
    return Row(std::move(json));
  }

  const Host& host_;
  const ob_records_v1* table_;
  ob_call call_;
};

} // namespace onebudget::plugin
