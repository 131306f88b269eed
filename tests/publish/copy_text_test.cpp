#include "publish/copy_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>

namespace spindle::publish {
namespace {

TEST(CopyText, WritesARowAsTheServerTakesIt) {
  CopyText out;
  out.text("a\tb\\c\nd\re").word("").integer(-7).count(7).truth(true).truth(false).null();
  out.instant(Instant{Duration{1'710'374'400'123'456}}).end_row();
  EXPECT_EQ(out.bytes(),
            "a\\tb\\\\c\\nd\\re\t\\N\t-7\t7\tt\tf\t\\N\t2024-03-14T00:00:00.123456Z\n");
  EXPECT_EQ(out.rows(), 1u);
}

TEST(CopyText, WritesNumbersThatComeBackToTheLastBit) {
  CopyText out;
  out.real(0.1).real(-0.0).real(std::numeric_limits<double>::quiet_NaN());
  out.real(std::numeric_limits<double>::infinity()).real(5e-324).real(std::optional<double>{});
  out.end_row();
  EXPECT_EQ(out.bytes(), "0.1\t-0\tNaN\tInfinity\t5e-324\t\\N\n");
}

TEST(CopyText, KeepsTimesThatCanBeWritten) {
  CopyText out;
  out.instant(Instant::min()).instant(Instant::max()).end_row();
  EXPECT_EQ(out.bytes(), "0001-01-01T00:00:00.000000Z\t9999-12-31T23:59:59.999999Z\n");
}

TEST(SoundText, LeavesUtf8AsItIs) {
  for (const auto* text : {"", "油壓過低", "Ünïcödé", "😀", "\x7f", "\xF4\x8F\xBF\xBF"})
    EXPECT_EQ(sound_text(text), text);
}

TEST(SoundText, ReplacesWhatIsNoUtf8) {
  const std::pair<std::string_view, const char*> cases[] = {
      {std::string_view("a\0b", 3), "a\uFFFDb"},
      {"\xFF", "\uFFFD"},
      {"\xC0\x80", "\uFFFD\uFFFD"},            // an overlong NUL
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},  // half a surrogate pair
      {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"\xE6\xB2", "\uFFFD\uFFFD"},                       // cut short
      {"\xA4\xA4\xA4\xE5", "\uFFFD\uFFFD\uFFFD\uFFFD"}};  // Big5
  for (const auto& [bytes, sound] : cases) EXPECT_EQ(sound_text(bytes), sound);
}

RC_GTEST_PROP(SoundText, IsSoundWhateverComes, (const std::string& bytes)) {
  const auto once = sound_text(bytes);
  RC_ASSERT(sound_text(once) == once);
  RC_ASSERT(once.find('\0') == std::string::npos);
}

RC_GTEST_PROP(CopyText, IsOneLineWhateverComes, (const std::string& bytes)) {
  CopyText out;
  out.text(bytes).text("x").end_row();
  RC_ASSERT(std::ranges::count(out.bytes(), '\n') == 1);
  RC_ASSERT(std::ranges::count(out.bytes(), '\t') == 1);
}

TEST(KeyText, KeepsLongWordsApartWithinAnIndexEntry) {
  const std::string common(3000, 'x');
  EXPECT_EQ(key_text("E1"), "E1");
  EXPECT_LE(key_text(common + "a").size(), 500u);
  EXPECT_NE(key_text(common + "a"), key_text(common + "b"));
}

}  // namespace
}  // namespace spindle::publish
