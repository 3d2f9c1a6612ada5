#include "app/key_file.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace waybill::app {
namespace {

Result<std::string, std::string> key_of(const std::string& text) {
    const std::string path = testing::TempDir() + "key_file_test.key";
    std::ofstream(path) << text;
    auto key = read_key_file("cluster.key_file", path);
    std::remove(path.c_str());
    return key;
}

const std::string good(32, 'k');

TEST(KeyFile, IsTheFirstLineOfItsFile) {
    EXPECT_EQ(key_of(good).value(), good);
    EXPECT_EQ(key_of(good + "\r\nnot this\n").value(), good);
    EXPECT_EQ(key_of(std::string(256, '~') + "\n").value(), std::string(256, '~'));
}

TEST(KeyFile, RefusesWhatCanNotBeSentOrIsGuessedEasily) {
    for (const std::string& bad : {std::string(), std::string(31, 'k'), std::string(257, 'k'), good + " k", good + '\t',
                                   "\n" + good, good + "\xc3\xa4"}) {
        const auto key = key_of(bad);
        ASSERT_FALSE(key) << bad;
        EXPECT_NE(key.error().find("32 to 256"), std::string::npos) << key.error();
        EXPECT_EQ(key.error().find("kkk"), std::string::npos) << "the key is shown to nobody";
    }
    const std::string error = read_key_file("webhooks.key_file", "/nowhere/key").error();
    EXPECT_NE(error.find("/nowhere/key"), std::string::npos);
    EXPECT_NE(error.find("webhooks.key_file"), std::string::npos);
}

}  // namespace
}  // namespace waybill::app
