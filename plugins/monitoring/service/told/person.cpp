// R37 and R43: the people on a payment's list, against the unit's roster and the registers of persons. What carries a
// benefit mark is a subsidy, everything else of the classes for pay is a pay list.

#include "plugins/monitoring/domain/limits.hpp"
#include "plugins/monitoring/service/told/registers.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kDetail = "treasury.payment_detail";
constexpr const char* kRequest = "treasury.payment_request";
constexpr const char* kStaff = "monitoring.staff_record";
constexpr const char* kPerson = "monitoring.person_record";
constexpr const char* kToldBy = "treasury";
constexpr std::size_t kInOneFact = 500; ///< people

Row told_of(const PersonList& list) {
  return Row(Json{{"unit", list.unit}, {"fiscal_year", list.fiscal_year}, {"told_by", kToldBy}});
}

std::string object_of(const PersonList& list, const std::string& part) {
  return std::string(kRequest) + "/" + list.request + (part.empty() ? "" : "/" + part);
}

Json paid_person(const Row& detail, const Row* staff, Day day) {
  Json out = {{"name", detail.text("payee_name")},
              {"amount", detail.number("amount")},
              {"on_roster", staff != nullptr && there_on(*staff, day)}};
  if (staff == nullptr) return out;
  if (staff->has("monthly_standard")) out["standard"] = staff->number("monthly_standard");
  if (staff->has("supplement_no")) out["supplement"] = true;
  return out;
}

Result<void> tell_pay_list(const Call& call, const PersonList& list, const std::vector<Row>& details) {
  if (!under(list.economic_class, limits_for({}, "", 0).words("R37", "classes"))) return {};
  std::map<std::string, Row> roster;
  OB_CHECK(call.records().each(kStaff, where("unit==" + list.unit), [&](const Row& row) -> Result<void> {
    roster[row.text("identity_no")] = row;
    return {};
  }));
  for (std::size_t at = 0; at < details.size(); at += kInOneFact) {
    Json people = Json::array();
    for (std::size_t i = at; i < std::min(details.size(), at + kInOneFact); ++i) {
      const auto staff = roster.find(details[i].text("identity_no"));
      people.push_back(paid_person(details[i], staff == roster.end() ? nullptr : &staff->second, list.day));
    }
    const Json facts = {
        {"economic_class", list.economic_class}, {"roster", !roster.empty()}, {"people", std::move(people)}};
    const std::string part = "list-" + std::to_string(at / kInOneFact + 1);
    OB_CHECK(keep_fact(call, told_of(list), fact_of("pay_list", object_of(list, part), list.title, facts)));
  }
  return {};
}

bool same_month(const std::optional<Day>& left, Day right) {
  return left && left->year() == right.year() && left->month() == right.month();
}

/// "identity|benefit" of everyone whom an earlier request of the month pays the same benefit; of two requests the
/// later one is the second, so that one cause has one alert.
Result<std::set<std::string>> paid_before(const Call& call, const PersonList& list, const std::set<std::string>& people,
                                          const std::set<std::string>& wanted) {
  std::map<std::string, std::set<std::string>> by_request;
  const std::int64_t own = RecordId::parse(list.request).value_or(RecordId{}).value;
  OB_CHECK(by_hundreds(people, "identity_no", [&](const std::string& filter) {
    return call.records().each(kDetail, where(filter), [&](const Row& row) -> Result<void> {
      const std::string key = row.text("identity_no") + "|" + row.text("benefit_code");
      if (row.ref("request").value < own && wanted.count(key) > 0) by_request[row.text("request")].insert(key);
      return {};
    });
  }));
  std::set<std::string> requests, out;
  for (const auto& [request, keys] : by_request) requests.insert(request);
  OB_CHECK(by_hundreds(requests, "id", [&](const std::string& filter) {
    const std::string standing = filter + ";status=out=(draft,returned,void)";
    return call.records().each(kRequest, where(standing), [&](const Row& row) -> Result<void> {
      if (same_month(row.day("request_date"), list.day)) out.merge(by_request[row.id().str()]);
      return {};
    });
  }));
  return out;
}

Json subsidy_facts(const PersonList& list, const Row* person, bool twice) {
  Json out = {{"compared", true}, {"paid_on", list.day.str()}, {"duplicate", twice}};
  if (person == nullptr) return out;
  if (person->has("died_on")) out["died_on"] = person->at("died_on");
  out["company"] = person->has("company");
  out["vehicle"] = person->has("vehicle");
  out["verified"] = person->has("verified_on");
  return out;
}

/// One fact for the list, and one for each recipient that a register or an earlier list knows something of: most are
/// known to none.
Result<void> tell_subsidies(const Call& call, const PersonList& list, const std::vector<Row>& details) {
  OB_TRY(const auto any, call.records().first(kPerson, where("")));
  std::set<std::string> people, wanted;
  for (const Row& detail : details) {
    if (detail.text("identity_no").empty()) continue; // nobody can be compared
    people.insert(detail.text("identity_no"));
    wanted.insert(detail.text("identity_no") + "|" + detail.text("benefit_code"));
  }
  std::map<std::string, Row> known;
  OB_CHECK(by_hundreds(people, "identity_no", [&](const std::string& filter) {
    return call.records().each(kPerson, where(filter), [&](const Row& row) -> Result<void> {
      known[row.text("identity_no")] = row;
      return {};
    });
  }));
  OB_TRY(const auto twice, paid_before(call, list, people, wanted));
  const auto keep = [&](const std::string& part, const std::string& title, const Json& facts) {
    return keep_fact(call, told_of(list), fact_of("subsidy", object_of(list, part), title, facts));
  };
  OB_CHECK(keep("", list.title, {{"compared", any.has_value()}, {"paid_on", list.day.str()}}));
  for (const Row& detail : details) {
    const auto person = known.find(detail.text("identity_no"));
    const bool again = twice.count(detail.text("identity_no") + "|" + detail.text("benefit_code")) > 0;
    if (person == known.end() && !again) continue;
    OB_CHECK(keep(std::to_string(detail.number("line")), detail.text("payee_name"),
                  subsidy_facts(list, person == known.end() ? nullptr : &person->second, again)));
  }
  return {};
}

Result<void> tell_request(const Call& call, const Row& request) {
  const auto indicator = call.records().get("ledger.indicator", request.ref("indicator"));
  if (!indicator) return not_there(indicator.fault()) ? Result<void>() : Result<void>(indicator.fault());
  return tell_people(
      call, {request.id().str(), request.text("unit"), request.text("use"), indicator->text("department_class"),
             request.number("fiscal_year"), request.day("request_date").value_or(call.today())});
}

/// Lists of payments that were handed in.
Result<void> tell_requests(const Call& call, const std::string& filter) {
  const std::string handed_in = filter + ";payee_kind==batch;status=out=(draft,returned,void)";
  const auto requests = call.records().list(kRequest, where(handed_in));
  if (!requests) return not_there(requests.fault()) ? Result<void>() : Result<void>(requests.fault());
  for (const Row& request : *requests)
    if (request.has("indicator")) OB_CHECK(tell_request(call, request));
  return {};
}

} // namespace

Result<void> tell_people(const Call& call, const PersonList& list) {
  std::vector<Row> wages, subsidies;
  const auto read =
      call.records().each(kDetail, where("request==" + list.request, "line"), [&](const Row& row) -> Result<void> {
        (row.text("benefit_code").empty() ? wages : subsidies).push_back(row);
        return {};
      });
  if (!read) return not_there(read.fault()) ? Result<void>() : read;
  if (!wages.empty()) OB_CHECK(tell_pay_list(call, list, wages));
  return subsidies.empty() ? Result<void>() : tell_subsidies(call, list, subsidies);
}

Result<void> tell_rosters(const Call& call, const std::set<std::string>& staff) {
  OB_TRY(const auto units, field_of(call, kStaff, staff, "id", "unit"));
  const std::string year = ";fiscal_year==" + std::to_string(call.today().year());
  return by_hundreds(units, "unit", [&](const std::string& filter) { return tell_requests(call, filter + year); });
}

Result<void> tell_persons(const Call& call, const std::set<std::string>& persons) {
  OB_TRY(const auto people, field_of(call, kPerson, persons, "id", "identity_no"));
  std::set<std::string> requests;
  const auto read = by_hundreds(people, "identity_no", [&](const std::string& filter) {
    return call.records().each(kDetail, where(filter), [&](const Row& row) -> Result<void> {
      if (row.has("benefit_code")) requests.insert(row.text("request"));
      return {};
    });
  });
  if (!read) return not_there(read.fault()) ? Result<void>() : read;
  return by_hundreds(requests, "id", [&](const std::string& filter) { return tell_requests(call, filter); });
}

} // namespace onebudget::monitoring
