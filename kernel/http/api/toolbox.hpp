#pragma once
// What every handler does: read a body, a parameter, a version; answer JSON.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/http/api/services.hpp"
#include "sdk/text/json_door.hpp"

namespace onebudget::http {

/// JSON with ETag `"<version>"` when version > 0.
Response json_answer(int status, std::string body, std::int64_t version = 0);
Response json_answer(int status, const Json& body, std::int64_t version = 0);

/// The body as a JSON object. Faults of the door, or http.object.
Result<Json> body_object(const Request& request);
/// Members of a body; an unknown member, a wrong type and a missing required one are faults that name it.
class Members {
 public:
  explicit Members(const Json& object) : object_(object) {}
  std::string text(const char* name, bool required = false);
  bool boolean(const char* name, bool fallback = false);
  std::vector<std::string> texts(const char* name);
  const Json* object(const char* name);
  [[nodiscard]] bool has(const char* name);
  /// A fault when anything was wrong, with every field.
  Result<void> done();

 private:
  const Json* find(const char* name, bool required, const char* type_zh, const char* type_en,
                   bool (Json::*is)() const noexcept);
  const Json& object_;
  std::vector<std::string> known_;
  std::vector<FieldFault> faults_;
};

/// Faults of a member's own members, told from the body's root: "/code" below "root" is "/root/code".
Result<void> below(const char* member, Result<void> checked);

/// Query parameters by name; an unknown or repeated one is a fault http.parameter.
class Parameters {
 public:
  static Result<Parameters> of(const Request& request, std::vector<std::string> known);
  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const; ///< split at commas
  [[nodiscard]] bool boolean(std::string_view name) const;                  ///< "true"
  /// 1 … most; fault http.limit.
  Result<int> limit(int fallback, int most) const;
  Result<std::int64_t> number(std::string_view name) const; ///< 0 when absent

 private:
  Pairs pairs_;
};

/// The version of If-Match: `"3"`. Faults 428 http.if_match, 400 for anything else than one quoted number.
Result<std::int64_t> if_match(const Request& request);
/// A path parameter as an id; not_found when it is none.
template <class Tag>
Result<Id<Tag>> id_of(std::string_view text) {
  if (const auto id = Id<Tag>::parse(text)) return *id;
  return fault(FaultKind::not_found, "http.not_found", {"没有找到。", "Not found."});
}
/// "special-fund" → "special_fund"; not_found for anything that is no name.
Result<std::string> name_of(std::string_view segment);

/// A grant by ids (user, role, node) or by names (username, role_code, node_code); what is wrong is named by its field.
Result<access::Grant> read_grant(Services& services, const Request& request, const Json& body,
                                 const std::vector<access::Role>& roles);
/// Files that the body names for `entity` must be there, and be the caller's own uploads or carried by the record
/// already (none on create); the fault names each field.
Result<void> own_files(Services& services, const Request& request, const std::string& entity, const Json& body,
                       RecordId record);
/// The fault `forbidden` unless the caller holds the permission; audited as denied.
Result<void> require(Services& services, const Request& request, std::string_view permission);

/// UTC ms as RFC 3339, or null for 0.
Json time_json(std::int64_t ms);
/// RFC 3339 or empty (0).
Result<std::int64_t> time_ms(const std::string& text, const char* field);
Json text_json(const Text& text);
Json abilities_json(const records::Abilities& can);
Json field_json(const FieldFault& fault, const std::string& language);

/// Gives each line of a JSON lines body to `take`. Wrong lines, and what `take` finds wrong, are collected over the
/// whole body and reported as one fault http.import whose fields begin with "line N".
Result<void> each_line(const Request& request, const std::function<Result<void>(const Json& value)>& take);
/// "compilation.project" of a route's parameters plugin and entity; not_found unless it is served.
Result<std::string> entity_of(const Services& services, const Request& request);
/// Source over a request's body, in memory or spooled.
records::ByteSource body_source(const Request& request);

Fault not_found();

} // namespace onebudget::http
