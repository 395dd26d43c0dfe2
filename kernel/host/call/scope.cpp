#include "kernel/host/call/scope.hpp"

#include <algorithm>

namespace onebudget::host {

Chain::Use::Use(Chain& chain) : chain_(chain) {
  auto nobody = std::thread::id();
  const auto me = std::this_thread::get_id();
  outermost_ = chain_.user_.compare_exchange_strong(nobody, me);
  granted_ = outermost_ || nobody == me;
}

Chain::Use::~Use() {
  if (outermost_) chain_.user_.store(std::thread::id());
}

bool Chain::holds(const void* instance) const { return std::ranges::find(inside_, instance) != inside_.end(); }

Result<std::optional<records::Page>> Cursor::next() {
  const auto scope = scope_.lock();
  auto* unit = scope ? scope->chain()->unit() : nullptr;
  if (unit == nullptr)
    return fault(FaultKind::conflict, "host.no_unit", {"本次调用没有数据上下文。", "This call has no data context."});
  if (ended_ || left_ == 0) return std::optional<records::Page>();
  query_.limit = static_cast<int>(std::min<std::int64_t>(left_, kBatch));
  OB_TRY(auto page, unit->list(entity_, query_));
  query_.cursor = page.next_cursor;
  ended_ = page.next_cursor.empty();
  left_ -= std::min<std::int64_t>(left_, page.rows);
  return std::optional<records::Page>(std::move(page));
}

} // namespace onebudget::host
