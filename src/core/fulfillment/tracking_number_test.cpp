// Tracking numbers as carriers print them; numbers in public examples, and the same with one digit read wrong.

#include <gtest/gtest.h>

#include "core/fulfillment/tracking_number.hpp"

namespace waybill::core {
namespace {

struct Example {
    const char* text;
    const char* carrier;
    const char* format;
};

bool is_read(const std::vector<TrackingNumber>& readings, const Example& example) {
    for (const TrackingNumber& reading : readings) {
        if (reading.carrier == example.carrier && reading.format == example.format) return true;
    }
    return false;
}

constexpr Example examples[] = {
    {"1Z5R89390357567127", "ups", "ups_1z"},
    {"1Z879E930346834440", "ups", "ups_1z"},
    {"1Z410E7W0392751591", "ups", "ups_1z"},
    {"1Z8V92A70367203024", "ups", "ups_1z"},
    {"1z 796aa3 66 3236 6869", "ups", "ups_1z"},
    {"986578788855", "fedex", "fedex_express"},
    {"477179081230", "fedex", "fedex_express"},
    {"799531274483", "fedex", "fedex_express"},
    {"974367662710", "fedex", "fedex_express"},
    {"0414 4176 0228 964", "fedex", "fedex_ground"},
    {"568283610012000", "fedex", "fedex_ground"},
    {"568283610012734", "fedex", "fedex_ground"},
    {"9611020987654312345672", "fedex", "fedex_ground_96"},
    {"61299998820821171811", "fedex", "fedex_smart_post"},
    {"9261292700768711948021", "fedex", "fedex_smart_post"},
    {"0307 1790 0005 2348 3741", "usps", "usps_20"},
    {"7112 3456 7891 2345 6787", "usps", "usps_20"},
    {"7196 9010 7560 0307 7385", "usps", "usps_20"},
    {"9505 5110 6960 5048 6006 24", "usps", "usps_impb"},
    {"9101 1234 5678 9000 0000 13", "usps", "usps_impb"},
    {"9400 1112 0108 0805 4830 16", "usps", "usps_impb"},
    {"9405803699300124287899", "usps", "usps_impb"},
    {"92748931507708513018050063", "usps", "usps_impb"},
    {"420 22153 9101026837331000039521", "usps", "usps_impb"},
    {"4201002334249200190132607600833457", "usps", "usps_impb"},
    {"4201028200009261290113185417468510", "usps", "usps_impb"},
    {"RB123456785US", "usps", "s10"},
    {"RB123456785GB", "", "s10"},
    {"rm 1234 5678 5 gb", "", "s10"},
};

TEST(tracking_number, public_examples_are_recognised) {
    for (const Example& example : examples) {
        EXPECT_TRUE(is_read(recognise_tracking(example.text), example)) << example.text;
    }
}

TEST(tracking_number, one_digit_read_wrong_is_no_number_of_the_form) {
    for (const Example& example : examples) {
        std::string text = example.text;
        // Before the country of an S10 number, the last character of others.
        std::size_t at = text.size() - 1;
        while (text[at] < '0' || text[at] > '9') --at;
        text[at] = static_cast<char>('0' + (text[at] - '0' + 1) % 10);
        EXPECT_FALSE(is_read(recognise_tracking(text), example)) << text;
    }
    for (const char* none : {"", "1Z", "1Z999", "T1", "1Z1111111111111111", "9600000000000000000001", "RB123456786US",
                             "00340123450000000000", "987654321"}) {
        EXPECT_TRUE(recognise_tracking(none).empty()) << none;
    }
}

struct Settled {
    std::string carrier;
    std::string tracking;
    std::string detail;
};

Settled settle(std::string carrier, std::string tracking) {
    Faults faults;
    settle_tracking(carrier, tracking, "/tracking", faults);
    if (!faults.any()) return {carrier, tracking, ""};
    return {carrier, tracking, faults.take().error.faults.front().detail};
}

TEST(tracking_number, a_number_that_its_carrier_does_not_give_is_a_fault) {
    EXPECT_NE(settle("ups", "1Z5R89390357567128").detail.find("check digit"), std::string::npos);
    EXPECT_NE(settle("UPS", "986578788855").detail, "");
    EXPECT_NE(settle("FedEx", "1Z5R89390357567127").detail, "");
    EXPECT_NE(settle("usps", "RB123456785GB").detail, "");
    EXPECT_EQ(settle("UPS", "1z 5r8939 03 5756 7127").tracking, "1Z5R89390357567127");
    EXPECT_EQ(settle("UPS", "1z 5r8939 03 5756 7127").carrier, "UPS");
    EXPECT_EQ(settle("usps", "RB123456785US").detail, "");
    // Nobody has to say a number, and numbers of other carriers are theirs.
    EXPECT_EQ(settle("ups", "").detail, "");
    EXPECT_EQ(settle("royal_mail", "1Z999").tracking, "1Z999");
    EXPECT_EQ(settle("ups_freight", "t 1").tracking, "t 1");
}

TEST(tracking_number, a_carrier_that_is_not_said_follows_from_the_number_where_it_can_be_one_only) {
    EXPECT_EQ(settle("", "1Z5R89390357567127").carrier, "ups");
    EXPECT_EQ(settle("", "0414 4176 0228 964").carrier, "fedex");
    EXPECT_EQ(settle("", "9400 1112 0108 0805 4830 16").carrier, "usps");
    // FedEx SmartPost is a number of the post as well; a post whose name is not known here stays without one.
    EXPECT_EQ(settle("", "9261292700768711948021").carrier, "");
    EXPECT_EQ(settle("", "RB123456785GB").carrier, "");
    EXPECT_EQ(settle("", "T1").tracking, "T1");
}

}  // namespace
}  // namespace waybill::core
