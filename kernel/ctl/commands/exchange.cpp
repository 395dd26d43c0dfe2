#include <fmt/format.h>
#include <cstdio>

#include "kernel/ctl/commands/commands.hpp"

namespace onebudget::ctl {

namespace {

/// "compilation.project" or "compilation/special-fund" → "/compilation/project".
std::string route_of(std::string entity) {
  const std::size_t dot = entity.find_first_of("./");
  if (dot != std::string::npos) entity[dot] = '/';
  for (std::size_t i = dot == std::string::npos ? 0 : dot; i < entity.size(); ++i)
    if (entity[i] == '_') entity[i] = '-';
  return "/" + entity;
}

std::string format_of(const std::string& path, const std::string& wished) {
  if (!wished.empty()) return wished;
  const std::size_t dot = path.rfind('.');
  const std::string ending = dot == std::string::npos ? "" : path.substr(dot + 1);
  return ending == "xlsx" || ending == "jsonl" ? ending : "csv";
}

std::string media_type_of(const std::string& format) {
  if (format == "xlsx") return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  return format == "jsonl" ? "application/x-ndjson" : "text/csv";
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

} // namespace

void add_exchange(CLI::App& app, Tool& tool) {
  auto entity = std::make_shared<std::string>();
  auto path = std::make_shared<std::string>();
  auto format = std::make_shared<std::string>();
  auto filter = std::make_shared<std::string>();
  auto dry_run = std::make_shared<bool>(false);
  auto good_rows = std::make_shared<bool>(false);
  auto import_state = std::make_shared<bool>(false);
  CLI::App* import = verb(
      app, tool, "import", "load a file into an entity; every bad row is reported / 导入",
      [=](Tool& t) -> Result<void> {
        OB_TRY(Client client, t.client());
        const File file(std::fopen(path->c_str(), "rb"), std::fclose);
        if (!file)
          return fault(FaultKind::not_found, "ctl.file",
                       {fmt::format("无法读取文件 {}。", *path), fmt::format("The file {} cannot be read.", *path)});
        const std::string kind = format_of(*path, *format);
        const std::string route = fmt::format("{}/import?format={}&dry_run={}&good_rows={}&import_state={}",
                                              route_of(*entity), kind, *dry_run, *good_rows, *import_state);
        OB_TRY(const Reply reply, client.upload(route, media_type_of(kind), [&](char* buffer, std::size_t size) {
          return std::fread(buffer, 1, size, file.get());
        }));
        if (!reply.good()) return problem_of(reply);
        OB_TRY(const Json report, parse_json(reply.body, {std::size_t{64} << 20, 64}));
        t.output->object(report);
        return {};
      });
  import->add_option("entity", *entity, "e.g. standards.region")->required();
  import->add_option("file", *path)->required();
  import->add_option("--format", *format, "csv | xlsx | jsonl; from the file's ending")
      ->check(CLI::IsMember({"csv", "xlsx", "jsonl"}));
  import->add_flag("--dry-run", *dry_run, "check only / 只校验");
  import->add_flag("--good-rows", *good_rows, "write the good rows although others are bad / 只导入正确行");
  import->add_flag("--import-state", *import_state, "take states from the file / 按文件写入状态");

  CLI::App* export_ = verb(app, tool, "export", "stream an entity to a file / 导出", [=](Tool& t) -> Result<void> {
    OB_TRY(Client client, t.client());
    const bool to_output = path->empty() || *path == "-";
    const File file(to_output ? nullptr : std::fopen(path->c_str(), "wb"),
                    [](std::FILE* f) { return f != nullptr ? std::fclose(f) : 0; });
    std::FILE* out = to_output ? stdout : file.get();
    if (out == nullptr)
      return fault(FaultKind::not_found, "ctl.file",
                   {fmt::format("无法写入文件 {}。", *path), fmt::format("The file {} cannot be written.", *path)});
    std::string route = route_of(*entity) + "/export?format=" + format_of(*path, *format);
    if (!filter->empty()) route += "&filter=" + encoded(*filter);
    bool written = true;
    OB_TRY(const Reply reply, client.download(route, [&](std::string_view part) {
      return written = std::fwrite(part.data(), 1, part.size(), out) == part.size();
    }));
    if (!reply.good()) return problem_of(reply);
    if (!written || std::fflush(out) != 0)
      return fault(FaultKind::internal, "ctl.file",
                   {"写文件失败，请检查磁盘空间。", "Writing failed; check the disk."});
    return {};
  });
  export_->add_option("entity", *entity, "e.g. standards.region")->required();
  export_->add_option("file", *path, "- or nothing: standard output");
  export_->add_option("--format", *format, "csv | xlsx | jsonl")->check(CLI::IsMember({"csv", "xlsx", "jsonl"}));
  export_->add_option("--filter", *filter, "filter expression / 筛选表达式");
}

} // namespace onebudget::ctl
