#pragma once

#include <memory>

#include "exchange/reader.hpp"
#include "exchange/source.hpp"
#include "exchange/writer.hpp"

namespace spindle::exchange {

/// JSON lines: UTF-8, one JSON document (RFC 8259) a line.
///
///   {"machine":"vmc-1","signal":"power","t":"2024-03-14T00:00:00.000000Z","value":1.5,
///    "quality":"good","unit":"kW","type":"real"}
///
/// `value` is a JSON number, true or false, or null; text, base64, conditions and what JSON has no
/// number for (NaN, INF, -INF) are strings. Points have `min average max last count` instead of
/// `value quality type`. The reader takes keys in any order, passes over others and does without
/// `machine`, `quality`, `unit` and `type`.
///
/// Of Format::json the same lines stand in one array: `[` and `]` on lines of their own, commas at
/// the ends of lines. The reader takes both.
[[nodiscard]] std::unique_ptr<Writer> make_jsonl_writer(const WriterOptions& options);
[[nodiscard]] std::unique_ptr<Reader> make_jsonl_reader(std::unique_ptr<Source> source);

}  // namespace spindle::exchange
