#include "sdk/testing/fake/filter.hpp"

#include <gtest/gtest.h>

namespace onebudget::testing {
namespace {

const FieldTypes kTypes = {{"code", "code"}, {"amount", "money"}, {"year", "year"}, {"open", "bool"},
                           {"at", "time"},   {"unit", "org"},     {"id", "id"}};
const Json kRow = {{"id", "7"},    {"code", "A(1);x"},    {"amount", 12345}, {"year", 2026},
                   {"open", true}, {"at", 1767323045678}, {"unit", nullptr}};

TEST(FakeFilter, agrees_with_the_query_language) {
  for (const char* yes :
       {"", "code==\"A(1);x\"", "code==A*", "code=q=1", "amount==123.45", "amount>123.44;amount<=123.45",
        "year=in=(2025,2026)", "year=out=(2025)", "open==true", "at=ge=2026-01-02T03:04:05.678Z", "unit=null=true",
        "unit!=5", "(year==1,year==2026);open==true", "year==1,open==true", "id==7"}) {
    const auto holds = parse_filter(yes, kTypes);
    ASSERT_TRUE(holds.ok()) << yes << " " << holds.fault().message.en;
    EXPECT_TRUE((*holds)(kRow)) << yes;
  }
  for (const char* no : {"code==a*", "amount>123.45", "year!=2026", "unit==5", "unit=in=(5)", "unit=null=false",
                         "open==false", "year==1,year==2", "open==true;year==1"}) {
    const auto holds = parse_filter(no, kTypes);
    ASSERT_TRUE(holds.ok()) << no;
    EXPECT_FALSE((*holds)(kRow)) << no;
  }
}

TEST(FakeFilter, refuses_what_it_does_not_understand_with_the_place) {
  EXPECT_EQ(parse_filter("colour==red", kTypes).fault().code, "records.unknown_field");
  for (const auto& [bad, place] : {std::pair{"code", "5"},
                                   {"code==", "7"},
                                   {"(code==a", "9"},
                                   {"code==a)", "8"},
                                   {"amount==much", "9"},
                                   {"code==\"a", "9"},
                                   {"year=in=2026", "9"}}) {
    const auto holds = parse_filter(bad, kTypes);
    ASSERT_FALSE(holds.ok()) << bad;
    EXPECT_EQ(holds.fault().code, bad[0] == 'a' ? "records.filter_value" : "records.filter_syntax") << bad;
    EXPECT_NE(holds.fault().message.en.find(std::string("character ") + place), std::string::npos)
        << holds.fault().message.en;
  }
}

} // namespace
} // namespace onebudget::testing
