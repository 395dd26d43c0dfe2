#include "plugins/compilation/domain/similar/text.hpp"

#include <algorithm>
#include <iterator>

namespace onebudget::compilation {

namespace {

/// Words of administration: they stand in names of any kind and tell no project from another.
constexpr std::u32string_view kCommon[] = {U"项目", U"经费", U"工程", U"预算", U"年度", U"关于", U"设备", U"设施",
                                           U"系统", U"服务", U"管理", U"采购", U"购置", U"改造", U"建设", U"业务",
                                           U"人员", U"工作", U"专项", U"资金", U"支出", U"街道"};
constexpr std::u32string_view kSilent = U"的镇乡县市区省村及和与对0123456789";
constexpr std::u32string_view kDigits = U"〇一二三四五六七八九零";

/// The code point at the front and its length; bytes that are not UTF-8 count as themselves.
std::pair<char32_t, std::size_t> front(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (size == 1 || text.size() < size) return {lead, 1};
  char32_t point = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return {point, size};
}

bool letter(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9') || (c >= 0x3400 && c <= 0x9FFF) || c >= 0x20000;
}

bool year_at(const std::u32string& text, std::size_t at) {
  const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= U'0' && text[i] <= U'9'; };
  return digit(at) && digit(at + 1) && digit(at + 2) && digit(at + 3) && !digit(at + 4) &&
         (at == 0 || !digit(at - 1)) && (text.compare(at, 2, U"19") == 0 || text.compare(at, 2, U"20") == 0);
}

std::size_t common(const std::vector<std::uint64_t>& left, const std::vector<std::uint64_t>& right) {
  std::size_t count = 0;
  for (auto l = left.begin(), r = right.begin(); l != left.end() && r != right.end();) {
    if (*l == *r)
      ++count, ++l, ++r;
    else if (*l < *r)
      ++l;
    else
      ++r;
  }
  return count;
}

Ratio share(std::size_t part, std::size_t whole) {
  if (whole == 0) return {};
  return Ratio::from_millionths(static_cast<std::int64_t>(part * 1'000'000 / whole));
}

} // namespace

std::u32string normal_text(std::string_view utf8) {
  std::u32string plain;
  while (!utf8.empty()) {
    auto [c, size] = front(utf8);
    utf8.remove_prefix(size);
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (c >= U'A' && c <= U'Z') c += 32;
    if (const std::size_t digit = kDigits.find(c); digit != std::u32string_view::npos)
      c = U'0' + static_cast<char32_t>(digit == 10 ? 0 : digit);
    if (letter(c)) plain += c;
  }
  std::u32string out;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (!year_at(plain, i)) {
      out += plain[i];
      continue;
    }
    i += 3;
    if (i + 1 < plain.size() && plain[i + 1] == U'年') ++i;
    if (i + 1 < plain.size() && plain[i + 1] == U'度') ++i;
  }
  return out;
}

std::set<std::u32string> numbers_in(const std::u32string& text) {
  std::set<std::u32string> out;
  std::u32string run;
  for (const char32_t c : text + U' ') {
    if (c >= U'0' && c <= U'9') {
      run += c;
    } else if (!run.empty()) {
      out.insert(run);
      run.clear();
    }
  }
  return out;
}

std::vector<std::uint64_t> bigrams(const std::u32string& text) {
  std::vector<std::uint64_t> out;
  if (text.size() == 1) out.push_back(text[0]);
  for (std::size_t i = 1; i < text.size(); ++i) out.push_back((std::uint64_t{text[i - 1]} << 32U) | text[i]);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Ratio dice(const std::vector<std::uint64_t>& left, const std::vector<std::uint64_t>& right) {
  return share(2 * common(left, right), left.size() + right.size());
}

Ratio overlap(const std::vector<std::uint64_t>& left, const std::vector<std::uint64_t>& right) {
  return share(common(left, right), std::min(left.size(), right.size()));
}

std::u32string telling(std::u32string normal) {
  for (const std::u32string_view word : kCommon)
    for (std::size_t at = normal.find(word); at != std::u32string::npos; at = normal.find(word, at))
      normal.erase(at, word.size());
  std::erase_if(normal, [](char32_t c) { return kSilent.find(c) != std::u32string_view::npos; });
  std::sort(normal.begin(), normal.end());
  return normal;
}

std::size_t missing_from(const std::u32string& left, const std::u32string& right) {
  std::u32string out;
  std::set_difference(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(out));
  return out.size();
}

std::u32string together(const std::u32string& left, const std::u32string& right) {
  std::u32string out;
  std::set_union(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(out));
  return out;
}

} // namespace onebudget::compilation
