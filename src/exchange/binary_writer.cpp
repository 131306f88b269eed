#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "exchange/binary.hpp"
#include "exchange/binary_format.hpp"
#include "exchange/value_text.hpp"
#include "store/block_format.hpp"

namespace spindle::exchange {
namespace {

constexpr std::size_t rows_of_block = 4096;
constexpr std::size_t cells_of_block = 256 * 1024;
constexpr std::size_t text_of_block = 4u << 20;
/// A machine's signals stand in one block, under one time column.
constexpr std::uint32_t group_of_all = 1;

class BinaryWriter final : public Writer {
 public:
  Result<void> begin(std::string& out) override {
    out += binary::magic;
    return {};
  }

  Result<void> row(const Row& row, std::string& out) override {
    const auto machine = number_of_machine(row.machine);
    const auto signal = number_of_signal(row, machine);
    const bool full = rows_.rows() >= rows_of_block || rows_.text.size() >= text_of_block ||
                      rows_.rows() * (rows_.columns.size() + 1) >= cells_of_block;
    const bool new_time = rows_.empty() || row.time != time_;
    if (!rows_.empty() && (machine != machine_ || (full && new_time))) write_block(out);
    // Of one time the signals of a row rise, so that they come back in the order they came.
    if (rows_.empty() || new_time || signal <= last_signal_)
      rows_.begin_row({row.time, {}, row.time});
    rows_.add(SignalKey{signal}, row.quality, row.value, row.words());
    machine_ = machine;
    time_ = row.time;
    last_signal_ = signal;
    ++values_;
    return {};
  }

  Result<void> point(const Point&, std::string&) override {
    return fail(Errc::invalid, "points: bin has none; choose csv, xml, jsonl or xlsx");
  }

  Result<bool> finish(std::string& out) override {
    if (!rows_.empty()) write_block(out);
    Bytes content;
    ByteWriter(content).u64_le(values_);
    write_record(binary::end_record, content, out);
    return false;
  }

 private:
  std::uint32_t number_of_machine(std::string_view id) {
    const auto it = machines_.find(id);
    if (it != machines_.end()) return it->second;
    const auto number = static_cast<std::uint32_t>(machines_.size() + 1);
    machines_.emplace(id, number);
    new_names_["machines"][fmt::format("{}", number)] = id;
    return number;
  }

  std::uint32_t number_of_signal(const Row& row, std::uint32_t machine) {
    const auto it = signals_.find(std::tuple(machine, row.signal, row.unit));
    if (it != signals_.end()) return it->second;
    const auto number = static_cast<std::uint32_t>(signals_.size() + 1);
    signals_.emplace(std::tuple(machine, std::string(row.signal), std::string(row.unit)), number);
    new_names_["signals"][fmt::format("{}", number)] = {
        {"machine", machine}, {"id", row.signal}, {"unit", row.unit}};
    return number;
  }

  void write_block(std::string& out) {
    if (!new_names_.empty()) {
      const auto text = new_names_.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      write_record(binary::names_record, as_bytes(text), out);
      new_names_.clear();
    }
    Bytes block;
    store::encode_block({.level = 0, .machine = MachineKey{machine_}, .group = group_of_all}, rows_,
                        block, store::Squeeze::no);
    write_record(binary::block_record, block, out);
    rows_.clear();
  }

  static void write_record(char what, ByteView content, std::string& out) {
    Bytes head;
    ByteWriter writer(head);
    writer.u8(static_cast<std::uint8_t>(what));
    writer.u32_le(static_cast<std::uint32_t>(content.size()));
    writer.u32_le(crc32(content));
    out += as_text(head);
    out += as_text(content);
  }

  std::map<std::string, std::uint32_t, std::less<>> machines_;
  std::map<std::tuple<std::uint32_t, std::string, std::string>, std::uint32_t, std::less<>>
      signals_;
  nlohmann::json new_names_;
  store::SeriesRows rows_;
  std::uint32_t machine_ = 0;
  std::uint32_t last_signal_ = 0;
  Instant time_{};
  std::uint64_t values_ = 0;
};

}  // namespace

std::unique_ptr<Writer> make_binary_writer(const WriterOptions&) {
  return std::make_unique<BinaryWriter>();
}

}  // namespace spindle::exchange
