#include "sdk/tables/text_source.hpp"

#include <iconv.h>
#include <array>
#include <cerrno>
#include <cstring>

#include "sdk/text/utf8.hpp"

namespace onebudget::tables {

namespace {

constexpr std::size_t kPiece = 64 * 1024;

/// Length of the part of `bytes` that ends on a code point border, assuming UTF-8.
std::size_t whole_code_points(std::string_view bytes) {
  std::size_t end = bytes.size();
  for (std::size_t back = 1; back <= 3 && back <= bytes.size(); ++back) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    if (byte < 0x80) break;
    if (byte >= 0xC0) {
      const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
      if (length > back) end = bytes.size() - back;
      break;
    }
  }
  return end;
}

bool ascii(std::string_view bytes) {
  for (const char byte : bytes)
    if (static_cast<unsigned char>(byte) >= 0x80) return false;
  return true;
}

Fault bad_encoding() {
  return fault(FaultKind::malformed, "exchange.encoding",
               {"文件的字符编码无法识别。请用 UTF-8 或 GB18030（Excel“CSV 逗号分隔”）重新保存后再试。",
                "The character encoding of the file is not understood. Save it as UTF-8 or GB18030 and try again."});
}

} // namespace

struct TextSource::State {
  ByteSource source;
  std::string pending; ///< bytes read, not yet turned into text
  bool ended = false, started = false;
  enum class Encoding { undecided, utf8, converted } encoding = Encoding::undecided;
  iconv_t converter = reinterpret_cast<iconv_t>(-1);

  ~State() {
    if (converter != reinterpret_cast<iconv_t>(-1)) iconv_close(converter);
  }

  Result<void> fill() {
    std::array<char, kPiece> buffer{};
    OB_TRY(const std::size_t got, source(buffer.data(), buffer.size()));
    if (got == 0) ended = true;
    pending.append(buffer.data(), got);
    return {};
  }

  bool convert_from(const char* name) {
    converter = iconv_open("UTF-8", name);
    encoding = Encoding::converted;
    return converter != reinterpret_cast<iconv_t>(-1);
  }

  /// Looks at a byte order mark, once.
  bool begin() {
    started = true;
    if (pending.rfind("\xEF\xBB\xBF", 0) == 0) {
      pending.erase(0, 3);
      encoding = Encoding::utf8;
    } else if (pending.rfind("\xFF\xFE", 0) == 0) {
      pending.erase(0, 2);
      return convert_from("UTF-16LE");
    } else if (pending.rfind("\xFE\xFF", 0) == 0) {
      pending.erase(0, 2);
      return convert_from("UTF-16BE");
    }
    return true;
  }

  Result<void> take_utf8(std::string& text) {
    const std::size_t whole = ended ? pending.size() : whole_code_points(pending);
    const std::string_view part(pending.data(), whole);
    if (!valid_utf8(part)) return bad_encoding();
    text.append(part);
    pending.erase(0, whole);
    return {};
  }

  Result<void> take_converted(std::string& text) {
    std::array<char, kPiece> out{};
    char* in = pending.data();
    std::size_t in_left = pending.size();
    while (in_left > 0) {
      char* to = out.data();
      std::size_t out_left = out.size();
      const std::size_t done = iconv(converter, &in, &in_left, &to, &out_left);
      text.append(out.data(), out.size() - out_left);
      if (done != static_cast<std::size_t>(-1)) continue;
      if (errno == E2BIG) continue;
      if (errno == EINVAL && !ended) break; // a character goes on in the next piece
      return bad_encoding();
    }
    pending.erase(0, pending.size() - in_left);
    return {};
  }
};

TextSource::TextSource(ByteSource source) : state_(std::make_unique<State>()) { state_->source = std::move(source); }
TextSource::~TextSource() = default;

Result<bool> TextSource::read(std::string& text) {
  State& state = *state_;
  if (!state.ended) OB_CHECK(state.fill());
  if (!state.started && !state.begin()) return bad_encoding();
  if (state.pending.empty()) return !state.ended;
  if (state.encoding == State::Encoding::undecided) {
    if (ascii(state.pending)) {
      text.append(state.pending);
      state.pending.clear();
      return true;
    }
    const std::size_t whole = state.ended ? state.pending.size() : whole_code_points(state.pending);
    if (valid_utf8(std::string_view(state.pending.data(), whole))) {
      state.encoding = State::Encoding::utf8;
    } else if (!state.convert_from("GB18030")) {
      return bad_encoding();
    }
  }
  if (state.encoding == State::Encoding::utf8) {
    OB_CHECK(state.take_utf8(text));
  } else {
    OB_CHECK(state.take_converted(text));
  }
  return true;
}

} // namespace onebudget::tables
