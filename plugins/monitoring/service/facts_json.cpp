#include "plugins/monitoring/service/facts_json.hpp"

#include <limits>
#include <set>

namespace onebudget::monitoring {

namespace {

constexpr std::size_t kMostItems = 10'000;

/// Reads the members that `each` of a facts structure names.
class JsonReader {
 public:
  JsonReader(const Json& json, std::string path, std::vector<FieldFault>& findings)
      : json_(json), path_(std::move(path)), findings_(findings) {}

  template <class T>
  void operator()(const char* name, const char* title, T& member) {
    names_.insert(name);
    const auto found = json_.find(name);
    if (found == json_.end() || found->is_null()) return;
    if (!set(member, *found, path_ + "/" + name)) {
      const std::string zh = title, en = name;
      findings_.push_back({path_ + "/" + name,
                           "monitoring.fact",
                           {"“" + zh + "”的值不合适。", "The value of \"" + en + "\" makes no sense."},
                           {"金额用分（整数）或元（文本），日期用 YYYY-MM-DD，比例用小数。",
                            "Amounts in fen (whole) or yuan (text), days as YYYY-MM-DD, shares as decimals."}});
    }
  }
  void report_unknown() {
    for (const auto& [name, value] : json_.items())
      if (names_.count(name) == 0)
        findings_.push_back({path_ + "/" + name,
                             "monitoring.fact",
                             {"没有名为“" + name + "”的事实。", "There is no fact \"" + name + "\"."},
                             {"请对照插件说明改正名称。", "See the plugin's README for the names."}});
  }

 private:
  static bool set(std::string& out, const Json& value, const std::string&) {
    if (value.is_number_integer()) out = std::to_string(value.get<std::int64_t>());
    if (value.is_string()) out = value.get<std::string>();
    return value.is_string() || value.is_number_integer();
  }
  static bool set(bool& out, const Json& value, const std::string&) {
    if (value.is_boolean()) out = value.get<bool>();
    return value.is_boolean();
  }
  static bool set(int& out, const Json& value, const std::string&) {
    if (!value.is_number_integer()) return false;
    const auto number = value.get<std::int64_t>();
    if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max()) return false;
    out = static_cast<int>(number);
    return true;
  }
  static bool set(Money& out, const Json& value, const std::string&) {
    if (value.is_number_integer() && !(value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX)) {
      out = Money::from_fen(value.get<std::int64_t>());
      return true;
    }
    if (!value.is_string()) return false;
    const auto money = Money::parse_yuan(value.get<std::string>());
    if (money) out = *money;
    return money.ok();
  }
  static bool set(Ratio& out, const Json& value, const std::string&) {
    if (value.is_number()) {
      const double size = value.get<double>();
      if (size < -1e6 || size > 1e6) return false;
      out = Row(Json{{"share", value}}).ratio("share");
      return true;
    }
    if (!value.is_string()) return false;
    const auto ratio = Ratio::parse(value.get<std::string>());
    if (ratio) out = *ratio;
    return ratio.ok();
  }
  static bool set(std::optional<Day>& out, const Json& value, const std::string&) {
    if (value.is_string()) out = Day::parse(value.get<std::string>());
    return out.has_value();
  }
  template <class T>
  bool set(std::optional<T>& out, const Json& value, const std::string& path) {
    T inner{};
    const bool good = set(inner, value, path);
    if (good) out = std::move(inner);
    return good;
  }
  template <class T>
  bool set(std::vector<T>& out, const Json& value, const std::string& path) {
    if (!value.is_array() || value.size() > kMostItems) return false;
    for (std::size_t i = 0; i < value.size(); ++i)
      if (!set_item(out.emplace_back(), value[i], path + "/" + std::to_string(i))) return false;
    return true;
  }
  bool set_item(std::string& out, const Json& value, const std::string& path) { return set(out, value, path); }
  bool set_item(int& out, const Json& value, const std::string& path) { return set(out, value, path); }
  template <class T>
  bool set_item(T& out, const Json& value, const std::string& path) {
    if (!value.is_object()) return false;
    JsonReader inner(value, path, findings_);
    out.each(inner);
    inner.report_unknown();
    return true;
  }

  const Json& json_;
  std::string path_;
  std::vector<FieldFault>& findings_;
  std::set<std::string> names_;
};

struct DaySetter {
  Day day;
  template <class T>
  void operator()(T& facts) const {
    if constexpr (requires { facts.as_of; }) {
      if (!facts.as_of) facts.as_of = day;
    }
  }
};

} // namespace

std::optional<Facts> read_facts(const std::string& subject, const Json& json, std::vector<FieldFault>& findings,
                                bool known_only) {
  std::optional<Facts> facts = empty_facts(subject);
  if (!facts || !json.is_object()) {
    findings.push_back(
        {facts ? "/facts" : "/subject",
         "monitoring.fact",
         {"对象类别或事实不是可以判断的内容。", "The subject or the facts cannot be judged."},
         {"事实应为 JSON 对象，对象类别见插件说明。", "Facts are a JSON object; subjects are in the README."}});
    return std::nullopt;
  }
  JsonReader reader(json, "/facts", findings);
  std::visit([&](auto& own) { own.each(reader); }, *facts);
  if (!known_only) reader.report_unknown();
  return facts;
}

void set_day(Facts& facts, Day day) { std::visit(DaySetter{day}, facts); }

} // namespace onebudget::monitoring
