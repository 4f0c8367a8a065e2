// Takes what looks like a secret out of text that is going to be kept or passed on: file contents, answers, log lines.
// Knows what base/redact.hpp knows, but keeps what a recording needs: JSON stays JSON, identities of peers stay, and
// keys can still be compared. It errs on the side of taking out too much, and cannot know every secret: a person still
// has to look.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace fleetwatch::parse {

// Where the name in front of a separator begins and ends; begin == end when there is none.
struct NameSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool quoted = false;
};

class Redactor {
 public:
  // Becomes "[redacted]":
  //   PEM blocks of private keys; values whose name speaks of a password, secret, token, credential, private or API key
  //   (NAME=value, name: value, "name": "value", --name value); Authorization and Cookie values; what follows Bearer or
  //   Basic; user and password of a URL; JSON web tokens and tokens with a well-known beginning.
  // Becomes a stand-in that is the same wherever the key stands:
  //   keys of 32 bytes in base64 (44 characters; WireGuard) and in hexadecimal (64 digits).
  std::string text(std::string_view text);

  // The environment of a process or an environment file that may be anybody's: every value but that of `kept`.
  std::string environment(std::string_view nul_separated, std::string_view kept);

  std::size_t count() const { return count_; }  // of all that was taken out

 private:
  std::string without_private_blocks(std::string_view text);
  std::string without_named(std::string_view text);
  std::string without_url_users(std::string_view text);
  std::string without_tokens(std::string_view text);
  std::string with_stand_ins(std::string_view text);
  std::size_t append_value(std::string& out, std::string_view text, std::size_t separator, const NameSpan& name);
  std::size_t append_list(std::string& out, std::string_view text, std::size_t at);
  void append_redacted(std::string& out, std::string_view secret);
  const std::string& stand_in(std::string_view key);

  std::map<std::string, std::string, std::less<>> stand_ins_;
  std::size_t count_ = 0;
};

}  // namespace fleetwatch::parse
