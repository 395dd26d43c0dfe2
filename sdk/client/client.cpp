#include "sdk/client/client.hpp"

#include <array>
#include <fstream>
#include <istream>
#include <ostream>
#include <sstream>

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <fmt/format.h>

namespace onebudget::client {

namespace net = Poco::Net;

struct Client::State {
  std::string url, language, token;
  std::unique_ptr<net::HTTPClientSession> session;

  net::HTTPRequest request(const std::string& method, const std::string& path) const {
    net::HTTPRequest request(method, "/api/v1" + path, net::HTTPMessage::HTTP_1_1);
    request.set("Accept-Language", language);
    request.set("Accept", "application/json");
    if (!token.empty()) request.set("Authorization", "Bearer " + token);
    return request;
  }

  /// Runs one exchange; connection errors become faults, and the connection starts afresh.
  Result<Reply> exchange(const std::function<Reply()>& talk) {
    if (!session) return unreachable("the address is not a URL");
    try {
      return talk();
    } catch (const Poco::Exception& error) {
      session->reset();
      return unreachable(error.displayText());
    } catch (const std::exception& error) {
      session->reset();
      return unreachable(error.what());
    }
  }

  [[nodiscard]] Fault unreachable(const std::string& why) const {
    return fault(
        FaultKind::unavailable, "ctl.unreachable",
        {fmt::format("无法连接 {}（{}）。请确认服务已启动、--url 正确。", url, why),
         fmt::format("{} cannot be reached ({}). Check that the server runs and that --url is right.", url, why)});
  }
};

namespace {

Reply head_of(const net::HTTPResponse& response) {
  Reply reply;
  reply.status = static_cast<int>(response.getStatus());
  reply.etag = response.get("ETag", "");
  reply.location = response.get("Location", "");
  return reply;
}

} // namespace

Client::Client(std::string url, std::string language, std::string ca_file) : state_(std::make_unique<State>()) {
  state_->url = std::move(url);
  state_->language = std::move(language);
  try {
    const Poco::URI uri(state_->url);
    if (uri.getScheme() == "https") {
      net::Context::Ptr context(new net::Context(net::Context::TLS_CLIENT_USE, "", "", ca_file,
                                                 net::Context::VERIFY_STRICT, 9, ca_file.empty()));
      context->requireMinimumProtocol(net::Context::PROTO_TLSV1_2);
      state_->session = std::make_unique<net::HTTPSClientSession>(uri.getHost(), uri.getPort(), context);
    } else if (uri.getScheme() == "http") {
      state_->session = std::make_unique<net::HTTPClientSession>(uri.getHost(), uri.getPort());
    }
    if (state_->session) {
      state_->session->setKeepAlive(true);
      state_->session->setTimeout(Poco::Timespan(900, 0));
    }
  } catch (const Poco::Exception&) {
    state_->session.reset(); // every call then says that the address is wrong
  }
}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

void Client::use_token(std::string token) { state_->token = std::move(token); }

Result<void> Client::sign_in(const std::string& username, const std::string& password) {
  OB_TRY(const Json answer, json("POST", "/session", Json{{"username", username}, {"password", password}}));
  if (!answer.contains("token") || !answer["token"].is_string())
    return fault(FaultKind::internal, "ctl.answer",
                 {"服务器的登录回答不完整。", "The server's sign-in answer is incomplete."});
  state_->token = answer["token"].get<std::string>();
  return {};
}

Result<void> Client::sign_out() {
  OB_TRY(const Reply reply, send("DELETE", "/session"));
  state_->token.clear();
  return reply.good() ? Result<void>() : Result<void>(problem_of(reply));
}

Result<Reply> Client::send(const std::string& method, const std::string& path, std::string_view body,
                           const std::string& media_type, const std::string& if_match) {
  return state_->exchange([&] {
    net::HTTPRequest request = state_->request(method, path);
    if (!if_match.empty()) request.set("If-Match", if_match);
    if (!body.empty() || method == "POST" || method == "PATCH") {
      request.setContentType(media_type);
      request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    }
    std::ostream& out = state_->session->sendRequest(request);
    out.write(body.data(), static_cast<std::streamsize>(body.size()));
    net::HTTPResponse response;
    std::istream& in = state_->session->receiveResponse(response);
    Reply reply = head_of(response);
    Poco::StreamCopier::copyToString(in, reply.body);
    return reply;
  });
}

Result<Reply> Client::upload(const std::string& path, const std::string& media_type, const BodySource& source) {
  return state_->exchange([&] {
    net::HTTPRequest request = state_->request("POST", path);
    request.setContentType(media_type);
    request.setChunkedTransferEncoding(true);
    std::ostream& out = state_->session->sendRequest(request);
    std::array<char, 64 * 1024> buffer{};
    while (const std::size_t got = source(buffer.data(), buffer.size())) {
      out.write(buffer.data(), static_cast<std::streamsize>(got));
      if (!out) break; // the server answered early; its answer says why
    }
    net::HTTPResponse response;
    std::istream& in = state_->session->receiveResponse(response);
    Reply reply = head_of(response);
    Poco::StreamCopier::copyToString(in, reply.body);
    return reply;
  });
}

Result<Reply> Client::download(const std::string& path, const std::function<bool(std::string_view)>& sink) {
  return state_->exchange([&] {
    net::HTTPRequest request = state_->request("GET", path);
    request.set("Accept", "*/*");
    state_->session->sendRequest(request);
    net::HTTPResponse response;
    std::istream& in = state_->session->receiveResponse(response);
    Reply reply = head_of(response);
    std::array<char, 64 * 1024> buffer{};
    while (in.read(buffer.data(), buffer.size()) || in.gcount() > 0) {
      const std::string_view part(buffer.data(), static_cast<std::size_t>(in.gcount()));
      if (!reply.good()) {
        reply.body.append(part);
      } else if (!sink(part)) {
        state_->session->reset();
        break;
      }
    }
    return reply;
  });
}

Result<Json> Client::json(const std::string& method, const std::string& path, const Json& body,
                          const std::string& if_match) {
  const std::string text = body.is_null() ? std::string() : body.dump();
  OB_TRY(const Reply reply, send(method, path, text, "application/json", if_match));
  if (!reply.good()) return problem_of(reply);
  if (reply.body.empty()) return Json();
  return parse_json(reply.body, {std::size_t{64} << 20, 64});
}

Result<std::string> file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file)
    return fault(FaultKind::not_found, "ctl.file",
                 {fmt::format("无法读取文件 {}。", path), fmt::format("The file {} cannot be read.", path)});
  return text.str();
}

Fault problem_of(const Reply& reply) {
  auto body = parse_json(reply.body, {std::size_t{16} << 20, 64});
  Fault found =
      fault(static_cast<FaultKind>(reply.status), "ctl.answer",
            {fmt::format("服务器回答 {}。", reply.status), fmt::format("The server answered {}.", reply.status)});
  if (!body || !body->is_object() || !body->contains("code")) return found;
  const auto text = [](const Json& object, const char* key) { return object.value(key, std::string()); };
  found.code = text(*body, "code");
  found.message = {text(*body, "detail"), text(*body, "detail")};
  for (const Json& error : body->value("errors", Json::array())) {
    const std::string message = text(error, "message"), remedy = text(error, "remedy");
    std::string field = text(error, "field");
    if (error.contains("line")) field = fmt::format("line {} {}", error["line"].dump(), field);
    found.fields.push_back({field, text(error, "code"), {message, message}, {remedy, remedy}});
  }
  return found;
}

std::string encoded(std::string_view text) {
  std::string out;
  Poco::URI::encode(std::string(text), "!#$&'()*+,/:;=?@[]%\"<>\\^`{|} ", out);
  return out;
}

} // namespace onebudget::client
