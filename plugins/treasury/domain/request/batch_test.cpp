#include "plugins/treasury/domain/request/batch.hpp"

#include <sstream>

#include "plugins/treasury/tests/lines.hpp"

namespace onebudget::treasury {
namespace {

TEST(Batch, adds_up_in_every_case) {
  EXPECT_EQ(run("details",
                [](const Case& one) {
                  std::vector<Detail> details;
                  for (const auto& [name, value] : one.given) {
                    if (name != "detail") continue;
                    std::istringstream words(value);
                    Detail detail;
                    std::string amount;
                    words >> detail.name >> detail.account >> amount >> detail.identity;
                    if (detail.account == "-") detail.account.clear();
                    detail.line = static_cast<int>(details.size()) + 1;
                    detail.amount = yuan(amount);
                    details.push_back(detail);
                  }
                  return lines(check_details(details, yuan(one, "amount", "100.00")));
                }),
            Lines());
}

TEST(Batch, knows_a_sound_identity_number) {
  EXPECT_TRUE(sound_identity("11010519491231002X"));
  EXPECT_TRUE(sound_identity("11010519491231002x"));
  EXPECT_FALSE(sound_identity("110105194912310021"));
  EXPECT_FALSE(sound_identity("1101051949123100"));
  EXPECT_FALSE(sound_identity("A1010519491231002X"));
}

TEST(Batch, lines_are_found_again) {
  EXPECT_EQ(tracking_id("ZF32058326000001", 7), "ZF32058326000001-00007");
  EXPECT_EQ(tracking_id("ZF", 123456), "ZF-123456");
}

} // namespace
} // namespace onebudget::treasury
