#pragma once
// The pools that count an indicator, made when the first indicator of one appears.

#include "plugins/ledger/domain/control/control.hpp"
#include "plugins/ledger/service/read.hpp"

namespace onebudget::ledger {

Control control_of(const Row& row);
Counted counted_of(const Row& indicator, const std::string& department_code);

class Pools {
 public:
  /// Controls in force in a region, and their pools.
  static Result<Pools> read(const Call& call, const std::string& region_code);
  /// One control and its pools.
  static Result<Pools> of_control(const Call& call, const Row& control);
  /// Ids of the pools that count the indicator; a missing pool is made, empty.
  Result<Json> of(const Call& call, const Row& indicator, const std::string& department_code);
  /// The pool of a number, made when it is not there. `indicator` gives unit and department.
  Result<std::string> pool(const Call& call, const Row& control, const std::string& number, const Counted& counted);

 private:
  std::vector<Row> controls_;
  std::map<std::string, std::string> pools_; ///< number → id
};

} // namespace onebudget::ledger
