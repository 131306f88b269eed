// The thread around the sessions: outages, what it says of them, and how it ends.
#include "publish/mirror.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <mutex>

#include "tests/publish/mirror_box.hpp"

namespace spindle::publish {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::Not;
using State = MirrorStatus::State;

struct MirrorThread : testing::Test {
  void SetUp() override {
    if (!test::PostgresServer::is_installed()) GTEST_SKIP() << "PostgreSQL 15 is not installed";
    server = std::make_unique<test::PostgresServer>();
    database = server->make_database();
  }
  Mirror::Options options() {
    Mirror::Options out;
    out.every = 10ms;
    out.retry_min = 10ms;
    out.retry_max = 100ms;
    // Near the facts: hours up to the real present would be years of them.
    out.clock = [] { return Now{.wall = day_one + 2h, .mono = read_clock().mono}; };
    out.on_problem = [this](const std::optional<std::string>& what) {
      const std::lock_guard lock(mutex);
      said.push_back(what.value_or("over"));
    };
    return out;
  }
  void expect_to_be_equal(Box& box) {
    for (std::size_t n = 0; n < 2; ++n) {
      const auto wanted = box.told_by_ledger(n);
      EXPECT_TRUE(test::eventually(
          20s, [&] { return told_by_database(*server, database, 1, box.machine(n).id) == wanted; }))
          << told_by_database(*server, database, 1, box.machine(n).id).size() << " of "
          << wanted.size();
    }
  }
  std::vector<std::string> words() {
    const std::lock_guard lock(mutex);
    return said;
  }

  std::unique_ptr<test::PostgresServer> server;
  std::string database;
  std::mutex mutex;
  std::vector<std::string> said;
};

TEST_F(MirrorThread, FollowsThroughEveryOutageOfTheServer) {
  Box box;
  Mirror mirror(server->url(database), box.source(), options());
  mirror.start();
  std::uint64_t step = 0;
  for (const int how : {SIGQUIT, SIGINT, SIGQUIT}) {
    box.write(step, step + 30);
    step += 30;
    expect_to_be_equal(box);
    server->stop(how);
    box.write(step, step + 30);
    step += 30;
    EXPECT_TRUE(test::eventually(20s, [&] { return !mirror.status().problem.empty(); }));
    EXPECT_EQ(mirror.status().state, State::connecting);
    server->start();
    expect_to_be_equal(box);
    EXPECT_TRUE(test::eventually(20s, [&] { return mirror.status().state == State::current; }));
    EXPECT_EQ(mirror.status().problem, "");
  }
  EXPECT_GE(mirror.status().connects, 4u);
  EXPECT_GT(mirror.status().rows, 0u);
  mirror.stop();
  EXPECT_EQ(words().back(), "over");
  for (const auto& each : words()) {
    EXPECT_THAT(each, Not(HasSubstr(test::PostgresServer::password)));
    EXPECT_THAT(each, Not(HasSubstr("\n")));
  }
}

TEST_F(MirrorThread, WaitsForAServerThatIsNotThereYet) {
  Box box;
  box.write(0, 20);
  server->stop(SIGINT);
  Mirror mirror(server->url(database), box.source(), options());
  mirror.start();
  EXPECT_TRUE(test::eventually(20s, [&] { return !words().empty(); }));
  EXPECT_THAT(words().front(), HasSubstr("Connection refused"));
  EXPECT_EQ(words().size(), 1u) << "the same trouble is said once";
  server->start();
  expect_to_be_equal(box);
}

TEST_F(MirrorThread, GoesOnWhenAChangedPasswordIsChangedBack) {
  Box box;
  box.write(0, 5);
  server->ask("postgres", "CREATE ROLE box SUPERUSER LOGIN PASSWORD 'f1rst'");
  Mirror mirror(server->url(database, "box", "f1rst"), box.source(), options());
  mirror.start();
  expect_to_be_equal(box);
  server->ask("postgres", "ALTER ROLE box PASSWORD 's3cond'");
  server->restart(SIGINT);
  box.write(5, 10);
  EXPECT_TRUE(test::eventually(20s, [&] {
    return mirror.status().problem.find("password authentication failed") != std::string::npos;
  })) << mirror.status().problem;
  EXPECT_THAT(mirror.status().problem, Not(HasSubstr("f1rst")));
  server->ask("postgres", "ALTER ROLE box PASSWORD 'f1rst'");
  expect_to_be_equal(box);
}

TEST_F(MirrorThread, AnAddressThatMakesNoSenseIsAProblemAndNoMore) {
  Box box;
  Mirror mirror("postgres://bi:s3cret%zz@db/erp", box.source(), options());
  mirror.start();
  EXPECT_EQ(mirror.status().state, State::off);
  EXPECT_THAT(mirror.status().problem, HasSubstr("no PostgreSQL address"));
  ASSERT_EQ(words().size(), 1u);
  EXPECT_THAT(words().front(), Not(HasSubstr("s3cret")));
  mirror.stop();
}

TEST_F(MirrorThread, EndsAtOnceThoughTheServerNeverAnswers) {
  Box box;
  box.write(0, 5);
  Mirror mirror(server->url(database), box.source(), options());
  mirror.start();
  expect_to_be_equal(box);
  // Every backend of the server and itself stand still, as behind a line that was cut.
  std::vector<pid_t> backends;
  for (const auto& pid : server->ask("postgres",
                                     "SELECT pid FROM pg_stat_activity WHERE "
                                     "application_name = 'spindle'"))
    backends.push_back(std::stoi(pid));
  for (const auto pid : backends) ::kill(pid, SIGSTOP);
  box.write(5, 10);
  EXPECT_TRUE(test::eventually(20s, [&] { return mirror.status().lag_s > 0.3; }));
  mirror.stop();
  for (const auto pid : backends) ::kill(pid, SIGCONT);
}

/// Takes connections and never says a word.
struct SilentServer {
  SilentServer() {
    listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    if (::bind(listener, reinterpret_cast<sockaddr*>(&at), size) != 0 ||
        ::listen(listener, 8) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size) != 0)
      throw std::runtime_error("no port is left");
    port = ntohs(at.sin_port);
  }
  ~SilentServer() { ::close(listener); }
  int listener = -1;
  int port = 0;
};

TEST_F(MirrorThread, AServerThatTakesTheConnectionAndSaysNothingIsGivenUpAndTriedAgain) {
  Box box;
  const SilentServer silent;
  auto patient = options();
  patient.patience.connect = 50ms;
  Mirror mirror("postgres://box:s3cret@127.0.0.1:" + std::to_string(silent.port) + "/erp",
                box.source(), patient);
  mirror.start();
  EXPECT_TRUE(test::eventually(20s, [&] { return !words().empty(); }));
  EXPECT_THAT(words().front(), HasSubstr("no answer for"));
  EXPECT_EQ(mirror.status().state, State::connecting);
}

TEST_F(MirrorThread, AServerThatStopsAnsweringIsSaidAndWaitedFor) {
  Box box;
  box.write(0, 5);
  auto patient = options();
  patient.patience.say = 50ms;
  Mirror mirror(server->url(database), box.source(), patient);
  mirror.start();
  expect_to_be_equal(box);
  const auto backend = std::stoi(server->word(
      "postgres", "SELECT pid FROM pg_stat_activity WHERE application_name = 'spindle'"));
  ::kill(backend, SIGSTOP);
  box.write(5, 10);
  EXPECT_TRUE(test::eventually(
      20s, [&] { return mirror.status().problem.find("it is waited for") != std::string::npos; }));
  EXPECT_EQ(mirror.status().connects, 1u);
  ::kill(backend, SIGCONT);
  expect_to_be_equal(box);
  EXPECT_EQ(mirror.status().connects, 1u) << "the connection was good";
}

TEST_F(MirrorThread, AStatementThatIsNeverAnsweredIsGivenUp) {
  const StopSignal stop;
  const auto address = must(parse_mirror_address(server->url(database)));
  std::vector<std::string> told;
  const Patience patience{.say = 100ms, .give_up = 1s, .on_silence = [&](const Error& error) {
                            told.push_back(error.what);
                          }};
  std::unique_ptr<PgConnection> connection;
  ASSERT_TRUE(test::eventually(20s, [&] {
    auto opened = PgConnection::open(address, stop, patience);
    if (opened) connection = std::move(*opened);
    return connection != nullptr;
  }));
  told.clear();
  const auto asked = connection->run("SELECT pg_sleep(3600)");
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, Errc::timeout);
  EXPECT_THAT(asked.error().what, HasSubstr("it is given up"));
  EXPECT_EQ(told.size(), 1u) << "the same silence is said once";
}

TEST_F(MirrorThread, LagIsTheTimeSinceEverythingWasThere) {
  Box box;
  Mirror mirror(server->url(database), box.source(), options());
  mirror.start();
  EXPECT_TRUE(test::eventually(20s, [&] { return mirror.status().state == State::current; }));
  EXPECT_TRUE(mirror.status().complete_until);
  server->stop(SIGINT);
  EXPECT_TRUE(test::eventually(20s, [&] { return mirror.status().lag_s > 0.2; }));
  server->start();
  EXPECT_TRUE(test::eventually(
      20s, [&] { return mirror.status().state == State::current && mirror.status().lag_s < 0.2; }));
}

}  // namespace
}  // namespace spindle::publish
