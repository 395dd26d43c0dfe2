#include "kernel/records/query/view.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/neighbours.hpp"
#include "sdk/text/nearest.hpp"

namespace onebudget::records {

namespace {

constexpr std::size_t kLongestView = 64 * 1024;
constexpr std::size_t kMostSources = 32;

constexpr std::array<std::string_view, 15> kForbidden{"insert", "update",    "delete",  "merge",  "into",
                                                      "table",  "attach",    "pragma",  "create", "drop",
                                                      "vacuum", "returning", "natural", "window", "recursive"};
/// What may stand before a parenthesis.
constexpr std::array<std::string_view, 44> kCallable{
    "count",  "sum",    "min",   "max",    "avg",  "coalesce", "nullif",     "abs",         "round",
    "substr", "length", "lower", "upper",  "trim", "replace",  "row_number", "rank",        "dense_rank",
    "lag",    "lead",   "cast",  "exists", "in",   "over",     "and",        "or",          "not",
    "on",     "as",     "when",  "then",   "else", "case",     "select",     "where",       "having",
    "by",     "from",   "join",  "union",  "all",  "any",      "filter",     "materialized"};
/// What ends a list of sources on its level.
constexpr std::array<std::string_view, 8> kEndsSources{"where", "group", "order",  "having",
                                                       "limit", "union", "except", "intersect"};

template <std::size_t N>
bool listed(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

Fault bad_view(const Text& what) {
  return fault(FaultKind::rule, "records.view",
               {"视图的 SQL 不可用：" + what.zh, "The SQL of the view cannot be used: " + what.en});
}
Fault bad_word(std::string_view word) {
  return bad_view(
      {fmt::format("不允许“{}”。请只用 SELECT，数据来源写作 {{插件.实体}}。", word),
       fmt::format("\"{}\" is not allowed. Use SELECT alone, and write sources as {{plugin.entity}}.", word)});
}

class Reader {
 public:
  explicit Reader(std::string_view sql) : sql_(sql) {}

  Result<ViewText> run() {
    if (sql_.size() > kLongestView) return bad_view({"超过 64 KiB。请拆分。", "it is longer than 64 KiB. Split it."});
    levels_.push_back({});
    while (at_ < sql_.size()) OB_CHECK(step());
    if (levels_.size() != 1) return bad_view({"括号不成对。", "parentheses do not match."});
    if (expecting_ || view_.sources.empty())
      return bad_view({"没有数据来源。请写 {插件.实体}。", "it has no source. Write {plugin.entity}."});
    view_.texts.push_back(std::move(text_));
    return std::move(view_);
  }

 private:
  struct Level {
    bool sources = false; ///< between FROM and what ends it: a comma brings another source
  };

  Result<void> step() {
    const char c = sql_[at_];
    if (c == '-' && sql_.substr(at_, 2) == "--") {
      at_ = std::min(sql_.find('\n', at_), sql_.size());
      return {};
    }
    if (std::isspace(static_cast<unsigned char>(c)) != 0) return take(1);
    if (c == '\'' || c == '"') return quoted(c);
    if (c == '{') return source();
    if (std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_') return word();
    if (expecting_ && c != '(') return bad_word(std::string_view(&c, 1));
    if (c == '(') {
      if (previous_ == "\"") return bad_word("\"…\" ("); // a function by its quoted name
      levels_.push_back({});
      previous_ = "(";
      return take(1);
    }
    if (c == ')') {
      if (levels_.size() == 1) return bad_view({"括号不成对。", "parentheses do not match."});
      levels_.pop_back();
      if (levels_.size() == 1 && !naming_.empty()) own_.insert(std::exchange(naming_, {}));
      previous_ = ")";
      return take(1);
    }
    if (c == ',' && levels_.back().sources) expecting_ = true;
    constexpr std::string_view kPlain = ".,+-*/%<>=!|0123456789";
    if (kPlain.find(c) == std::string_view::npos || sql_.substr(at_, 2) == "/*") return bad_word(sql_.substr(at_, 1));
    previous_.assign(1, c);
    return take(1);
  }

  Result<void> take(std::size_t count) {
    text_ += sql_.substr(at_, count);
    at_ += count;
    return {};
  }

  Result<void> quoted(char quote) {
    const std::size_t end = sql_.find(quote, at_ + 1);
    if (end == std::string_view::npos || expecting_) return bad_word(sql_.substr(at_, 16));
    const std::string_view body = sql_.substr(at_ + 1, end - at_ - 1);
    if (body.find('\\') != std::string_view::npos || body.find('?') != std::string_view::npos) return bad_word(body);
    previous_ = quote;
    return take(end + 1 - at_);
  }

  Result<void> source() {
    const std::size_t end = std::min(sql_.find('}', at_), sql_.size());
    const std::string name(sql_.substr(at_ + 1, end - std::min(end, at_ + 1)));
    const std::size_t dot = name.find('.');
    const bool named =
        dot != std::string::npos && is_snake_case(name.substr(0, dot)) && is_snake_case(name.substr(dot + 1));
    if (!expecting_ || !named || view_.sources.size() == kMostSources) return bad_word("{" + name + "}");
    view_.texts.push_back(std::move(text_));
    text_.clear();
    view_.sources.push_back(name);
    expecting_ = false;
    previous_ = "}";
    at_ = end + 1;
    return {};
  }

  Result<void> word() {
    std::size_t end = at_;
    while (end < sql_.size() && (std::isalnum(static_cast<unsigned char>(sql_[end])) != 0 || sql_[end] == '_')) ++end;
    std::string name(sql_.substr(at_, end - at_));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::size_t next = end;
    while (next < sql_.size() && std::isspace(static_cast<unsigned char>(sql_[next])) != 0) ++next;
    const char behind = next < sql_.size() ? sql_[next] : ' ';
    const bool first = view_.texts.empty() && previous_.empty();
    if (first ? name != "select" && name != "with" : name == "with") return bad_word(name);
    with_ = with_ || name == "with";
    if (levels_.size() == 1 && name == "select") with_ = false;
    // A quote right behind a word is a string of another kind (E'…', U&'…').
    if (listed(kForbidden, name) || (end < sql_.size() && (sql_[end] == '\'' || sql_[end] == '&')))
      return bad_word(name);
    if (name == "as" && behind == '(' && with_ && levels_.size() == 1 && previous_is_name_) naming_ = previous_;
    if (expecting_ && name != "select" && name != "lateral") {
      if (own_.count(name) == 0 || behind == '(' || behind == '.') return bad_word(name);
      expecting_ = false;
    } else if (name == "select") {
      expecting_ = false;
    }
    const bool from = name == "from" || name == "join";
    if (from) expecting_ = levels_.back().sources = true;
    if (listed(kEndsSources, name)) levels_.back().sources = false;
    // Names before a parenthesis are functions, unless they name a common table expression's columns.
    if (behind == '(' && !listed(kCallable, name) && previous_ != "with") return bad_word(name);
    previous_is_name_ = previous_ == "with" || previous_ == ",";
    previous_ = name;
    return take(end - at_);
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::string text_, previous_;
  bool expecting_ = false, previous_is_name_ = false, with_ = false;
  std::vector<Level> levels_;
  std::string naming_;        ///< the common table expression that is being read, whose name means nothing inside
  std::set<std::string> own_; ///< names of those that were read
  ViewText view_;
};

/// What the caller may see of an entity, masked fields hidden where they are not allowed in clear.
Result<Predicate> visible_rows(const Snapshot& snapshot, const std::string& name) {
  OB_TRY(const ServedPtr source, find_served(snapshot.core, name));
  if (!source->entity.view.empty()) return bad_word("{" + name + "}");
  Predicate out{"(SELECT ", {}};
  Predicate clear{"1=1", {}};
  const bool open = always_unmasked(snapshot, *source);
  if (!open) {
    OB_TRY(clear, unmasked(snapshot, *source, "t"));
  }
  for (const Column& column : source->columns) {
    if (out.sql.size() > 8) out.sql += ", ";
    if (open || column.field == nullptr || column.field->mask.empty()) {
      out.sql += "t." + column.quoted;
      continue;
    }
    out.sql += "CASE WHEN t." + column.quoted + " IS NULL OR ";
    append(out, clear);
    out.sql += fmt::format(" THEN t.{0} ELSE '***' END AS {0}", column.quoted);
  }
  out.sql += fmt::format(" FROM {} t WHERE ", source->table);
  Predicate scope{"0=1", {}};
  if (may_read(snapshot, *source)) {
    OB_TRY(scope, readable(snapshot, *source, "t"));
  }
  append(out, std::move(scope));
  out.sql += ")";
  return out;
}

} // namespace

Result<ViewText> read_view(std::string_view sql) { return Reader(sql).run(); }

Result<Predicate> view_prefix(const Snapshot& snapshot, const Served& served) {
  if (served.entity.view.empty()) return Predicate{};
  OB_TRY(const ViewText view, read_view(served.entity.view));
  const bool sqlite = snapshot.sqlite();
  const bool placed = !served.entity.is_public;
  std::string columns;
  for (const Column& column : served.columns) {
    if (!columns.empty()) columns += ", ";
    if (column.name == "id")
      columns += "CAST(v.\"id\" AS bigint)";
    else if (column.name == "version")
      columns += "CAST(1 AS bigint)";
    else if (column.name == "owner_path" || column.name == "gov_level" || column.name == "department_code")
      columns += placed ? std::string("place.") + (column.name == "owner_path" ? "path" : column.name)
                        : std::string(column.integer ? "0" : "''");
    else if (column.field == nullptr)
      columns += column.name.ends_with("_at") ? "CAST(0 AS bigint)" : "CAST(NULL AS bigint)";
    else if (sqlite) // which does without a cast that would keep it from its indexes
      columns += "v." + column.quoted;
    else
      columns += column.integer ? "CAST(v." + column.quoted + " AS bigint)" : "v." + column.quoted + " COLLATE \"C\"";
    columns += " AS " + column.quoted;
  }
  Predicate out{fmt::format("WITH {} AS (SELECT {} FROM (", served.table, columns), {}};
  for (std::size_t i = 0; i < view.texts.size(); ++i) {
    out.sql += view.texts[i];
    if (i == view.sources.size()) break;
    OB_TRY(Predicate source, visible_rows(snapshot, view.sources[i]));
    append(out, std::move(source));
  }
  out.sql += ") v";
  if (placed)
    out.sql +=
        fmt::format(" JOIN {} place ON place.id = v.{}", neighbours::kNodeTable, quote_name(served.entity.owner));
  out.sql += ") ";
  return out;
}

Result<void> try_view(const Snapshot& snapshot, const Served& served) {
  if (served.entity.view.empty()) return {};
  OB_TRY(Predicate prefix, view_prefix(snapshot, served));
  const auto tried = snapshot.session.query(
      fmt::format("{}SELECT {} FROM {} t LIMIT 0", prefix.sql, served.all_columns("t"), served.table), prefix.params);
  if (tried) return {};
  const std::string why = tried.fault().message.en;
  return bad_view({fmt::format("数据库拒绝：{}。每个声明的字段和 id 都须由 SELECT 给出。", why),
                   fmt::format("the database refused: {}. SELECT has to give id and every declared field.", why)});
}

} // namespace onebudget::records
