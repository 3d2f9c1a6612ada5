// Inventory over HTTP.

#include <gtest/gtest.h>

#include "api/api_test_kit.hpp"

namespace waybill::api {
namespace {

/// A place with two items among more than are looked at for one page: pages may be short, and nothing is left out.
TEST(InventoryApi, APageLooksAtABoundedNumberOfItems) {
    testing::TestServer server;
    const std::string admin = server.open_tenant("acme").at("admin");
    constexpr int more = 10'050;
    std::string lines;
    for (int i = 0; i < more; ++i) lines += R"({"sku":"S)" + std::to_string(i) + R"(","price":"1"})" + "\n";
    ASSERT_EQ(server.bulk("/v1/items/bulk", admin, lines).size(), std::size_t{more});
    const auto stocked = server.post("/v1/inventory/movements", admin,
                                     R"({"moves":[{"kind":"receive","sku":"S10049","location":"SUP","quantity":7},
                                                  {"kind":"receive","sku":"S3","location":"SUP","quantity":5}]})");
    ASSERT_EQ(stocked.status, 201) << stocked.text;
    std::vector<std::string> found;
    std::string target = "/v1/inventory?location=SUP&limit=2";
    std::size_t pages = 0;
    for (bool more_pages = true; more_pages; ++pages) {
        ASSERT_LT(pages, 10U);
        const auto page = server.get(target, admin);
        ASSERT_EQ(page.status, 200) << page.text;
        for (const auto& level : page.body.at("data").as_array()) found.emplace_back(level.at("sku").as_string());
        more_pages = page.body.as_object().contains("next_cursor");
        if (more_pages) target = "/v1/inventory?location=SUP&limit=2&cursor=" + page.text_at("next_cursor");
    }
    EXPECT_EQ(found, (std::vector<std::string>{"S3", "S10049"}));
    EXPECT_EQ(pages, 2U);
}

}  // namespace
}  // namespace waybill::api
