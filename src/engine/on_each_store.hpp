#pragma once
// The fixture of tests that hold for every store.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "conformance/private_postgres.hpp"
#include "engine/engine_test_kit.hpp"
#include "storage/open_store.hpp"

namespace waybill::engine::testing {

/// A store of the kind that the test runs with; a file lives in a folder of its own.
class OnEachStore : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "waybill-engine-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        open();
    }
    void TearDown() override {
        shop.reset();
        store.reset();
        std::filesystem::remove_all(folder_);
    }

    void open() {
        if (!store) {
            auto opened = storage::open_store(address(), storage::Access::read_write);
            ASSERT_TRUE(opened) << opened.error().detail;
            store = *std::move(opened);
        }
        shop = std::make_unique<Shop>(*store);
    }
    /// As after a restart. The memory store lives on, or nothing would be left to read.
    void reopen() {
        shop.reset();
        if (std::string(GetParam()) != "memory") store.reset();
        open();
    }
    void expect_sound() {
        for (const std::string& problem : audited(*store).problems) ADD_FAILURE() << problem;
    }

    std::unique_ptr<Store> store;
    std::unique_ptr<Shop> shop;

private:
    const std::string& address() {
        if (!address_.empty()) return address_;
        const std::string kind = GetParam();
        if (kind == "memory") address_ = "memory:";
        if (kind == "sqlite") address_ = "sqlite:" + (folder_ / "store.db").string();
        if (kind == "postgres") address_ = conformance::PrivatePostgres::shared().fresh_schema();
        return address_;
    }

    std::filesystem::path folder_;
    std::string address_;
};

inline std::string store_name(const ::testing::TestParamInfo<const char*>& param) { return param.param; }

}  // namespace waybill::engine::testing
