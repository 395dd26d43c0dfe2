#include "plugins/performance/domain/goal/suggest.hpp"

#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

LibraryEntry entry_in(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == '|')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  LibraryEntry out;
  out.code = out.name = parts.at(0);
  out.keywords = parts.at(1);
  if (!parts.at(2).empty()) out.function_prefixes = {parts.at(2)};
  if (!parts.at(3).empty()) out.types = {parts.at(3)};
  return out;
}

TEST(Suggestion, has_its_reasons_in_every_case) {
  EXPECT_EQ(run("suggest",
                [](const Case& one) {
                  const std::string name = one.value("project");
                  std::vector<LibraryEntry> library;
                  for (const auto& [key, given] : one.given)
                    if (key == "entry") library.push_back(entry_in(given));
                  Lines out;
                  for (const Suggestion& found :
                       suggest({name, "", one.value("class"), types_of(name, false, false)}, library, 10))
                    out.push_back(library[found.entry].name + " " + std::to_string(found.reasons.size()));
                  return out;
                }),
            Lines{});
}

TEST(Suggestion, the_best_comes_first_and_the_order_is_settled) {
  const std::vector<LibraryEntry> library = {entry_in("航道通航保证率|航道|21401|"),
                                             entry_in("农村公路列养率|养护、农村公路|21401|"),
                                             entry_in("农村公路优良路率|农村公路、养护|21401|")};
  const auto found = suggest({"农村公路养护", "", "2140106", {}}, library, 1);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(library[found[0].entry].name, "航道通航保证率");
}

} // namespace
} // namespace onebudget::performance
