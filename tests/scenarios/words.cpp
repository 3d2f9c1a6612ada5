#include "tests/scenarios/words.hpp"

#include "base/decimal.hpp"

namespace waybill::scenarios {

Words::Words(std::string_view line) {
    std::size_t i = 0;
    while (i < line.size()) {
        if (line[i] == ' ' || line[i] == '\t') {
            ++i;
            continue;
        }
        if (line[i] == '#') return;
        if (line[i] == '"') {
            const std::size_t end = line.find('"', i + 1);
            if (end == std::string_view::npos) throw BadWord{"a quotation mark is not closed"};
            words_.emplace_back(line.substr(i + 1, end - i - 1));
            i = end + 1;
            continue;
        }
        std::size_t end = line.find_first_of(" \t\"", i);
        if (end == std::string_view::npos) end = line.size();
        std::string_view word = line.substr(i, end - i);
        i = end;
        const char mark = word.back();
        const bool parts = mark == ',' || mark == ';';
        if (parts) word.remove_suffix(1);
        if (!word.empty()) words_.emplace_back(word);
        if (parts) words_.emplace_back(1, mark);
    }
}

const std::string& Words::peek(std::size_t ahead) const {
    static const std::string none;
    return next_ + ahead < words_.size() ? words_[next_ + ahead] : none;
}

std::string Words::take(std::string_view what) {
    if (at_end()) throw BadWord{"the line ends where " + std::string(what) + " should be"};
    return words_[next_++];
}

bool Words::take_if(std::string_view word) {
    if (!at(word)) return false;
    ++next_;
    return true;
}

void Words::expect(std::string_view word) {
    if (!take_if(word)) throw BadWord{"expected '" + std::string(word) + "', not '" + peek() + "'"};
}

void Words::expect_end() const {
    if (!at_end()) throw BadWord{"unknown word '" + peek() + "'"};
    if (!block_.empty()) throw BadWord{"this statement takes no lines below it"};
}

std::int64_t Words::number(std::string_view what) { return decimal(what, 0); }

std::int64_t Words::decimal(std::string_view what, int places) {
    std::string word = take(what);
    if (!word.empty() && word.front() == '@') word.erase(0, 1);
    const auto value = parse_decimal(word, places);
    if (!value) throw BadWord{"'" + word + "' is no " + std::string(what)};
    return *value;
}

CivilDate Words::date() {
    const std::string word = take("a date");
    const auto date = parse_date(word);
    if (!date) throw BadWord{"'" + word + "' is no date"};
    return *date;
}

Instant Words::instant() {
    const std::string word = take("an instant");
    const auto instant = parse_instant(word);
    if (!instant) throw BadWord{"'" + word + "' is no RFC 3339 instant"};
    return *instant;
}

std::string Words::block() {
    if (block_.empty()) throw BadWord{"lines that begin with | should follow"};
    return std::exchange(block_, {});
}

Degrees Words::degrees() {
    const std::string word = take("latitude,longitude");
    const std::size_t comma = word.find(',');
    if (comma != std::string::npos) {
        const auto latitude = parse_decimal(word.substr(0, comma), 6);
        const auto longitude = parse_decimal(word.substr(comma + 1), 6);
        if (latitude && longitude) return {static_cast<std::int32_t>(*latitude), static_cast<std::int32_t>(*longitude)};
    }
    throw BadWord{"'" + word + "' is no latitude,longitude"};
}

std::vector<std::string> Words::list() {
    const std::string word = take("a list");
    std::vector<std::string> out;
    std::size_t from = 0;
    while (true) {
        const std::size_t comma = word.find(',', from);
        out.push_back(word.substr(from, comma - from));
        if (comma == std::string::npos) return out;
        from = comma + 1;
    }
}

}  // namespace waybill::scenarios
