#include "store/segments.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "store/checksum.hpp"
#include "tests/store/counting_disk.hpp"
#include "tests/store/faulty_disk.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::CountingDisk;
using testing_support::FaultyDisk;
using testing_support::TemporaryFolder;

const std::filesystem::path folder = "/data/log";

/// The payload of record `n`; sizes from a few bytes to several sectors.
std::string payload_of(std::size_t n) {
  auto text = fmt::format("record {} ", n);
  text.resize(8 + n * 37 % 1500, static_cast<char>('a' + n % 26));
  return text;
}

std::unique_ptr<SegmentWriter> open(Disk& disk, std::uint64_t file_bytes = 8u << 20) {
  auto writer = SegmentWriter::open(disk, folder, {.prefix = "x", .file_bytes = file_bytes});
  EXPECT_TRUE(writer) << writer.error().what;
  return std::move(*writer);
}

struct Got {
  std::vector<std::string> payloads;
  SegmentScan scan;
};

Got read_all(Disk& disk, SegmentPlace from = {}) {
  Got out;
  SegmentReader reader(disk, folder, "x");
  auto scan = reader.scan(from, [&](const SegmentRecord& record) {
    out.payloads.emplace_back(as_text(record.payload));
    Bytes alone;
    EXPECT_TRUE(reader.read(record.place, alone));
    EXPECT_EQ(as_text(alone), out.payloads.back());
    return true;
  });
  EXPECT_TRUE(scan) << scan.error().what;
  if (scan) out.scan = *scan;
  return out;
}

std::vector<std::string> payloads(std::size_t first, std::size_t end) {
  std::vector<std::string> out;
  for (auto n = first; n < end; ++n) out.push_back(payload_of(n));
  return out;
}

std::vector<SegmentPlace> append(SegmentWriter& writer, std::size_t first, std::size_t end) {
  std::vector<SegmentPlace> places;
  for (auto n = first; n < end; ++n) {
    auto place = writer.append(as_bytes(payload_of(n)));
    EXPECT_TRUE(place) << place.error().what;
    places.push_back(*place);
  }
  return places;
}

TEST(Segments, RecordsComeBackInOrderAcrossFilesAndAfterReopening) {
  FaultyDisk disk;
  auto writer = open(disk, 5000);
  append(*writer, 0, 60);
  EXPECT_EQ(read_all(disk).payloads, payloads(0, 60)) << "beside the writer";
  EXPECT_GT(SegmentReader(disk, folder, "x").files()->size(), 3u);
  writer.reset();
  writer = open(disk, 5000);
  append(*writer, 60, 90);
  const auto got = read_all(disk);
  EXPECT_EQ(got.payloads, payloads(0, 90));
  EXPECT_EQ(got.scan.damaged_bytes + got.scan.torn_bytes, 0u);
}

TEST(Segments, AScanGoesOnFromAnyRecordAndFromWhereItStopped) {
  FaultyDisk disk;
  auto writer = open(disk, 5000);
  const auto places = append(*writer, 0, 40);
  for (std::size_t n = 0; n < places.size(); ++n)
    EXPECT_EQ(read_all(disk, places[n]).payloads, payloads(n, 40));
  SegmentReader reader(disk, folder, "x");
  std::size_t seen = 0;
  const auto part = reader.scan({}, [&](const SegmentRecord&) { return ++seen < 7; });
  ASSERT_TRUE(part);
  EXPECT_TRUE(part->stopped);
  EXPECT_EQ(read_all(disk, part->next).payloads, payloads(7, 40));
  const auto all = read_all(disk).scan.next;
  EXPECT_TRUE(read_all(disk, all).payloads.empty());
  append(*writer, 40, 55);
  EXPECT_EQ(read_all(disk, all).payloads, payloads(40, 55)) << "into files begun since";
}

TEST(Segments, StagedRecordsAreTakenTogetherOrNotAtAll) {
  FaultyDisk disk;
  auto writer = open(disk);
  append(*writer, 0, 2);
  for (std::size_t n = 2; n < 5; ++n) ASSERT_TRUE(writer->stage(as_bytes(payload_of(n))));
  EXPECT_EQ(read_all(disk).payloads.size(), 2u);
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(read_all(disk).payloads, payloads(0, 5));
  ASSERT_TRUE(writer->stage(as_bytes("not this one")));
  writer->discard();
  append(*writer, 5, 6);
  EXPECT_EQ(read_all(disk).payloads, payloads(0, 6));
}

TEST(Segments, PartOfAPayloadCanBeReadAlone) {
  FaultyDisk disk;
  auto writer = open(disk);
  const auto place = append(*writer, 0, 20)[13];
  SegmentReader reader(disk, folder, "x");
  Bytes out;
  ASSERT_TRUE(reader.read_part(place, 3, 20, out));
  EXPECT_EQ(as_text(out), payload_of(13).substr(3, 20));
  EXPECT_EQ(reader.read_part(place, place.size - 5, 6, out).error().code, Errc::corrupt);
}

TEST(Segments, FilesAreDroppedWholeAndTheNewestNever) {
  FaultyDisk disk;
  auto writer = open(disk, 3000);
  const auto places = append(*writer, 0, 30);
  ASSERT_TRUE(writer->drop(1));
  SegmentReader reader(disk, folder, "x");
  Bytes out;
  EXPECT_EQ(reader.read(places[0], out).error().code, Errc::refused);
  EXPECT_EQ(writer->drop(writer->end().file).error().code, Errc::invalid);
  const auto first =
      static_cast<std::size_t>(std::ranges::find(places, 2u, &SegmentPlace::file) - places.begin());
  EXPECT_EQ(read_all(disk).payloads, payloads(first, 30));
  EXPECT_EQ(read_all(disk, places[0]).payloads, payloads(first, 30)) << "goes on in the next file";
}

TEST(Segments, OnAFullDiskNothingIsTakenWhicheverCallFails) {
  for (const auto fault : {FaultyDisk::Fault::full, FaultyDisk::Fault::short_write}) {
    bool failed = true;
    for (std::size_t n = 0; failed; ++n) {
      FaultyDisk disk;
      auto writer = open(disk, 3000);
      disk.fail_after(n, fault);
      std::vector<std::string> taken;
      for (std::size_t k = 0; k < 20; ++k) {
        if (writer->append(as_bytes(payload_of(k)))) taken.push_back(payload_of(k));
        if (k % 5 == 4 && !writer->sync()) disk.heal();
        if (k % 5 == 2) disk.heal();
      }
      failed = disk.failed();
      disk.heal();
      ASSERT_TRUE(writer->append(as_bytes("after"))) << n;
      taken.emplace_back("after");
      EXPECT_EQ(read_all(disk).payloads, taken) << "change " << n;
      writer.reset();
      writer = open(disk, 3000);
      EXPECT_EQ(read_all(disk).payloads, taken) << "change " << n;
      EXPECT_EQ(read_all(disk).scan.damaged_bytes, 0u);
    }
  }
}

TEST(Segments, APowerCutLeavesAPrefixThatHoldsAllThatWasSynced) {
  std::mt19937_64 random(11);
  std::size_t torn = 0;
  for (int trial = 0; trial < 300; ++trial) {
    FaultyDisk disk;
    std::size_t written = 0;
    for (int life = 0; life < 3; ++life) {
      auto writer = open(disk, 4000);
      std::size_t synced = written;
      const auto end = written + random() % 30;
      for (; written < end; ++written) {
        append(*writer, written, written + 1);
        if (random() % 5 != 0) continue;
        ASSERT_TRUE(writer->sync());
        synced = written + 1;
      }
      disk = disk.cut(random, static_cast<unsigned>(random() % 101));
      const auto unrecovered = read_all(disk);
      EXPECT_EQ(unrecovered.scan.damaged_bytes, 0u) << "torn is not damaged";
      writer = open(disk, 4000);
      torn += writer->torn_bytes() > 0;
      const auto got = read_all(disk);
      ASSERT_GE(got.payloads.size(), synced);
      ASSERT_LE(got.payloads.size(), written);
      EXPECT_EQ(got.payloads, payloads(0, got.payloads.size()));
      EXPECT_EQ(got.payloads, unrecovered.payloads);
      EXPECT_EQ(got.scan.torn_bytes, 0u);
      written = got.payloads.size();
    }
  }
  EXPECT_GT(torn, 30u);
}

// Each byte of two files is flipped in turn: it costs the record it is in, no other.
TEST(Segments, WhatASyncCouldNotWriteThroughIsWrittenAgainByTheNext) {
  std::mt19937_64 random(1);
  FaultyDisk disk;
  auto writer = open(disk);
  for (std::size_t n = 0; n < 30; ++n) {
    ASSERT_TRUE(writer->append(as_bytes(payload_of(n))));
    if (n % 10 != 9) continue;
    disk.fail_after(0, FaultyDisk::Fault::lost_sync);
    ASSERT_FALSE(writer->sync());
    disk.heal();
    ASSERT_TRUE(writer->sync());
    auto left = disk.cut(random, 0);
    EXPECT_EQ(read_all(left).payloads, payloads(0, n + 1));
  }
}

TEST(Segments, AFlippedBitCostsItsRecordAlone) {
  FaultyDisk original;
  auto writer = open(original, 2000);
  const auto places = append(*writer, 0, 12);
  ASSERT_TRUE(writer->seal());
  ASSERT_GT(writer->end().file, 1u);
  for (std::uint32_t number = 1; number <= writer->end().file; ++number) {
    const auto path = segment_path(folder, "x", number);
    for (std::size_t at = 0; at < original.content(path).size(); at += 3) {
      auto disk = original;
      disk.content(path)[at] ^= static_cast<char>(1 << at % 8);
      auto expected = payloads(0, 12);
      bool in_record = false;
      for (std::size_t n = places.size(); n-- > 0;) {
        const auto end = places[n].at + segment_head_bytes + places[n].size;
        if (places[n].file != number || at < places[n].at || at >= end) continue;
        expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(n));
        in_record = true;
      }
      const bool in_seal = number == writer->end().file && at >= writer->end().at - 12;
      const auto before = read_all(disk);
      EXPECT_EQ(before.payloads, expected) << number << " at " << at;
      EXPECT_EQ(before.scan.damaged_bytes > 0, in_record && !in_seal);
      auto again = open(disk, 2000);
      EXPECT_EQ(read_all(disk).payloads, expected) << number << " at " << at;
      EXPECT_EQ(again->torn_bytes() > 0, in_seal) << "damage is kept, only what is torn is cut";
      append(*again, 20, 21);
      expected.push_back(payload_of(20));
      EXPECT_EQ(read_all(disk).payloads, expected);
    }
  }
}

TEST(Segments, ARecordCopiedElsewhereIsNoRecord) {
  FaultyDisk disk;
  auto writer = open(disk);
  append(*writer, 0, 3);
  // A payload that holds the file's first record whole, as a user could push it.
  const auto record =
      disk.content(segment_path(folder, "x", 1)).substr(segment_header_bytes, 12 + 8);
  const auto place = *writer->append(as_bytes("...." + record));
  append(*writer, 3, 4);
  ASSERT_TRUE(writer->seal());
  disk.content(segment_path(folder, "x", 1))[place.at + 1] ^= 4;
  EXPECT_EQ(read_all(disk).payloads, payloads(0, 4));
}

TEST(Segments, AFileThatIsNoSegmentIsRefusedAndLeftAlone) {
  FaultyDisk disk;
  append(*open(disk), 0, 3);
  const auto path = segment_path(folder, "x", 1);
  disk.content(path) = std::string(50'000, '\x33');
  const auto opened = SegmentWriter::open(disk, folder, {.prefix = "x"});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::corrupt);
  EXPECT_NE(opened.error().what.find(path.string()), std::string::npos);
  EXPECT_EQ(disk.content(path), std::string(50'000, '\x33'));
}

TEST(Segments, AFileOfANewerVersionIsRefusedADamagedHeaderCostsNothing) {
  FaultyDisk disk;
  append(*open(disk), 0, 3);
  Bytes header;
  ByteWriter writer(header);
  writer.bytes(as_bytes("SPNDLSEG"));
  writer.u32_le(2);
  auto& content = disk.content(segment_path(folder, "x", 1));
  content.replace(0, header.size(), as_text(header));
  EXPECT_EQ(read_all(disk).payloads, payloads(0, 3)) << "its checksum does not match";
  writer.u32_le(checksum(header));
  content.replace(0, header.size(), as_text(header));
  const auto opened = SegmentWriter::open(disk, folder, {.prefix = "x"});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::unsupported);
  SegmentReader reader(disk, folder, "x");
  EXPECT_EQ(reader.scan({}, [](const SegmentRecord&) { return true; }).error().code,
            Errc::unsupported);
}

TEST(Segments, PrefixesInOneFolderDoNotMeet) {
  FaultyDisk disk;
  auto one = *SegmentWriter::open(disk, folder, {.prefix = "a"});
  auto two = *SegmentWriter::open(disk, folder, {.prefix = "a-b"});
  auto three = *SegmentWriter::open(disk, folder, {});
  for (auto* writer : {one.get(), two.get(), three.get()})
    ASSERT_TRUE(writer->append(as_bytes("x")));
  EXPECT_TRUE(disk.has("/data/log/a-00000001.seg"));
  EXPECT_TRUE(disk.has("/data/log/a-b-00000001.seg"));
  EXPECT_TRUE(disk.has("/data/log/00000001.seg"));
  for (const auto* prefix : {"a", "a-b", ""})
    EXPECT_EQ(list_segments(disk, folder, prefix)->size(), 1u) << prefix;
}

TEST(Segments, AFileThatWasSealedIsNotReadThroughWhenItIsOpenedAgain) {
  TemporaryFolder place;
  CountingDisk disk;
  const auto reopen = [&] {
    disk.bytes_read = 0;
    return *SegmentWriter::open(disk, place.path(), {.prefix = "x"});
  };
  auto writer = reopen();
  const auto add = [&](std::size_t first, std::size_t end) {
    for (auto n = first; n < end; ++n) ASSERT_TRUE(writer->append(as_bytes(payload_of(n))));
  };
  add(0, 200);
  ASSERT_TRUE(writer->seal());
  const auto end = writer->end();
  writer = reopen();
  EXPECT_LT(disk.bytes_read, 100u);
  EXPECT_EQ(writer->end(), end);
  EXPECT_EQ(writer->torn_bytes(), 0u);
  ASSERT_TRUE(writer->seal());
  EXPECT_EQ(writer->end(), end) << "it says so already";
  add(200, 210);
  ASSERT_TRUE(writer->sync());
  const auto longer = writer->end();
  writer = reopen();
  EXPECT_GT(disk.bytes_read, longer.at / 2) << "nobody sealed it since";
  EXPECT_EQ(writer->end(), longer);
  // Torn behind what was once sealed.
  ASSERT_TRUE(writer->seal());
  const auto sealed = writer->end();
  add(210, 212);
  writer.reset();
  const auto file = segment_path(place.path(), "x", 1);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 5);
  writer = reopen();
  EXPECT_GT(writer->torn_bytes(), 0u);
  EXPECT_GT(writer->end().at, sealed.at);
  std::size_t records = 0;
  SegmentReader reader(disk, place.path(), "x");
  ASSERT_TRUE(reader.scan({}, [&](const SegmentRecord&) { return ++records > 0; }));
  EXPECT_EQ(records, 211u);
}

TEST(Segments, OneFileCanBeScannedAloneAndLittleIsReadOfItsBeginning) {
  TemporaryFolder place;
  CountingDisk disk;
  auto writer = *SegmentWriter::open(disk, place.path(), {.prefix = "x", .file_bytes = 100'000});
  std::size_t written = 0;
  while (writer->end().file < 3) ASSERT_TRUE(writer->append(as_bytes(payload_of(written++))));
  disk.bytes_read = disk.lists = 0;
  SegmentReader reader(disk, place.path(), "x");
  std::vector<std::string> seen;
  ASSERT_TRUE(reader.scan_file(2, [&](const SegmentRecord& record) {
    EXPECT_EQ(record.place.file, 2u);
    seen.emplace_back(as_text(record.payload));
    return seen.size() < 3;
  }));
  EXPECT_EQ(seen.size(), 3u);
  EXPECT_EQ(disk.lists, 0u);
  EXPECT_LT(disk.bytes_read, 20'000u);
  std::size_t all = 0;
  for (const std::uint32_t file : {1u, 2u, 3u})
    ASSERT_TRUE(reader.scan_file(file, [&](const SegmentRecord&) { return ++all > 0; }));
  EXPECT_EQ(all, written);
  const auto gone = reader.scan_file(9, [](const SegmentRecord&) { return true; });
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Errc::refused);
}

TEST(Segments, TheSystemsDiskKeepsThemToo) {
  TemporaryFolder temporary;
  auto& disk = Disk::system();
  const auto path = temporary.path() / "deep" / "er";
  auto writer = *SegmentWriter::open(disk, path, {.prefix = "x", .file_bytes = 3000});
  append(*writer, 0, 20);
  ASSERT_TRUE(writer->seal());
  ASSERT_TRUE(writer->drop(1));
  ASSERT_TRUE(writer->drop(1)) << "what is gone is gone";
  writer = *SegmentWriter::open(disk, path, {.prefix = "x", .file_bytes = 3000});
  append(*writer, 20, 22);
  SegmentReader reader(disk, path, "x");
  std::vector<std::string> got;
  ASSERT_TRUE(reader.scan({}, [&](const SegmentRecord& record) {
    got.emplace_back(as_text(record.payload));
    return true;
  }));
  ASSERT_LT(got.size(), 22u);
  EXPECT_EQ(got, payloads(22 - got.size(), 22));
  const auto nowhere = SegmentWriter::open(disk, "/proc/spindle-test", {});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, Errc::refused);
}

}  // namespace
}  // namespace spindle::store
