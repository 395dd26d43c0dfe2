#include "plugins/performance/domain/goal/suggest.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace onebudget::performance {

namespace {

constexpr int kWord = 180, kMostWords = 540, kBigrams = 220, kClass = 120, kType = 160, kIndustry = 100;
constexpr int kLeast = 200; ///< below it nothing is suggested

/// Characters of UTF-8 text, ASCII punctuation and spaces left out.
std::vector<std::string> characters(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const bool mark = size == 1 && !(lead >= '0' && lead <= '9') && !((lead | 32) >= 'a' && (lead | 32) <= 'z');
    if (!mark) out.push_back(text.substr(i, size));
    i += size;
  }
  return out;
}

std::set<std::string> bigrams(const std::string& text) {
  const auto letters = characters(text);
  std::set<std::string> out;
  for (std::size_t i = 0; i + 1 < letters.size(); ++i) out.insert(letters[i] + letters[i + 1]);
  return out;
}

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  for (std::size_t i = 0; i < text.size();) {
    const bool comma = text.compare(i, 3, "、") == 0;
    if (comma || text[i] == ' ') {
      if (!word.empty()) out.push_back(std::exchange(word, {}));
      i += comma ? 3 : 1;
      continue;
    }
    word += text[i++];
  }
  if (!word.empty()) out.push_back(word);
  return out;
}

void add_words(const ProjectText& project, const LibraryEntry& entry, Suggestion& out) {
  const std::string all = project.name + "\n" + project.text;
  std::string told;
  int score = 0;
  for (const std::string& word : words(entry.keywords))
    if (all.find(word) != std::string::npos) {
      score += project.name.find(word) != std::string::npos ? kWord : kWord / 2;
      told += (told.empty() ? "" : "、") + word;
    }
  if (score == 0) return;
  out.score += std::min(score, kMostWords);
  out.reasons.push_back({"项目文本提到“" + told + "”", "the project speaks of \"" + told + "\""});
}

void add_likeness(const std::set<std::string>& own, const LibraryEntry& entry, Suggestion& out) {
  const auto other = bigrams(entry.name);
  if (own.empty() || other.empty()) return;
  const auto common = std::count_if(other.begin(), other.end(), [&](const auto& pair) { return own.count(pair) > 0; });
  const int likeness = static_cast<int>(static_cast<std::size_t>(common) * 100 / other.size());
  if (likeness < 30) return;
  out.score += kBigrams * likeness / 100;
  out.reasons.push_back({"指标名称与项目文本相似 " + std::to_string(likeness) + "%",
                         "its name is " + std::to_string(likeness) + " % like the project's text"});
}

void add_class(const ProjectText& project, const LibraryEntry& entry, Suggestion& out) {
  std::string best;
  for (const std::string& prefix : entry.function_prefixes)
    if (project.function_class.rfind(prefix, 0) == 0 && prefix.size() > best.size()) best = prefix;
  if (best.empty()) return;
  out.score += kClass + kIndustry * (best.size() > 3 ? 1 : 0);
  out.reasons.push_back({"功能分类属 " + best, "the functional class is within " + best});
}

void add_type(const ProjectText& project, const LibraryEntry& entry, Suggestion& out) {
  for (const std::string& type : entry.types)
    if (std::find(project.types.begin(), project.types.end(), type) != project.types.end()) {
      out.score += kType;
      out.reasons.push_back({"适用于" + type + "类项目", "it is meant for projects of the type " + type});
      return;
    }
}

} // namespace

std::vector<std::string> types_of(const std::string& name, bool is_construction, bool is_procurement) {
  static const std::pair<const char*, std::vector<const char*>> kTypes[] = {
      {"工程建设", {"建设", "新建", "改造", "扩建", "维修", "修缮", "工程", "加固"}},
      {"设备购置", {"购置", "采购", "设备", "更新", "装备"}},
      {"信息化", {"信息", "系统", "平台", "数据", "网络", "智慧", "数字"}},
      {"培训", {"培训", "进修", "轮训"}},
      {"补助补贴", {"补助", "补贴", "救助", "资助", "奖补", "津贴", "奖学金", "助学"}},
      {"运行维护", {"运行", "维护", "运维", "养护", "保洁", "物业"}},
      {"活动", {"活动", "宣传", "展览", "演出", "赛事", "会议"}},
      {"研究", {"研究", "规划", "调查", "监测", "评估", "普查"}},
      {"服务购买", {"购买服务", "委托", "外包", "服务"}}};
  std::vector<std::string> out;
  for (const auto& [type, marks] : kTypes) {
    const bool told =
        std::any_of(marks.begin(), marks.end(), [&](const char* mark) { return name.find(mark) != std::string::npos; });
    const bool marked =
        (is_construction && type == std::string("工程建设")) || (is_procurement && type == std::string("设备购置"));
    if (told || marked) out.emplace_back(type);
  }
  return out;
}

std::vector<Suggestion> suggest(const ProjectText& project, const std::vector<LibraryEntry>& library,
                                std::size_t most) {
  const auto own = bigrams(project.name + project.text);
  std::vector<Suggestion> out;
  for (std::size_t i = 0; i < library.size(); ++i) {
    Suggestion one;
    one.entry = i;
    add_words(project, library[i], one);
    add_likeness(own, library[i], one);
    if (one.score == 0 && library[i].function_prefixes.empty()) continue;
    add_class(project, library[i], one);
    add_type(project, library[i], one);
    if (one.score >= kLeast && !one.reasons.empty()) out.push_back(std::move(one));
  }
  std::stable_sort(out.begin(), out.end(), [&](const Suggestion& a, const Suggestion& b) {
    return a.score != b.score ? a.score > b.score : library[a.entry].code < library[b.entry].code;
  });
  if (out.size() > most) out.resize(most);
  return out;
}

} // namespace onebudget::performance
