#pragma once
// The rules R01–R52, families by what they look at. Each is a pure function: facts and thresholds in, findings out. A
// rule without a fact it needs says so and is never counted as quiet. Texts of domain rules 4, corrections "Execute".

#include "plugins/monitoring/domain/facts/buying.hpp"
#include "plugins/monitoring/domain/facts/execution.hpp"
#include "plugins/monitoring/domain/facts/holding.hpp"
#include "plugins/monitoring/domain/facts/payment.hpp"
#include "plugins/monitoring/domain/findings.hpp"
#include "plugins/monitoring/domain/limits.hpp"

namespace onebudget::monitoring {

/// What a family of rules is applied to.
struct Look {
  const Limits& limits;
  Findings& out;
};

// Payment: rule/funds.cpp (R01 R03 R04), rule/contract_payment.cpp (R15 R16 R18 R19), rule/twice.cpp (R27 R28 R52),
// rule/payee.cpp (R29–R31), rule/use.cpp (R32 R33 R36 R42 R44), rule/hands.cpp (R48 R49 R50)
void check_funds(const PaymentFacts& facts, Look look);
void check_contract_payment(const PaymentFacts& facts, Look look);
void check_twice(const PaymentFacts& facts, Look look);
void check_payee(const PaymentFacts& facts, Look look);
void check_use(const PaymentFacts& facts, Look look);
void check_hands(const PaymentFacts& facts, Look look);
// Line: rule/progress.cpp (R04 R05 R06 R07), rule/carry.cpp (R08 R09 R34 R51), rule/overspend.cpp (R02)
void check_progress(const LineFacts& facts, Look look);
void check_carry(const LineFacts& facts, Look look);
void check_projection(const LineFacts& facts, Look look);
// Project: rule/overspend.cpp (R02), rule/declared.cpp (R25 R26 R45)
void check_overspend(const ProjectFacts& facts, Look look);
void check_declared(const ProjectFacts& facts, Look look);
// Contract: rule/contract.cpp (R13 R14 R16 R17 R20)
void check_contract(const ContractFacts& facts, Look look);
// Buying: rule/purchase.cpp (R10 R11 R12 R23 R41), rule/supplier.cpp (R21 R22 R24)
void check_purchase(const PurchaseFacts& facts, Look look);
void check_purchase_book(const PurchaseBookFacts& facts, Look look);
void check_tender(const TenderFacts& facts, Look look);
void check_supplier(const SupplierFacts& facts, Look look);
// Holding: rule/holding.cpp (R35 R37–R40 R43)
void check_asset(const AssetFacts& facts, Look look);
void check_meeting(const MeetingFacts& facts, Look look);
void check_pay_list(const PayListFacts& facts, Look look);
void check_subsidy(const SubsidyFacts& facts, Look look);
// Patterns: rule/pattern.cpp (R46 R47)
void check_payment_book(const PaymentBookFacts& facts, Look look);

} // namespace onebudget::monitoring
