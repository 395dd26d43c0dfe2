#include "kernel/config/config.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "sdk/text/utf8.hpp"

namespace onebudget::config {

namespace {

const Key* key_of(std::string_view name) {
  for (const Key& key : keys())
    if (key.name == name) return &key;
  return nullptr;
}

/// Levenshtein distance, to name the key that was probably meant.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string nearest(std::string_view name) {
  std::string best;
  std::size_t least = 1000;
  for (const Key& key : keys())
    if (const std::size_t d = distance(name, key.name); d < least) {
      least = d;
      best = key.name;
    }
  return best;
}

/// "1MiB", "64KiB", "2GiB" or plain bytes; other types plain digits.
std::optional<std::int64_t> number_of(KeyType type, std::string_view text) {
  std::int64_t factor = 1;
  if (type == KeyType::bytes)
    for (const auto& [suffix, value] :
         {std::pair<std::string_view, std::int64_t>{"KiB", 1024}, {"MiB", 1 << 20}, {"GiB", 1 << 30}})
      if (text.size() > 3 && text.substr(text.size() - 3) == suffix) {
        text.remove_suffix(3);
        factor = value;
        break;
      }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || number < 0 ||
      number > INT64_MAX / factor)
    return std::nullopt;
  return number * factor;
}

class Loader {
 public:
  std::map<std::string, Setting, std::less<>> settings;
  std::vector<FieldFault> faults;

  void put(const std::string& name, const std::string& value, const std::string& origin) {
    const Key* key = key_of(name);
    if (key == nullptr) {
      const std::string meant = nearest(name);
      return say(origin, "config.unknown_key",
                 {fmt::format("没有配置项“{}”。", name), fmt::format("There is no key \"{}\".", name)},
                 {fmt::format("是否想写 {}？", meant), fmt::format("Did you mean {}?", meant)});
    }
    if (check(*key, value, origin)) settings[name] = {value, origin};
  }

  void file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
      return say(path, "config.file", {"无法读取配置文件。", "The configuration file cannot be read."},
                 {"请检查路径和权限。", "Check its path and permissions."});
    std::string line;
    std::map<std::string, int> seen;
    for (int number = 1; std::getline(in, line); ++number) {
      const std::string origin = fmt::format("{}:{}", path, number);
      const std::string text = trimmed(line);
      if (text.empty() || text[0] == '#') continue;
      const std::size_t equals = text.find('=');
      if (equals == std::string::npos || !valid_utf8(text)) {
        say(origin, "config.line", {"这一行不是“键 = 值”。", "This line is not \"key = value\"."},
            {"请写成 键 = 值，或以 # 开头作为注释。", "Write key = value, or begin a comment with #."});
        continue;
      }
      const std::string name = trimmed(std::string_view(text).substr(0, equals));
      if (const auto [before, fresh] = seen.emplace(name, number); !fresh)
        say(origin, "config.twice",
            {fmt::format("“{}”在第 {} 行已出现。", name, before->second),
             fmt::format("\"{}\" is already on line {}.", name, before->second)},
            {"请只保留一处。", "Keep one of them."});
      put(name, trimmed(std::string_view(text).substr(equals + 1)), origin);
    }
  }

 private:
  void say(const std::string& origin, std::string code, Text message, Text remedy) {
    faults.push_back({origin, std::move(code), std::move(message), std::move(remedy)});
  }

  bool check(const Key& key, const std::string& value, const std::string& origin) {
    const auto bad = [&](const std::string& zh, const std::string& en) {
      say(origin, "config.value",
          {fmt::format("{} 的值“{}”不正确。", key.name, value),
           fmt::format("\"{}\" is not a value of {}.", value, key.name)},
          {zh, en});
      return false;
    };
    switch (key.type) {
      case KeyType::integer:
      case KeyType::minutes:
      case KeyType::hours:
      case KeyType::bytes: {
        const auto number = number_of(key.type, value);
        if (number && *number >= key.least && *number <= key.most) return true;
        const char* unit = key.type == KeyType::bytes ? "（可用 KiB、MiB、GiB）" : "";
        return bad(fmt::format("应为 {} 到 {} 之间的整数{}。", key.least, key.most, unit),
                   fmt::format("Give a whole number from {} to {}{}.", key.least, key.most,
                               key.type == KeyType::bytes ? " (KiB, MiB, GiB allowed)" : ""));
      }
      case KeyType::boolean:
        return value == "true" || value == "false" || bad("应为 true 或 false。", "Give true or false.");
      case KeyType::choice: {
        if (std::find(key.choices.begin(), key.choices.end(), value) != key.choices.end()) return true;
        const std::string all = fmt::format("{}", fmt::join(key.choices, ", "));
        return bad("可选值：" + all + "。", "One of: " + all + ".");
      }
      case KeyType::secret_file:
        return value.empty() || ::access(value.c_str(), R_OK) == 0 ||
               bad("该文件不存在或不可读；密码只能通过文件给出。",
                   "The file is missing or unreadable; secrets are given by file only.");
      default:
        return true;
    }
  }
};

} // namespace

std::map<std::string, std::string> Config::environment() {
  std::map<std::string, std::string> found;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (text.rfind("ONEBUDGET_", 0) == 0 && equals != std::string_view::npos)
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return found;
}

Result<Config> Config::load(const Sources& sources) {
  Loader loader;
  for (const Key& key : keys()) loader.settings[key.name] = {key.fallback, "default"};
  if (!sources.file.empty()) {
    loader.file(sources.file);
    std::vector<std::string> drop_ins;
    std::error_code none;
    const auto folder = std::filesystem::path(sources.file).parent_path() / "conf.d";
    for (const auto& entry : std::filesystem::directory_iterator(folder, none))
      if (entry.path().extension() == ".properties") drop_ins.push_back(entry.path().string());
    std::sort(drop_ins.begin(), drop_ins.end());
    for (const std::string& path : drop_ins) loader.file(path);
  }
  for (const Key& key : keys()) {
    std::string name = "ONEBUDGET_" + key.name;
    for (char& c : name) c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (const auto found = sources.environment.find(name); found != sources.environment.end())
      loader.put(key.name, found->second, name);
  }
  for (const std::string& set : sources.sets) {
    const std::size_t equals = set.find('=');
    loader.put(set.substr(0, equals), equals == std::string::npos ? "" : set.substr(equals + 1),
               "--set " + set.substr(0, equals));
  }
  if (!loader.faults.empty())
    return fault(FaultKind::malformed, "config.invalid",
                 {"配置有误，服务没有启动。", "The configuration is wrong; nothing was started."},
                 std::move(loader.faults));
  Config config;
  config.settings_ = std::move(loader.settings);
  return config;
}

const Setting& Config::setting(std::string_view key) const {
  const auto found = settings_.find(key);
  if (found == settings_.end()) std::abort(); // an undeclared key in the program itself
  return found->second;
}

const std::string& Config::text(std::string_view key) const { return setting(key).value; }
std::int64_t Config::integer(std::string_view key) const { return number_of(key_of(key)->type, text(key)).value_or(0); }
bool Config::boolean(std::string_view key) const { return text(key) == "true"; }

std::vector<std::string> Config::list(std::string_view key) const {
  std::vector<std::string> items;
  std::string_view rest = text(key);
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string item = trimmed(rest.substr(0, comma));
    if (!item.empty()) items.push_back(item);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return items;
}

std::string field_key_file(const Config& config) {
  const std::string& file = config.text("storage.key_file");
  return file.empty() ? config.text("data.dir") + "/field.keys" : file;
}

} // namespace onebudget::config
