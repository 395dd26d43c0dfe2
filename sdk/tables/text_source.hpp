#pragma once
// Bytes of unknown encoding in, UTF-8 out.

#include <memory>
#include <string>

#include "sdk/tables/tables.hpp"

namespace onebudget::tables {

class TextSource {
 public:
  explicit TextSource(ByteSource source);
  ~TextSource();
  /// Appends the next piece of UTF-8 text to `text`; false at the end. Fault exchange.encoding when the bytes are in no
  /// encoding that is understood.
  Result<bool> read(std::string& text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace onebudget::tables
