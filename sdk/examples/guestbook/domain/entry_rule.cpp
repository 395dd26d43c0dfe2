#include "entry_rule.hpp"

namespace guestbook {

using onebudget::FieldFault;
using onebudget::Money;

std::vector<FieldFault> check_entry(const EntryFacts& facts) {
  std::vector<FieldFault> findings;
  if (facts.words.find_first_not_of(" \t") == std::string::npos)
    findings.push_back({"/words",
                        "guestbook.no_words",
                        {"留言不能为空白。", "The words are blank."},
                        {"请写一句话。", "Write a sentence."}});
  if (facts.gift < Money())
    findings.push_back({"/gift",
                        "guestbook.negative_gift",
                        {"捐赠金额不能为负。", "A gift cannot be negative."},
                        {"请填写零或正数。", "Give zero or more."}});
  if (facts.gift > facts.most)
    findings.push_back(
        {"/gift",
         "guestbook.gift_too_large",
         {"捐赠超过单笔上限 " + facts.most.to_yuan() + " 元。",
          "The gift is above the limit of " + facts.most.to_yuan() + " yuan."},
         {"请分次捐赠，或请管理员提高上限。", "Give in parts, or ask the administrator to raise the limit."}});
  if (facts.visited_on > facts.today)
    findings.push_back({"/visited_on",
                        "guestbook.future_visit",
                        {"来访日期在今天之后。", "The visit is in the future."},
                        {"请填写今天或更早的日期。", "Give today or an earlier day."}});
  return findings;
}

} // namespace guestbook
