// Devices that restart, hang, half-close and talk rubbish: every one is found again within 10 s of
// answering, over one connection. SPINDLE_LONG=1 does it 200 times to each device, 40 for each
// fault.
#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <cstdlib>

#include "connect/session.hpp"
#include "plant/io_threads.hpp"
#include "sim/demo_plant.hpp"
#include "sim/factory.hpp"
#include "tests/running/sim_thread.hpp"

namespace spindle {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

int rounds() { return std::getenv("SPINDLE_LONG") ? 40 : 3; }

/// One simulated machine, and the session that reads it.
class Reconnect : public ::testing::TestWithParam<sim::Speaks> {
 protected:
  void SetUp() override {
    sim::FactorySpec spec;
    sim::MachineSpec machine;
    machine.actor.id = "m-1";
    machine.actor.cycle_s = 5;
    machine.speaks = GetParam();
    if (machine.speaks == sim::Speaks::plc) machine.actor.kind = sim::Kind::furnace;
    spec.machines.push_back(machine);
    factory_ = std::make_unique<sim::Factory>(devices_.io(), spec, nullptr);
    const auto started = devices_.run([&] { return factory_->start(); });
    ASSERT_TRUE(started) << started.error().what;

    auto plant = devices_.run([&] { return sim::demo_plant(*factory_); });
    auto& definition = plant.machines.front();
    definition.key = MachineKey{1};
    std::uint32_t key = 1;
    for (auto& signal : definition.signals) signal.key = SignalKey{key++};
    definition.connection.poll = milliseconds{50};
    definition.connection.timeout = milliseconds{300};
    auto driver = connect::make_driver({definition});
    ASSERT_TRUE(driver) << driver.error().what;
    // The waits between attempts are held to their cap elsewhere (Backoff); here 200 of them pass.
    connect::Session::Options options;
    if (rounds() > 3) options.backoff.cap = milliseconds{500};
    session_ =
        std::make_shared<connect::Session>(io_.next(), connect::endpoint_of(definition.connection),
                                           std::move(*driver), queue_, options);
    io_.start();
    session_->start();
    ASSERT_TRUE(values_come(seconds{10})) << "before anything went wrong";
  }

  void TearDown() override {
    if (session_) {
      std::promise<void> ended;
      session_->stop([&] { ended.set_value(); });
      EXPECT_EQ(ended.get_future().wait_for(seconds{10}), std::future_status::ready);
    }
    io_.stop();
    devices_.run([&] { factory_->stop(); });
  }

  /// True once good values received after this call have come through.
  bool values_come(Duration limit) {
    const auto begun = read_clock();
    std::vector<Batch> batches;
    while (read_clock().mono < begun.mono + limit) {
      batches.clear();
      queue_.take(batches, begun.mono + limit);
      for (const auto& batch : batches)
        for (const auto& scan : batch.scans)
          if (scan.kind == ScanKind::values && scan.received > begun.wall && scan.count > 0)
            return true;
    }
    return false;
  }

  bool one_client_soon() {
    const auto limit = read_clock().mono + seconds{5};
    while (read_clock().mono < limit) {
      if (devices_.run([&] { return host().clients(); }) == 1) return true;
      std::this_thread::yield();
    }
    return false;
  }

  /// Real time passes on the devices' thread.
  void let_pass(Duration how_long) {
    std::promise<void> passed;
    boost::asio::steady_timer timer(devices_.io());
    timer.expires_after(how_long);
    timer.async_wait([&](const boost::system::error_code&) { passed.set_value(); });
    passed.get_future().wait();
  }

  sim::TcpHost& host() { return factory_->device(0).host(); }

  test::SimThread devices_;
  std::unique_ptr<sim::Factory> factory_;
  connect::BatchQueue queue_{100'000};
  plant::IoThreads io_{1};
  std::shared_ptr<connect::Session> session_;
};

TEST_P(Reconnect, AfterARestartOfTheDevice) {
  for (int i = 0; i < rounds(); ++i) {
    devices_.run([&] { host().close(); });
    let_pass(milliseconds{30 * (i % 5)});
    const auto opened = devices_.run([&] { return host().open(); });
    ASSERT_TRUE(opened) << opened.error().what;
    ASSERT_TRUE(values_come(seconds{10})) << "round " << i;
    ASSERT_TRUE(one_client_soon()) << "round " << i;
  }
}

TEST_P(Reconnect, AfterTheDeviceHung) {
  for (int i = 0; i < rounds(); ++i) {
    devices_.run([&] { host().freeze(true); });
    let_pass(milliseconds{i % 3 == 2 ? 1500 : 200});
    devices_.run([&] { host().freeze(false); });
    ASSERT_TRUE(values_come(seconds{10})) << "round " << i;
    ASSERT_TRUE(one_client_soon()) << "round " << i;
  }
}

TEST_P(Reconnect, AfterTheDeviceHalfClosed) {
  for (int i = 0; i < rounds(); ++i) {
    devices_.run([&] { host().half_close(); });
    ASSERT_TRUE(values_come(seconds{10})) << "round " << i;
    ASSERT_TRUE(one_client_soon()) << "round " << i;
  }
}

TEST_P(Reconnect, AfterTheDeviceTalkedRubbish) {
  const std::string rubbish = "\x00\xFF|||\x07 not a protocol \r\n\r\n\xC3\x28";
  for (int i = 0; i < rounds(); ++i) {
    devices_.run([&] { host().garble(as_bytes(rubbish)); });
    ASSERT_TRUE(values_come(seconds{10})) << "round " << i;
    ASSERT_TRUE(one_client_soon()) << "round " << i;
  }
}

TEST_P(Reconnect, AfterTheConnectionWasReset) {
  for (int i = 0; i < rounds(); ++i) {
    devices_.run([&] { host().drop_clients(); });
    ASSERT_TRUE(values_come(seconds{10})) << "round " << i;
    ASSERT_TRUE(one_client_soon()) << "round " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(EachProtocol, Reconnect,
                         ::testing::Values(sim::Speaks::shdr, sim::Speaks::mtconnect,
                                           sim::Speaks::lamp, sim::Speaks::plc),
                         [](const auto& info) {
                           switch (info.param) {
                             case sim::Speaks::shdr:
                               return std::string("Shdr");
                             case sim::Speaks::mtconnect:
                               return std::string("Mtconnect");
                             case sim::Speaks::lamp:
                               return std::string("Modbus");
                             case sim::Speaks::plc:
                               return std::string("Plc");
                           }
                           return std::string("?");
                         });

}  // namespace
}  // namespace spindle
