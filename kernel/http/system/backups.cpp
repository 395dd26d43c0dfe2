// /system/backup: copies of the database made while the server runs, kept below the data folder. The copying itself is
// the job kernel.backup; restoring is offline work (onebudgetctl backup restore).

#include <algorithm>
#include <filesystem>

#include "kernel/http/api/toolbox.hpp"
#include "kernel/storage/backup.hpp"

namespace onebudget::http {

namespace {

namespace fs = std::filesystem;
constexpr RouteOptions kBody{BodyPolicy::memory, 1024, false, 900};
constexpr const char* kBackups = "system.backup.manage";

Json backup_json(const std::string& id, const storage::BackupReport& report) {
  return {{"id", id},
          {"database", report.dialect == storage::Dialect::sqlite ? "sqlite" : "postgresql"},
          {"bytes", report.bytes},
          {"sm3", report.sm3},
          {"created_at", time_json(report.created_ms)}};
}

/// The folder of a backup; its id is the time of its making in milliseconds, so nothing else is a name.
Result<std::string> folder_of(const Services& services, const std::string& id) {
  const bool digits = !id.empty() && id.size() <= 18 && id.find_first_not_of("0123456789") == std::string::npos;
  const std::string folder = services.data_dir + "/backups/" + id;
  std::error_code error;
  if (digits && fs::exists(folder + "/manifest.json", error)) return folder;
  return not_found();
}

Result<Response> list(Services& services, Request& request) {
  OB_CHECK(require(services, request, kBackups));
  std::vector<std::string> ids;
  std::error_code error;
  for (fs::directory_iterator at(services.data_dir + "/backups", error), end; !error && at != end; at.increment(error))
    ids.push_back(at->path().filename().string());
  std::ranges::sort(ids, std::greater<>());
  Json items = Json::array();
  for (const std::string& id : ids) {
    const auto folder = folder_of(services, id);
    if (!folder) continue;
    const auto report = storage::describe_backup(*folder);
    items.push_back(report ? backup_json(id, *report)
                           : Json{{"id", id}, {"problem", text_json(report.fault().message)}});
  }
  return json_answer(200, Json{{"items", items}, {"next_cursor", nullptr}});
}

Result<Response> create(Services& services, Request& request) {
  OB_CHECK(require(services, request, kBackups));
  OB_TRY(const scheduler::Job job, services.scheduler.submit(request.context, "kernel.backup", "{}"));
  OB_CHECK(services.audit.append_now(request.context, {"backup.create", "job", job.id.str(), "", "ok", "", "{}"}));
  Response response = json_answer(202, Json{{"job", job.id.str()}});
  response.set("Location", "/api/v1/system/job/" + job.id.str());
  return response;
}

Result<Response> verify(Services& services, Request& request) {
  OB_CHECK(require(services, request, kBackups));
  OB_TRY(const std::string folder, folder_of(services, request.param("id")));
  OB_TRY(const storage::BackupReport report, storage::verify_backup(folder));
  Json answer = backup_json(request.param("id"), report);
  answer["ok"] = true;
  return json_answer(200, answer);
}

/// The whole database leaves the house here, so it is written down who took it.
Result<Response> download(Services& services, Request& request) {
  OB_CHECK(require(services, request, kBackups));
  const std::string id = request.param("id");
  OB_TRY(const std::string folder, folder_of(services, id));
  OB_TRY(const storage::BackupReport report, storage::describe_backup(folder));
  OB_CHECK(services.audit.append_now(
      request.context, {"backup.download", "backup", id, "", "ok", "", Json{{"sm3", report.sm3}}.dump()}));
  OB_TRY(File file, File::open(report.file));
  Response response(200);
  response.set("Content-Type", "application/octet-stream");
  response.set("Content-Disposition",
               "attachment; filename=\"onebudget-" + id + fs::path(report.file).extension().string() + "\"");
  const std::uint64_t size = file.size();
  response.body = FileBody{std::move(file), 0, size};
  return response;
}

} // namespace

void add_backup_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/backup", Entry::caller, {}, list);
  add_api(router, services, "POST", "/system/backup", Entry::caller, kBody, create);
  add_api(router, services, "POST", "/system/backup/{id}/verify", Entry::caller, kBody, verify);
  add_api(router, services, "GET", "/system/backup/{id}/file", Entry::caller, {}, download);
}

} // namespace onebudget::http
