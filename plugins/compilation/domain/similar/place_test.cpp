#include "plugins/compilation/domain/similar/place.hpp"

#include <gtest/gtest.h>

namespace onebudget::compilation {
namespace {

TEST(Place, is_cut_into_divisions_and_the_rest) {
  const Place full = place_of(U"江苏省苏州市昆山市玉山镇人民路1号");
  EXPECT_EQ(full.heads, (std::map<int, std::u32string>{{0, U"江苏"}, {1, U"苏州"}, {2, U"昆山"}, {3, U"玉山"}}));
  EXPECT_EQ(full.local(), U"玉山人民路1号");
  EXPECT_EQ(place_of(U"周市镇中心小学").heads.at(3), U"周市");
  EXPECT_EQ(place_of(U"沧浪街道办").heads.at(3), U"沧浪");
  for (const char32_t* none : {U"社区服务中心3号", U"乡镇卫生院", U"城镇污水管网", U"超市", U""})
    EXPECT_TRUE(place_of(none).heads.empty());
}

TEST(Place, is_another_one_only_where_both_say_so) {
  EXPECT_TRUE(apart(place_of(U"昆山市玉山镇"), place_of(U"太仓市玉山镇")));
  EXPECT_TRUE(apart(place_of(U"玉山镇中学"), place_of(U"巴城镇中学")));
  EXPECT_FALSE(apart(place_of(U"江苏省玉山镇"), place_of(U"玉山镇")));
  EXPECT_FALSE(apart(place_of(U"玉山镇"), place_of(U"")));
}

TEST(Place, names_are_found_in_texts_the_longest_first) {
  Names names;
  for (const char32_t* name : {U"玉山", U"玉山湖", U"湖"}) names.add(name);
  EXPECT_EQ(names.in(U"在玉山湖与玉山"), (std::set<std::u32string>{U"玉山", U"玉山湖"}));
  EXPECT_EQ(without(U"玉山中学修缮", {U"玉山"}), U"中学修缮");
}

TEST(Place, a_house_is_what_names_begin_with_or_share) {
  EXPECT_EQ(house_of(U"不动产登记中心电梯更换"), U"不动产登记中心");
  EXPECT_EQ(house_of(U"河道清淤"), U"");
  EXPECT_EQ(shared_by_most({U"红星大院电梯", U"红星大院屋面", U"红星大院路灯", U"路灯"}), U"红星大院");
  EXPECT_EQ(shared_by_most({U"红星大院电梯", U"红星大院屋面"}), U"") << "two names are no habit";
}

} // namespace
} // namespace onebudget::compilation
