// Trade item numbers: published examples and every single-digit error.

#include <gtest/gtest.h>

#include "core/catalogue/gtin.hpp"

namespace waybill::core {
namespace {

TEST(gtin, published_numbers_are_valid_in_every_length) {
    EXPECT_EQ(normalise_gtin("96385074"), "00000096385074");
    EXPECT_EQ(normalise_gtin("036000291452"), "00036000291452");
    EXPECT_EQ(normalise_gtin("4006381333931"), "04006381333931");
    EXPECT_EQ(normalise_gtin("10036000291459"), "10036000291459");
}

TEST(gtin, the_sscc_example_has_the_check_digit_that_gs1_gives) {
    EXPECT_EQ(gs1_check_digit("37610425002123456"), '9');
    EXPECT_EQ(gs1_check_digit("629104150021"), '3');
}

TEST(gtin, other_lengths_and_letters_are_none) {
    for (const char* text :
         {"", "1", "1234567", "123456789", "40063813339", "400638133393A", "4006381333931 ", "-006381333931"}) {
        EXPECT_EQ(normalise_gtin(text), std::nullopt) << text;
    }
}

TEST(gtin, every_single_wrong_digit_is_noticed) {
    const std::string right = "4006381333931";
    for (std::size_t at = 0; at < right.size(); ++at) {
        for (char digit = '0'; digit <= '9'; ++digit) {
            if (digit == right[at]) continue;
            std::string wrong = right;
            wrong[at] = digit;
            EXPECT_EQ(normalise_gtin(wrong), std::nullopt) << wrong;
        }
    }
}

}  // namespace
}  // namespace waybill::core
