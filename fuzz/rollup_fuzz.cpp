#include <cstdlib>

#include "store/rollup_codec.hpp"

// What decodes is encoded and decoded again to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spindle;
  store::RollUp read;
  if (!store::decode_rollup(std::as_bytes(std::span(data, size)), {}, read)) return 0;
  Bytes again;
  store::encode_rollup(read, again);
  store::RollUp twice;
  if (!store::decode_rollup(again, {}, twice)) std::abort();
  Bytes third;
  store::encode_rollup(twice, third);
  if (third != again) std::abort();
  return 0;
}
