// /system/file: uploads under a generated id; the name is data, never a path.

#include <Poco/Exception.h>
#include <Poco/Process.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <filesystem>

#include "kernel/crypto/crypto.hpp"
#include "kernel/http/api/toolbox.hpp"
#include "kernel/records/faults.hpp"
#include "sdk/text/file_content.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::http {

namespace {

std::string path_of(const Services& services, const std::string& id) {
  return services.data_dir + "/files/" + id.substr(0, 2) + "/" + id;
}

Fault not_stored() {
  return fault(FaultKind::internal, "http.file_store",
               {"文件未能保存，请稍后重试；若仍失败请联系管理员检查磁盘。",
                "The file could not be stored; try again, then ask the administrator to check the disk."});
}

/// Written under a temporary name, synced, then renamed: a file is whole or not there.
Result<void> store(Services& services, const Request& request, const std::string& id, std::string& digest,
                   std::uint64_t& size) {
  const std::string path = path_of(services, id), fresh = path + ".new";
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  const int handle = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (handle < 0) return not_stored();
  crypto::Digest sm3(crypto::Digest::Kind::sm3);
  const records::ByteSource source = body_source(request);
  std::string buffer(64 * 1024, '\0');
  bool good = true;
  while (good) {
    const auto got = source(buffer.data(), buffer.size());
    good = got.ok();
    if (!good || *got == 0) break;
    sm3.add(std::string_view(buffer.data(), *got));
    size += *got;
    good = ::write(handle, buffer.data(), *got) == static_cast<ssize_t>(*got);
  }
  good = good && ::fsync(handle) == 0;
  ::close(handle);
  if (good && ::rename(fresh.c_str(), path.c_str()) == 0) {
    digest = to_hex(sm3.finish());
    return {};
  }
  ::unlink(fresh.c_str());
  return not_stored();
}

/// Asks the administrator's own program.
Result<void> scanned(const Services& services, const std::string& path) {
  if (services.file_scanner.empty()) return {};
  int code = -1;
  try {
    code = Poco::Process::wait(Poco::Process::launch("/usr/bin/timeout", {"60", services.file_scanner, path}));
  } catch (const Poco::Exception&) {
    code = -1;
  }
  if (code == 0) return {};
  if (code == 1)
    return fault(FaultKind::rule, "file.scanner_refused",
                 {"安全检查拒收了这个文件。请用杀毒软件检查后换一份上传。",
                  "The security scanner refused this file. Check it on your machine and upload a clean one."});
  return fault(
      FaultKind::unavailable, "file.scanner_failed",
      {"安全检查没有完成，文件未保存。请稍后重试；若仍失败请联系管理员检查 files.scanner。",
       "The security scan did not end well, so the file was not kept. Try again, then ask the administrator to "
       "check files.scanner."});
}

/// What the stored bytes are; those that are not what they are called do not stay.
Result<std::string> checked(const Services& services, const Request& request, const std::string& id,
                            const std::string& name) {
  OB_TRY(const File file, File::open(path_of(services, id)));
  const FileContent content = content_of(file.size(), [&](std::uint64_t at, std::size_t size) {
    std::string bytes(size, '\0');
    const auto got = file.read_at(at, bytes.data(), size);
    bytes.resize(got.ok() ? *got : 0);
    return bytes;
  });
  auto fine = check_content(content, name, request.header("content-type"));
  if (fine) fine = scanned(services, path_of(services, id));
  if (!fine) {
    ::unlink(path_of(services, id).c_str());
    return std::move(fine).fault();
  }
  return content.media_type;
}

Result<Response> upload(Services& services, Request& request) {
  OB_TRY(const Parameters parameters, Parameters::of(request, {"name"}));
  const std::string name = parameters.text("name");
  if (name.empty() || name.size() > 255 || has_hostile_controls(name, false) || name.find('/') != std::string::npos ||
      name.find('\\') != std::string::npos)
    return fault(
        FaultKind::rule, "http.file_name",
        {"文件名缺失或含有不允许的字符。", "The file name is missing or holds characters that are not allowed."});
  const std::string id = to_hex(crypto::random_bytes(16));
  std::string digest;
  std::uint64_t size = 0;
  OB_CHECK(store(services, request, id, digest, size));
  OB_TRY(const std::string type, checked(services, request, id, name));
  OB_CHECK(services.database.write(request.context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(session.send(
        "INSERT INTO http_file (id, name, size, media_type, sm3, owner, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
        {id, name, static_cast<std::int64_t>(size), type, digest, request.context.caller.user.value,
         request.context.now_ms}));
    return services.audit.append(
        session, request.context,
        {"file.upload", "file", id, "", "ok", "", Json{{"name", name}, {"size", size}, {"sm3", digest}}.dump()});
  }));
  return json_answer(201, Json{{"id", id}, {"name", name}, {"size", size}, {"media_type", type}, {"sm3", digest}});
}

/// RFC 6266 with RFC 5987 encoding; always a download, so nothing uploaded runs in the site's name.
std::string disposition(const std::string& name) {
  std::string encoded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '.' || c == '-' || c == '_')
      encoded.push_back(c);
    else
      encoded += fmt::format("%{:02X}", byte);
  }
  return "attachment; filename*=UTF-8''" + encoded;
}

/// An upload belongs to whoever made it until a record carries it: then whoever may read that record may read the file.
Result<Response> download(Services& services, Request& request) {
  OB_TRY(const Parameters parameters, Parameters::of(request, {"record"}));
  const std::string id = request.param("id");
  if (id.size() != 32 || id.find_first_not_of("0123456789abcdef") != std::string::npos) return not_found();
  std::string name, type;
  std::int64_t owner = 0;
  OB_CHECK(services.database.read(request.context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(auto rows, session.query("SELECT name, media_type, owner FROM http_file WHERE id = ?", {id}));
    OB_TRY(const bool found, rows->next());
    if (!found) return not_found();
    name = rows->text(0);
    type = rows->text(1);
    owner = rows->integer(2);
    return {};
  }));
  if (owner != request.context.caller.user.value) {
    const std::string record = parameters.text("record");
    const std::size_t first = record.find('/'), second = record.find('/', first + 1);
    if (first == std::string::npos || second == std::string::npos) return not_found();
    OB_TRY(const std::string plugin, name_of(record.substr(0, first)));
    OB_TRY(const std::string entity, name_of(record.substr(first + 1, second - first - 1)));
    OB_TRY(const RecordId row, id_of<RecordTag>(record.substr(second + 1)));
    OB_TRY(const records::Document document,
           services.records.get(request.context, plugin + "." + entity, row, records::Form::rest));
    if (document.json.find("\"" + id + "\"") == std::string::npos) return not_found();
  }
  OB_TRY(File file, File::open(path_of(services, id)));
  Response response(200);
  response.set("Content-Type", type);
  response.set("Content-Disposition", disposition(name));
  const std::uint64_t size = file.size();
  response.body = FileBody{std::move(file), 0, size};
  return response;
}

/// 0 when there is no such file.
Result<std::int64_t> uploader(Services& services, const Request& request, const std::string& id) {
  std::int64_t owner = 0;
  OB_CHECK(services.database.read(request.context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(auto rows, session.query("SELECT owner FROM http_file WHERE id = ?", {id}));
    OB_TRY(const bool found, rows->next());
    owner = found ? rows->integer(0) : 0;
    return {};
  }));
  return owner;
}

} // namespace

Result<void> own_files(Services& services, const Request& request, const std::string& entity, const Json& body,
                       RecordId record) {
  std::vector<FieldFault> wrong;
  const auto declared = services.records.entity(entity);
  for (const records::Field& field : declared->fields) {
    const auto given = body.find(field.name);
    if (field.type != records::FieldType::file || given == body.end() || !given->is_string()) continue;
    const std::string id = trimmed(given->get<std::string>());
    if (id.empty()) continue;
    OB_TRY(const std::int64_t owner, uploader(services, request, id));
    bool own = owner != 0 && owner == request.context.caller.user.value;
    if (!own && owner != 0 && !record.none()) {
      OB_TRY(const records::Document now, services.records.get(request.context, entity, record, records::Form::rest));
      own = now.json.find("\"" + id + "\"") != std::string::npos;
    }
    if (!own)
      wrong.push_back({"/" + field.name,
                       "field.reference",
                       {fmt::format("“{}”：没有您上传的这个文件。", field.title.zh),
                        fmt::format("\"{}\": you uploaded no such file.", field.title.in("en"))},
                       {"请先上传文件，再填写返回的 id。", "Upload the file first and give the id that comes back."}});
  }
  if (wrong.empty()) return {};
  return records::faults::invalid(*declared, std::move(wrong));
}

void add_file_routes(Router& router, Services& services) {
  add_api(router, services, "POST", "/system/file", Entry::caller,
          {BodyPolicy::spool, std::uint64_t{100} << 20, false, 300}, upload);
  add_api(router, services, "GET", "/system/file/{id}", Entry::caller, {}, download);
}

} // namespace onebudget::http
