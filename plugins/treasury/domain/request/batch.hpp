#pragma once
// Batch payments (批量支付) of wages and subsidies with their details (支付明细).

#include <string>
#include <vector>

#include "sdk/values/money.hpp"

namespace onebudget::treasury {

struct Detail {
  int line = 0;
  std::string name, identity, account; ///< `identity`: of a person 18 characters, of a firm its credit code
  Money amount;
};

/// Rule treasury.details: a batch has details, each with a name, an account and more than nothing, nobody stands twice
/// with one account, and they add up to the request to the fen. Fields are "/details/<line>/…".
std::vector<FieldFault> check_details(const std::vector<Detail>& details, Money amount);

/// True for an identity number of 18 characters whose check character is right (GB 11643).
bool sound_identity(const std::string& number);

/// 业务追溯识别码: the request's number and the line, so that what the bank answers is found again.
std::string tracking_id(const std::string& request_no, int line);

} // namespace onebudget::treasury
