// DEFLATE, read only: canonical Huffman codes counted by length, as RFC 1951 describes them.
#include <array>
#include <cstdint>

#include "plugins/performance/domain/office/archive.hpp"

namespace onebudget::performance {

namespace {

constexpr int kLongestCode = 15;
constexpr std::array<std::uint16_t, 29> kLengthBase = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                                       31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr std::array<std::uint8_t, 29> kLengthBits = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                      2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr std::array<std::uint16_t, 30> kDistanceBase = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                                         33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                                         1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
constexpr std::array<std::uint8_t, 30> kDistanceBits = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                                        6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

struct Huffman {
  std::array<std::uint16_t, kLongestCode + 1> count{};
  std::vector<std::uint16_t> symbols;

  explicit Huffman(const std::vector<std::uint8_t>& lengths) : symbols(lengths.size()) {
    for (const std::uint8_t length : lengths) ++count[length];
    count[0] = 0;
    std::array<std::uint16_t, kLongestCode + 2> offsets{};
    for (int i = 1; i <= kLongestCode; ++i)
      offsets[static_cast<std::size_t>(i) + 1] =
          static_cast<std::uint16_t>(offsets[static_cast<std::size_t>(i)] + count[static_cast<std::size_t>(i)]);
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol)
      if (lengths[symbol] != 0) symbols[offsets[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
  }
};

/// Bits of the input; `bad` once more was asked for than there is.
class Bits {
 public:
  explicit Bits(std::string_view bytes) : bytes_(bytes) {}
  int take(int count) {
    while (have_ < count) {
      if (at_ >= bytes_.size()) return bad = true, 0;
      held_ |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes_[at_++])) << have_;
      have_ += 8;
    }
    const int value = static_cast<int>(held_ & ((1U << count) - 1));
    held_ >>= count;
    have_ -= count;
    return value;
  }
  int symbol(const Huffman& code) {
    int value = 0, first = 0, index = 0;
    for (std::size_t length = 1; length <= kLongestCode; ++length) {
      value |= take(1);
      const int count = code.count[length];
      if (value < first) break; // more codes than their lengths allow
      if (value - count < first) return code.symbols[static_cast<std::size_t>(index + (value - first))];
      index += count;
      first = (first + count) << 1;
      value <<= 1;
      if (bad) break;
    }
    return bad = true, 0;
  }
  /// The rest of the byte is left out; then `size` bytes as they are.
  std::string_view raw(std::size_t size) {
    held_ = 0;
    have_ = 0;
    if (bytes_.size() - at_ < size) return bad = true, std::string_view();
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }
  bool bad = false;

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  std::uint32_t held_ = 0;
  int have_ = 0;
};

bool block(Bits& bits, const Huffman& literals, const Huffman& distances, std::size_t most, std::string& out) {
  while (!bits.bad) {
    const int symbol = bits.symbol(literals);
    if (symbol == 256) return true;
    if (symbol < 256) {
      if (out.size() >= most) return false;
      out += static_cast<char>(symbol);
      continue;
    }
    const auto length_code = static_cast<std::size_t>(symbol - 257);
    if (length_code >= kLengthBase.size()) return false;
    const std::size_t length = kLengthBase[length_code] + static_cast<std::size_t>(bits.take(kLengthBits[length_code]));
    const auto distance_code = static_cast<std::size_t>(bits.symbol(distances));
    if (distance_code >= kDistanceBase.size()) return false;
    const std::size_t distance =
        kDistanceBase[distance_code] + static_cast<std::size_t>(bits.take(kDistanceBits[distance_code]));
    if (bits.bad || distance > out.size() || out.size() + length > most) return false;
    for (std::size_t i = 0; i < length; ++i) out += out[out.size() - distance];
  }
  return false;
}

bool fixed(Bits& bits, std::size_t most, std::string& out) {
  std::vector<std::uint8_t> lengths(288, 8);
  for (std::size_t i = 144; i < 256; ++i) lengths[i] = 9;
  for (std::size_t i = 256; i < 280; ++i) lengths[i] = 7;
  return block(bits, Huffman(lengths), Huffman(std::vector<std::uint8_t>(30, 5)), most, out);
}

bool dynamic(Bits& bits, std::size_t most, std::string& out) {
  constexpr std::array<std::uint8_t, 19> kOrder = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  const auto literals = static_cast<std::size_t>(bits.take(5)) + 257;
  const auto distances = static_cast<std::size_t>(bits.take(5)) + 1;
  const auto codes = static_cast<std::size_t>(bits.take(4)) + 4;
  if (bits.bad || literals > 286 || distances > 30) return false;
  std::vector<std::uint8_t> lengths(19, 0);
  for (std::size_t i = 0; i < codes; ++i) lengths[kOrder[i]] = static_cast<std::uint8_t>(bits.take(3));
  const Huffman of_lengths(lengths);
  lengths.assign(literals + distances, 0);
  for (std::size_t at = 0; at < lengths.size();) {
    const int symbol = bits.symbol(of_lengths);
    if (bits.bad) return false;
    if (symbol < 16) {
      lengths[at++] = static_cast<std::uint8_t>(symbol);
      continue;
    }
    if (symbol == 16 && at == 0) return false;
    const std::uint8_t value = symbol == 16 ? lengths[at - 1] : std::uint8_t{0};
    const int times = symbol == 16 ? 3 + bits.take(2) : symbol == 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (at + static_cast<std::size_t>(times) > lengths.size()) return false;
    for (int i = 0; i < times; ++i) lengths[at++] = value;
  }
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(literals);
  return block(bits, Huffman(std::vector<std::uint8_t>(lengths.begin(), middle)),
               Huffman(std::vector<std::uint8_t>(middle, lengths.end())), most, out);
}

bool stored(Bits& bits, std::size_t most, std::string& out) {
  const std::string_view head = bits.raw(4);
  if (bits.bad) return false;
  const std::size_t size = static_cast<unsigned char>(head[0]) + 256U * static_cast<unsigned char>(head[1]);
  const std::string_view bytes = bits.raw(size);
  if (bits.bad || out.size() + size > most) return false;
  out += bytes;
  return true;
}

} // namespace

Result<std::string> inflate(std::string_view deflated, std::size_t most) {
  Bits bits(deflated);
  std::string out;
  bool last = false, good = true;
  while (!last && good) {
    last = bits.take(1) != 0;
    const int kind = bits.take(2);
    if (bits.bad) break;
    good = kind == 0   ? stored(bits, most, out)
           : kind == 1 ? fixed(bits, most, out)
                       : kind == 2 && dynamic(bits, most, out);
  }
  if (!good || bits.bad) return bad_docx("压缩内容已损坏或过大", "its compressed content is damaged or too large");
  return out;
}

} // namespace onebudget::performance
