#pragma once
// The forms that the journeys J1 and J3 – J6 end in (domain rules 8), made from the records that the caller may read.

#include "plugins/compilation/domain/print/sheet.hpp"
#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

Result<Form> declaration_form(const Call& call, const Row& project); ///< J1 项目申报书
Result<Form> ex_ante_form(const Call& call, const Row& review);      ///< J3 事前绩效评估表
Result<Form> zero_base_form(const Call& call, const Row& review);    ///< J4 零基评审表
Result<Form> ceiling_form(const Call& call, const Row& ceiling); ///< J5 控制数通知: all ceilings of its node and year
Result<Form> version_form(const Call& call, const Row& version); ///< J5 单位预算表 of a frozen step
Result<Form> issue_form(const Call& call, const Row& issue);     ///< J6 预算批复表

/// The Chinese words of codes, "√" or "" for marks, "code name" of a row of a list.
std::string word(const std::string& code);
std::string tick(const Row& row, const char* field);
Result<std::string> listed(const Call& call, const char* list, const Row& row, const char* field);
/// "code name" of an organisation.
Result<std::string> placed(const Call& call, RecordId node);

} // namespace onebudget::compilation
