#include "sdk/testing/cases.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace onebudget::testing {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// The rest of the line behind one of the words, or nothing.
bool take(std::string_view line, std::initializer_list<std::string_view> words, std::string& rest) {
  for (const std::string_view word : words) {
    if (line.substr(0, word.size()) != word) continue;
    const std::string_view behind = line.substr(word.size());
    if (!behind.empty() && behind.front() != ' ' && behind.front() != '\t') continue;
    rest = trimmed(behind);
    return true;
  }
  return false;
}

Fault bad(const std::string& file, int line, const std::string& why) {
  const std::string place = file + ":" + std::to_string(line) + ": ";
  return fault(FaultKind::malformed, "testing.cases", {place + why, place + why});
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : " | ") + line;
  return out.empty() ? "nothing" : out;
}

} // namespace

std::string Case::value(std::string_view wanted, std::string_view otherwise) const {
  std::string out(otherwise);
  for (const auto& [key, text] : given)
    if (key == wanted) out = text;
  return out;
}

Result<std::vector<Case>> parse_cases(std::string_view text, const std::string& file) {
  std::vector<Case> out;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    ++number;
    if (line.empty() || line.front() == '#') continue;
    std::string rest;
    if (take(line, {"case", "案例"}, rest)) {
      if (rest.empty()) return bad(file, number, "a case needs a name");
      out.push_back({rest, number, {}, {}, {}});
      continue;
    }
    if (out.empty()) return bad(file, number, "the first line begins with `case`");
    Case& own = out.back();
    if (take(line, {"given", "假定"}, rest)) {
      const std::size_t equals = rest.find('=');
      const std::string name(trimmed(std::string_view(rest).substr(0, equals)));
      own.given.emplace_back(
          name, equals == std::string::npos ? "" : std::string(trimmed(std::string_view(rest).substr(equals + 1))));
    } else if (take(line, {"when", "当"}, rest)) {
      if (!own.when.empty()) return bad(file, number, "a case has one `when`");
      own.when = rest;
    } else if (take(line, {"then", "那么"}, rest)) {
      own.then.push_back(rest);
    } else {
      return bad(file, number, "a line begins with case, given, when or then");
    }
  }
  return out;
}

Result<std::vector<Case>> read_cases(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return bad(path, 0, "cannot be read");
  std::stringstream text;
  text << file.rdbuf();
  return parse_cases(text.str(), path);
}

std::vector<std::string> run_cases(const std::string& path,
                                   const std::function<std::vector<std::string>(const Case&)>& rule) {
  const auto cases = read_cases(path);
  if (!cases) return {cases.fault().message.zh};
  if (cases->empty()) return {path + " has no cases"};
  std::vector<std::string> differences;
  for (const Case& one : *cases) {
    std::vector<std::string> wanted = one.then, got = rule(one);
    std::sort(wanted.begin(), wanted.end());
    std::sort(got.begin(), got.end());
    if (wanted == got) continue;
    differences.push_back(path + ":" + std::to_string(one.line) + ": " + one.name + ": expected " + joined(wanted) +
                          ", got " + joined(got));
  }
  return differences;
}

} // namespace onebudget::testing
