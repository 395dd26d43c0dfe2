#include "kernel/config/config.hpp"

namespace onebudget::config {

const std::vector<Key>& keys() {
  // A function-local constant table: built once, never changed.
  // One key a line, as in a table.
  // clang-format off
  static const std::vector<Key> table = {
      {"node.name", KeyType::text, "node-1", {"节点名，多节点部署时每个节点不同", "name of this node; different on every node"}, 0, INT64_MAX, {}},
      {"data.dir", KeyType::path, "/var/lib/onebudget", {"数据目录：密钥、上传文件、插件库", "data folder: keys, uploads, plugin store"}, 0, INT64_MAX, {}},
      {"storage.url", KeyType::text, "sqlite:/var/lib/onebudget/onebudget.db",
       {"数据库：sqlite:文件、postgresql://用户@主机:端口/库 或 odbc:连接串", "database: sqlite:FILE, postgresql://user@host:port/name or odbc:CONNECTION STRING"}, 0, INT64_MAX, {}},
      {"storage.replica_url", KeyType::text, "", {"PostgreSQL 只读备库，用于可以略旧的读取；空表示没有", "PostgreSQL standby for reads that may be some seconds old; empty = none"}, 0, INT64_MAX, {}},
      {"storage.key_file", KeyType::path, "", {"加密字段的密钥文件（权限 0600，首次启动时生成，请与数据库备份分开保管）；空表示 <data.dir>/field.keys", "keys of encrypted fields (mode 0600, made at the first start, kept apart from backups of the database); empty = <data.dir>/field.keys"}, 0, INT64_MAX, {}},
      {"storage.readers", KeyType::integer, "4", {"读连接数", "connections for reading"}, 1, 64, {}},
      {"storage.writers", KeyType::integer, "4", {"写连接数（SQLite 只用一个写线程）", "connections for writing (SQLite uses one writer thread)"}, 1, 64, {}},
      {"http.address", KeyType::text, "127.0.0.1", {"监听地址", "address to listen on"}, 0, INT64_MAX, {}},
      {"http.port", KeyType::integer, "8080", {"监听端口，0 表示任选空闲端口", "port to listen on; 0 = any free one"}, 0, 65535, {}},
      {"http.port_file", KeyType::path, "", {"监听后把实际端口写入该文件", "file into which the bound port is written"}, 0, INT64_MAX, {}},
      {"http.workers", KeyType::integer, "4", {"处理请求的工作线程数", "threads that work on requests"}, 1, 256, {}},
      {"http.max_connections", KeyType::integer, "20000", {"同时连接数上限", "most connections at once"}, 1, 1000000, {}},
      {"http.max_connections_per_ip", KeyType::integer, "20000", {"单个地址的连接数上限", "most connections of one address"}, 1, 1000000, {}},
      {"http.body_limit", KeyType::bytes, "1MiB", {"普通请求体上限", "largest ordinary request body"}, 1024, INT64_C(1) << 40, {}},
      {"http.upload_limit", KeyType::bytes, "2GiB", {"导入与上传的请求体上限", "largest import or upload"}, 1024, INT64_C(1) << 40, {}},
      {"files.scanner", KeyType::path, "", {"检查上传文件的程序：以文件路径为参数，返回 0 放行、1 拒收，最多 60 秒；空表示不检查", "program that checks uploads: given the path, it ends with 0 to let the file in, 1 to refuse it, within 60 seconds; empty = none"}, 0, INT64_MAX, {}},
      {"http.tls.certificate", KeyType::path, "", {"TLS 证书链（PEM），空表示不启用 TLS", "TLS certificate chain (PEM); empty = no TLS"}, 0, INT64_MAX, {}},
      {"http.tls.key", KeyType::secret_file, "", {"TLS 私钥文件（PEM）", "file with the TLS private key (PEM)"}, 0, INT64_MAX, {}},
      {"http.ui_dir", KeyType::path, "/usr/share/onebudget/ui", {"网页界面文件目录", "folder with the web UI"}, 0, INT64_MAX, {}},
      {"plugins.dir", KeyType::list, "/usr/lib/onebudget/plugins", {"插件目录，逗号分隔", "plugin folders, separated by commas"}, 0, INT64_MAX, {}},
      {"plugins.enable", KeyType::list, "", {"首次启动时启用的插件", "plugins to enable at the first start"}, 0, INT64_MAX, {}},
      {"plugins.keys", KeyType::path, "/etc/onebudget/plugin-keys", {"受信任的插件签名密钥：文件，或含 *.json 的目录", "keys that may sign plugins: a file, or a folder of *.json"}, 0, INT64_MAX, {}},
      {"roles.file", KeyType::path, "/etc/onebudget/roles.json", {"内置角色模板", "built-in role templates"}, 0, INT64_MAX, {}},
      {"identity.bootstrap_file", KeyType::path, "", {"首次启动的一次性密钥文件，空表示 <data.dir>/bootstrap.secret", "file for the one-time secret of the first start; empty = <data.dir>/bootstrap.secret"}, 0, INT64_MAX, {}},
      {"identity.session_idle_minutes", KeyType::minutes, "30", {"会话空闲多久后失效", "a session ends after this long without use"}, 1, 1440, {}},
      {"identity.session_absolute_hours", KeyType::hours, "12", {"会话最长存续时间", "a session ends after this long in any case"}, 1, 168, {}},
      {"identity.lockout_failures", KeyType::integer, "5", {"连续失败几次后锁定", "failures in a row that lock an account"}, 1, 100, {}},
      {"identity.lockout_minutes", KeyType::minutes, "30", {"锁定时长", "how long a lock lasts"}, 1, 10080, {}},
      {"identity.password_policy", KeyType::choice, "mlps3", {"密码策略：mlps3（等保三级）或 asvs", "password policy: mlps3 or asvs"}, 0, INT64_MAX, {"mlps3", "asvs"}},
      {"directory.url", KeyType::text, "", {"目录服务（LDAP）地址，空表示不用目录登录；ldap:// 一律先 StartTLS", "address of the directory (LDAP); empty = no sign-in by directory; ldap:// always uses StartTLS"}, 0, INT64_MAX, {}},
      {"directory.ca_file", KeyType::path, "", {"签发目录服务器证书的 CA（PEM），空表示系统自带的 CA", "CA that vouches for the directory's certificate (PEM); empty = those of the system"}, 0, INT64_MAX, {}},
      {"directory.bind_dn", KeyType::text, "", {"查询目录所用账号的 DN", "DN of the account that searches the directory"}, 0, INT64_MAX, {}},
      {"directory.bind_password_file", KeyType::secret_file, "", {"该账号的密码文件", "file with the password of that account"}, 0, INT64_MAX, {}},
      {"directory.user_base", KeyType::text, "", {"人员所在的子树", "subtree with the people"}, 0, INT64_MAX, {}},
      {"directory.user_filter", KeyType::text, "(&(objectClass=inetOrgPerson)(uid={user}))", {"按用户名找人的筛选式，{user} 为用户名", "filter that finds a person; {user} is the user name"}, 0, INT64_MAX, {}},
      {"directory.user_attribute", KeyType::text, "uid", {"存放用户名的属性", "attribute with the user name"}, 0, INT64_MAX, {}},
      {"directory.id_attribute", KeyType::text, "entryUUID", {"永不复用的标识属性（Active Directory 为 objectGUID）", "attribute with an identifier that is never used again (Active Directory: objectGUID)"}, 0, INT64_MAX, {}},
      {"directory.name_attribute", KeyType::text, "cn", {"存放姓名的属性", "attribute with the display name"}, 0, INT64_MAX, {}},
      {"directory.phone_attribute", KeyType::text, "telephoneNumber", {"存放电话的属性，可为空", "attribute with the phone number; may be empty"}, 0, INT64_MAX, {}},
      {"directory.node_attribute", KeyType::text, "departmentNumber", {"存放单位代码的属性，角色授予在该单位上", "attribute with the code of the person's unit; roles are granted there"}, 0, INT64_MAX, {}},
      {"directory.disabled_filter", KeyType::text, "", {"符合此筛选式的人员视为已停用，空表示不检查", "a person who matches this filter is disabled; empty = not asked"}, 0, INT64_MAX, {}},
      {"directory.group_base", KeyType::text, "", {"组所在的子树，空表示不读组", "subtree with the groups; empty = groups are not read"}, 0, INT64_MAX, {}},
      {"directory.group_filter", KeyType::text, "(&(objectClass=groupOfNames)(member={dn}))", {"查人员所在组的筛选式，{dn} 为人员 DN，{user} 为用户名", "filter that finds a person's groups; {dn} is the person's DN, {user} the user name"}, 0, INT64_MAX, {}},
      {"directory.group_attribute", KeyType::text, "cn", {"存放组名的属性", "attribute with the name of a group"}, 0, INT64_MAX, {}},
      {"directory.roles", KeyType::list, "", {"组与角色：组=角色[:self|level|subtree]，逗号分隔；给出后，不在任何组的人不能登录", "groups and roles: group=role[:self|level|subtree], separated by commas; once given, nobody without such a group signs in"}, 0, INT64_MAX, {}},
      {"directory.timeout_seconds", KeyType::integer, "3", {"一次目录登录的总时限（秒）", "seconds for a whole sign-in by directory"}, 1, 30, {}},
      {"scheduler.workers", KeyType::integer, "2", {"后台任务线程数", "threads for jobs"}, 1, 64, {}},
      {"scheduler.time_zone", KeyType::text, "Asia/Shanghai", {"定时任务的时区", "time zone of schedules"}, 0, INT64_MAX, {}},
      {"log.level", KeyType::choice, "info", {"日志级别", "log level"}, 0, INT64_MAX, {"debug", "info", "warning", "error"}},
      {"log.format", KeyType::choice, "json", {"日志格式", "log format"}, 0, INT64_MAX, {"json", "text"}},
      {"metrics.token_file", KeyType::secret_file, "", {"读取 /metrics 的令牌文件；空表示只允许本机", "file with the token for /metrics; empty = loopback only"}, 0, INT64_MAX, {}},
      {"developer.unsigned_plugins", KeyType::boolean, "false", {"允许未签名插件（仅限开发，界面会显示）", "allow unsigned plugins (development only; shown in the UI)"}, 0, INT64_MAX, {}},
  };
  // clang-format on
  return table;
}

} // namespace onebudget::config
