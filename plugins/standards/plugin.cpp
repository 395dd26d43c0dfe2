// The table of handlers; no logic.
#include "sdk/cpp/plugin.hpp"

#include "plugins/standards/service/service.hpp"

namespace onebudget::standards {

class Standards final : public plugin::Plugin {
 public:
  Standards() {
    for (const char* entity :
         {"asset_class", "asset_life", "code_succession", "coding_rule", "department_economic_class",
          "economic_mapping", "expenditure_standard", "functional_class", "fund_kind", "government_economic_class",
          "procurement_category", "region", "rule_pack", "special_fund", "zone"})
      Plugin::validate(entity, standards::validate);
    route("POST /revise/{entity}/{id}", revise);
    route("POST /rule-pack/{id}/preview", preview_rule_pack);
    serve("standards/1", "compose_code", compose_code);
    serve("standards/1", "take_code", take_code);
    serve("standards/1", "check_code", check_code_request);
    serve("standards/1", "check_postable", check_postable_request);
    serve("standards/1", "check_codes", check_codes);
    serve("standards/1", "successions", successions);
  }
};

} // namespace onebudget::standards

ONEBUDGET_PLUGIN(onebudget::standards::Standards);
