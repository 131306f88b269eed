#include <cstdlib>

#include "store/rollup_codec.hpp"

// What decodes says in its head what it is, and is encoded and decoded again to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spindle;
  store::RollUp read;
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto head = store::read_rollup_head(bytes);
  if (!store::decode_rollup(bytes, {}, read)) return 0;
  if (!head || head->machine != read.machine || head->from != read.from ||
      head->first != read.columns.front().signal || head->last != read.columns.back().signal)
    std::abort();
  Bytes again;
  store::encode_rollup(read, again);
  store::RollUp twice;
  if (!store::decode_rollup(again, {}, twice)) std::abort();
  Bytes third;
  store::encode_rollup(twice, third);
  if (third != again) std::abort();
  return 0;
}
