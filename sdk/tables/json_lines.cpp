#include <fmt/format.h>

#include "sdk/tables/text_source.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::tables {

struct JsonLines::State {
  State(ByteSource bytes, Limits given) : source(std::move(bytes)), limits(given) {}
  TextSource source;
  Limits limits;
  std::string text;
  std::size_t at = 0;
  std::int64_t line = 0;
  bool ended = false;

  /// The next line without its end; false when there is none.
  Result<bool> take(std::string_view& found) {
    std::size_t feed = text.find('\n', at);
    while (feed == std::string::npos && !ended) {
      text.erase(0, at);
      at = 0;
      if (text.size() > limits.json_line_bytes)
        return onebudget::fault(FaultKind::too_large, "exchange.json_line",
                                {fmt::format("第 {} 行过长。请确认每行是一个 JSON 对象。", line + 1),
                                 fmt::format("Line {} is too long. Write one JSON object per line.", line + 1)});
      const std::size_t known = text.size();
      OB_TRY(const bool any, source.read(text));
      ended = !any;
      feed = text.find('\n', known);
    }
    if (at >= text.size()) return false;
    const std::size_t end = feed == std::string::npos ? text.size() : feed;
    found = std::string_view(text).substr(at, end - at);
    at = feed == std::string::npos ? text.size() : feed + 1;
    ++line;
    return true;
  }
};

JsonLines::JsonLines(ByteSource source, Limits limits) : state_(std::make_unique<State>(std::move(source), limits)) {}
JsonLines::~JsonLines() = default;

Result<bool> JsonLines::next(Item& item) {
  while (true) {
    std::string_view found;
    OB_TRY(const bool any, state_->take(found));
    if (!any) return false;
    if (trimmed(found).empty()) continue;
    item.line = state_->line;
    item.value = parse_json(found, {state_->limits.json_line_bytes, 32});
    return true;
  }
}

} // namespace onebudget::tables
