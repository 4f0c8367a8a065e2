#include "io/journal.hpp"

#include <fcntl.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <utility>

#include "base/limits.hpp"
#include "io/os_error.hpp"

namespace fleetwatch::io {

using outside::Answer;
using outside::JournalQuery;

namespace {

constexpr const char* kWhere = "journal";
constexpr std::int64_t kUsecPerSec = 1'000'000;
constexpr std::size_t kEntriesBetweenLooksAtTheClock = 64;
// systemd-coredump's "a process dumped core", a fixed id of the journal's catalogue.
constexpr const char* kCoredumpMessage = "MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1";

struct CloseJournal {
  void operator()(sd_journal* journal) const { ::sd_journal_close(journal); }
};
using Handle = std::unique_ptr<sd_journal, CloseJournal>;

Error journal_error(int code) {
  Error error = os_error(-code, kWhere);
  if (error.kind == ErrorKind::not_found) error.kind = ErrorKind::unavailable;
  return error;
}

// Opening succeeds even where not one file may be read, so the rights are asked for apart.
Result<void> may_read_system_journal() {
  sd_id128_t machine{};
  if (const int code = ::sd_id128_get_machine(&machine); code < 0) return journal_error(code);
  std::array<char, SD_ID128_STRING_MAX> id{};
  ::sd_id128_to_string(machine, id.data());
  bool denied = false;
  for (const char* folder : {"/var/log/journal/", "/run/log/journal/"}) {
    const std::string file = std::string(folder) + id.data() + "/system.journal";
    if (::faccessat(AT_FDCWD, file.c_str(), R_OK, AT_EACCESS) == 0) return {};
    denied = denied || errno == EACCES;
  }
  if (denied) return Error{ErrorKind::denied, "the system's journal may not be read", kWhere};
  return Error{ErrorKind::unavailable, "there is none", kWhere};
}

Result<Handle> open_journal(const std::string& folder) {
  if (folder.empty()) {
    const auto allowed = may_read_system_journal();
    if (!allowed) return allowed.error();
  }
  sd_journal* made = nullptr;
  // Files of users too: a service that runs as a user logs there.
  const int code = folder.empty() ? ::sd_journal_open(&made, SD_JOURNAL_LOCAL_ONLY)
                                  : ::sd_journal_open_directory(&made, folder.c_str(), 0);
  if (code < 0) return journal_error(code);
  return Handle(made);
}

// The groups of matches of which one must hold; all of one group must. What `journalctl -u UNIT` selects: the unit's
// own messages, its core dumps, what systemd says of it, and what other daemons of root say of it.
std::vector<std::vector<std::string>> match_groups(const std::string& unit) {
  if (unit.empty()) return {{"_TRANSPORT=kernel"}};
  return {{"_SYSTEMD_UNIT=" + unit},
          {kCoredumpMessage, "_UID=0", "COREDUMP_UNIT=" + unit},
          {"_PID=1", "UNIT=" + unit},
          {"_UID=0", "OBJECT_SYSTEMD_UNIT=" + unit}};
}

int select(sd_journal* journal, const std::string& unit) {
  ::sd_journal_flush_matches(journal);
  for (const auto& group : match_groups(unit)) {
    for (const std::string& match : group) {
      const int code = ::sd_journal_add_match(journal, match.data(), match.size());
      if (code < 0) return code;
    }
    if (const int code = ::sd_journal_add_disjunction(journal); code < 0) return code;
  }
  return ::sd_journal_seek_tail(journal);
}

// The message of the current entry; empty when it has none or is damaged.
std::string_view current_message(sd_journal* journal) {
  constexpr std::string_view kPrefix = "MESSAGE=";
  const void* data = nullptr;
  std::size_t size = 0;
  if (::sd_journal_get_data(journal, "MESSAGE", &data, &size) < 0 || size <= kPrefix.size()) return {};
  return std::string_view(static_cast<const char*>(data), size).substr(kPrefix.size());
}

Result<std::vector<std::string>> read_back(sd_journal* journal, const JournalQuery& query, Deadline deadline) {
  if (const int code = select(journal, query.unit); code < 0) return journal_error(code);
  std::vector<std::string> messages;
  std::size_t bytes = 0;
  for (std::size_t entries = 1;; ++entries) {
    const int code = ::sd_journal_previous(journal);
    if (code < 0) return journal_error(code);
    if (code == 0) return messages;
    std::uint64_t usec = 0;
    if (::sd_journal_get_realtime_usec(journal, &usec) < 0) continue;
    if (static_cast<std::int64_t>(usec / kUsecPerSec) < query.since_unix_sec) return messages;
    const std::string_view message = current_message(journal);
    bytes += message.size() + sizeof(std::string);  // many short lines take memory, too
    if (bytes > limits::kJournalBytes) return messages;
    if (!message.empty()) messages.emplace_back(message);
    // Nobody waits any longer: the disk is left in peace.
    if (entries % kEntriesBetweenLooksAtTheClock == 0 && Steady::now() >= deadline) {
      return Error{ErrorKind::timeout, "not read before the deadline", kWhere};
    }
  }
}

}  // namespace

// One open journal for all queries, one query at a time: opening maps every file of it.
class SystemdJournal::Shared {
 public:
  explicit Shared(std::string folder_of_files) : folder_(std::move(folder_of_files)) {}

  Result<std::vector<std::string>> ask(const JournalQuery& query, Deadline deadline) {
    {
      // Not held while reading: a query that is stuck must not hold up the others beyond their deadlines.
      std::unique_lock lock(mutex_);
      if (!ended_.wait_until(lock, deadline, [&] { return !busy_; })) {
        return Error{ErrorKind::timeout, "the query before it has not ended", kWhere};
      }
      busy_ = true;
    }
    const Turn turn(*this);
    return ask_alone(query, deadline);
  }

 private:
  class Turn {
   public:
    explicit Turn(Shared& shared) : shared_(shared) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      const std::lock_guard lock(shared_.mutex_);
      shared_.busy_ = false;
      shared_.ended_.notify_one();
    }

   private:
    Shared& shared_;
  };

  Result<std::vector<std::string>> ask_alone(const JournalQuery& query, Deadline deadline) {
    if (!handle_) {
      auto opened = open_journal(folder_);
      if (!opened) return opened.error();
      handle_ = *std::move(opened);
    }
    // Looks for files that came and went since, as `journalctl --follow` does.
    const bool follows = ::sd_journal_get_fd(handle_.get()) >= 0 && ::sd_journal_process(handle_.get()) >= 0;
    auto messages = read_back(handle_.get(), query, deadline);
    if (!follows || !messages) handle_.reset();
    return messages;
  }

  const std::string folder_;
  std::mutex mutex_;  // guards `busy_`
  std::condition_variable ended_;
  bool busy_ = false;
  Handle handle_;  // touched by the one query that made it busy
};

SystemdJournal::SystemdJournal(Workers& workers, std::string folder)
    : workers_(workers), shared_(std::make_shared<Shared>(std::move(folder))) {}

Answer<std::vector<std::string>> SystemdJournal::messages(JournalQuery query, Deadline deadline) {
  auto work = [shared = shared_, query = std::move(query), deadline] { return shared->ask(query, deadline); };
  auto result = co_await workers_.run(std::move(work), deadline);
  co_return result;
}

}  // namespace fleetwatch::io
