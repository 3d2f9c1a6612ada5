#include "app/setting_values.hpp"

#include <gtest/gtest.h>

#include "app/listen_address.hpp"
#include "app/settings.hpp"

namespace waybill::app {
namespace {

using std::chrono::milliseconds;

TEST(SettingValues, sizes) {
    EXPECT_EQ(parse_bytes("0"), 0U);
    EXPECT_EQ(parse_bytes("65536"), 65536U);
    EXPECT_EQ(parse_bytes("64KiB"), 65536U);
    EXPECT_EQ(parse_bytes("2GiB"), 2ULL << 30);
    for (const char* wrong : {"", "KiB", "-1", "1.5MiB", "64 KiB", "64kb", "1TiB", "9999999999GiB", "0x10"}) {
        EXPECT_EQ(parse_bytes(wrong), std::nullopt) << wrong;
    }
    for (const std::uint64_t bytes : {0ULL, 1ULL, 1023ULL, 1024ULL, 1536ULL, 3ULL << 20, 5ULL << 30}) {
        EXPECT_EQ(parse_bytes(format_bytes(bytes)), bytes);
    }
    EXPECT_EQ(format_bytes(4ULL << 20), "4MiB");
}

TEST(SettingValues, spans) {
    EXPECT_EQ(parse_span("250ms"), milliseconds(250));
    EXPECT_EQ(parse_span("30s"), milliseconds(30'000));
    EXPECT_EQ(parse_span("5m"), milliseconds(300'000));
    EXPECT_EQ(parse_span("7d"), milliseconds(604'800'000));
    for (const char* wrong : {"", "30", "s", "-5s", "1.5h", "5 m", "1w", "99999999999999999d"}) {
        EXPECT_EQ(parse_span(wrong), std::nullopt) << wrong;
    }
    EXPECT_EQ(format_span(milliseconds(90'000)), "90s");
    EXPECT_EQ(format_span(milliseconds(7'200'000)), "2h");
}

TEST(ListenAddress, forms) {
    const auto plain = parse_listen_address("127.0.0.1:8080");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->address, "127.0.0.1");
    EXPECT_EQ(plain->port, 8080);
    EXPECT_EQ(url_of(*plain), "http://127.0.0.1:8080");
    const auto six = parse_listen_address("[::1]:0");
    ASSERT_TRUE(six);
    EXPECT_EQ(six->address, "::1");
    EXPECT_EQ(url_of(*six), "http://[::1]:0");
    const auto local = parse_listen_address(":80");
    ASSERT_TRUE(local);
    EXPECT_EQ(local->address, "127.0.0.1");
    for (const char* wrong : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "a:b"}) {
        EXPECT_FALSE(parse_listen_address(wrong)) << wrong;
    }
}

TEST(Settings, a_misspelt_name_finds_the_nearest) {
    EXPECT_EQ(nearest_setting("http.conections_max"), "http.connections_max");
    EXPECT_EQ(nearest_setting("connections_max"), "http.connections_max");
    EXPECT_EQ(nearest_setting("engine.connections_max"), "http.connections_max");
    EXPECT_EQ(nearest_setting("stroe"), "store");
    EXPECT_EQ(nearest_setting("completely.different.thing"), "");
}

TEST(Settings, every_default_reads_back_as_itself) {
    const Settings defaults;
    for (const Setting& setting : all_settings()) {
        Settings settings;
        const std::string text = setting.get(defaults);
        EXPECT_EQ(setting.set(settings, text), std::nullopt) << setting.name;
        EXPECT_EQ(setting.get(settings), text) << setting.name;
    }
}

}  // namespace
}  // namespace waybill::app
