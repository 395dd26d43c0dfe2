// Figures of records against the bare driver: see README.md.

#include <fmt/format.h>
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>

#include "tests/bench/records/province.hpp"
#include "tests/bench/records/raw.hpp"

namespace onebudget::bench {
namespace {

constexpr int kRounds = 5;

struct Figure {
  std::string name;
  double value = 0, min = 0, max = 0, goal = 0;
  bool at_least = false; ///< the goal is a lower bound
  [[nodiscard]] bool met() const { return at_least ? value >= goal : value <= goal; }
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

class Bench {
 public:
  Bench(storage::Dialect dialect, std::int64_t rows, std::int64_t small)
      : sqlite_(dialect == storage::Dialect::sqlite),
        large_(dialect, rows, {}),
        raw_(Raw::open(large_.url())),
        small_(dialect, small, {5, 5, 5, 5}),
        thin_(dialect, small, {}),
        thin_raw_(Raw::open(thin_.url())) {}

  /// Every suite, or those named: "export,import".
  void run(const std::string& suites) {
    const auto wanted = [&](const std::string& name) {
      return suites.empty() || ("," + suites + ",").find("," + name + ",") != std::string::npos;
    };
    if (wanted("list"))
      for (const Province::Viewer& viewer : large_.viewers())
        for (const char* sort : {"-amount", "id"}) list(viewer, sort);
    if (wanted("growth"))
      for (std::size_t viewer = 0; viewer < large_.viewers().size(); ++viewer) growth(viewer);
    if (wanted("get")) get();
    if (wanted("search")) search();
    if (wanted("export")) export_csv();
    if (wanted("import")) import_csv();
  }
  [[nodiscard]] const std::vector<Figure>& figures() const { return figures_; }

 private:
  [[nodiscard]] double now() const {
    timespec time{};
    clock_gettime(sqlite_ ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
  }
  template <class Fn>
  double timed(int times, Fn fn) const {
    const double start = now();
    for (int i = 0; i < times; ++i) fn();
    return (now() - start) / times;
  }

  void note(const std::string& name, const std::vector<double>& ours, const std::vector<double>& theirs, double goal,
            bool at_least) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < ours.size(); ++i)
      ratios.push_back(at_least ? theirs[i] / ours[i] : ours[i] / theirs[i]);
    Figure figure{name,
                  median(ratios),
                  *std::min_element(ratios.begin(), ratios.end()),
                  *std::max_element(ratios.begin(), ratios.end()),
                  goal,
                  at_least};
    fmt::print("{:28} {:8.2f} [{:.2f} … {:.2f}] goal {} {} {}   ({:.3f} ms against {:.3f} ms)\n", name, figure.value,
               figure.min, figure.max, at_least ? "≥" : "≤", goal, figure.met() ? "met" : "NOT MET", median(ours),
               median(theirs));
    std::fflush(stdout);
    figures_.push_back(figure);
  }

  static void append(std::string& out, const char* name, const char* text, bool quoted) {
    out += out.back() == '{' ? "\"" : ",\"";
    out += name;
    out += "\":";
    if (text == nullptr) {
      out += "null";
      return;
    }
    if (quoted) out += '"';
    out += text;
    if (quoted) out += '"';
  }
  /// The columns that records answers, as JSON.
  static void append_row(std::string& out, const char* const* cells) {
    static const char* const kNames[] = {"id",     "version",    "code",       "name",       "unit",      "fiscal_year",
                                         "amount", "created_at", "created_by", "updated_at", "updated_by"};
    out += out.size() > 1 ? ",{" : "{";
    for (int i = 0; i < 11; ++i) append(out, kNames[i], cells[i], i != 1 && i != 5);
    out += '}';
  }
  static constexpr const char* kSelect =
      "SELECT id,version,code,name,unit,fiscal_year,amount,created_at,created_by,updated_at,updated_by "
      "FROM p_bench__project t WHERE ";

  static std::size_t by_hand(Raw& raw, const Province::Viewer& viewer, const std::string& sql) {
    std::string out = "[";
    raw.each(sql, {viewer.low, viewer.high}, [&](const char* const* cells) { append_row(out, cells); });
    return out.size();
  }
  /// The faster of the ways to write a list, and the milliseconds it takes.
  std::pair<std::string, double> best_by_hand(Raw& raw, const Province::Viewer& viewer, const std::string& sort) {
    const std::string nulls = sqlite_ ? "" : " NULLS LAST";
    const std::string order = sort == "id" ? "id" : "amount DESC" + nulls + ", id DESC";
    const std::string range = "owner_path >= ? AND owner_path < ?";
    std::vector<std::string> ways{kSelect + range + " ORDER BY " + order + " LIMIT 50"};
    if (sqlite_)
      ways = {kSelect + range + " ORDER BY +" + order + " LIMIT 50",
              kSelect + std::string("+owner_path >= ? AND +owner_path < ? ORDER BY ") + order + " LIMIT 50"};
    std::pair<std::string, double> best{"", 1e9};
    for (const std::string& sql : ways) {
      by_hand(raw, viewer, sql);
      const double time = timed(3, [&] { by_hand(raw, viewer, sql); });
      if (time < best.second) best = {sql, time};
    }
    return best;
  }

  void list(const Province::Viewer& viewer, const std::string& sort) {
    records::Query query;
    query.sort = sort;
    const auto [best, fastest] = best_by_hand(*raw_, viewer, sort);
    const auto ours = [&] { must(large_.records().list(viewer.context, "bench.project", query)); };
    ours();
    const int times = std::clamp(static_cast<int>(50 / std::max(fastest, 0.05)), 5, 400);
    std::vector<double> mine, bare;
    for (int i = 0; i < kRounds; ++i) {
      bare.push_back(timed(times, [&] { by_hand(*raw_, viewer, best); }));
      mine.push_back(timed(times, ours));
    }
    note(fmt::format("list.{}.{}", viewer.scope, sort == "id" ? "id" : "amount"), mine, bare, 1.5, false);
  }

  /// The slowest but one of two hundred calls, as p99.
  template <class Fn>
  double slow(Fn fn) {
    std::vector<double> times;
    for (int i = 0; i < 200; ++i) times.push_back(timed(1, fn));
    std::sort(times.begin(), times.end());
    return times[times.size() - 2];
  }
  double slow_list(Province& province, std::size_t viewer) {
    records::Query query;
    query.sort = "-amount";
    return slow([&] { must(province.records().list(province.viewers()[viewer].context, "bench.project", query)); });
  }
  /// A hundred times as many projects in a hundred times as many units; and the same where each unit has a hundred
  /// times as many, so that a page of 50 stands beside a shorter one: there the hand-written statement says what is
  /// inherent.
  void growth(std::size_t viewer) {
    const Province::Viewer &wide = large_.viewers()[viewer], &thin = thin_.viewers()[viewer];
    const std::string large_sql = best_by_hand(*raw_, wide, "-amount").first,
                      thin_sql = best_by_hand(*thin_raw_, thin, "-amount").first;
    std::vector<double> large, small, ours, theirs;
    for (int i = 0; i < kRounds; ++i) {
      small.push_back(slow_list(small_, viewer));
      large.push_back(slow_list(large_, viewer));
      ours.push_back(large.back() / slow_list(thin_, viewer));
      theirs.push_back(slow([&] { by_hand(*raw_, wide, large_sql); }) /
                       slow([&] { by_hand(*thin_raw_, thin, thin_sql); }));
    }
    note("list.growth." + wide.scope, large, small, 1.3, false);
    note("list.fuller." + wide.scope, ours, theirs, 1.3, false);
  }

  void get() {
    std::int64_t at = 0;
    const auto next = [&] { return Province::kFirstId + (at += 7919) % large_.rows(); };
    const auto& viewer = large_.viewers().back().context;
    std::vector<double> mine, bare;
    for (int i = 0; i < kRounds; ++i) {
      bare.push_back(timed(2000, [&] {
        std::string out = "[";
        raw_->each(kSelect + std::string("id = ?"), {std::to_string(next())},
                   [&](const char* const* cells) { append_row(out, cells); });
      }));
      mine.push_back(timed(
          2000, [&] { must(large_.records().get(viewer, "bench.project", RecordId{next()}, records::Form::rest)); }));
    }
    note("get", mine, bare, 2.0, false);
  }

  /// Two characters, five, and pinyin, against a scan of the names by hand in the same order: names that are the text,
  /// that begin with it, that hold it.
  void search() {
    const std::pair<const char*, const char*> wanted[] = {
        {"pair", "77"}, {"exact", "第123456号"}, {"pinyin", "d123456h"}};
    for (const auto& [name, text] : wanted) {
      records::Query query;
      query.text = text;
      const std::string pattern = std::string(name) == "pinyin" ? "%第123456号%" : std::string("%") + text + "%";
      std::vector<double> mine, bare;
      for (int i = 0; i < kRounds; ++i) {
        bare.push_back(timed(1, [&] {
          std::string out = "[";
          raw_->each(kSelect + std::string("name LIKE ? ORDER BY CASE WHEN name LIKE ? THEN 0 WHEN name LIKE ? THEN 1 "
                                           "ELSE 2 END, id LIMIT 50"),
                     {pattern, text, text + std::string("%")},
                     [&](const char* const* cells) { append_row(out, cells); });
        }));
        mine.push_back(
            timed(3, [&] { must(large_.records().list(large_.viewers().back().context, "bench.project", query)); }));
      }
      note(std::string("search.") + name, mine, bare, 1, false);
    }
  }

  static double resident_mib() {
    std::ifstream file("/proc/self/statm");
    long pages = 0, resident = 0;
    file >> pages >> resident;
    return static_cast<double>(resident) * 4096 / 1048576;
  }

  void export_csv() {
    std::vector<double> mine, bare;
    double grown = 0;
    for (int i = 0; i < 3; ++i) {
      bare.push_back(timed(1, [&] {
        raw_->csv(
            "SELECT t.code, t.name, n.code, t.fiscal_year, t.amount FROM p_bench__project t JOIN access_nodes n ON "
            "n.id = t.unit ORDER BY t.id");
      }));
      const double before = resident_mib();
      double highest = before;
      std::int64_t calls = 0;
      mine.push_back(timed(1, [&] {
        must(large_.records().export_to(large_.keeper(), "bench.project", {}, "csv",
                                        [&](std::string_view) -> Result<void> {
                                          if (++calls % 64 == 0) highest = std::max(highest, resident_mib());
                                          return {};
                                        }));
      }));
      if (i > 0) grown = std::max(grown, highest - before);
    }
    note("export.csv", mine, bare, 0.6, true);
    figures_.push_back({"export.memory", grown, grown, grown, 32, false});
    fmt::print("{:28} {:8.2f} MiB goal ≤ 32 {}\n", "export.memory", grown, figures_.back().met() ? "met" : "NOT MET");
  }

  void import_csv() {
    const std::int64_t rows = large_.rows();
    raw_->run(
        "CREATE TABLE bench_raw (id bigint primary key, version bigint, created_at bigint, created_by bigint, "
        "updated_at bigint, updated_by bigint, owner_path text, gov_level bigint, department_code text, "
        "submitted_by bigint, code text unique, name text, unit bigint, fiscal_year bigint, amount bigint)");
    raw_->run("CREATE INDEX bench_raw_owner ON bench_raw (owner_path, id)");
    raw_->run("CREATE INDEX bench_raw_amount ON bench_raw (amount, id)");
    const double bare = timed(1, [&] {
      raw_->bulk("bench_raw", 15, rows,
                 [&](std::int64_t i, std::vector<std::string>& cells) { large_.cells(i, cells); });
    });
    std::int64_t at = -1;
    std::string line;
    const double idle = resident_mib();
    double highest = idle;
    std::int64_t calls = 0;
    const records::ByteSource source = [&](char* buffer, std::size_t size) -> Result<std::size_t> {
      if (++calls % 64 == 0) highest = std::max(highest, resident_mib());
      while (line.size() < size && at < rows) {
        if (at < 0)
          line += "code,name,unit,fiscal_year,amount\n";
        else
          line += fmt::format("NW{:010},道路养护与更新项目第{}号,{},{},{}.{:02}\n", at, at,
                              large_.unit_codes()[static_cast<std::size_t>(at) % large_.unit_codes().size()],
                              2024 + at % 3, at, at % 100);
        ++at;
      }
      const std::size_t count = std::min(size, line.size());
      std::copy_n(line.data(), count, buffer);
      line.erase(0, count);
      return count;
    };
    records::ImportOptions options;
    options.format = "csv";
    const double start = now();
    const auto report = must(large_.records().import(large_.keeper(), "bench.project", source, options));
    const double mine = now() - start;
    highest = std::max(highest, resident_mib());
    if (report.created != rows) give_up(fmt::format("{} of {} rows imported", report.created, rows));
    note("import.csv", {mine}, {bare}, 0.25, true);
    figures_.push_back({"import.memory", highest - idle, highest - idle, highest - idle, 128, false});
    fmt::print("{:28} {:8.2f} MiB above the {:.0f} before; {} rows in {:.1f} s\n", "import.memory", highest - idle,
               idle, rows, mine / 1000);
    const double behind = timed(1, [&] {
      while (must(large_.records().index_search())) {
      }
    });
    fmt::print("{:28} {:8.2f} s until all of them are found by pinyin\n", "import.search", behind / 1000);
  }

  bool sqlite_;
  Province large_;
  std::unique_ptr<Raw> raw_;
  Province small_; ///< as many projects in a unit, but a single county
  Province thin_;  ///< as many units, but few projects in each
  std::unique_ptr<Raw> thin_raw_;
  std::vector<Figure> figures_;
};

void write_json(const std::string& file, const std::vector<Figure>& figures) {
  Json list = Json::array();
  for (const Figure& figure : figures)
    list.push_back({{"name", figure.name},
                    {"value", figure.value},
                    {"min", figure.min},
                    {"max", figure.max},
                    {"goal", figure.goal},
                    {"met", figure.met()}});
  std::ofstream(file) << list.dump(2) << "\n";
}

int main_of(int count, char** values) {
  std::int64_t rows = 1'000'000, small = 10'000;
  std::string json, suite;
  storage::Dialect dialect = storage::Dialect::sqlite;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = values[i], value = values[i + 1];
    if (name == "--database")
      dialect = value == "postgresql" ? storage::Dialect::postgresql : storage::Dialect::sqlite;
    else if (name == "--rows")
      rows = std::atoll(value.c_str());
    else if (name == "--small")
      small = std::atoll(value.c_str());
    else if (name == "--json")
      json = value;
    else if (name == "--suite")
      suite = value;
    else
      give_up("options are --database, --rows, --small, --suite and --json");
  }
  if (!storage::TestDatabase::available(dialect)) give_up("set OB_TEST_PG to a libpq URI");
  Bench bench(dialect, rows, small);
  bench.run(suite);
  if (!json.empty()) write_json(json, bench.figures());
  return 0;
}

} // namespace
} // namespace onebudget::bench

int main(int count, char** values) { return onebudget::bench::main_of(count, values); }
