#include "plugins/compilation/domain/topics.hpp"

#include <algorithm>

namespace onebudget::compilation {

std::vector<std::string> topics_of(const std::string& text) {
  std::string rest = text;
  for (const char* between : {"、", "，", "；", ",", ";", "\t", "\n"})
    for (std::size_t at = rest.find(between); at != std::string::npos; at = rest.find(between, at))
      rest.replace(at, std::string_view(between).size(), " ");
  std::vector<std::string> out;
  for (std::size_t from = 0; from < rest.size();) {
    const std::size_t to = std::min(rest.find(' ', from), rest.size());
    if (to > from) out.push_back(rest.substr(from, to - from));
    from = to + 1;
  }
  return out;
}

std::string topics_text(const std::vector<std::string>& topics) {
  std::string out;
  for (const std::string& topic : topics) out += (out.empty() ? "" : "、") + topic;
  return out;
}

std::vector<FieldFault> check_topics(const std::string& text, const Policy& policy) {
  constexpr const char* kRule = "compilation.hot_std";
  const auto topics = topics_of(text);
  const auto known = [&](const std::string& topic) {
    return std::find(policy.hot_topics.begin(), policy.hot_topics.end(), topic) != policy.hot_topics.end();
  };
  std::vector<FieldFault> findings;
  for (std::size_t i = 0; i < topics.size(); ++i) {
    if (!known(topics[i]))
      findings.push_back(
          {"/hot_std",
           kRule,
           {"没有热点分类“" + topics[i] + "”。", "There is no topic \"" + topics[i] + "\"."},
           {"可选：" + topics_text(policy.hot_topics) + "。", "Choose from: " + topics_text(policy.hot_topics) + "."}});
    else if (std::find(topics.begin(), topics.begin() + static_cast<std::ptrdiff_t>(i), topics[i]) !=
             topics.begin() + static_cast<std::ptrdiff_t>(i))
      findings.push_back({"/hot_std",
                          kRule,
                          {"热点分类“" + topics[i] + "”选了两次。", "The topic \"" + topics[i] + "\" stands twice."},
                          {"请去掉重复的。", "Take one away."}});
  }
  return findings;
}

} // namespace onebudget::compilation
