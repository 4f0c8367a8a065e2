// Takes what looks like a secret out of text that is going to be kept or passed on: file contents, answers, log lines.
// Finds what base/redact.hpp finds, but keeps what a recording needs: JSON stays JSON, identities of peers stay, and
// keys can still be compared. It errs on the side of taking out too much, and cannot know every secret: a person still
// has to look.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fleetwatch::parse {

class Redactor {
 public:
  enum class Order { as_written, newest_first };

  // Becomes "[redacted]": what base/secrets.hpp finds.
  // Becomes a stand-in that is the same wherever the key stands:
  //   keys of 32 bytes in base64 (44 characters; WireGuard) and in hexadecimal (64 digits).
  std::string text(std::string_view text);

  // Each item as text(), but a private key may go over several of them: a service that prints one makes a message of
  // each line.
  std::vector<std::string> texts(std::vector<std::string> items, Order order);

  // A file of lines "Name value" (Tor's and CoreDNS's settings): also everything behind a name that says so.
  std::string settings(std::string_view text);

  // The environment of a process or an environment file that may be anybody's: every value but that of `kept`.
  std::string environment(std::string_view nul_separated, std::string_view kept);

  std::size_t count() const { return count_; }  // of all that was taken out

 private:
  std::string with_stand_ins(std::string_view text);
  void append_redacted(std::string& out, std::string_view secret);
  const std::string& stand_in(std::string_view key);

  std::map<std::string, std::string, std::less<>> stand_ins_;
  std::size_t count_ = 0;
};

}  // namespace fleetwatch::parse
