#pragma once
// Words by which a full-text index finds Chinese: every pair of neighbouring characters, and the pinyin of names. The
// words hold ASCII letters, digits and characters beyond ASCII only, so that no index takes them apart.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onebudget {

/// Collects the words of one record. Texts must be valid UTF-8. Not thread-safe.
class SearchWords {
 public:
  /// Pairs of neighbouring characters; ASCII letters are folded, pairs with ASCII punctuation or white space left out.
  void add_text(std::string_view text);
  /// Pinyin from every character on (of a run of ASCII letters and digits: its first), in full and by initials, without
  /// tones and with v for ü: 江苏 is 0jiangsu, 0su, 0js. At most 20 letters each; a character of several readings is
  /// taken with all of them, as far as eight words go.
  void add_name(std::string_view name);
  /// Each word once, in order, with a blank between.
  [[nodiscard]] std::string str() const;

 private:
  void add(std::string_view word);

  std::string text_;
  std::vector<std::pair<std::size_t, std::size_t>> words_; ///< where each lies in the text, and its length
};

/// The pairs that every text holding `wanted` has; none when it is too short or all punctuation.
[[nodiscard]] std::vector<std::string> wanted_pairs(std::string_view wanted);
/// The beginning of a pinyin word ("0jiangs") when `wanted` is at least two ASCII letters, blanks aside; else empty.
[[nodiscard]] std::string wanted_pinyin(std::string_view wanted);

} // namespace onebudget
