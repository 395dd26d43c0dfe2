#include "kernel/identity/password_rules.hpp"

#include <algorithm>
#include <unordered_set>

#include "kernel/crypto/crypto.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::identity {

namespace {

constexpr std::size_t kMostCharacters = 128;
constexpr std::size_t kShortestContextWord = 4;
constexpr std::size_t kShortTail = 6; ///< what may hang on a common password without making it a good one
constexpr int kClassesWanted = 3;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Lowered, with the usual substitutions undone.
std::string plain(std::string_view password) {
  std::string text = lowered(password);
  for (char& c : text) {
    switch (c) {
      case '@':
        c = 'a';
        break;
      case '0':
        c = 'o';
        break;
      case '$':
        c = 's';
        break;
      case '3':
        c = 'e';
        break;
      default:
        break;
    }
  }
  return text;
}

const std::unordered_set<std::string>& common_passwords() {
  static const std::unordered_set<std::string> kSet = [] {
    std::unordered_set<std::string> set;
    std::string_view lines = kCommonPasswords;
    while (!lines.empty()) {
      const std::size_t end = lines.find('\n');
      const std::string_view line = lines.substr(0, end);
      if (!line.empty()) {
        set.insert(lowered(line));
        set.insert(plain(line));
      }
      if (end == std::string_view::npos) break;
      lines.remove_prefix(end + 1);
    }
    return set;
  }();
  return kSet;
}

bool listed(const std::string& text) { return common_passwords().count(text) > 0; }

int classes(std::string_view password) {
  bool lower = false, upper = false, digit = false, other = false;
  for (const char c : password) {
    if (c >= 'a' && c <= 'z')
      lower = true;
    else if (c >= 'A' && c <= 'Z')
      upper = true;
    else if (c >= '0' && c <= '9')
      digit = true;
    else
      other = true;
  }
  return int{lower} + int{upper} + int{digit} + int{other};
}

FieldFault broken(const char* code, Text message, Text remedy) {
  return {"/password", std::string("password.") + code, std::move(message), std::move(remedy)};
}

} // namespace

std::string lowered(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool is_common_password(std::string_view password) {
  if (listed(lowered(password)) || listed(plain(password))) return true;
  // "Password@2026": a short tail without letters does not make a common word a good one.
  const std::string text = lowered(password);
  for (std::size_t tail = 1; tail <= kShortTail && tail < text.size(); ++tail) {
    if (is_letter(text[text.size() - tail])) break;
    const std::string front = text.substr(0, text.size() - tail);
    if (listed(front) || listed(plain(front))) return true;
  }
  return false;
}

std::vector<FieldFault> password_faults(const Policy& policy, std::string_view password,
                                        const std::vector<std::string>& context_words) {
  std::vector<FieldFault> faults;
  if (!valid_utf8(password) || has_hostile_controls(password, false)) {
    faults.push_back(broken("characters", {"密码含有无法识别的字符", "the password holds unreadable characters"},
                            {"请使用可输入的字符", "use characters that can be typed"}));
    return faults;
  }
  const std::size_t length = code_points(password);
  const std::string minimum = std::to_string(policy.minimum_length);
  if (length < static_cast<std::size_t>(std::max(policy.minimum_length, 1))) {
    faults.push_back(broken("short", {"密码太短", "the password is too short"},
                            {"至少 " + minimum + " 个字符", "use at least " + minimum + " characters"}));
  }
  if (length > kMostCharacters) {
    faults.push_back(
        broken("long", {"密码太长", "the password is too long"}, {"至多 128 个字符", "use at most 128 characters"}));
  }
  if (policy.composition && classes(password) < kClassesWanted) {
    faults.push_back(broken("composition", {"密码的字符种类不足", "the password has too few kinds of characters"},
                            {"大写字母、小写字母、数字、其他符号四类中至少含三类",
                             "use three of: upper case, lower case, digits, other signs"}));
  }
  if (is_common_password(password)) {
    faults.push_back(broken("common", {"密码过于常见", "the password is a common one"},
                            {"请换一个不易猜到的密码", "choose one that nobody guesses"}));
  }
  const std::string text = lowered(password);
  const bool personal = std::any_of(context_words.begin(), context_words.end(), [&text](const std::string& word) {
    return word.size() >= kShortestContextWord && text.find(lowered(word)) != std::string::npos;
  });
  if (personal) {
    faults.push_back(broken("context",
                            {"密码含有用户名、姓名或电话", "the password holds the user name, name or phone number"},
                            {"请勿使用个人信息", "leave personal data out"}));
  }
  return faults;
}

std::string one_time_password() {
  constexpr std::string_view kSets[] = {"ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "-_+=#%"};
  constexpr std::size_t kLength = 16;
  std::string all;
  for (const std::string_view set : kSets) all += set;
  while (true) {
    std::string password;
    while (password.size() < kLength) {
      for (const char byte : crypto::random_bytes(2 * kLength)) {
        const std::size_t value = static_cast<unsigned char>(byte);
        // Values behind the last whole repetition would make some characters likelier.
        if (value >= 256 / all.size() * all.size()) continue;
        password += all[value % all.size()];
        if (password.size() == kLength) break;
      }
    }
    if (classes(password) == 4) return password;
  }
}

} // namespace onebudget::identity
