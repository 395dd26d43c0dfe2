#pragma once
// A year of money in regions beyond those whose people are all there: budgets, issues and payments as a region brings
// them along that pays in an outside system (旁路): made by one person, approved by a second, paid by a third, through
// the public interfaces, booked on the days they happened. What is paid how fast is the script's business
// (config/demo/*_books.json).

#include "packaging/demo/acts.hpp"

namespace onebudget::demo {

/// {"year": 2026, "projects": 8, "people": [{"username", "title", "role"} made for it: makes, approves, pays; a fourth
/// that is there: watches], "shapes":
/// {"even": [8, 8, …twelve weights]},
///  "regions": [{"code": "320100000", "percent": 93, "shape": "even"}]}
/// `percent` of what is issued is paid by the end of the year as it goes on; months to come are left out.
struct BooksDone {
  int regions = 0, documents = 0, payments = 0;
};

class Books {
 public:
  Books(Acts& people, const Json& script) : people_(people), script_(script) {}
  /// Stops at the first refusal. Faults: those of the server; ctl.demo_act for a script that cannot be read.
  Result<BooksDone> play(const std::function<void(double)>& progress);

 private:
  struct Line {
    std::string project, name, unit, fund, function, indicator;
    std::int64_t amount = 0, paid = 0, so_far = 0; ///< fen: issued, paid by the end of the year, paid until today
  };
  struct Region {
    std::string code, node, name, shape;
    int percent = 0;
    std::vector<Line> lines;
  };
  Result<void> codes(client::Client& as);
  Result<void> choose(Region& region, client::Client& as);
  Result<void> document(const Region& region, const std::string& kind, const Json& lines);
  Result<void> budget(const Region& region);
  Result<void> issue(Region& region);
  Result<void> pay(Region& region);
  Result<void> tell(const Region& region);
  Result<client::Client*> person(std::size_t which);

  Acts& people_;
  const Json& script_;
  std::map<std::string, std::string> functions_, funds_;
  BooksDone done_;
};

} // namespace onebudget::demo
