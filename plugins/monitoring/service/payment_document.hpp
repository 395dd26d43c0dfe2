#pragma once
// A payment request as the treasury's form knows it, in the names of PaymentFacts. Pure.

#include "plugins/monitoring/service/service.hpp"

namespace onebudget::monitoring {

/// `asked`: the request of examine with facts of the form (amounts in fen) and, below `elements`, of its indicator.
/// Names that PaymentFacts has itself are taken as they are. What the form does not tell stays unknown.
Json payment_facts(const Row& asked, Day day);

} // namespace onebudget::monitoring
