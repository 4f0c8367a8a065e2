#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <optional>
#include <utility>

#include "cli/console.hpp"
#include "cli/election_options.hpp"
#include "io/foreground_program.hpp"
#include "parse/election_key.hpp"
#include "parse/shell_words.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// As the reference: time for the program to be ready for signals, and to end by itself.
constexpr auto kBeforeSignal = 1s;

// One program beside one campaign. Lives until the process leaves.
class Runner {
 public:
  Runner(ElectionSession& session, std::vector<std::string> command, bool terminate)
      : loop_(session.loop), command_(std::move(command)), terminate_(terminate), later_(session.loop) {
    session.ends->act_by([this](EndSignal signal) { end(signal); });
  }

  service::CampaignEvents events() {
    service::CampaignEvents events;
    events.won = [this] { won(); };
    events.lost = [this](const std::string& /*reason*/) { lost(); };
    return events;
  }

  void begin(service::Campaign& campaign) { campaign_ = &campaign; }
  std::optional<ExitStatus> failure() const { return failure_; }
  int status() const { return status_; }

 private:
  void won() {
    if (program_) return tell_later(SIGUSR1, 0s);
    auto started = io::ForegroundProgram::start(command_);
    if (!started) {
      failure_ = ExitStatus::failed;
      campaign_->stop();
      fail(started.error(), WhenFull::drop);
      return;
    }
    program_.emplace(std::move(*started));
    asio::co_spawn(loop_, await_end(), [](const std::exception_ptr& bug) {
      if (bug) std::rethrow_exception(bug);
    });
    tell_later(SIGUSR1, kBeforeSignal);
  }

  void lost() {
    if (!program_) return;
    later_.cancel();
    program_->signal(terminate_ ? SIGINT : SIGUSR2);
    if (terminate_) tell_later(SIGTERM, kBeforeSignal);
  }

  // One signal at most is still to come.
  void tell_later(int number, std::chrono::seconds time) {
    must_end_ = number == SIGTERM;
    later_.expires_after(time);
    later_.async_wait([this, number](const boost::system::error_code& cancelled) {
      if (!cancelled && program_) program_->signal(number);
    });
  }

  // The key is given back only when the program is gone: nobody shall start a second one beside it.
  asio::awaitable<void> await_end() {
    auto ending = program_->wait();
    status_ = co_await std::move(ending);
    program_.reset();
    campaign_->stop();
  }

  void end(EndSignal signal) {
    if (program_) {
      if (!must_end_) later_.cancel();  // who is asked to end need not hear that it leads
      if (signal.impatient || !signal.typed) program_->signal(signal.impatient ? SIGKILL : signal.number);
    } else if (campaign_ != nullptr && !signal.impatient) {
      campaign_->stop();
    } else {  // nothing to give back yet, or nobody wants to wait for it
      leave(failure_.value_or(static_cast<ExitStatus>(status_)));
    }
  }

  asio::io_context& loop_;
  std::vector<std::string> command_;
  bool terminate_;
  asio::steady_timer later_;
  bool must_end_ = false;  // since somebody else may lead: what is still to come is the end of the program
  service::Campaign* campaign_ = nullptr;
  std::optional<io::ForegroundProgram> program_;
  std::optional<ExitStatus> failure_;
  int status_ = 0;
};

asio::awaitable<ExitStatus> run_while_leading(ElectionSession& session, const ElectionOptions& options,
                                              std::vector<std::string> command) {
  Runner runner(session, std::move(command), options.terminate);
  auto campaigning =
      campaign(session, options, runner.events(), [&runner](service::Campaign& begun) { runner.begin(begun); });
  const auto done = co_await std::move(campaigning);
  if (!done) co_return fail_at_broker(done.error());
  co_return runner.failure().value_or(static_cast<ExitStatus>(runner.status()));
}

// One argument is a whole command line; several are words as they are.
Result<std::vector<std::string>> command_words(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1) return arguments;
  auto words = parse::shell_words(arguments.front());
  if (!words) return Error{ErrorKind::usage, words.error().what, "COMMAND"};
  if (words->empty()) return Error{ErrorKind::usage, "the command is empty", "COMMAND"};
  return words;
}

ExitStatus run(const ElectionOptions& options) {
  if (const auto legal = parse::check_election_key(options.election); !legal) return fail(legal.error());
  const auto command = command_words(options.command);
  if (!command) return fail(command.error());
  const auto task = [&](ElectionSession& session) { return run_while_leading(session, options, *command); };
  return campaign_at_broker(options, task);
}

}  // namespace

void add_election_run(CLI::App& election, const SharedElectionOptions& options, Action& chosen) {
  auto* app = election.add_subcommand("run", "Run a command while leading an election");
  app->add_option("NAME", options->election, "Name of the election")->required();
  app->add_option("COMMAND", options->command, "The command and its arguments, after -- when they have dashes")
      ->required();
  add_bucket_option(*app, *options, std::string(service::kElectionBucket));
  add_name_option(*app, *options);
  app->add_flag("--terminate", options->terminate, "End the command when the election is lost");
  app->fallthrough();
  app->footer(
      "The command gets SIGUSR1 a second after its start and whenever it leads again, SIGUSR2 when it lost (with\n"
      "--terminate SIGINT, and SIGTERM a second later). Its status is that of this command. SIGINT, SIGQUIT, SIGTERM "
      "and SIGHUP\n"
      "are handed on to it, and a second one kills it (a second SIGHUP does not); once it has ended the election is "
      "given back,\n"
      "so that another candidate can take over at once. A candidate that does not lead ends with status 0.\n\n"
      "Example:\n  fleetwatch election run backup --terminate -- /usr/local/bin/backup --all");
  app->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace fleetwatch::cli
