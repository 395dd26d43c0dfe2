#include "plugins/treasury/domain/exchange/message.hpp"

#include <sstream>

#include "plugins/treasury/tests/lines.hpp"

namespace onebudget::treasury {
namespace {

std::optional<Day> end_of(const std::string& text) { return text == "-" ? std::nullopt : Day::parse(text); }

Authority authority_of(const std::string& text) {
  std::istringstream words(text);
  std::string mode, from, to;
  words >> mode >> from >> to;
  return {mode == "main", end_of(from), end_of(to)};
}

TEST(Authority, is_one_on_each_day_in_every_case) {
  EXPECT_EQ(run("authority",
                [](const Case& one) {
                  std::vector<Authority> others;
                  for (const auto& [name, value] : one.given)
                    if (name == "set") others.push_back(authority_of(value));
                  if (one.when == "set") return lines(check_authority(authority_of(one.value("new")), others));
                  const bool main = main_on(others, day(one, "day", "2026-03-10"), !has(one, "default side"));
                  return Lines{main ? "main" : "side"};
                }),
            Lines());
}

TEST(Message, moves_as_the_adapter_reports) {
  EXPECT_EQ(after(MessageState::queued, MessageStep::take), MessageState::taken);
  EXPECT_EQ(after(MessageState::taken, MessageStep::acknowledge), MessageState::acknowledged);
  EXPECT_EQ(after(MessageState::acknowledged, MessageStep::acknowledge), MessageState::acknowledged) << "said twice";
  EXPECT_EQ(after(MessageState::failed, MessageStep::retry), MessageState::queued);
  EXPECT_FALSE(after(MessageState::queued, MessageStep::acknowledge)) << "nobody took it";
  EXPECT_FALSE(after(MessageState::acknowledged, MessageStep::fail));
  EXPECT_FALSE(after(MessageState::applied, MessageStep::take));
}

TEST(Message, has_types_and_states) {
  EXPECT_STREQ(type_of(VoucherKind::payment), "5201");
  EXPECT_STRNE(type_of(VoucherKind::cancellation), type_of(VoucherKind::correction));
  EXPECT_EQ(inbound_type("receipt"), InboundType::receipt);
  EXPECT_FALSE(inbound_type("5201"));
  EXPECT_EQ(message_state("refused"), MessageState::refused);
  EXPECT_FALSE(message_state("lost"));
}

} // namespace
} // namespace onebudget::treasury
