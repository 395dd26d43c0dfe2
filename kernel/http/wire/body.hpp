#pragma once
// Reads a request's body by Boost.Beast's strict parser, which has also read the head as a second opinion. The body
// goes to memory or, above a limit, to an unlinked file.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/http/wire/file.hpp"
#include "kernel/http/wire/head.hpp"

namespace onebudget::http {

/// True when Beast, too, reads `head` as one request without a body.
bool second_opinion(std::string_view raw_head, const HeadLimits& limits);

struct BodyLimits {
  std::uint64_t total = 1 << 20;
  std::size_t memory = 1 << 20; ///< above this the body goes to a file; needs `spool_directory`
  std::string spool_directory;  ///< empty = memory only
};

class BodyReader {
 public:
  /// `raw_head` has passed check_head.
  BodyReader(std::string_view raw_head, const HeadLimits& head_limits, BodyLimits limits);
  ~BodyReader();
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  /// Takes what it can of `bytes`; `used` is how much. What it leaves must come again, with more behind it.
  std::optional<Refusal> feed(std::string_view bytes, std::size_t& used);
  [[nodiscard]] bool done() const;
  [[nodiscard]] std::uint64_t received() const;
  /// The body; when `file` is true, `text` is empty.
  std::string take_text();
  File take_file();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace onebudget::http
