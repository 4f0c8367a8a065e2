#include "io/journal.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "support/run_answer.hpp"
#include "support/temporary_folder.hpp"

namespace fleetwatch::io {
namespace {

using test::far_deadline;
using test::run_answer;

TEST(Journal, IsEmptyWithoutFiles) {
  const test::TemporaryFolder folder;
  Workers workers;
  SystemdJournal journal(workers, folder.path());
  const auto messages = run_answer(journal.messages({"caddy.service", 0}, far_deadline()));
  ASSERT_TRUE(messages.ok()) << to_string(messages.error());
  EXPECT_TRUE(messages->empty());
}

TEST(Journal, SaysThatAFolderIsMissing) {
  Workers workers;
  SystemdJournal journal(workers, "/no/such/folder");
  EXPECT_EQ(run_answer(journal.messages({"caddy.service", 0}, far_deadline())).error().kind, ErrorKind::unavailable);
}

TEST(Journal, EndsAtTheDeadline) {
  Workers none(0, 0);
  SystemdJournal journal(none);
  EXPECT_EQ(run_answer(journal.messages({"", 0}, test::passed_deadline())).error().kind, ErrorKind::timeout);
}

TEST(Journal, AsksTheRealJournal) {
  Workers workers;
  SystemdJournal journal(workers);
  const auto kernel = run_answer(journal.messages({"", 0}, far_deadline()));
  if (!kernel) GTEST_SKIP() << "no journal to be read here: " << to_string(kernel.error());
  const auto init = run_answer(journal.messages({"init.scope", 0}, far_deadline()));
  ASSERT_TRUE(init.ok()) << to_string(init.error());
  EXPECT_FALSE(init->empty());
}

}  // namespace
}  // namespace fleetwatch::io
