#pragma once
// Values on their way in: JSON or a table's cell becomes what a column holds, or a fault that names the field.

#include <optional>
#include <string>
#include <string_view>

#include "kernel/records/records.hpp"
#include "kernel/records/schema/table.hpp"

namespace onebudget::records {

/// Days and times as text, exactly.
bool valid_date(std::string_view text);                   ///< YYYY-MM-DD, a day of the calendar
bool parse_time(std::string_view text, std::int64_t& ms); ///< RFC 3339 with zone
void append_time(std::string& out, std::int64_t ms);      ///< 2026-01-02T03:04:05.678Z

/// A ref or org that was named by natural key and still has to be looked up.
struct NaturalKey {
  std::string code; ///< of a one-part key, or the part named `code` (else the last) of a longer one
  Json parts;       ///< the object as given, or null
  friend bool operator==(const NaturalKey&, const NaturalKey&) = default;
};

/// What a single value became.
struct Parsed {
  storage::Value value;
  std::optional<NaturalKey> natural;
};

/// Where text comes from. In files a bare text names a ref by its code, numbers may carry thousands separators, and
/// enumerations may be written as titles; elsewhere a bare text is an id.
enum class Origin { request, file };

/// Type, length, pattern, range. Does not look anything up. Null and empty text become NULL.
/// On a fault, answers it; `out` is then unspecified.
std::optional<FieldFault> parse_value(const Field& field, const Json& in, Form form, Origin origin, Parsed& out);
/// The same for one cell of a CSV or XLSX file.
std::optional<FieldFault> parse_cell(const Field& field, const std::string& cell, Parsed& out);

} // namespace onebudget::records
