#include "kernel/storage/text/sql_text.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace onebudget::storage {
namespace {

bool word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Past the closing quote; a doubled quote stays inside, and a backslash escapes when `escapes`.
std::size_t past_quoted(std::string_view sql, std::size_t at, char quote, bool escapes) {
  for (++at; at < sql.size(); ++at) {
    if (escapes && sql[at] == '\\') {
      ++at;
    } else if (sql[at] == quote) {
      if (at + 1 < sql.size() && sql[at + 1] == quote) {
        ++at;
      } else {
        return at + 1;
      }
    }
  }
  return sql.size();
}

std::size_t past_block_comment(std::string_view sql, std::size_t at) {
  int depth = 0;
  while (at + 1 < sql.size()) {
    if (sql[at] == '/' && sql[at + 1] == '*') {
      ++depth;
      at += 2;
    } else if (sql[at] == '*' && sql[at + 1] == '/') {
      at += 2;
      if (--depth == 0) return at;
    } else {
      ++at;
    }
  }
  return sql.size();
}

/// Past $tag$ … $tag$; `at` itself + 1 when no dollar quote begins here.
std::size_t past_dollar_quoted(std::string_view sql, std::size_t at) {
  std::size_t end = at + 1;
  while (end < sql.size() && word_character(sql[end])) ++end;
  const bool digit_first = end > at + 1 && std::isdigit(static_cast<unsigned char>(sql[at + 1])) != 0;
  if (end >= sql.size() || sql[end] != '$' || digit_first) return at + 1;
  const std::string_view tag = sql.substr(at, end + 1 - at);
  const std::size_t close = sql.find(tag, end + 1);
  return close == std::string_view::npos ? sql.size() : close + tag.size();
}

/// Past whatever begins at `at` and must be copied as it is; `at` when nothing does.
std::size_t past_opaque(std::string_view sql, std::size_t at) {
  const char c = sql[at];
  const char next = at + 1 < sql.size() ? sql[at + 1] : '\0';
  if (c == '\'') {
    const bool escapes =
        at > 0 && (sql[at - 1] == 'E' || sql[at - 1] == 'e') && (at < 2 || !word_character(sql[at - 2]));
    return past_quoted(sql, at, '\'', escapes);
  }
  if (c == '"') return past_quoted(sql, at, '"', false);
  if (c == '-' && next == '-') {
    const std::size_t end = sql.find('\n', at);
    return end == std::string_view::npos ? sql.size() : end;
  }
  if (c == '/' && next == '*') return past_block_comment(sql, at);
  if (c == '$' && (at == 0 || !word_character(sql[at - 1]))) return past_dollar_quoted(sql, at);
  return at;
}

} // namespace

std::string numbered(std::string_view sql, int& count) {
  std::string out;
  out.reserve(sql.size() + 16);
  count = 0;
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t past = past_opaque(sql, at);
    if (past > at) {
      out.append(sql.substr(at, past - at));
      at = past;
    } else {
      if (sql[at] == '?') {
        out += '$';
        out += std::to_string(++count);
      } else {
        out += sql[at];
      }
      ++at;
    }
  }
  return out;
}

std::vector<std::string_view> statements(std::string_view sql) {
  std::vector<std::string_view> found;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= sql.size();) {
    if (at == sql.size() || sql[at] == ';') {
      const std::string_view one = sql.substr(begin, at - begin);
      if (!first_word(one).empty()) found.push_back(one);
      begin = ++at;
    } else {
      at = std::max(at + 1, past_opaque(sql, at));
    }
  }
  return found;
}

std::string first_word(std::string_view sql) {
  std::string word;
  for (std::size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    const std::size_t past = past_opaque(sql, at);
    if (word_character(c)) {
      word += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      ++at;
    } else if (!word.empty()) {
      break;
    } else {
      at = c == '-' || c == '/' ? std::max(at + 1, past) : at + 1;
    }
  }
  return word;
}

bool plain_name(std::string_view name) {
  if (name.empty() || name.size() > 63 || std::isdigit(static_cast<unsigned char>(name.front())) != 0) return false;
  for (const char c : name) {
    if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_') return false;
  }
  return true;
}

Result<void> check_names(std::string_view table, const std::vector<std::string>& columns) {
  const auto refuse = [](std::string_view name) {
    const std::string shown(name.substr(0, 80));
    return fault(FaultKind::internal, "storage.name",
                 {"表名或列名不合规范(小写字母、数字、下划线):" + shown,
                  "Not a plain table or column name (lower-case letters, digits, underscore): " + shown});
  };
  if (!plain_name(table)) return refuse(table);
  if (columns.empty()) return refuse("");
  for (const std::string& column : columns) {
    if (!plain_name(column)) return refuse(column);
  }
  return {};
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out += '"' + name + '"'; // a plain name may still be a word of SQL ("order")
  }
  return out;
}

std::string ddl(Dialect dialect, std::string_view text) {
  struct Type {
    std::string_view mark, sqlite, postgresql;
  };
  static constexpr Type kTypes[] = {
      {"${id}", "INTEGER", "BIGINT"},
      {"${text}", "TEXT", "TEXT COLLATE \"C\""},
      {"${blob}", "BLOB", "BYTEA"},
      {"${json}", "TEXT", "TEXT COLLATE \"C\""},
      {"${real}", "REAL", "DOUBLE PRECISION"},
      {"${autoid}", "INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"},
      {"${xid}", "INTEGER NOT NULL DEFAULT 0", "BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)"},
  };
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    bool replaced = false;
    if (text[at] == '$') {
      for (const Type& type : kTypes) {
        if (text.substr(at).starts_with(type.mark)) {
          out += dialect == Dialect::sqlite ? type.sqlite : type.postgresql;
          at += type.mark.size();
          replaced = true;
          break;
        }
      }
    }
    if (!replaced) out += text[at++];
  }
  return out;
}

std::string settled(Dialect dialect, std::string_view column) {
  if (dialect == Dialect::sqlite) return "1 = 1";
  // A visible row whose number lies beyond every transaction of this server came with a restore from another one.
  const std::string name(column);
  // In a SELECT of their own the bounds are found once a statement, not once a row.
  return "(" + name + " < (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint) OR " + name +
         " >= (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint))";
}

} // namespace onebudget::storage
