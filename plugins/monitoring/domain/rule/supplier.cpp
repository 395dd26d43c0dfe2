// R21 供应商围标或关联, R22 供应商与公职人员关联, R24 失信、注销、新设供应商: all need registers of others.
#include "plugins/monitoring/domain/rules.hpp"

#include <set>

namespace onebudget::monitoring {

namespace {

struct Key {
  const char* zh;
  const char* en;
  std::string Bidder::*value;
};
constexpr Key kKeys[] = {{"法人", "legal person", &Bidder::legal_person},
                         {"电话", "phone", &Bidder::phone},
                         {"地址", "address", &Bidder::address},
                         {"账户", "bank account", &Bidder::bank_account},
                         {"网络地址", "network address", &Bidder::network_address}};

/// The first key that two bidders of different names share, or null.
const Key* shared_key(const Bidder& left, const Bidder& right) {
  if (left.name == right.name) return nullptr;
  for (const Key& key : kKeys)
    if (!(left.*key.value).empty() && left.*key.value == right.*key.value) return &key;
  return nullptr;
}

} // namespace

void check_tender(const TenderFacts& facts, Look look) {
  if (!facts.bidders) return look.out.missing("R21", source::kBidders);
  const auto& all = *facts.bidders;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const Key* key = shared_key(all[i], all[j]);
      if (key == nullptr) continue;
      return look.out.hit("R21",
                          {"投标人 " + all[i].name + " 与 " + all[j].name + " 的" + key->zh + "相同。",
                           "Bidders " + all[i].name + " and " + all[j].name + " share the " + key->en + "."},
                          {{"投标人", all[i].name + "、" + all[j].name}, {key->zh, all[i].*key->value}});
    }
}

void check_supplier(const SupplierFacts& facts, Look look) {
  if (!facts.staff_links) look.out.missing("R22", source::kStaff);
  if (facts.staff_links && !facts.staff_links->empty() && !facts.links_declared)
    look.out.hit("R22",
                 {"供应商 " + facts.name + " 的法人或股东是公职人员。",
                  "A legal person or shareholder of " + facts.name + " is public staff."},
                 {{"供应商", facts.name}, {"公职人员", facts.staff_links->front()}});
  if (!facts.registered) return look.out.missing("R24", source::kRegistry);
  const bool expired = facts.listed_until && facts.awarded_on && *facts.listed_until < *facts.awarded_on;
  if (facts.cancelled || (facts.blacklisted && !expired))
    return look.out.hit("R24",
                        {"供应商 " + facts.name + (facts.cancelled ? " 已注销。" : " 在失信名单中。"),
                         facts.name + (facts.cancelled ? " is cancelled." : " is blacklisted.")},
                        {{"供应商", facts.name}, {"情形", facts.cancelled ? "注销" : "失信"}}, true);
  if (!facts.set_up_on || !facts.awarded_on) return;
  const int days = facts.awarded_on->number() - facts.set_up_on->number();
  if (days >= look.limits.count("R24", "days")) return;
  look.out.hit("R24",
               {"供应商 " + facts.name + " 中标前成立仅 " + std::to_string(days) + " 天。",
                facts.name + " was set up only " + std::to_string(days) + " days before the award."},
               {{"供应商", facts.name}, {"成立日期", facts.set_up_on->str()}, {"天数", std::to_string(days)}});
}

} // namespace onebudget::monitoring
