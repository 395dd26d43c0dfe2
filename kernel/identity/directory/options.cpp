// From configuration to options, and the two ways of quoting text.

#include <fstream>

#include "kernel/identity/directory/directory.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::identity {

namespace {

constexpr const char* kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

FieldFault wrong(std::string key, Text message, Text remedy) {
  return {std::move(key), "config.value", std::move(message), std::move(remedy)};
}

/// "group=role" or "group=role:reach"; a group's name may hold '=' and ':' itself, so it is read from the end.
bool read_role(const std::string& text, GroupRole& role) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos) return false;
  role.group = trimmed(std::string_view(text).substr(0, equals));
  role.role = trimmed(std::string_view(text).substr(equals + 1));
  role.reach = "self";
  if (const std::size_t colon = role.role.find(':'); colon != std::string::npos) {
    role.reach = role.role.substr(colon + 1);
    role.role.resize(colon);
  }
  return !role.group.empty() && !role.role.empty() &&
         (role.reach == "self" || role.reach == "level" || role.reach == "subtree");
}

std::string first_line(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  std::getline(file, line);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

void check(const DirectoryOptions& options, std::vector<FieldFault>& faults) {
  const bool known = options.url.rfind("ldap://", 0) == 0 || options.url.rfind("ldaps://", 0) == 0;
  if (!known || options.url.find_first_of(" ,") != std::string::npos)
    faults.push_back(wrong("directory.url", {"目录地址有误。", "The address of the directory is malformed."},
                           {"请写 ldaps://主机:端口，或 ldap://主机:端口（将使用 StartTLS）。",
                            "Write ldaps://host:port, or ldap://host:port (StartTLS is used)."}));
  if (!std::ifstream(options.ca_file))
    faults.push_back(wrong("directory.ca_file", {"无法读取证书文件。", "The certificate file cannot be read."},
                           {"请给出目录服务器的 CA 证书（PEM）。", "Give the CA certificate of the directory (PEM)."}));
  const std::pair<const char*, const std::string&> needed[] = {{"directory.bind_dn", options.bind_dn},
                                                               {"directory.bind_password_file", options.bind_password},
                                                               {"directory.user_base", options.user_base},
                                                               {"directory.user_attribute", options.user_attribute},
                                                               {"directory.id_attribute", options.id_attribute}};
  for (const auto& [key, value] : needed)
    if (trimmed(value).empty())
      faults.push_back(wrong(key, {"使用目录时不能为空。", "It must not be empty when a directory is used."},
                             {"请填写。", "Fill it in."}));
  if (options.user_filter.find("{user}") == std::string::npos)
    faults.push_back(wrong("directory.user_filter", {"筛选式缺少 {user}。", "The filter lacks {user}."},
                           {"请在用户名的位置写 {user}。", "Write {user} where the user name belongs."}));
  const bool groups = !options.group_base.empty();
  const bool placed = options.group_filter.find("{dn}") != std::string::npos ||
                      options.group_filter.find("{user}") != std::string::npos;
  if (groups && !placed)
    faults.push_back(wrong("directory.group_filter",
                           {"筛选式缺少 {dn} 或 {user}。", "The filter lacks {dn} or {user}."},
                           {"请写明成员的位置。", "Write one of them where the member belongs."}));
  if (!options.roles.empty() && (!groups || options.node_attribute.empty()))
    faults.push_back(wrong("directory.roles",
                           {"按组授权需要组的位置和单位属性。", "Roles need the place of the groups and of the unit."},
                           {"请填写 directory.group_base 和 directory.node_attribute。",
                            "Fill in directory.group_base and directory.node_attribute."}));
}

} // namespace

Result<DirectoryOptions> DirectoryOptions::of(const config::Config& config) {
  DirectoryOptions options;
  options.url = config.text("directory.url");
  if (options.url.empty()) return options;
  options.ca_file = config.text("directory.ca_file");
  if (options.ca_file.empty()) options.ca_file = kSystemAuthorities;
  options.bind_dn = config.text("directory.bind_dn");
  options.bind_password = first_line(config.text("directory.bind_password_file"));
  options.user_base = config.text("directory.user_base");
  options.user_filter = config.text("directory.user_filter");
  options.user_attribute = config.text("directory.user_attribute");
  options.id_attribute = config.text("directory.id_attribute");
  options.name_attribute = config.text("directory.name_attribute");
  options.phone_attribute = config.text("directory.phone_attribute");
  options.node_attribute = config.text("directory.node_attribute");
  options.disabled_filter = config.text("directory.disabled_filter");
  options.group_base = config.text("directory.group_base");
  options.group_filter = config.text("directory.group_filter");
  options.group_attribute = config.text("directory.group_attribute");
  options.timeout_seconds = static_cast<int>(config.integer("directory.timeout_seconds"));
  std::vector<FieldFault> faults;
  for (const std::string& line : config.list("directory.roles")) {
    GroupRole role;
    if (read_role(line, role))
      options.roles.push_back(std::move(role));
    else
      faults.push_back(wrong(
          "directory.roles", {"“" + line + "”有误。", "\"" + line + "\" is malformed."},
          {"请写 组=角色 或 组=角色:self|level|subtree。", "Write group=role or group=role:self|level|subtree."}));
  }
  check(options, faults);
  if (faults.empty()) return options;
  return fault(
      FaultKind::malformed, "config.invalid",
      {"目录登录的配置有误，服务没有启动。", "The configuration of the directory is wrong; nothing was started."},
      std::move(faults));
}

std::string escape_filter(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '*' || c == '(' || c == ')' || c == '\\' || c == '\0')
      result += "\\" + to_hex({&c, 1});
    else
      result += c;
  }
  return result;
}

std::string escape_dn(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool edge = (c == ' ' && (i == 0 || i + 1 == text.size())) || (c == '#' && i == 0);
    if (c == '\0' || c == '\r' || c == '\n')
      result += "\\" + to_hex({&c, 1});
    else if (edge || std::string_view(",+\"\\<>;=").find(c) != std::string_view::npos)
      result += std::string("\\") + c;
    else
      result += c;
  }
  return result;
}

} // namespace onebudget::identity
