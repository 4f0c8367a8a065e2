#include "parse/olric_members.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "parse/resp.hpp"

namespace fleetwatch::parse {

Result<OlricMembers> parse_olric_members(std::string_view bytes) {
  const auto answer = decode_resp(bytes);
  if (!answer) return answer.error();
  const auto& root = answer.value();
  if (root.kind == RespKind::error) {
    const bool password = root.text.starts_with("NOAUTH") || root.text.starts_with("WRONGPASS");
    return Error{password ? ErrorKind::denied : ErrorKind::unavailable, root.text};
  }
  if (root.kind != RespKind::list) return Error{ErrorKind::malformed, "not a list of members"};

  OlricMembers members;
  for (const auto& item : root.items) {
    const bool named = item.kind == RespKind::list && !item.items.empty() && item.items[0].kind == RespKind::text;
    if (!named || item.items[0].text.size() > limits::kTextBytes) {
      return Error{ErrorKind::malformed, "a member without a name"};
    }
    const auto& name = members.names.emplace_back(item.items[0].text);
    if (item.items.size() > 2 && item.items[2].text == "true") members.coordinator = name;
  }
  std::sort(members.names.begin(), members.names.end());
  return members;
}

}  // namespace fleetwatch::parse
