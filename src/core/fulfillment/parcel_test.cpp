// The numbers that parcels bear.

#include <gtest/gtest.h>

#include "core/fulfillment/parcel.hpp"

namespace waybill::core {
namespace {

TEST(parcel, an_sscc_has_18_digits_of_which_the_last_checks) {
    EXPECT_EQ(normalise_sscc("000123450000000027"), "000123450000000027");
    EXPECT_EQ(normalise_sscc("(00)000123450000000027"), "000123450000000027");
    EXPECT_EQ(normalise_sscc("00000123450000000027"), "000123450000000027");
    for (const char* wrong : {"", "000123450000000028", "00012345000000002", "00012345000000002A"}) {
        EXPECT_FALSE(normalise_sscc(wrong)) << wrong;
    }
}

TEST(parcel, serial_numbers_take_the_extension_digit_and_what_the_prefix_leaves) {
    const auto first = make_sscc("5012345", 1);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->substr(0, 17), "05012345000000001");
    EXPECT_EQ(normalise_sscc(*first), first);
    EXPECT_TRUE(is_sscc_of(*first, "5012345"));
    EXPECT_FALSE(is_sscc_of(*first, "5012346"));
    const auto last = make_sscc("5012345", 9'999'999'999);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->substr(0, 17), "95012345999999999");
    EXPECT_FALSE(make_sscc("5012345", 10'000'000'000));
    EXPECT_FALSE(make_sscc("501234567890", 100'000));
    EXPECT_TRUE(make_sscc("501234567890", 99'999));
}

}  // namespace
}  // namespace waybill::core
