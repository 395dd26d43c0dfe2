#include "kernel/http/wire/body.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

namespace onebudget::http {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

namespace {

/// A chunk's size line without extensions never needs more.
constexpr std::size_t kChunkLine = 64;

/// Beast's parser with our sinks. Extensions of chunks and trailers are refused.
class Parser final : public bhttp::basic_parser<true> {
 public:
  Parser(const HeadLimits& head, BodyLimits limits) : limits_(std::move(limits)) {
    header_limit(static_cast<std::uint32_t>(head.bytes + 4));
    // The limits here are ours (take()); an absent limit of Beast 1.74 compares as smaller than every length.
    body_limit(std::numeric_limits<std::uint64_t>::max());
    eager(true);
  }

  std::optional<Refusal> refusal;
  std::uint64_t received = 0;
  std::uint64_t chunks = 0;
  std::string text;
  File file;

 private:
  void on_request_impl(bhttp::verb, beast::string_view, beast::string_view, int, beast::error_code& ec) override {
    ec = {};
  }
  void on_response_impl(int, beast::string_view, int, beast::error_code& ec) override { ec = {}; }
  void on_field_impl(bhttp::field, beast::string_view, beast::string_view, beast::error_code& ec) override {
    ec = {};
    if (in_body_) refuse({400, "不接受 trailer。", "Trailers are not accepted."}, ec);
  }
  void on_header_impl(beast::error_code& ec) override { ec = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, beast::error_code& ec) override {
    ec = {};
    in_body_ = true;
    if (length.value_or(0) > limits_.total) refuse({413, "请求体过大。", "The body is too large."}, ec);
  }
  std::size_t on_body_impl(beast::string_view part, beast::error_code& ec) override {
    take({part.data(), part.size()}, ec);
    return part.size();
  }
  void on_chunk_header_impl(std::uint64_t size, beast::string_view extensions, beast::error_code& ec) override {
    ec = {};
    ++chunks;
    if (!extensions.empty()) refuse({400, "不接受 chunk 扩展。", "Chunk extensions are not accepted."}, ec);
    if (size > limits_.total || received + size > limits_.total)
      refuse({413, "请求体过大。", "The body is too large."}, ec);
  }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view part, beast::error_code& ec) override {
    take({part.data(), part.size()}, ec);
    return part.size();
  }
  void on_finish_impl(beast::error_code& ec) override { ec = {}; }

  void refuse(Refusal why, beast::error_code& ec) {
    refusal = why;
    ec = bhttp::error::bad_value;
  }

  void take(std::string_view part, beast::error_code& ec) {
    ec = {};
    received += part.size();
    if (received > limits_.total) return refuse({413, "请求体过大。", "The body is too large."}, ec);
    if (!file && text.size() + part.size() > limits_.memory && !limits_.spool_directory.empty()) {
      auto made = File::unnamed(limits_.spool_directory);
      if (!made)
        return refuse(
            {503, "服务器没有空间接收上传，请稍后重试。", "There is no room for the upload; try again later."}, ec);
      file = *std::move(made);
      if (!file.append(text))
        return refuse(
            {503, "服务器没有空间接收上传，请稍后重试。", "There is no room for the upload; try again later."}, ec);
      text = std::string();
    }
    if (!file) {
      text.append(part);
    } else if (!file.append(part)) {
      refuse({503, "服务器没有空间接收上传，请稍后重试。", "There is no room for the upload; try again later."}, ec);
    }
  }

  BodyLimits limits_;
  bool in_body_ = false;
};

} // namespace

bool second_opinion(std::string_view raw_head, const HeadLimits& limits) {
  Parser parser(limits, {});
  beast::error_code error;
  const std::size_t used = parser.put(boost::asio::const_buffer(raw_head.data(), raw_head.size()), error);
  return !error && used == raw_head.size() && parser.is_done();
}

struct BodyReader::State {
  Parser parser;
  std::optional<Refusal> refusal;
  std::uint64_t fed = 0; ///< bytes after the head: what is not payload is framing
  State(const HeadLimits& head, BodyLimits limits) : parser(head, std::move(limits)) {}

  std::optional<Refusal> put(std::string_view bytes, std::size_t& used) {
    used = 0;
    if (refusal || parser.is_done() || bytes.empty()) return refusal;
    beast::error_code error;
    used = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    if (error == bhttp::error::need_more) error = {};
    if (error) refusal = parser.refusal ? *parser.refusal : Refusal{400, "报文边界有误。", "Bad framing."};
    if (refusal) return refusal;
    fed += used;
    const bool line_too_long = parser.chunks > 0 && fed - parser.received > (parser.chunks + 1) * kChunkLine;
    if (line_too_long || (!parser.is_done() && bytes.size() - used > kChunkLine))
      refusal = Refusal{400, "chunk 有误。", "Bad chunk."};
    return refusal;
  }
};

BodyReader::BodyReader(std::string_view raw_head, const HeadLimits& head_limits, BodyLimits limits)
    : state_(std::make_unique<State>(head_limits, std::move(limits))) {
  std::size_t used = 0;
  state_->put(raw_head, used);
  if (!state_->refusal && used != raw_head.size()) state_->refusal = Refusal{400, "报文边界有误。", "Bad framing."};
  state_->fed = 0;
}

BodyReader::~BodyReader() = default;

std::optional<Refusal> BodyReader::feed(std::string_view bytes, std::size_t& used) { return state_->put(bytes, used); }
bool BodyReader::done() const { return !state_->refusal && state_->parser.is_done(); }
std::uint64_t BodyReader::received() const { return state_->parser.received; }
std::string BodyReader::take_text() { return std::move(state_->parser.text); }
File BodyReader::take_file() { return std::move(state_->parser.file); }

} // namespace onebudget::http
