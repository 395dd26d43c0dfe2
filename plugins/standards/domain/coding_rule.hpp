#pragma once
// A coding rule (编码规则): a code is a row of segments, each with a length and a way of being filled.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::standards {

enum class SegmentKind { digits, year2, choice, serial, region };

struct Segment {
  std::string name; ///< "region"; key of the value that fills it
  Text title;
  SegmentKind kind = SegmentKind::digits;
  int length = 0;
  std::vector<std::string> choices; ///< for SegmentKind::choice
};

struct CodingRule {
  std::string code; ///< "project_code"
  int total_length = 0;
  std::vector<Segment> segments;
};

/// Name and value of one segment.
struct SegmentValue {
  std::string name, value;
};

/// Rule standards.coding_rule: lengths add up to the total, every choice has the segment's length, one serial at most.
std::vector<FieldFault> check_rule(const CodingRule& rule);

/// Rule standards.code_matches_rule: whether `code` is made as the rule says; a finding names the first segment that is
/// not.
std::vector<FieldFault> check_code(const CodingRule& rule, std::string_view code);

/// The code without its serial, to count under: "32010026T". Fault standards.segment_value names a value that does not
/// fit.
Result<std::string> prefix_of(const CodingRule& rule, const std::vector<SegmentValue>& values);
/// The whole code. Fault standards.serial_exhausted when the number is longer than the serial segment.
Result<std::string> compose(const CodingRule& rule, const std::vector<SegmentValue>& values, std::int64_t serial);

/// Codes that count together and lie next to each other in order of the alphabet.
struct Span {
  std::string from, below;
};

/// Rule standards.serial_counts_on: numbering goes on above every serial that is in use under the same prefix. Serials
/// whose first digit is 9 stand apart: they are free for codes given by hand, and nothing is counted on from them, so
/// that one slip of a finger cannot use a prefix up.
struct Counted {
  std::string prefix; ///< as prefix_of()
  std::int64_t serial = 0;
};
/// The serial that a well-made code takes from its prefix; nothing for one that stands apart and for rules without
/// serial.
std::optional<Counted> counted(const CodingRule& rule, std::string_view code);
/// Where codes of these values lie whose serials count; the last of them has the highest serial. Faults as prefix_of().
Result<Span> counted_span(const CodingRule& rule, const std::vector<SegmentValue>& values);

} // namespace onebudget::standards
