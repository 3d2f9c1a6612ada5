#pragma once
// The two ends of a bulk load: lines going out and results coming back. A line is kept from the moment it is sent until
// its result arrives, so that a refused line can be written down as it was; the server's own back pressure bounds how
// many that are.
//
// Threads: one.

#include <cstdint>
#include <deque>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "json/parse.hpp"

namespace waybill::app {

struct ImportCounts {
    std::uint64_t sent = 0;
    std::uint64_t accepted = 0;
    std::uint64_t duplicates = 0;  ///< orders that the server already has
    std::uint64_t failed = 0;      ///< duplicates not among them
    std::uint64_t bytes = 0;       ///< read from the input
};

/// Reads lines and gives them in pieces. Blank lines are left out; the others are remembered with their numbers.
class ImportLines {
public:
    struct Line {
        std::uint64_t number = 0;  ///< in the file, from 1
        std::string text;
    };

    explicit ImportLines(std::istream& in) : in_(in) {}

    /// The next piece of the body; nullopt at the end of the input.
    [[nodiscard]] std::optional<std::string> next_piece();
    /// The oldest line that has no result yet.
    [[nodiscard]] std::optional<Line> take_answered();
    [[nodiscard]] std::size_t unanswered() const { return waiting_.size(); }
    /// Where in the file the first line without a result stands; 0 when every line has one.
    [[nodiscard]] std::uint64_t first_unanswered() const { return waiting_.empty() ? 0 : waiting_.front().number; }
    [[nodiscard]] std::uint64_t bytes_read() const { return bytes_; }
    /// How far the answers have come. What was only read may still wait in some socket's buffer.
    [[nodiscard]] std::uint64_t bytes_answered() const { return answered_bytes_; }
    [[nodiscard]] std::uint64_t lines_sent() const { return sent_; }

private:
    std::istream& in_;
    std::deque<Line> waiting_;
    std::uint64_t number_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t answered_bytes_ = 0;
    std::uint64_t sent_ = 0;
};

/// Takes the response in pieces, cuts it into result lines and counts them.
class ImportResults {
public:
    /// `rejects` gets one JSON object for each line that failed; nullptr: only the first few are told on standard
    /// error.
    ImportResults(ImportLines& lines, std::ostream* rejects) : lines_(lines), rejects_(rejects) {}

    void take(std::string_view piece);
    [[nodiscard]] const ImportCounts& counts() const { return counts_; }
    /// A result that could not be read, or one without a line; empty when there was none.
    [[nodiscard]] const std::string& fault() const { return fault_; }

private:
    void take_line(std::string_view text);
    void refused(const ImportLines::Line& line, std::string_view code, std::string_view problem, int status);

    ImportLines& lines_;
    std::ostream* rejects_;
    json::Parser parser_;
    std::string partial_;
    ImportCounts counts_;
    std::string fault_;
};

}  // namespace waybill::app
