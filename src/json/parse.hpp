#pragma once
// Text to JSON values. Refuses what JSON leaves open and what is used to attack or confuse readers: duplicate keys,
// deep nesting, text that is not UTF-8, numbers that are not finite, anything after the value.

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "json/issue.hpp"

namespace waybill::json {

struct ParseLimits {
    std::size_t max_depth = 32;  ///< nested objects and lists
    std::size_t bytes_max = std::size_t{8} << 20;
};

/// A parser with its memory, to be kept for a whole connection, thread or bulk: a small document costs no allocation.
/// One thread at a time.
class Parser {
public:
    Parser();
    ~Parser();
    Parser(Parser&&) noexcept;
    Parser& operator=(Parser&&) noexcept;

    /// The value is valid until the next call or the end of the parser.
    /// Errors: syntax, depth, duplicate_key, max_length. The first fault only: what follows it can not be trusted.
    [[nodiscard]] Result<const boost::json::value*, Issue> parse(std::string_view text, ParseLimits limits = {});

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A value with the memory it stands in.
class Document {
public:
    [[nodiscard]] const boost::json::value& root() const { return *root_; }

private:
    friend Result<Document, Issue> parse(std::string_view text, ParseLimits limits);
    Document(Parser parser, const boost::json::value* root) : parser_(std::move(parser)), root_(root) {}

    Parser parser_;
    const boost::json::value* root_;
};

/// Cost: one allocation of 16 KiB, and more for large documents.
[[nodiscard]] Result<Document, Issue> parse(std::string_view text, ParseLimits limits = {});

}  // namespace waybill::json
