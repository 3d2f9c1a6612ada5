#include "storage/words.hpp"

#include <gtest/gtest.h>

namespace waybill::storage {
namespace {

using Words = std::vector<std::string>;

TEST(Words, AreLowerCaseDistinctAndAscending) {
    EXPECT_EQ(words_of("WEB-1001 gift, Gift"), (Words{"1001", "gift", "web"}));
    EXPECT_EQ(words_of("  \t!? "), Words{});
}

TEST(Words, LoseTheAccentsOfLatinLetters) {
    EXPECT_EQ(words_of("Müller"), Words{"muller"});
    EXPECT_EQ(words_of("Łódź"), Words{"lodz"});
    EXPECT_EQ(words_of("e\xCC\x81t\xC3\xA9"), Words{"ete"});
}

TEST(Words, FoldOtherAlphabets) {
    EXPECT_EQ(words_of("МОСКВА"), Words{"москва"});
    EXPECT_EQ(words_of("ΑΘΗΝΑ"), Words{"αθηνα"});
    EXPECT_EQ(words_of("東京　大阪"), (Words{"大阪", "東京"}));
}

TEST(Words, AreSeparatedByBytesThatAreNoUtf8) {
    EXPECT_EQ(words_of("a\xFF"
                       "b\xC3"),
              (Words{"a", "b"}));
    EXPECT_EQ(words_of("x\xC0\xAFy"), (Words{"x", "y"}));
}

TEST(Words, AreCutWhenTheyAreLong) {
    const std::string longer(500, 'x');
    const Words words = words_of(longer);
    ASSERT_EQ(words.size(), 1U);
    EXPECT_LE(words[0].size(), word_bytes_max);
    EXPECT_TRUE(word_query(longer).matches(words));
}

TEST(WordQuery, TakesTheLastWordAsPrefixWhileItIsTyped) {
    const WordQuery typing = word_query("red gif");
    EXPECT_EQ(typing.whole, Words{"red"});
    EXPECT_EQ(typing.prefix, "gif");
    EXPECT_TRUE(typing.matches(words_of("Red GIFT")));
    EXPECT_FALSE(typing.matches(words_of("reduced gift")));

    const WordQuery done = word_query("red gif ");
    EXPECT_TRUE(done.prefix.empty());
    EXPECT_FALSE(done.matches(words_of("red gift")));
}

TEST(WordQuery, TakesShortLastWordsWhole) {
    EXPECT_TRUE(word_query("gi").prefix.empty());
    EXPECT_FALSE(word_query("gi").matches(words_of("gift")));
    EXPECT_TRUE(word_query("gi").matches(words_of("gi 12")));
}

TEST(WordQuery, FindsNothingWithoutWords) {
    EXPECT_TRUE(word_query("\"*) --").is_empty());
    EXPECT_FALSE(word_query("\"*) --").matches(words_of("anything")));
}

TEST(WordQuery, PrefixEndIsAboveAllThatBeginWithIt) {
    EXPECT_LT(std::string("gift\xF4\x8F\xBF\xBF"), prefix_end("gift"));
    EXPECT_LT(prefix_end("gift"), std::string("gifu"));
}

}  // namespace
}  // namespace waybill::storage
