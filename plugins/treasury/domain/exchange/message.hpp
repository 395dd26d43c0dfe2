#pragma once
// The seam to outside systems: messages out and in, with types and states. What carries them is an adapter's matter.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::treasury {

enum class MessageState { queued, taken, acknowledged, failed, received, applied, refused };
std::optional<MessageState> message_state(std::string_view code);

/// What an adapter reports about a message that it took.
enum class MessageStep { take, acknowledge, fail, retry };
/// The state after a step, or nothing where the step is not possible. The same report a second time changes nothing and
/// answers the state as it is.
std::optional<MessageState> after(MessageState state, MessageStep step);

enum class VoucherKind { payment, cancellation, correction };
/// Number of the type of a voucher's message (VtCode). The meanings are handed down, not read in the standard
/// (domain rules 5.3), so adapters may translate them.
const char* type_of(VoucherKind kind);

/// What comes in.
enum class InboundType { accepted, rejected, receipt };
std::optional<InboundType> inbound_type(std::string_view name);

/// One authority of a region over an object: 主系统 sends, 旁路 follows another system.
struct Authority {
  bool main = true;
  std::optional<Day> from, to; ///< from is in, to is not
};
/// The mode on a day: the newest in force, else the given default.
bool main_on(const std::vector<Authority>& authorities, Day day, bool otherwise);

/// Rule treasury.authority: the days of a region's authorities over one object do not overlap.
std::vector<FieldFault> check_authority(const Authority& authority, const std::vector<Authority>& others);

} // namespace onebudget::treasury
