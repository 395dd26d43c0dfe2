// A plugin in process calls its host: nanoseconds of processor time for the guarded call through the table over a call
// of a function of its own, as a JSON list of {name, value, min, max}.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "kernel/host/testdata/declarations.hpp"

namespace {

using namespace onebudget;

constexpr int kRuns = 5;

double nanoseconds(const host::test::House& house, const char* what) {
  const auto answer = house.call("sample", "GET", "/probe/{what}", {}, {{"what", what}});
  if (!answer || answer->status != 200) {
    std::fprintf(stderr, "bench_call: %s\n", answer ? answer->body.c_str() : answer.fault().message.en.c_str());
    std::exit(1);
  }
  return Json::parse(answer->body).at("status").get<double>() / 1000;
}

} // namespace

int main() {
  const host::test::Folder folder;
  host::test::House house(folder.path());
  host::test::put_sample(house);
  house.up();
  if (const auto enabled = house.host->enable(house.system(), "sample"); !enabled) {
    std::fprintf(stderr, "bench_call: %s\n", enabled.fault().message.en.c_str());
    return 1;
  }
  std::vector<double> over;
  for (int i = 0; i < kRuns; ++i) {
    const double direct = nanoseconds(house, "direct-call");
    over.push_back(nanoseconds(house, "host-call") - direct);
  }
  std::sort(over.begin(), over.end());
  std::printf("[{\"name\": \"host_call_ns\", \"value\": %.1f, \"min\": %.1f, \"max\": %.1f}]\n", over[kRuns / 2],
              over.front(), over.back());
  return 0;
}
