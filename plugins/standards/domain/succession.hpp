#pragma once
// What becomes of a code in a later year's list (代码沿革): renamed, split, merged or withdrawn.

#include <string>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::standards {

enum class SuccessionKind { renamed, split, merged, withdrawn };

struct Succession {
  SuccessionKind kind = SuccessionKind::renamed;
  std::string from_code, to_code;
  int from_year = 0, to_year = 0;
  bool from_known = true; ///< the earlier list holds from_code
};

/// Rule standards.succession: it starts from a code of the earlier list and leads into a later year; a withdrawn code
/// leads nowhere, any other to a code. The later list may be loaded afterwards.
std::vector<FieldFault> check_succession(const Succession& succession);

/// The one code to suggest in place of another: the successor when there is exactly one. Which part of a split code a
/// project belongs to is for people to say.
std::string suggested(const std::vector<Succession>& of_one_code);

} // namespace onebudget::standards
