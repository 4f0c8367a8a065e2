// Answers that are asked for again only when they have reached a minimum age, because asking costs the node something:
// a strong read writes to every rqlite node's log, and others make connections, wait or read the disk. For a process
// that writes report after report. The decorators stand in front of the real adapters, so that probes know nothing of
// it; a failure is an answer like any other.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "outside/machine.hpp"
#include "service/ages.hpp"

namespace fleetwatch::service {

// The last answers of one kind, a bounded number of them.
template <class T>
class Remembered {
 public:
  Remembered(const Clock& clock, Ages& ages, std::size_t most) : clock_(clock), ages_(ages), most_(most) {}

  // The kept answer when it is younger than `minimum_age`; `name` is what its age is reported under.
  std::optional<Result<T>> reuse(const std::string& key, milliseconds minimum_age, const std::string& name) {
    const auto found = kept_.find(key);
    if (found == kept_.end()) return std::nullopt;
    const auto age = clock_.monotonic() - found->second.asked;
    if (age >= minimum_age) return std::nullopt;
    ages_.reused(name, std::chrono::duration_cast<std::chrono::seconds>(age));
    return found->second.answer;
  }

  // Waits for the question that is asked now, and keeps its answer.
  outside::Answer<T> keep(std::string key, outside::Answer<T> question) {
    return keep_as_of(clock_.monotonic(), std::move(key), std::move(question));
  }

  static outside::Answer<T> at_once(Result<T> answer) { co_return answer; }

 private:
  struct Kept {
    Steady::time_point asked;
    Result<T> answer;
  };

  outside::Answer<T> keep_as_of(Steady::time_point asked, std::string key, outside::Answer<T> question) {
    auto answer = co_await std::move(question);
    if (kept_.size() >= most_ && !kept_.contains(key)) {
      const auto older = [](const auto& one, const auto& other) { return one.second.asked < other.second.asked; };
      kept_.erase(std::min_element(kept_.begin(), kept_.end(), older));
    }
    kept_.insert_or_assign(std::move(key), Kept{asked, answer});
    co_return answer;
  }

  const Clock& clock_;
  Ages& ages_;
  std::size_t most_;
  std::map<std::string, Kept> kept_;
};

// Only the questions of a table in aging.cpp; all others are passed on.
class AgingHttp final : public outside::Http {
 public:
  AgingHttp(outside::Http& real, const Clock& clock, Ages& ages);
  outside::Answer<outside::HttpResponse> ask(outside::HttpRequest request, Deadline deadline) override;

 private:
  outside::Http& real_;
  Remembered<outside::HttpResponse> remembered_;
};

class AgingTls final : public outside::Tls {
 public:
  AgingTls(outside::Tls& real, const Clock& clock, Ages& ages);
  outside::Answer<outside::Certificate> certificate(std::uint16_t port, std::string server_name,
                                                    Deadline deadline) override;

 private:
  outside::Tls& real_;
  Remembered<outside::Certificate> remembered_;
};

class AgingEcho final : public outside::Echo {
 public:
  AgingEcho(outside::Echo& real, const Clock& clock, Ages& ages);
  outside::Answer<bool> reachable(std::string ipv4_address, Deadline deadline) override;

 private:
  outside::Echo& real_;
  Remembered<bool> remembered_;
};

class AgingJournal final : public outside::Journal {
 public:
  AgingJournal(outside::Journal& real, const Clock& clock, Ages& ages);
  outside::Answer<std::vector<std::string>> messages(outside::JournalQuery query, Deadline deadline) override;

 private:
  outside::Journal& real_;
  const Clock& clock_;
  Remembered<std::vector<std::string>> remembered_;
};

// Another machine with all of these in front; that one has to outlive it.
class AgingMachine {
 public:
  explicit AgingMachine(outside::Machine& real);
  AgingMachine(const AgingMachine&) = delete;
  AgingMachine& operator=(const AgingMachine&) = delete;

  outside::Machine& machine() { return machine_; }
  Ages& ages() { return ages_; }

 private:
  Ages ages_;
  AgingHttp http_;
  AgingTls tls_;
  AgingEcho echo_;
  AgingJournal journal_;
  outside::Machine machine_;
};

}  // namespace fleetwatch::service
