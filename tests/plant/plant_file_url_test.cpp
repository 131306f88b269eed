#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "plant/probe_url.hpp"
#include "tests/plant/plant_file_generators.hpp"

namespace spindle::plant {
namespace {

TEST(PlantFileUrl, TheContractsFormsAreRead) {
  const struct {
    std::string_view url;
    Protocol protocol;
    std::string_view host;
    int port;
    int unit;
    std::string_view device;
  } cases[] = {
      {"modbus-tcp://10.0.0.5:1502/17", Protocol::modbus_tcp, "10.0.0.5", 1502, 17, ""},
      {"modbus-tcp://plc.local", Protocol::modbus_tcp, "plc.local", 502, 1, ""},
      {"modbus-tcp://plc/", Protocol::modbus_tcp, "plc", 502, 1, ""},
      {"modbus-tcp://[fe80::1]:1502/0", Protocol::modbus_tcp, "fe80::1", 1502, 0, ""},
      {"http://agent:5000/", Protocol::mtconnect, "agent", 5000, 1, ""},
      {"http://agent", Protocol::mtconnect, "agent", 80, 1, ""},
      {"http://agent:5000/VMC-3Axis", Protocol::mtconnect, "agent", 5000, 1, "VMC-3Axis"},
      {"http://agent:5000/VMC-3Axis/current", Protocol::mtconnect, "agent", 5000, 1, "VMC-3Axis"},
      {"http://agent:5000/probe", Protocol::mtconnect, "agent", 5000, 1, ""},
      {"http://agent:5000/myprobe", Protocol::mtconnect, "agent", 5000, 1, "myprobe"},
      {"shdr://192.168.1.9", Protocol::shdr, "192.168.1.9", 7878, 1, ""},
      {"shdr://[::1]:9/", Protocol::shdr, "::1", 9, 1, ""},
  };
  for (const auto& c : cases) {
    const auto connection = parse_probe_url(c.url);
    ASSERT_TRUE(connection) << connection.error().what;
    EXPECT_EQ(connection->protocol, c.protocol) << c.url;
    EXPECT_EQ(connection->host, c.host) << c.url;
    EXPECT_EQ(connection->port, c.port) << c.url;
    EXPECT_EQ(connection->unit, c.unit) << c.url;
    EXPECT_EQ(connection->device, c.device) << c.url;
  }
  const auto serial =
      parse_probe_url("modbus-rtu:/dev/ttyUSB0?baud=19200&parity=E&stop_bits=2&unit=9");
  ASSERT_TRUE(serial) << serial.error().what;
  EXPECT_EQ(serial->protocol, Protocol::modbus_rtu);
  EXPECT_EQ(serial->serial_port, "/dev/ttyUSB0");
  EXPECT_EQ(serial->baud, 19200U);
  EXPECT_EQ(serial->parity, Parity::even);
  EXPECT_EQ(serial->stop_bits, 2);
  EXPECT_EQ(serial->unit, 9);
  EXPECT_EQ(parse_probe_url("modbus-rtu:/dev/ttyS0")->baud, 9600U);
}

TEST(PlantFileUrl, WhatIsWrongIsSaid) {
  const struct {
    std::string_view url;
    std::string_view what;
    Errc code = Errc::invalid;
  } cases[] = {
      {"", "no URL; write modbus-tcp://HOST:502/UNIT"},
      {"10.0.0.5", "no URL"},
      {"10.0.0.5:502", "does not speak `10.0.0.5`", Errc::unsupported},
      {"opc.tcp://h:4840/x", "does not speak `opc.tcp`", Errc::unsupported},
      {"https://h/", "does not speak `https`", Errc::unsupported},
      {"modbus-tcp:h", "write modbus-tcp://HOST"},
      {"modbus-tcp://", "the host is missing"},
      {"modbus-tcp://:502", "the host is missing"},
      {"modbus-tcp://h:0", "`0` is no port"},
      {"modbus-tcp://h:65536/1", "`65536` is no port"},
      {"modbus-tcp://h:5o2/1", "`5o2` is no port"},
      {"modbus-tcp://h:/1", "`` is no port"},
      {"modbus-tcp://h:502/256", "`256` is no unit; write a number from 0 to 255"},
      {"modbus-tcp://h:502/1/2", "`1/2` is no unit"},
      {"modbus-tcp://h:502/-1", "is no unit"},
      {"modbus-tcp://a b:502/1", "is no host"},
      {"modbus-tcp://user:secret@h:502/1", "remove what stands before the @"},
      {"modbus-tcp://fe80::1:502/1", "write an IPv6 address in brackets"},
      {"modbus-tcp://[fe80::1:502/1", "] after the IPv6 address is missing"},
      {"modbus-tcp://[::1]502", "write :PORT or nothing"},
      {"modbus-tcp://[]:502", "the host is missing"},
      {"modbus-tcp://[1.2]:502", "brackets are for IPv6"},
      {"shdr://h:7878/x", "nothing may follow the port"},
      {"http://h:5000/a/b", "one device name"},
      {"http://h:5000/?x=1", "one device name"},
      {"modbus-rtu://dev/ttyS0", "write the serial port as a path"},
      {"modbus-rtu:COM1", "write the serial port as a path"},
      {"modbus-rtu:/dev/ttyS0?baud=1", "`1` is no baud rate; write one of 1200"},
      {"modbus-rtu:/dev/ttyS0?parity=X", "`X` is no parity; write N, E or O"},
      {"modbus-rtu:/dev/ttyS0?stop_bits=3", "write stop_bits=1 or stop_bits=2"},
      {"modbus-rtu:/dev/ttyS0?unit=0", "`0` is no unit; write a number from 1 to 247"},
      {"modbus-rtu:/dev/ttyS0?speed=9", "there is no option `speed`"},
      {"modbus-rtu:/dev/ttyS0?baud", "has no value"},
  };
  for (const auto& c : cases) {
    const auto connection = parse_probe_url(c.url);
    ASSERT_FALSE(connection) << c.url;
    EXPECT_EQ(connection.error().code, c.code) << c.url;
    EXPECT_THAT(connection.error().what, testing::HasSubstr(std::string(c.what))) << c.url;
  }
}

RC_GTEST_PROP(PlantFileUrl, AConnectionsUrlLeadsBackToIt, ()) {
  auto connection = testing_support::any_connection();
  RC_PRE(connection.protocol != Protocol::push);
  if (!connection.device.empty()) connection.device = "Mill-1";
  const auto back = parse_probe_url(probe_url_of(connection));
  if (!back) RC_FAIL(back.error().what);
  auto expected = connection;
  // A URL names the place, not how often to ask or whose clock to trust.
  expected.poll = back->poll;
  expected.timeout = back->timeout;
  expected.clock = back->clock;
  RC_ASSERT(*back == expected);
}

RC_GTEST_PROP(PlantFileUrl, AnyTextIsAConnectionOrAnError, (const std::string& text)) {
  static_cast<void>(parse_probe_url(text));
  static_cast<void>(parse_probe_url("modbus-tcp://" + text));
  static_cast<void>(parse_probe_url("modbus-rtu:" + text));
  static_cast<void>(parse_probe_url("http://" + text));
}

}  // namespace
}  // namespace spindle::plant
