// The year's money: plans, requests, vouchers and receipts, each by the person whose desk it is.

#include "packaging/demo/year/parts.hpp"

namespace onebudget::demo {

namespace {

struct Payment {
  const char* day; ///< month and day
  int percent;     ///< of the year's amount
};

/// When each habit pays: what the rules say about it is not written here, but in judged_alerts.
std::vector<Payment> payments_of(Habit habit) {
  switch (habit) {
    case Habit::lagging:
      return {{"05-18", 10}, {"08-17", 15}, {"10-19", 20}};
    case Habit::idle:
      return {{"10-19", 30}};
    case Habit::rushing:
      return {{"03-02", 25}, {"05-18", 20}, {"08-17", 15}, {"12-01", 38}};
    case Habit::steady:
      break;
  }
  return {{"03-02", 25}, {"05-18", 30}, {"08-17", 25}, {"10-19", 15}};
}

class Spending : public std::enable_shared_from_this<Spending> {
 public:
  Spending(Stage& stage, Region& region, Unit& unit, Project& project)
      : stage_(stage), region_(region), unit_(unit), project_(project), clerk_(unit.person("unit-clerk")) {}

  /// A plan over the whole indicator, and the payments when their days come.
  Result<void> begin() {
    const std::string filter = "project_code==" + project_.code + ";stage==executable";
    OB_CHECK(wait_for("indicator of " + project_.code, [&]() -> Result<bool> {
      const auto row = stage_.desk.first(clerk_, "/ledger/indicator", filter);
      if (!row) return row.fault().kind == FaultKind::not_found ? Result<bool>(false) : Result<bool>(row.fault());
      project_.indicator = row->value("id", std::string());
      return true;
    }));
    OB_TRY(const Json plan, stage_.desk.make(clerk_, "/treasury/usage-plan",
                                             {{"unit", unit_.id},
                                              {"fiscal_year", project_.year},
                                              {"month", stage_.today().month()},
                                              {"indicator", project_.indicator},
                                              {"requested_amount", project_.amount.to_yuan()},
                                              {"use", project_.name}}));
    project_.plan = plan.value("id", std::string());
    OB_TRY(const Json sent, stage_.desk.move(clerk_, "/treasury/usage-plan/" + project_.plan, "submit"));
    approve(project_.plan, "plan", {unit_.person("unit-reviewer"), region_.person("treasury-division")},
            [self = shared_from_this()] { return self->pay_by_calendar(); });
    return {};
  }

 private:
  using Then = std::function<Result<void>()>;

  void approve(const std::string& subject, const std::string& what, std::vector<std::string> people, Then then) {
    const std::string who = people.front();
    people.erase(people.begin());
    stage_.hand(region_, project_.code + what + std::to_string(people.size()),
                [self = shared_from_this(), subject, what, people, who, then = std::move(then)]() -> Result<void> {
                  OB_TRY(const Json done, decide(self->stage_, who, subject));
                  if (people.empty()) return then();
                  self->approve(subject, what, people, then);
                  return {};
                });
  }

  Result<void> pay_by_calendar() {
    const std::string year = std::to_string(project_.year);
    for (const Payment& payment : payments_of(project_.habit)) {
      const Day day = Day::parse(year + "-" + payment.day).value_or(stage_.today());
      stage_.on(region_, stage_.workdays.after(std::max(day, stage_.today()), 0),
                [self = shared_from_this(), payment] { return self->request(payment); });
    }
    return {};
  }

  Result<Json> form(Money amount, const std::string& use) {
    return stage_.desk.make(clerk_, "/treasury/payment-request",
                            {{"unit", unit_.id},
                             {"fiscal_year", project_.year},
                             {"plan", project_.plan},
                             {"payee_kind", "company"},
                             {"payee_name", "某建筑公司"},
                             {"payee_account", "622202" + project_.code.substr(project_.code.size() - 10)},
                             {"payee_bank", "工商银行"},
                             {"amount", amount.to_yuan()},
                             {"use", use}});
  }

  Result<void> request(const Payment& payment) {
    const Money amount = Money::from_fen(project_.amount.fen() / 100 * payment.percent);
    OB_CHECK(too_much());
    OB_TRY(const Json made, form(amount, project_.name + " " + payment.day));
    const std::string id = made.value("id", std::string());
    OB_TRY(const Json sent, stage_.desk.move(clerk_, "/treasury/payment-request/" + id, "submit"));
    approve(id, std::string("pay") + payment.day, {unit_.person("unit-reviewer"), unit_.person("unit-head")},
            [self = shared_from_this(), id, amount] {
              self->stage_.hand(self->region_, self->project_.code + "voucher" + id,
                                [self, id, amount] { return self->voucher(id, amount); });
              return Result<void>();
            });
    return {};
  }

  /// Once a region somebody asks for more than there is, and is refused.
  Result<void> too_much() {
    if (&unit_ != &region_.units.front() || tried_) return {};
    tried_ = true;
    OB_TRY(const Money over, project_.amount.plus(Money::from_fen(1)));
    OB_TRY(const Json made, form(over, "超出指标的申请"));
    const auto sent =
        stage_.desk.move(clerk_, "/treasury/payment-request/" + made.value("id", std::string()), "submit");
    if (sent)
      return fault(FaultKind::internal, "ctl.demo_overspend",
                   {"超出指标的申请送了审。", "A request above the indicator went in."});
    stage_.count(region_, "overspend_refused");
    return {};
  }

  Result<void> voucher(const std::string& request, Money amount) {
    const std::string treasury = region_.person("treasury-division");
    OB_TRY(const Json certified, stage_.desk.move(treasury, "/treasury/payment-request/" + request, "certify"));
    OB_TRY(const Json made,
           stage_.desk.first(treasury, "/treasury/payment-certificate", "request==" + request + ";kind==payment"));
    const std::string path = "/treasury/payment-certificate/" + made.value("id", std::string());
    OB_TRY(const Json sealed, stage_.desk.move(region_.person("finance-leader"), path, "seal"));
    OB_TRY(const Json sent, stage_.desk.move(treasury, path, "send"));
    stage_.on(region_, stage_.workdays.after(stage_.today(), 1),
              [self = shared_from_this(), path, request, amount]() -> Result<void> {
                OB_TRY(const Json paid,
                       self->stage_.desk.make(self->region_.person("treasury-division"), path + "/receipt",
                                              {{"bank_serial", "B" + request},
                                               {"paid_on", self->stage_.today().str()},
                                               {"amount", amount.to_yuan()}}));
                return self->received(amount);
              });
    return {};
  }

  Result<void> received(Money amount) {
    OB_TRY(project_.paid, project_.paid.plus(amount));
    if (project_.first_paid_on.empty()) project_.first_paid_on = stage_.today().str();
    if (stage_.today().month() == 12) {
      OB_TRY(project_.december, project_.december.plus(amount));
    }
    stage_.count(region_, "payments");
    return {};
  }

  Stage& stage_;
  Region& region_;
  Unit& unit_;
  Project& project_;
  std::string clerk_;
  bool tried_ = false;
};

} // namespace

void execute(Stage& stage, Region& region, int year) {
  const Day begins = Day::parse(std::to_string(year) + "-02-10").value_or(stage.today());
  stage.on(region, stage.workdays.after(begins, 0), [&stage, &region, year]() -> Result<void> {
    for (Unit& unit : region.units)
      for (Project& project : unit.projects[year])
        if (project.budgeted) OB_CHECK(std::make_shared<Spending>(stage, region, unit, project)->begin());
    return {};
  });
}

} // namespace onebudget::demo
