#include "plugins/treasury/domain/exchange/message.hpp"

#include <algorithm>
#include <iterator>

namespace onebudget::treasury {

namespace {

constexpr const char* kStates[] = {"queued", "taken", "acknowledged", "failed", "received", "applied", "refused"};
constexpr const char* kInbound[] = {"accepted", "rejected", "receipt"};

struct Move {
  MessageState from;
  MessageStep step;
  MessageState to;
};
constexpr Move kMoves[] = {
    {MessageState::queued, MessageStep::take, MessageState::taken},
    {MessageState::taken, MessageStep::take, MessageState::taken},
    {MessageState::taken, MessageStep::acknowledge, MessageState::acknowledged},
    {MessageState::acknowledged, MessageStep::acknowledge, MessageState::acknowledged},
    {MessageState::taken, MessageStep::fail, MessageState::failed},
    {MessageState::failed, MessageStep::fail, MessageState::failed},
    {MessageState::failed, MessageStep::retry, MessageState::queued},
    {MessageState::queued, MessageStep::retry, MessageState::queued},
};

Period days_of(const Authority& authority) { return {authority.from, authority.to}; }

} // namespace

std::optional<MessageState> message_state(std::string_view code) {
  const auto* found = std::find(std::begin(kStates), std::end(kStates), code);
  if (found == std::end(kStates)) return std::nullopt;
  return static_cast<MessageState>(found - std::begin(kStates));
}

std::optional<MessageState> after(MessageState state, MessageStep step) {
  for (const Move& move : kMoves)
    if (move.from == state && move.step == step) return move.to;
  return std::nullopt;
}

const char* type_of(VoucherKind kind) {
  constexpr const char* kTypes[] = {"5201", "5209", "5253"};
  return kTypes[static_cast<std::size_t>(kind)];
}

std::optional<InboundType> inbound_type(std::string_view name) {
  const auto* found = std::find(std::begin(kInbound), std::end(kInbound), name);
  if (found == std::end(kInbound)) return std::nullopt;
  return static_cast<InboundType>(found - std::begin(kInbound));
}

bool main_on(const std::vector<Authority>& authorities, Day day, bool otherwise) {
  for (const Authority& authority : authorities)
    if (days_of(authority).contains(day)) return authority.main;
  return otherwise;
}

std::vector<FieldFault> check_authority(const Authority& authority, const std::vector<Authority>& others) {
  const Period days = days_of(authority);
  if (days.empty())
    return {{"/valid_to",
             "treasury.authority",
             {"止日应在起日之后。", "It ends after it begins."},
             {"请改写日期。", "Change the days."}}};
  for (const Authority& other : others)
    if (days.overlaps(days_of(other)))
      return {{"/valid_from",
               "treasury.authority",
               {"与已有的主系统、旁路设置日期重叠。", "The days overlap with another setting of 主系统 or 旁路."},
               {"请先给前一条填写止日。", "Give the one before an end first."}}};
  return {};
}

} // namespace onebudget::treasury
