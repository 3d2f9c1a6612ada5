#pragma once
// Words: one statement of a scenario as a row of words, taken from the front. A word that does not fit throws BadWord,
// which becomes "file:line: ..." in parse_scenario.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/currency.hpp"
#include "base/instant.hpp"
#include "tests/scenarios/driver.hpp"

namespace waybill::scenarios {

struct BadWord {
    std::string text;
};

class Words {
public:
    /// Blanks part words, double quotes keep them together, `#` begins a comment; `,` and `;` at the end of a word are
    /// words of their own, since they part the rows of a list.
    explicit Words(std::string_view line);
    /// A statement with the text of the lines below it that begin with `|`.
    Words(std::string_view line, std::string block) : Words(line) { block_ = std::move(block); }

    [[nodiscard]] bool at_end() const { return next_ == words_.size(); }
    [[nodiscard]] bool at(std::string_view word) const { return !at_end() && words_[next_] == word; }
    [[nodiscard]] const std::string& peek(std::size_t ahead = 0) const;
    [[nodiscard]] std::size_t left() const { return words_.size() - next_; }

    std::string take(std::string_view what);
    bool take_if(std::string_view word);
    void expect(std::string_view word);
    /// Throws when words are left, or a block that nobody took.
    void expect_end() const;

    std::int64_t number(std::string_view what);
    std::int64_t decimal(std::string_view what, int places);
    std::int64_t micros(std::string_view what) { return decimal(what, micros_places); }
    CivilDate date();
    Degrees degrees();
    std::vector<std::string> list();  ///< a,b,c in one word
    Instant instant();
    std::string block();  ///< throws when there is none

private:
    std::vector<std::string> words_;
    std::size_t next_ = 0;
    std::string block_;
};

}  // namespace waybill::scenarios
