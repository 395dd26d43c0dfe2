#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "kernel/observe/observe.hpp"

namespace onebudget::observe {

namespace {
constexpr std::size_t kSeries = 200;
} // namespace

struct Metrics::State {
  prometheus::Registry registry;
  std::mutex lock;
  std::map<std::string, prometheus::Family<prometheus::Counter>*> counters;
  std::map<std::string, prometheus::Family<prometheus::Gauge>*> gauges;
  std::map<std::string, prometheus::Family<prometheus::Histogram>*> histograms;
  std::map<std::string, std::set<std::map<std::string, std::string>>> series;
  std::unordered_map<std::string, prometheus::Histogram*> made; ///< by family and values

  /// The labels, or "other" for each once the family is full: what a request says must not grow memory.
  std::map<std::string, std::string> bounded(const std::string& family, const Labels& labels) {
    std::map<std::string, std::string> wanted(labels.begin(), labels.end());
    auto& known = series[family];
    if (known.count(wanted) > 0) return wanted;
    if (known.size() < kSeries) {
      known.insert(wanted);
      return wanted;
    }
    for (auto& [name, value] : wanted) value = "other";
    return wanted;
  }
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::count(const std::string& family, const std::string& help, const Labels& labels, double by) {
  const std::lock_guard guard(state_->lock);
  auto*& known = state_->counters[family];
  if (known == nullptr) known = &prometheus::BuildCounter().Name(family).Help(help).Register(state_->registry);
  known->Add(state_->bounded(family, labels)).Increment(by);
}

void Metrics::gauge(const std::string& family, const std::string& help, const Labels& labels, double value) {
  const std::lock_guard guard(state_->lock);
  auto*& known = state_->gauges[family];
  if (known == nullptr) known = &prometheus::BuildGauge().Name(family).Help(help).Register(state_->registry);
  known->Add(state_->bounded(family, labels)).Set(value);
}

void Metrics::observe_seconds(const std::string& family, const std::string& help, const Labels& labels,
                              double seconds) {
  std::string key = family;
  for (const auto& label : labels) key.append(1, '\n').append(label.second);
  const std::lock_guard guard(state_->lock);
  if (const auto found = state_->made.find(key); found != state_->made.end()) return found->second->Observe(seconds);
  auto*& known = state_->histograms[family];
  if (known == nullptr) known = &prometheus::BuildHistogram().Name(family).Help(help).Register(state_->registry);
  prometheus::Histogram& histogram =
      known->Add(state_->bounded(family, labels),
                 prometheus::Histogram::BucketBoundaries{0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30});
  histogram.Observe(seconds);
  if (state_->made.size() < kSeries) state_->made.emplace(std::move(key), &histogram);
}

std::string Metrics::text() const {
  const std::lock_guard guard(state_->lock);
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

struct Health::State {
  mutable std::mutex lock;
  std::map<std::string, Check> checks;
};

Health::Health() : state_(std::make_unique<State>()) {}
Health::~Health() = default;

void Health::add(const std::string& name, Check check) {
  const std::lock_guard guard(state_->lock);
  state_->checks[name] = std::move(check);
}

void Health::remove(const std::string& name) {
  const std::lock_guard guard(state_->lock);
  state_->checks.erase(name);
}

std::vector<HealthReport> Health::ask() const {
  std::map<std::string, Check> checks;
  {
    const std::lock_guard guard(state_->lock);
    checks = state_->checks;
  }
  std::vector<HealthReport> reports;
  for (const auto& [name, check] : checks) {
    reports.push_back(check());
    reports.back().name = name;
  }
  return reports;
}

HealthState Health::worst(const std::vector<HealthReport>& reports) {
  HealthState worst = HealthState::ready;
  for (const HealthReport& report : reports)
    if (report.state > worst) worst = report.state;
  return worst;
}

} // namespace onebudget::observe
