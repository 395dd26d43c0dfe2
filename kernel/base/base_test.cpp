#include <gtest/gtest.h>

#include "kernel/base/cursor.hpp"

namespace onebudget {
namespace {

TEST(Cursor, comes_back_as_it_went) {
  CursorValue null, number, text;
  null.null = true;
  number.integer = true;
  number.number = -42;
  text.text = "南京:市";
  const std::vector<CursorValue> values = {null, number, text};
  auto back = decode_cursor("digest", encode_cursor("digest", values));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, values);
}

TEST(Cursor, of_another_query_or_of_nobody_is_refused) {
  const std::string cursor = encode_cursor("one", {});
  EXPECT_EQ(decode_cursor("two", cursor).fault().code, "cursor.other_query");
  for (const std::string bad : {"", "!!", "MQ", "eyJhIjoxfQ"})
    EXPECT_EQ(decode_cursor("one", bad).fault().code, "cursor.malformed");
  for (std::size_t cut = 0; cut < cursor.size(); ++cut) EXPECT_FALSE(decode_cursor("one", cursor.substr(0, cut)).ok());
}

} // namespace
} // namespace onebudget
