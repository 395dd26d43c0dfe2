#pragma once
// Which indicators of the library fit a project, and why: words in common, function class, type of project.

#include <string>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::performance {

struct LibraryEntry {
  std::string code, name, keywords; ///< keywords separated by spaces or 、
  std::string first_level, second_level, industry;
  std::vector<std::string> function_prefixes; ///< "205", "20502"; empty = any
  std::vector<std::string> types;             ///< project types it is for
};

struct ProjectText {
  std::string name, text; ///< name; basis, summary and goal together
  std::string function_class;
  std::vector<std::string> types; ///< as recognised: see types_of
};

struct Suggestion {
  std::size_t entry = 0;
  int score = 0; ///< per thousand
  std::vector<Text> reasons;
};

/// Types of project told by words of its name and marks: 工程建设, 设备购置, 信息化, 培训, 补助补贴, 运行维护, 活动,
/// 研究, 服务购买.
std::vector<std::string> types_of(const std::string& name, bool is_construction, bool is_procurement);
/// The best first, at most `most`, never without a reason; the same input gives the same order.
std::vector<Suggestion> suggest(const ProjectText& project, const std::vector<LibraryEntry>& library, std::size_t most);

} // namespace onebudget::performance
