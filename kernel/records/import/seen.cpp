#include "kernel/records/import/seen.hpp"

#include <algorithm>
#include <array>

namespace onebudget::records {

namespace {

constexpr std::size_t kFresh = std::size_t{1} << 17;       // some 6 MiB
constexpr std::size_t kFilterWords = std::size_t{1} << 20; // 8 MiB: 12 bits for each row of the longest file
constexpr std::size_t kBlock = 256;

Fault no_room() {
  return fault(FaultKind::internal, "records.spool",
               {"临时文件无法读写。请检查磁盘空间后重试。",
                "A temporary file cannot be read or written. Check the disk space and try again."});
}

} // namespace

Result<std::int64_t> SeenKeys::first_line(const std::string& key, std::int64_t line) {
  const std::uint64_t digest = std::hash<std::string>()(key);
  if (!runs_.empty() && maybe_there(digest, false)) {
    for (const Run& run : runs_) {
      OB_TRY(const std::int64_t before, look_up(run, digest));
      if (before != 0) return before;
    }
  }
  const auto [found, fresh] = fresh_.try_emplace(digest, line);
  if (!fresh) return found->second;
  if (fresh_.size() >= kFresh) OB_CHECK(spill());
  return std::int64_t{0};
}

bool SeenKeys::maybe_there(std::uint64_t digest, bool put) {
  bool all = true;
  for (unsigned i = 0; i < 4; ++i) {
    digest = digest * 0x9E3779B97F4A7C15U + i;
    std::uint64_t& word = filter_[(digest >> 20U) % kFilterWords];
    const std::uint64_t bit = std::uint64_t{1} << (digest >> 58U);
    all = all && (word & bit) != 0;
    if (put) word |= bit;
  }
  return all;
}

Result<void> SeenKeys::spill() {
  if (!file_) file_.reset(std::tmpfile());
  if (!file_ || std::fseek(file_.get(), 0, SEEK_END) != 0) return no_room();
  filter_.resize(kFilterWords);
  std::vector<Entry> sorted;
  sorted.reserve(fresh_.size());
  for (const auto& [digest, line] : fresh_) sorted.push_back({digest, line});
  fresh_.clear();
  std::sort(sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) { return a.digest < b.digest; });
  Run run{std::ftell(file_.get()), {}, sorted.size()};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i % kBlock == 0) run.fences.push_back(sorted[i].digest);
    maybe_there(sorted[i].digest, true);
  }
  if (std::fwrite(sorted.data(), sizeof(Entry), sorted.size(), file_.get()) != sorted.size()) return no_room();
  runs_.push_back(std::move(run));
  return {};
}

Result<std::int64_t> SeenKeys::look_up(const Run& run, std::uint64_t digest) {
  const auto behind = std::upper_bound(run.fences.begin(), run.fences.end(), digest);
  if (behind == run.fences.begin()) return std::int64_t{0};
  const auto block = static_cast<std::size_t>(behind - run.fences.begin()) - 1;
  std::array<Entry, kBlock> entries;
  const std::size_t count = std::min(kBlock, run.entries - block * kBlock);
  const long at = run.at + static_cast<long>(block * kBlock * sizeof(Entry));
  if (std::fseek(file_.get(), at, SEEK_SET) != 0 ||
      std::fread(entries.data(), sizeof(Entry), count, file_.get()) != count)
    return no_room();
  const auto end = entries.begin() + static_cast<std::ptrdiff_t>(count);
  const auto found = std::find_if(entries.begin(), end, [&](const Entry& entry) { return entry.digest == digest; });
  return found == end ? std::int64_t{0} : found->line;
}

} // namespace onebudget::records
