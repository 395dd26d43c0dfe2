#pragma once
// Result and Fault: how every part of OneBudget says "it worked" or "it did not, because".
// Pure values: no I/O, no threads, no clock. Shared by the kernel and by plugins (never across the C ABI).

#include <cassert>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace onebudget {

/// A sentence in both languages of the product. `zh` is never empty; an empty `en` falls back to `zh`.
struct Text {
  std::string zh;
  std::string en;

  /// The sentence for a language tag ("en", "en-US", "zh", …): English for tags that begin with "en", else Chinese.
  [[nodiscard]] const std::string& in(const std::string& language) const {
    return language.rfind("en", 0) == 0 && !en.empty() ? en : zh;
  }
  friend bool operator==(const Text&, const Text&) = default;
};

/// The kind of a failure; the number is the HTTP status that REST answers with.
enum class FaultKind : int {
  malformed = 400,       ///< the bytes cannot be understood
  unauthenticated = 401, ///< nobody is signed in, or the session ended
  forbidden = 403,       ///< the row is visible but the verb is not granted
  not_found = 404,       ///< absent, or invisible to this caller: the two cannot be told apart
  method = 405,
  conflict = 409, ///< state or key conflict
  gone = 410,
  version = 412, ///< the version that was read is no longer the newest
  too_large = 413,
  media_type = 415,
  rule = 422,         ///< understood, but a rule forbids it
  closed = 423,       ///< the period is closed
  precondition = 428, ///< If-Match is missing
  limited = 429,
  internal = 500,
  unavailable = 503,
  deadline = 504
};

/// One bad field of a request. `field` is a JSON pointer ("/amount"), or "line 12, column C" for files.
struct FieldFault {
  std::string field;
  std::string code; ///< stable, lower-case with dots: "field.required"
  Text message;     ///< what is wrong
  Text remedy;      ///< what to do about it
};

/// Why something failed. Expected failures travel as values; nothing throws across a room's border.
struct Fault {
  FaultKind kind = FaultKind::internal;
  std::string code; ///< stable, lower-case with dots, beginning with the room or plugin: "records.unknown_field"
  Text message;     ///< one sentence that says what happened and what to do
  std::vector<FieldFault> fields;
  int retry_after_s = 0; ///< > 0 when trying again later can help

  [[nodiscard]] int status() const { return static_cast<int>(kind); }
};

/// Makes a Fault in one line.
[[nodiscard]] inline Fault fault(FaultKind kind, std::string code, Text message, std::vector<FieldFault> fields = {}) {
  return Fault{kind, std::move(code), std::move(message), std::move(fields), 0};
}

/// Either a T or a Fault. `T` may be void. Ask with `if (!r)`, read with `*r` / `r->`, pass on with OB_TRY.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : either_(std::in_place_index<0>, std::move(value)) {}     // NOLINT(google-explicit-constructor)
  Result(Fault fault) : either_(std::in_place_index<1>, std::move(fault)) {} // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return either_.index() == 0; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] T& value() & {
    assert(ok());
    return *std::get_if<0>(&either_);
  }
  [[nodiscard]] const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&either_);
  }
  [[nodiscard]] T&& value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&either_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  [[nodiscard]] Fault& fault() & {
    assert(!ok());
    return *std::get_if<1>(&either_);
  }
  [[nodiscard]] const Fault& fault() const& {
    assert(!ok());
    return *std::get_if<1>(&either_);
  }
  [[nodiscard]] Fault&& fault() && {
    assert(!ok());
    return std::move(*std::get_if<1>(&either_));
  }

 private:
  std::variant<T, Fault> either_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Fault fault) : fault_(std::in_place_index<1>, std::move(fault)) {} // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return fault_.index() == 0; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] Fault& fault() & {
    assert(!ok());
    return *std::get_if<1>(&fault_);
  }
  [[nodiscard]] const Fault& fault() const& {
    assert(!ok());
    return *std::get_if<1>(&fault_);
  }
  [[nodiscard]] Fault&& fault() && {
    assert(!ok());
    return std::move(*std::get_if<1>(&fault_));
  }

 private:
  std::variant<std::monostate, Fault> fault_;
};

} // namespace onebudget

#define OB_CONCAT_INNER(a, b) a##b
#define OB_CONCAT(a, b) OB_CONCAT_INNER(a, b)

/// OB_TRY(auto x, expression): x is the value, or the enclosing function returns the fault.
#define OB_TRY(declaration, expression) OB_TRY_IMPL(OB_CONCAT(ob_result_, __LINE__), declaration, expression)
#define OB_TRY_IMPL(temporary, declaration, expression) \
  auto temporary = (expression);                        \
  if (!temporary) return std::move(temporary).fault();  \
  declaration = *std::move(temporary)

/// OB_CHECK(expression): for Result<void>; the enclosing function returns the fault if there is one.
#define OB_CHECK(expression) OB_CHECK_IMPL(OB_CONCAT(ob_check_, __LINE__), expression)
#define OB_CHECK_IMPL(temporary, expression)             \
  do {                                                   \
    auto temporary = (expression);                       \
    if (!temporary) return std::move(temporary).fault(); \
  } while (false)
