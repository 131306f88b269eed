#include "publish/address.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <map>
#include <memory>

namespace spindle::publish {
namespace {

constexpr auto advice =
    "the mirror's address is no PostgreSQL address: write postgres://USER@HOST:PORT/DATABASE; in a "
    "password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25, or give it as "
    "PGPASSWORD";

}  // namespace

Result<MirrorAddress> parse_mirror_address(std::string_view text) {
  const bool uri = text.starts_with("postgres://") || text.starts_with("postgresql://");
  if (!uri && text.find('=') == std::string_view::npos) return fail(Errc::invalid, advice);
  MirrorAddress out;
  out.conninfo = text;
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(out.conninfo.c_str(), &message), &PQconninfoFree);
  PQfreemem(message);  // It quotes the text: not for people.
  if (!options) return fail(Errc::invalid, advice);
  std::map<std::string_view, std::string_view> given;
  for (const auto* option = options.get(); option->keyword; ++option)
    if (option->val && *option->val) given[option->keyword] = option->val;
  const auto or_else = [&](std::string_view key, std::string_view otherwise) {
    const auto it = given.find(key);
    return it == given.end() ? otherwise : it->second;
  };
  out.shown = "postgres://";
  if (const auto user = or_else("user", ""); !user.empty()) out.shown += fmt::format("{}@", user);
  out.shown += or_else("host", or_else("hostaddr", ""));
  if (const auto port = or_else("port", ""); !port.empty()) out.shown += fmt::format(":{}", port);
  if (const auto name = or_else("dbname", ""); !name.empty()) out.shown += fmt::format("/{}", name);
  if (const auto service = or_else("service", ""); !service.empty())
    out.shown += fmt::format("?service={}", service);
  return out;
}

}  // namespace spindle::publish
