// Named lists: what their entries mean, what is refused, and a comparison with a slow reading of the same entries.

#include "core/rules/named_lists.hpp"

#include <gtest/gtest.h>
#include <random>

#include "core/rules/limits.hpp"

namespace waybill::rules {
namespace {

std::shared_ptr<const CompiledList> list_of(ListKind kind, std::vector<std::string> entries) {
    auto made = CompiledList::make({"list", kind, std::move(entries)});
    EXPECT_TRUE(made) << made.error().front().detail;
    return *made;
}

std::string refusal(const NamedList& list) {
    const auto made = CompiledList::make(list);
    return made ? "" : made.error().front().pointer + " " + made.error().front().detail;
}
std::string refused_postcode(std::string entry) { return refusal({"l", ListKind::postcodes, {"1", std::move(entry)}}); }

TEST(NamedLists, ValuesAreComparedAsTheyAre) {
    const auto list = list_of(ListKind::values, {"web", "Store 1", "web", "902*", "10-20"});
    for (const std::string_view yes : {"web", "Store 1", "902*", "10-20"}) EXPECT_TRUE(list->contains(yes)) << yes;
    for (const std::string_view no : {"", "WEB", "store 1", "90210", "15", "we", "webs"}) {
        EXPECT_FALSE(list->contains(no)) << no;
    }
    EXPECT_FALSE(list_of(ListKind::values, {})->contains(""));
}

TEST(NamedLists, Postcodes) {
    const auto list = list_of(ListKind::postcodes, {"90210", "sw1a 1aa", "967*", "GY*", "gy1*", "10000-14999",
                                                    "15000 - 15999", "00950", "07-09", "99-99"});
    for (const std::string_view yes :
         {"90210", "SW1A1AA", "sw1a 1aa", " Sw1 A1aA ", "967",   "96701",  "967-01", "GY", "gy1 2ab", "GY9", "10000",
          "12345", "14999",   "15000",    "15500",      "15999", "00-950", "00950",  "07", "08",      "09",  "99"}) {
        EXPECT_TRUE(list->contains(yes)) << yes;
    }
    for (const std::string_view no :
         {"",     " ",      "-",          "9021",   "902101", "SW1A 1A", "96", "G",     "09999", "16000",
          "1234", "123456", "12345-6789", "12 34A", "7",      "06",      "10", "00951", "98",    "9"}) {
        EXPECT_FALSE(list->contains(no)) << no;
    }
    EXPECT_FALSE(list->contains(std::string(500, '1')));
    EXPECT_FALSE(list_of(ListKind::postcodes, {})->contains("1"));
}

TEST(NamedLists, EntriesAreRefusedByName) {
    EXPECT_EQ(refused_postcode("902**"),
              "/entries/1 `902**` is no beginning of a postcode: letters and digits, and one * at the end");
    EXPECT_EQ(refused_postcode("*"),
              "/entries/1 `*` is no beginning of a postcode: letters and digits, and one * at the end");
    EXPECT_EQ(refused_postcode("9*0"), "/entries/1 `9*0` is no postcode: letters and digits");
    EXPECT_EQ(refused_postcode("14999-10000"), "/entries/1 `14999-10000` is no range: it ends before it begins");
    const std::string no_range =
        "is no range: a range is two numbers of as many digits, and a postcode is written without its hyphen";
    EXPECT_EQ(refused_postcode("00-950"), "/entries/1 `00-950` " + no_range);
    EXPECT_EQ(refused_postcode("AB1-AB9"), "/entries/1 `AB1-AB9` " + no_range);
    EXPECT_EQ(refused_postcode("1-2-3"), "/entries/1 `1-2-3` " + no_range);
    EXPECT_EQ(refused_postcode("-"), "/entries/1 `-` " + no_range);
    EXPECT_EQ(refused_postcode(" "), "/entries/1 ` ` is no postcode: letters and digits");
    EXPECT_EQ(refused_postcode(""), "/entries/1 `` has not 1 to 120 bytes");
    EXPECT_EQ(refusal({"", ListKind::values, {}}), "/name a name has 1 to 80 bytes");
    EXPECT_EQ(refusal({std::string(80, 'n'), ListKind::values, {std::string(120, 'e')}}), "");
    EXPECT_EQ(refusal({std::string(81, 'n'), ListKind::values, {}}), "/name a name has 1 to 80 bytes");
    EXPECT_EQ(refusal({"n", ListKind::values, std::vector<std::string>(list_entries_max, "e")}), "");
    EXPECT_EQ(refusal({"n", ListKind::values, std::vector<std::string>(list_entries_max + 1, "e")}),
              "/entries a list has at most 50000 entries, not 50001");
}

TEST(NamedLists, AreFoundByName) {
    const std::vector<NamedList> lists{{"vip", ListKind::values, {"a"}}, {"islands", ListKind::postcodes, {"967*"}}};
    const auto made = NamedLists::make(lists);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->find("islands")->kind(), ListKind::postcodes);
    EXPECT_EQ(made->find("vip")->name(), "vip");
    EXPECT_EQ(made->find("island"), nullptr);
    EXPECT_EQ(NamedLists().find("vip"), nullptr);

    const std::vector<NamedList> bad{lists[0], {"vip", ListKind::postcodes, {"1-22"}}};
    const auto refused = NamedLists::make(bad);
    ASSERT_FALSE(refused);
    ASSERT_EQ(refused.error().size(), 2u);
    EXPECT_EQ(refused.error()[0].pointer, "/1/name");
    EXPECT_EQ(refused.error()[0].detail, "there are two lists `vip`");
    EXPECT_EQ(refused.error()[1].pointer, "/1/entries/0");
}

TEST(NamedLists, AgreeWithASlowReading) {
    std::mt19937 random(7);
    const auto digits = [&](std::size_t size) {
        std::string out;
        for (std::size_t i = 0; i < size; ++i) out += static_cast<char>('0' + random() % 3);
        return out;
    };
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> entries;
        for (std::size_t i = random() % 12; i > 0; --i) {
            const std::size_t size = 1 + random() % 4;
            std::string low = digits(size);
            std::string high = digits(size);
            if (high < low) std::swap(low, high);
            const auto kind = random() % 3;
            entries.push_back(kind == 0 ? low : kind == 1 ? low + "*" : low + "-" + high);
        }
        const auto list = list_of(ListKind::postcodes, entries);
        for (int i = 0; i < 100; ++i) {
            const std::string value = digits(1 + random() % 5);
            bool expected = false;
            for (const std::string& entry : entries) {
                const std::size_t hyphen = entry.find('-');
                if (hyphen != std::string::npos) {
                    expected |=
                        value.size() == hyphen && value >= entry.substr(0, hyphen) && value <= entry.substr(hyphen + 1);
                } else if (entry.back() == '*') {
                    expected |= value.starts_with(entry.substr(0, entry.size() - 1));
                } else {
                    expected |= value == entry;
                }
            }
            ASSERT_EQ(list->contains(value), expected) << value;
        }
    }
}

}  // namespace
}  // namespace waybill::rules
