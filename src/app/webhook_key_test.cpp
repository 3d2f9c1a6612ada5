#include "app/webhook_key.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "app/key_file.hpp"

namespace waybill::app {
namespace {

namespace fs = std::filesystem;

class WebhookKeys : public testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::path(testing::TempDir()) / "webhook_key_test";
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    [[nodiscard]] std::string path() const { return webhook_key_path((folder_ / "shop.db").string()); }

    fs::path folder_;
};

TEST_F(WebhookKeys, IsMadeOnce) {
    const auto made = read_or_make_webhook_key(path());
    ASSERT_TRUE(made) << made.error();
    EXPECT_TRUE(made->is_made);
    EXPECT_EQ(made->key.size(), 64U);
    EXPECT_EQ(made->key.find_first_not_of("0123456789abcdef"), std::string::npos);
    struct stat file {};
    ASSERT_EQ(::stat(path().c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777U, 0600U);
    EXPECT_FALSE(is_open_to_others(path()));

    const auto again = read_or_make_webhook_key(path());
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->is_made);
    EXPECT_EQ(again->key, made->key);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1) << "nothing else is left behind";
    EXPECT_NE(passing_webhook_key().key, passing_webhook_key().key);
}

TEST_F(WebhookKeys, WhatAProcessLeftHalfDoneIsNoKey) {
    std::ofstream(path() + ".new") << "half";
    const auto made = read_or_make_webhook_key(path());
    ASSERT_TRUE(made) << made.error();
    EXPECT_EQ(read_or_make_webhook_key(path())->key, made->key);
}

TEST_F(WebhookKeys, AFileThatIsNoKeyIsNotReplaced) {
    std::ofstream(path()) << "short\n";
    const auto key = read_or_make_webhook_key(path());
    ASSERT_FALSE(key);
    EXPECT_NE(key.error().find("32 to 256"), std::string::npos);
    EXPECT_NE(key.error().find(path()), std::string::npos);
    const auto nowhere = read_or_make_webhook_key((folder_ / "none" / "key").string());
    ASSERT_FALSE(nowhere);
    EXPECT_NE(nowhere.error().find("none/key"), std::string::npos);
    fs::permissions(path(), fs::perms::others_read, fs::perm_options::add);
    EXPECT_TRUE(is_open_to_others(path()));
}

}  // namespace
}  // namespace waybill::app
