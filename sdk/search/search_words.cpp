#include "sdk/search/search_words.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "pinyin.hpp"

namespace onebudget {

namespace {

constexpr std::size_t kLongestWord = 33; // the mark and 32 letters
constexpr std::size_t kMostVariants = 8;
constexpr std::uint32_t kFirstHan = 0x4E00, kLastHan = 0x9FFF, kZero = 0x3007;

struct Letter {
  std::uint32_t point = 0;
  std::string bytes;
};

/// Code points with their bytes, ASCII letters folded.
std::vector<Letter> letters(std::string_view text) {
  std::vector<Letter> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    Letter one{lead < 0x80 ? lead : lead & (0x7FU >> length), std::string(text.substr(at, length))};
    for (std::size_t i = 1; i < one.bytes.size(); ++i)
      one.point = (one.point << 6U) | (static_cast<unsigned char>(one.bytes[i]) & 0x3FU);
    if (one.point >= 'A' && one.point <= 'Z') {
      one.point += 'a' - 'A';
      one.bytes[0] = static_cast<char>(one.point);
    }
    out.push_back(std::move(one));
    at += length;
  }
  return out;
}

bool small_letter(std::uint32_t point) { return point >= 'a' && point <= 'z'; }
bool digit(std::uint32_t point) { return point >= '0' && point <= '9'; }
bool indexed(std::uint32_t point) {
  if (point < 0x80) return small_letter(point) || digit(point);
  const bool blank = point == 0x85 || point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x206F) ||
                     point == 0x3000 || point == 0xFEFF;
  return !blank;
}

using Readings = std::array<std::vector<std::string_view>, kLastHan - kFirstHan + 1>;

/// By character; the usual reading of each is the first.
Readings read_table() {
  Readings all;
  std::string_view table = kPinyin;
  for (const bool usual : {true, false}) {
    for (std::size_t at = 0; at < table.size();) {
      const std::size_t end = std::min(table.find('\n', at), table.size());
      const std::string_view line = table.substr(at, end - at);
      at = end + 1;
      const std::size_t blank = line.find(' ');
      if (blank == std::string_view::npos || line.front() == '#') continue;
      const std::size_t bar = std::min(line.find('|'), line.size());
      const std::string_view part =
          usual ? line.substr(blank + 1, bar - blank - 1) : line.substr(std::min(bar + 1, line.size()));
      for (const Letter& letter : letters(part))
        if (letter.point >= kFirstHan && letter.point <= kLastHan)
          all[letter.point - kFirstHan].push_back(line.substr(0, blank));
    }
  }
  return all;
}

std::vector<std::string> readings_of(const Letter& letter) {
  static const Readings kAll = read_table();
  if (small_letter(letter.point) || digit(letter.point)) return {letter.bytes};
  if (letter.point == kZero) return {"ling"};
  if (letter.point < kFirstHan || letter.point > kLastHan) return {};
  const auto& found = kAll[letter.point - kFirstHan];
  return {found.begin(), found.end()};
}

/// Every way to read on from one place.
void add_variants(const std::vector<std::vector<std::string>>& readings, std::size_t from,
                  std::set<std::string>& words) {
  std::vector<std::string> variants{"0"};
  for (std::size_t i = from; i < readings.size() && variants.front().size() < kLongestWord; ++i) {
    std::vector<std::string> longer;
    for (const std::string& reading : readings[i])
      for (const std::string& variant : variants)
        if (longer.size() < std::max(kMostVariants, variants.size())) longer.push_back(variant + reading);
    variants = std::move(longer);
  }
  for (std::string& variant : variants) {
    variant.resize(std::min(variant.size(), kLongestWord));
    if (variant.size() > 2) words.insert(std::move(variant)); // with its mark longer than a pair
  }
}

} // namespace

void SearchWords::add_text(std::string_view text) {
  for (std::string& pair : wanted_pairs(text)) words_.insert(std::move(pair));
}

void SearchWords::add_name(std::string_view name) {
  std::vector<std::vector<std::string>> full, initials;
  for (const Letter& letter : letters(name)) {
    std::vector<std::string> readings = readings_of(letter);
    if (readings.empty()) continue;
    std::vector<std::string> firsts;
    for (const std::string& reading : readings)
      if (std::find(firsts.begin(), firsts.end(), reading.substr(0, 1)) == firsts.end())
        firsts.push_back(reading.substr(0, 1));
    full.push_back(std::move(readings));
    initials.push_back(std::move(firsts));
  }
  for (std::size_t from = 0; from < full.size(); ++from) {
    add_variants(full, from, words_);
    add_variants(initials, from, words_);
  }
}

std::string SearchWords::str() const {
  std::string out;
  for (const std::string& word : words_) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<std::string> wanted_pairs(std::string_view wanted) {
  std::vector<std::string> pairs;
  const std::vector<Letter> all = letters(wanted);
  for (std::size_t i = 1; i < all.size(); ++i)
    if (indexed(all[i - 1].point) && indexed(all[i].point)) pairs.push_back(all[i - 1].bytes + all[i].bytes);
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

std::string wanted_pinyin(std::string_view wanted) {
  std::string word = "0";
  for (const Letter& letter : letters(wanted)) {
    if (letter.point == ' ' || letter.point == '\'') continue;
    if (!small_letter(letter.point) && !digit(letter.point)) return {};
    word += letter.bytes;
  }
  word.resize(std::min(word.size(), kLongestWord));
  const bool named = std::any_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return word.size() > 2 && named ? word : std::string();
}

} // namespace onebudget
