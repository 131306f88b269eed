// kill -9 of the box at any instant, and a server that falls over meanwhile.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "tests/publish/mirror_box.hpp"

namespace spindle::publish {
namespace {

using namespace testing_support;

int rounds() { return std::getenv("SPINDLE_LONG") ? 500 : 50; }

/// A box that writes facts and mirrors them until it is killed. It goes on where the ledger ends;
/// every 200 steps it derives the first machine's past again, with other words.
[[noreturn]] void live(const std::filesystem::path& folder, const std::string& url) {
  Box box(two_machines(), folder);
  Mirror::Options options;
  options.every = 1ms;
  options.retry_min = 1ms;
  options.retry_max = 20ms;
  Mirror mirror(url, box.source(), options);
  mirror.start();
  auto step = must(box.ledger().cursor("engine"));
  for (;; ++step) {
    box.write(step, step + 1);
    if (step % 200 == 199) {
      const auto key = box.machine(0).key;
      const auto generation = must(box.ledger().begin_rebuild(key));
      for (std::uint64_t n = 0; n <= step; ++n) {
        auto facts = box.facts(0, n);
        facts.states.front().detail.reason = "derived in " + std::to_string(generation);
        if (n % generation == 0) facts.parts.clear();
        must(box.ledger().add_to_rebuild(key, generation, facts, n + 1));
      }
      must(box.ledger().finish_rebuild(key, generation, {}, step + 1));
      while (must(box.ledger().purge(10'000)) > 0) {
      }
    }
  }
}

TEST(Kill, NothingIsMissingAndNothingIsThereTwice) {
  if (!test::PostgresServer::is_installed()) GTEST_SKIP() << "PostgreSQL 15 is not installed";
  test::PostgresServer server;
  const auto database = server.make_database();
  const auto url = server.url(database);
  const store::testing_support::TemporaryFolder folder;
  const auto* given = std::getenv("SPINDLE_SEED");
  const auto seed = given ? std::stoull(given) : std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  std::mt19937_64 random(seed);

  for (int round = 0; round < rounds(); ++round) {
    const auto pid = ::fork();
    if (pid == 0) {
      try {
        live(folder.path(), url);
      } catch (const std::exception& e) {
        ::dprintf(2, "%s\n", e.what());
        ::_exit(9);
      }
    }
    const auto spin = [&](unsigned ms) {
      const auto until = read_clock().mono + std::chrono::microseconds(random() % (ms * 1000u));
      while (read_clock().mono < until) ::poll(nullptr, 0, 1);
    };
    spin(150);
    if (round % 5 == 4) {
      server.restart(round % 2 == 0 ? SIGQUIT : SIGINT);
      spin(150);
    }
    ::kill(pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the box ended by itself in round " << round;
  }

  Box box(two_machines(), folder.path());
  EXPECT_GT(must(box.ledger().cursor("engine")), 400u);
  StopSignal stop;
  std::unique_ptr<MirrorSession> session;
  // The server may still hold the connection of the box that was killed last.
  ASSERT_TRUE(test::eventually(20s, [&] {
    auto opened = MirrorSession::open(must(parse_mirror_address(url)), box.source(), stop);
    if (opened) session = std::move(*opened);
    return session != nullptr;
  }));
  follow(*session);
  for (std::size_t n = 0; n < 2; ++n)
    EXPECT_EQ(told_by_database(server, database, 1, box.machine(n).id), box.told_by_ledger(n))
        << "seed " << seed;
  EXPECT_EQ(server.word(database, "SELECT count(*) FROM spindle.boxes"), "1");
}

}  // namespace
}  // namespace spindle::publish
