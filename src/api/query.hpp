#pragma once
// The parameters of a query string: typed, every fault collected, unknown names refused. A fault's pointer is
// "/query/NAME".

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.hpp"
#include "base/instant.hpp"

namespace waybill::api {

/// UTF-8 without control characters, as texts of bodies are.
[[nodiscard]] bool is_text(std::string_view text);

/// The lengths of texts in queries: of a code or a SKU, and of words to search for.
inline constexpr std::size_t code_length_max = 128;
inline constexpr std::size_t text_length_max = 256;

class QueryReader {
public:
    QueryReader(const http::Request& request, std::initializer_list<std::string_view> known);

    [[nodiscard]] std::optional<std::string_view> text(std::string_view name, std::size_t length_max);
    /// Every value of a repeated or comma-separated parameter.
    [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most);
    [[nodiscard]] Instant instant(std::string_view name);
    /// `limit`, within the options.
    [[nodiscard]] std::uint32_t limit(const ApiOptions& options);
    void add_fault(std::string_view name, std::string_view rule, std::string detail);

    [[nodiscard]] bool is_valid() const { return errors_.empty(); }
    /// REQUIRES: not valid.
    [[nodiscard]] Unexpected<Problem> take();

private:
    const http::Request& request_;
    FieldErrors errors_;
};

/// Where a page ended, as text that says nothing to callers: base64url of the resource's name and the position.
[[nodiscard]] std::string make_cursor(std::string_view resource, std::string_view position);
/// The position. Errors: invalid_cursor.
[[nodiscard]] Result<std::string, Problem> read_cursor(std::string_view resource, std::string_view cursor);
/// Up to `count` numbers of a position "1:2". Errors: invalid_cursor.
[[nodiscard]] Result<std::vector<std::int64_t>, Problem> read_cursor_numbers(std::string_view resource,
                                                                             std::string_view cursor,
                                                                             std::size_t count);

}  // namespace waybill::api
