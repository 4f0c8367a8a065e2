#include "parse/ssh_prompt.hpp"

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

using namespace std::string_view_literals;

// "(user@host) Password: ", the prompt of a server's own question.
std::string_view without_account(std::string_view prompt) {
  if (!prompt.starts_with('(')) return prompt;
  const auto end = prompt.find(") ");
  const bool is_account = end != std::string_view::npos && prompt.substr(0, end).find('@') != std::string_view::npos;
  return is_account ? trim(prompt.substr(end + 2)) : prompt;
}

}  // namespace

SshPrompt parse_ssh_prompt(std::string_view prompt) {
  constexpr auto kKeyBegin = "Enter passphrase for key '"sv;
  constexpr auto kKeyEnd = "':"sv;
  const auto text = trim(prompt);
  if (text.find('\n') != std::string_view::npos) return {};
  if (text.starts_with(kKeyBegin) && text.ends_with(kKeyEnd) && text.size() >= kKeyBegin.size() + kKeyEnd.size()) {
    return {SshPrompt::Kind::passphrase,
            text.substr(kKeyBegin.size(), text.size() - kKeyBegin.size() - kKeyEnd.size())};
  }
  // "ops@n1's password:" is ssh's own; "Password:" and "Password for ops@n1:" come from PAM.
  const auto question = lower(without_account(text));
  const bool own = question.ends_with("'s password:") && question.find('@') != std::string::npos;
  const bool pam = question == "password:" || (question.starts_with("password for ") && question.ends_with(':'));
  if (own || pam) return {SshPrompt::Kind::password};
  return {};
}

}  // namespace fleetwatch::parse
