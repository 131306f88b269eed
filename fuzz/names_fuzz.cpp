// Sets of signals in the history's index. What is read is written again to a set that reads the
// same; all else means that any signal may be named.
#include <cstdlib>

#include "store/named_sets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spindle;
  const auto read = store::decode_names(std::as_bytes(std::span(data, size)));
  if (!read) return 0;
  const auto again = store::decode_names(store::encode_names(*read));
  if (!again || *again != *read) std::abort();
  return 0;
}
