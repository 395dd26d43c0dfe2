#include "kernel/http/problem.hpp"

#include <array>

#include "sdk/text/utf8.hpp"

namespace onebudget::http {

namespace {

struct Known {
  int status;
  const char* phrase;
  const char* zh;
};

constexpr std::array kKnown = {
    Known{200, "OK", "成功"},
    Known{201, "Created", "已创建"},
    Known{202, "Accepted", "已受理"},
    Known{204, "No Content", "成功"},
    Known{206, "Partial Content", "部分内容"},
    Known{304, "Not Modified", "未修改"},
    Known{400, "Bad Request", "请求有误"},
    Known{401, "Unauthorized", "需要登录"},
    Known{403, "Forbidden", "没有权限"},
    Known{404, "Not Found", "未找到"},
    Known{405, "Method Not Allowed", "方法不允许"},
    Known{408, "Request Timeout", "请求超时"},
    Known{409, "Conflict", "冲突"},
    Known{410, "Gone", "已不存在"},
    Known{412, "Precondition Failed", "版本已变化"},
    Known{413, "Content Too Large", "内容过大"},
    Known{414, "URI Too Long", "地址过长"},
    Known{415, "Unsupported Media Type", "格式不支持"},
    Known{417, "Expectation Failed", "期望无法满足"},
    Known{422, "Unprocessable Content", "不符合规则"},
    Known{423, "Locked", "期间已关闭"},
    Known{428, "Precondition Required", "缺少版本"},
    Known{429, "Too Many Requests", "请求过于频繁"},
    Known{431, "Request Header Fields Too Large", "请求头过大"},
    Known{500, "Internal Server Error", "服务器内部错误"},
    Known{501, "Not Implemented", "未实现"},
    Known{503, "Service Unavailable", "服务暂不可用"},
    Known{504, "Gateway Timeout", "处理超时"},
    Known{505, "HTTP Version Not Supported", "协议版本不支持"},
};

const Known& known(int status) {
  static constexpr Known kOther{0, "Unknown", "未知"};
  for (const Known& entry : kKnown) {
    if (entry.status == status) return entry;
  }
  return kOther;
}

void member(std::string& out, const char* name, std::string_view text) {
  out.append(out.back() == '{' ? "\"" : ",\"").append(name).append("\":");
  append_json(out, text);
}

void append_fields(std::string& out, const std::vector<FieldFault>& fields, const std::string& language) {
  out += ",\"errors\":[";
  for (std::size_t i = 0; i < fields.size(); ++i) {
    out += i == 0 ? "{" : ",{";
    member(out, "field", fields[i].field);
    member(out, "code", fields[i].code);
    member(out, "message", fields[i].message.in(language));
    member(out, "remedy", fields[i].remedy.in(language));
    out += '}';
  }
  out += ']';
}

} // namespace

const char* reason_phrase(int status) { return known(status).phrase; }

void append_json(std::string& out, std::string_view text) {
  if (valid_utf8(text)) return append_json_string(out, text);
  std::string clean;
  for (const char c : text) clean.append(static_cast<unsigned char>(c) < 0x80 ? std::string(1, c) : "\xEF\xBF\xBD");
  append_json_string(out, clean);
}

Response problem(const Fault& fault, const Context& context, std::string_view members) {
  const int status = fault.status() >= 400 && fault.status() < 600 ? fault.status() : 500;
  const bool english = context.english();
  std::string body = "{";
  member(body, "type", "/problems/" + fault.code);
  member(body, "title", english ? known(status).phrase : known(status).zh);
  body.append(",\"status\":").append(std::to_string(status));
  static const Text kInternal{
      "服务器内部出错，已记录。请把请求编号告诉管理员。",
      "Something failed inside the server and was logged. Give the request id to your administrator."};
  member(body, "detail", (status == 500 ? kInternal : fault.message).in(context.language));
  member(body, "code", fault.code);
  if (!context.request_id.empty()) member(body, "request_id", context.request_id);
  if (!fault.fields.empty()) append_fields(body, fault.fields, context.language);
  if (!members.empty()) body.append(",").append(members);
  body += '}';
  Response response(status, "application/problem+json", std::move(body));
  response.set("Content-Language", english ? "en" : "zh");
  if (fault.retry_after_s > 0 || status == 503 || status == 429) {
    response.set("Retry-After", std::to_string(fault.retry_after_s > 0 ? fault.retry_after_s : 1));
  }
  if (status == 401) response.set("WWW-Authenticate", "Bearer realm=\"onebudget\"");
  return response;
}

} // namespace onebudget::http
