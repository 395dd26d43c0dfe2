#include "sdk/search/search_words.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "pinyin.hpp"

namespace onebudget {

namespace {

constexpr std::size_t kLongestWord = 21; // the mark and 20 letters
constexpr std::size_t kMostVariants = 8;
constexpr std::size_t kMostReadings = 3;
constexpr std::uint32_t kFirstHan = 0x4E00, kLastHan = 0x9FFF, kZero = 0x3007;

/// A code point with its bytes, ASCII letters folded.
struct Letter {
  std::uint32_t point = 0;
  std::uint8_t size = 0;
  std::array<char, 4> bytes{};
  [[nodiscard]] std::string_view text() const { return {bytes.data(), size}; }
};

std::vector<Letter> letters(std::string_view text) {
  std::vector<Letter> out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    Letter one{lead < 0x80 ? lead : lead & (0x7FU >> length), 0, {}};
    for (; one.size < length && at + one.size < text.size(); ++one.size) {
      one.bytes[one.size] = text[at + one.size];
      if (one.size > 0) one.point = (one.point << 6U) | (static_cast<unsigned char>(one.bytes[one.size]) & 0x3FU);
    }
    if (one.point >= 'A' && one.point <= 'Z') {
      one.point += 'a' - 'A';
      one.bytes[0] = static_cast<char>(one.point);
    }
    out.push_back(one);
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

/// The ways to read a character; the usual one is the first.
struct Ways {
  std::array<std::string_view, kMostReadings> said;
  std::size_t count = 0;
  bool begins = false; ///< a word may begin here

  void add(std::string_view reading) {
    const auto end = said.begin() + static_cast<std::ptrdiff_t>(count);
    if (count < kMostReadings && std::find(said.begin(), end, reading) == end) said[count++] = reading;
  }
};

/// Readings as numbers of lines of the table, from 1; 0 = none.
struct Table {
  std::vector<std::string_view> syllables{""};
  std::vector<std::array<std::uint16_t, kMostReadings>> readings{kLastHan - kFirstHan + 1};
};

Table read_table() {
  Table all;
  const std::string_view table = kPinyin;
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
      all.syllables.push_back(line.substr(0, blank));
      for (const Letter& letter : letters(part)) {
        if (letter.point < kFirstHan || letter.point > kLastHan) continue;
        auto& known = all.readings[letter.point - kFirstHan];
        const auto free = std::find(known.begin(), known.end(), 0);
        if (free != known.end()) *free = static_cast<std::uint16_t>(all.syllables.size() - 1);
      }
    }
  }
  return all;
}

Ways readings_of(const Letter& letter) {
  static const Table kAll = read_table();
  Ways ways;
  if (small_letter(letter.point) || digit(letter.point)) {
    ways.add(letter.text());
  } else if (letter.point == kZero) {
    ways.add("ling");
  } else if (letter.point >= kFirstHan && letter.point <= kLastHan) {
    for (const std::uint16_t line : kAll.readings[letter.point - kFirstHan])
      if (line != 0) ways.add(kAll.syllables[line]);
  }
  return ways;
}

/// A word on its way, cut at its greatest length.
struct Word {
  std::array<char, kLongestWord> text{'0'};
  std::size_t size = 1;
  void add(std::string_view more) {
    more = more.substr(0, kLongestWord - size);
    std::copy(more.begin(), more.end(), text.begin() + static_cast<std::ptrdiff_t>(size));
    size += more.size();
  }
};

/// Every way to read on from one place.
void read_on(const std::vector<Ways>& ways, std::size_t from, std::vector<Word>& variants) {
  variants.assign(1, Word());
  for (std::size_t i = from; i < ways.size() && variants.front().size < kLongestWord; ++i) {
    const std::size_t before = variants.size();
    for (std::size_t other = 1; other < ways[i].count; ++other)
      for (std::size_t at = 0; at < before && variants.size() < kMostVariants; ++at) {
        variants.push_back(variants[at]);
        variants.back().add(ways[i].said[other]);
      }
    for (std::size_t at = 0; at < before; ++at) variants[at].add(ways[i].said[0]);
  }
}

/// Hands out each pair of neighbours that is indexed.
template <class Fn>
void each_pair(std::string_view text, Fn fn) {
  const std::vector<Letter> all = letters(text);
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (!indexed(all[i - 1].point) || !indexed(all[i].point)) continue;
    std::array<char, 8> both{};
    const auto middle = std::copy_n(all[i - 1].bytes.begin(), all[i - 1].size, both.begin());
    std::copy_n(all[i].bytes.begin(), all[i].size, middle);
    fn(std::string_view(both.data(), std::size_t{all[i - 1].size} + all[i].size));
  }
}

} // namespace

void SearchWords::add(std::string_view word) {
  words_.push_back({text_.size(), word.size()});
  text_ += word;
}

void SearchWords::add_text(std::string_view text) {
  each_pair(text, [this](std::string_view pair) { add(pair); });
}

void SearchWords::add_name(std::string_view name) {
  std::vector<Ways> full, initials;
  const std::vector<Letter> all = letters(name);
  bool inside = false; // a run of ASCII letters and digits
  for (const Letter& letter : all) {
    Ways ways = readings_of(letter);
    const bool plain = letter.point < 0x80 && ways.count > 0;
    ways.begins = !(inside && plain);
    inside = plain;
    if (ways.count == 0) continue;
    Ways firsts;
    for (std::size_t i = 0; i < ways.count; ++i) firsts.add(ways.said[i].substr(0, 1));
    full.push_back(ways);
    initials.push_back(firsts);
  }
  std::vector<Word> variants;
  for (std::size_t from = 0; from < full.size(); ++from) {
    if (!full[from].begins) continue;
    for (const auto* ways : {&full, &initials}) {
      read_on(*ways, from, variants);
      for (const Word& word : variants)
        if (word.size > 2) add({word.text.data(), word.size}); // with its mark longer than a pair
    }
  }
}

std::string SearchWords::str() const {
  std::vector<std::string_view> sorted;
  sorted.reserve(words_.size());
  for (const auto& [at, size] : words_) sorted.push_back(std::string_view(text_).substr(at, size));
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::string out;
  out.reserve(text_.size() + sorted.size());
  for (const std::string_view word : sorted) {
    if (!out.empty()) out.push_back(' ');
    out += word;
  }
  return out;
}

std::vector<std::string> wanted_pairs(std::string_view wanted) {
  std::vector<std::string> pairs;
  each_pair(wanted, [&](std::string_view pair) { pairs.emplace_back(pair); });
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

std::string wanted_pinyin(std::string_view wanted) {
  std::string word = "0";
  for (const Letter& letter : letters(wanted)) {
    if (letter.point == ' ' || letter.point == '\'') continue;
    if (!small_letter(letter.point) && !digit(letter.point)) return {};
    word += letter.text();
  }
  word.resize(std::min(word.size(), kLongestWord));
  const bool named = std::any_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return word.size() > 2 && named ? word : std::string();
}

} // namespace onebudget
