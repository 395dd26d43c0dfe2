#pragma once
// 热点分类: the topics of public attention that a project is marked with; domain rules 8, J1.

#include <string>
#include <vector>

#include "plugins/compilation/domain/policy.hpp"

namespace onebudget::compilation {

/// The words of "乡村振兴、教育", also with commas, semicolons or blanks between them; empty ones are left out.
std::vector<std::string> topics_of(const std::string& text);

/// As it is kept and printed: the words with "、" between them.
std::string topics_text(const std::vector<std::string>& topics);

/// Rule compilation.hot_std: every word is one of policy.hot_topics, and stands once; none is fine.
std::vector<FieldFault> check_topics(const std::string& text, const Policy& policy);

} // namespace onebudget::compilation
