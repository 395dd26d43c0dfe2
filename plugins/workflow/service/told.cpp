#include "plugins/workflow/service/service.hpp"
#include "sdk/values/money.hpp"
#include "sdk/values/time_text.hpp"

namespace onebudget::workflow {

Json as_told(Json row) {
  for (const auto& [field, value] : row.items()) {
    if (!value.is_number_integer()) continue;
    if (field == "amount") value = Money::from_fen(value.get<std::int64_t>()).to_yuan();
    if (field.ends_with("_at")) value = time_text(value.get<std::int64_t>());
  }
  return row;
}

} // namespace onebudget::workflow
