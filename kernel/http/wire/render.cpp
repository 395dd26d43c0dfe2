#include "kernel/http/wire/render.hpp"

#include <array>
#include <chrono>

#include <fmt/format.h>

#include "kernel/crypto/crypto.hpp"
#include "kernel/http/problem.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::http {

namespace {

constexpr std::string_view kPolicy =
    "Content-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'\r\n";
constexpr std::string_view kSecurity =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "X-Frame-Options: DENY\r\n";
constexpr std::string_view kHsts = "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n";

void line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value) { // a header is one line, whatever a handler put into it
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') out += c;
  }
  out.append("\r\n");
}

/// True when one of the listed entity tags is `etag` or the list is "*" (weak comparison).
bool matches(std::string_view list, std::string_view etag) {
  if (list == "*") return true;
  const auto strong = [](std::string_view tag) { return tag.substr(0, 2) == "W/" ? tag.substr(2) : tag; };
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view tag = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    while (!tag.empty() && tag.front() == ' ') tag.remove_prefix(1);
    while (!tag.empty() && tag.back() == ' ') tag.remove_suffix(1);
    if (strong(tag) == strong(etag)) return true;
  }
  return false;
}

void head_of(std::string& out, int status, std::int64_t now_ms) {
  out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason_phrase(status)).append("\r\n");
  line(out, "Date", http_date(now_ms));
}

} // namespace

std::string http_date(std::int64_t now_ms) {
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  using namespace std::chrono;
  const sys_time<milliseconds> now{milliseconds(now_ms)};
  const auto day = floor<days>(now);
  const year_month_day date{day};
  const hh_mm_ss time{floor<seconds>(now - day)};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

Rendered render(Response response, const RenderWish& wish) {
  Rendered done;
  auto* text = std::get_if<std::string>(&response.body);
  auto* file = std::get_if<FileBody>(&response.body);
  auto* stream = std::get_if<std::shared_ptr<SseListener>>(&response.body);
  if (stream != nullptr) response.set("Content-Type", "text/event-stream").set("X-Accel-Buffering", "no");
  std::string_view etag;
  bool cached = false, own_policy = false;
  for (const auto& [name, value] : response.headers) {
    if (same_name(name, "etag")) etag = value;
    if (same_name(name, "cache-control")) cached = true;
    if (same_name(name, "content-security-policy")) own_policy = true;
  }
  std::string made;
  if (wish.tag && etag.empty() && response.status == 200 && text != nullptr) {
    made = "\"" + base64url(std::string_view(crypto::sha256(*text)).substr(0, 16)) + "\"";
    response.set("ETag", made);
    etag = made;
  }
  const bool unchanged =
      response.status == 200 && !etag.empty() && !wish.if_none_match.empty() && matches(wish.if_none_match, etag);
  const int status = unchanged ? 304 : response.status;
  const std::uint64_t size = text != nullptr ? text->size() : file != nullptr ? file->size : 0;
  std::string& out = done.bytes;
  out.reserve(900 + (text != nullptr && !unchanged ? text->size() : 0));
  head_of(out, status, wish.now_ms);
  for (const auto& [name, value] : response.headers) line(out, name, value);
  if (!cached) out.append("Cache-Control: no-store\r\n");
  if (!own_policy) out.append(kPolicy);
  out.append(kSecurity);
  if (wish.tls) out.append(kHsts);
  done.close = !wish.keep_alive || stream != nullptr;
  if (stream == nullptr && status != 204 && status != 304)
    out.append("Content-Length: ").append(std::to_string(size)).append("\r\n");
  out.append(done.close ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n");
  if (unchanged || wish.head_only || status == 204) {
    done.close = done.close || stream != nullptr;
    return done;
  }
  if (text != nullptr) out.append(*text);
  if (file != nullptr) done.file = std::move(*file);
  if (stream != nullptr) done.listener = std::move(*stream);
  return done;
}

std::string render_refusal(const Refusal& refusal, const std::string& language, std::int64_t now_ms) {
  Context context;
  context.language = language;
  RenderWish wish;
  wish.keep_alive = false;
  wish.now_ms = now_ms;
  const auto kind = static_cast<FaultKind>(refusal.status); // also of what no handler answers: 408, 414, 417, 431, 505
  return render(problem(fault(kind, "http.refused", {refusal.zh, refusal.en}), context), wish).bytes;
}

} // namespace onebudget::http
