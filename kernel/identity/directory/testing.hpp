#pragma once
// Test support: a real slapd on loopback for as long as the object lives. For tests only.

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "kernel/identity/directory/directory.hpp"

namespace onebudget::identity {

inline constexpr const char* kDirectoryPassword = "Directory-9-key";

class TestSlapd {
 public:
  explicit TestSlapd(const std::string& certificate = "good") {
    std::string name = std::filesystem::temp_directory_path() / "ob_slapd_XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
    // The helper ends slapd when this pipe closes, also when the test dies.
    pipe_ = ::popen(
        ("/usr/bin/python3 " IDENTITY_TESTDATA "/slapd.py " + name + " " + certificate + " >" + name + "/out 2>&1")
            .c_str(),
        "w");
    // Ready when the file is there; a helper that ended leaves its reason in `out`.
    for (int i = 0; i < 600 && !std::filesystem::exists(folder / "ready"); ++i) ::usleep(50'000);
    std::ifstream out(folder / "out");
    EXPECT_TRUE(std::filesystem::exists(folder / "ready")) << out.rdbuf();
  }
  ~TestSlapd() {
    signal(SIGCONT);
    ::pclose(pipe_);
    std::error_code ignored; // a temporary folder that stays behind fails no test
    std::filesystem::remove_all(folder, ignored);
  }
  TestSlapd(const TestSlapd&) = delete;
  TestSlapd& operator=(const TestSlapd&) = delete;

  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(folder / name);
    std::string text;
    file >> text;
    return text;
  }
  [[nodiscard]] static bool stands_still(const std::string& pid) {
    for (const auto& task : std::filesystem::directory_iterator("/proc/" + pid + "/task")) {
      std::ifstream file(task.path() / "stat");
      std::string text;
      std::getline(file, text);
      const std::size_t state = text.rfind(") ");
      if (state == std::string::npos || text[state + 2] != 'T') return false;
    }
    return true;
  }
  void signal(int number) const {
    const std::string pid = read("pid");
    if (pid.empty()) return;
    ::kill(std::stoi(pid), number);
    // Threads stop one after the other; one that still runs would answer.
    for (int i = 0; number == SIGSTOP && i < 600 && !stands_still(pid); ++i) ::usleep(5'000);
  }
  [[nodiscard]] DirectoryOptions options(bool ldaps = false) const {
    DirectoryOptions options;
    options.url = ldaps ? "ldaps://127.0.0.1:" + read("tls_port") : "ldap://127.0.0.1:" + read("port");
    options.ca_file = folder / "ca.pem";
    options.bind_dn = "cn=reader,dc=example,dc=net";
    options.bind_password = "reader-Secret-1";
    options.user_base = "ou=people,dc=example,dc=net";
    options.user_filter = "(&(objectClass=inetOrgPerson)(uid={user}))";
    options.user_attribute = "uid";
    options.id_attribute = "entryUUID";
    options.name_attribute = "cn";
    options.phone_attribute = "telephoneNumber";
    options.node_attribute = "departmentNumber";
    options.disabled_filter = "(employeeType=left)";
    options.group_base = "ou=groups,dc=example,dc=net";
    options.group_filter = "(&(objectClass=groupOfNames)(member={dn}))";
    options.group_attribute = "cn";
    options.roles = {{"clerks", "unit-clerk", "self"}, {"chiefs", "unit-chief", "subtree"}};
    return options;
  }

  std::filesystem::path folder;

 private:
  FILE* pipe_ = nullptr;
};

} // namespace onebudget::identity
