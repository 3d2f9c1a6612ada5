#include "app/import_lines.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace waybill::app {
namespace {

std::string everything(ImportLines& lines) {
    std::string out;
    while (const auto piece = lines.next_piece()) out += *piece;
    return out;
}

TEST(ImportLines, blank_lines_are_left_out_and_still_counted) {
    std::istringstream in("{\"a\":1}\n\n  \r\n{\"a\":2}");
    ImportLines lines(in);
    EXPECT_EQ(everything(lines), "{\"a\":1}\n{\"a\":2}\n");
    EXPECT_EQ(lines.unanswered(), 2U);
    EXPECT_EQ(lines.take_answered()->number, 1U);
    EXPECT_EQ(lines.first_unanswered(), 4U);
    EXPECT_EQ(lines.take_answered()->text, "{\"a\":2}");
    EXPECT_FALSE(lines.take_answered());
}

TEST(ImportLines, a_long_file_comes_in_pieces) {
    std::string text;
    for (int i = 0; i < 10'000; ++i) text += "{\"number\":" + std::to_string(i) + "}\n";
    std::istringstream in(text);
    ImportLines lines(in);
    const auto first = lines.next_piece();
    ASSERT_TRUE(first);
    EXPECT_LT(first->size(), text.size() / 2);
    EXPECT_EQ(first->back(), '\n');
    EXPECT_EQ(*first + everything(lines), text);
    EXPECT_EQ(lines.bytes_read(), text.size());
}

TEST(ImportLines, progress_follows_the_answers_and_not_what_was_only_read) {
    std::istringstream in("{\"a\":1}\n{\"a\":2}\n");
    ImportLines lines(in);
    static_cast<void>(everything(lines));
    EXPECT_EQ(lines.bytes_answered(), 0U);
    static_cast<void>(lines.take_answered());
    EXPECT_EQ(lines.bytes_answered(), lines.bytes_read() / 2);
    static_cast<void>(lines.take_answered());
    EXPECT_EQ(lines.bytes_answered(), lines.bytes_read());
}

TEST(ImportResults, results_cut_anywhere) {
    const std::string answer =
        "{\"line\":1,\"status\":201,\"id\":\"ord_1\"}\n"
        "{\"line\":2,\"status\":422,\"error\":{\"code\":\"unknown_sku\",\"detail\":\"X\"}}\n"
        "{\"line\":3,\"status\":422,\"error\":{\"code\":\"duplicate_order\"}}\n";
    for (std::size_t cut = 0; cut <= answer.size(); ++cut) {
        std::istringstream in("one\n\ntwo\nthree\n");
        ImportLines lines(in);
        static_cast<void>(everything(lines));
        std::ostringstream rejects;
        ImportResults results(lines, &rejects);
        results.take(std::string_view(answer).substr(0, cut));
        results.take(std::string_view(answer).substr(cut));
        EXPECT_EQ(results.fault(), "");
        EXPECT_EQ(results.counts().sent, 3U);
        EXPECT_EQ(results.counts().accepted, 1U);
        EXPECT_EQ(results.counts().duplicates, 1U);
        EXPECT_EQ(results.counts().failed, 1U);
        EXPECT_EQ(
            rejects.str(),
            "{\"line\":3,\"status\":422,\"error\":{\"code\":\"unknown_sku\",\"detail\":\"X\"},\"input\":\"two\"}\n");
    }
}

TEST(ImportResults, results_that_do_not_fit_the_lines_are_faults) {
    std::istringstream in("one\n");
    ImportLines lines(in);
    static_cast<void>(everything(lines));
    std::ostringstream rejects;
    ImportResults unreadable(lines, &rejects);
    unreadable.take("nonsense\n");
    EXPECT_NE(unreadable.fault(), "");
    EXPECT_EQ(lines.unanswered(), 1U);

    ImportResults too_many(lines, &rejects);
    too_many.take("{\"status\":201}\n{\"status\":201}\n");
    EXPECT_NE(too_many.fault(), "");
    EXPECT_EQ(too_many.counts().accepted, 1U);
}

}  // namespace
}  // namespace waybill::app
