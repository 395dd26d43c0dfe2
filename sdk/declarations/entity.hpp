#pragma once
// An entity as declared by a plugin (plugins/<plugin>/entities/<entity>.json), parsed and checked.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/text/json_door.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::declarations {

enum class FieldType {
  text,
  longtext,
  code,
  boolean,
  integer,
  decimal,
  money,
  ratio,
  date,
  time,
  year,
  enumeration,
  ref,
  org,
  user,
  file,
  json
};

class Pattern;

struct EnumValue {
  std::string code;
  Text title;
};

struct Field {
  std::string name;
  FieldType type = FieldType::text;
  Text title, help;
  bool required = false, unique = false, indexed = false, readonly = false, computed = false, immutable = false,
       list = false, guarded = false;                 ///< guarded: changes by adjust alone
  bool encrypted = false;                             ///< sealed at rest, found by its whole value alone
  int max = 0;                                        ///< text, code: characters
  int precision = 18, scale = 2;                      ///< decimal
  std::optional<std::int64_t> min_number, max_number; ///< int, year; money in fen; decimal scaled
  std::string pattern;                                ///< ECMAScript subset, full match
  std::shared_ptr<const Pattern> compiled;            ///< of `pattern`; null without one
  std::vector<EnumValue> values;
  std::string ref_entity; ///< "standards.functional_class"
  std::string ref_filter; ///< RSQL the target must satisfy
  std::vector<std::string> org_kinds;
  std::string mask; ///< identity | bank_account | phone | name
  std::string group, source;
  Json default_value; ///< null = none; REST form
};

struct State {
  std::string code;
  Text title;
  std::string color;
  bool editable = false;
};

struct Transition {
  std::string name;
  Text title;
  std::vector<std::string> from;
  std::string to;
  std::string permission; ///< verb: "<plugin>.<entity>.<permission>"
  enum class Comment { none, optional, required } comment = Comment::optional;
  bool not_maker = false; ///< whoever created, last changed or submitted the row may not do it
};

/// Counts and sums kept beside the rows. Place, owner and state are dimensions without being named.
struct Rollup {
  std::string name;
  std::vector<std::string> dimensions, sums; ///< field names
};

struct Entity {
  std::string plugin, name; ///< "compilation", "project"
  Text title, description;
  std::string source;
  std::string owner;      ///< org field, or empty
  bool is_public = false; ///< "owner": "public"
  std::string parent;     ///< ref field, or empty
  std::vector<std::string> key;
  std::string title_field;
  std::vector<std::string> search;
  bool history = true, provenance = false;
  bool pool = false;         ///< "adjust": "plugin": its code looks at a row by id and adjusts it on anybody's behalf
  std::vector<Field> fields; ///< in declared order, the state field included
  std::string state_field, initial_state;
  std::vector<State> states;
  std::vector<Transition> transitions;
  std::vector<std::string> visible_above;
  std::vector<std::vector<std::string>> indexes, uniques;
  std::vector<Rollup> rollups;
  std::string view; ///< SQL of a view; its rows are read only. Empty: rows have a table of their own
  Json declaration; ///< the file as declared, for the schema route

  [[nodiscard]] std::string full_name() const { return plugin + "." + name; }
  [[nodiscard]] std::string table() const { return "p_" + plugin + "__" + name; }
  [[nodiscard]] std::string permission(std::string_view verb) const {
    std::string full; // asked for dozens of times a request
    full.reserve(plugin.size() + name.size() + verb.size() + 2);
    return full.append(plugin).append(1, '.').append(name).append(1, '.').append(verb);
  }
  [[nodiscard]] std::string path() const; ///< "/compilation/special-fund"
  [[nodiscard]] const Field* field(std::string_view name) const;
  [[nodiscard]] const State* state(std::string_view code) const;
  [[nodiscard]] const Transition* transition(std::string_view name) const;
};

/// Parses and checks a declaration: names, types, references to own fields, states reachable, key present, reserved
/// names. Every mistake is one FieldFault with a JSON pointer.
Result<Entity> parse_entity(const std::string& plugin, const Json& declaration);

} // namespace onebudget::declarations
