#pragma once
// Issue: one fault of an input, addressed by a JSON pointer. Readers collect every fault and go on, so that a caller
// can correct a request in one round.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::json {

struct Issue {
    std::string pointer;  ///< RFC 6901; empty is the whole document
    std::string rule;     ///< one of `rule::`, for programs
    std::string detail;   ///< the end of a sentence that begins with the field, for people
    friend bool operator==(const Issue&, const Issue&) = default;
};
using Issues = std::vector<Issue>;

/// Issues kept per document. One more, `rule::too_many`, says that others were left out: a hostile document must not
/// be answered by a larger one.
inline constexpr std::size_t issues_max = 100;

namespace rule {
inline constexpr std::string_view required = "required";
inline constexpr std::string_view type = "type";
inline constexpr std::string_view unknown_field = "unknown_field";
inline constexpr std::string_view one_of = "enum";
inline constexpr std::string_view minimum = "minimum";
inline constexpr std::string_view maximum = "maximum";
inline constexpr std::string_view min_length = "min_length";
inline constexpr std::string_view max_length = "max_length";
inline constexpr std::string_view min_items = "min_items";
inline constexpr std::string_view max_items = "max_items";
inline constexpr std::string_view pattern = "pattern";
inline constexpr std::string_view format = "format";
inline constexpr std::string_view duplicate_key = "duplicate_key";
inline constexpr std::string_view depth = "depth";
inline constexpr std::string_view syntax = "syntax";
inline constexpr std::string_view too_many = "too_many";
}  // namespace rule

/// A place in a document, as a chain of steps on the stack: it costs nothing until an issue asks for its text.
/// REQUIRES: the parent and the key outlive it.
class Pointer {
public:
    constexpr Pointer() = default;
    constexpr Pointer(const Pointer& parent, std::string_view key) : parent_(&parent), key_(key) {}
    constexpr Pointer(const Pointer& parent, std::size_t index) : parent_(&parent), index_(index), is_index_(true) {}

    [[nodiscard]] std::string text() const;

private:
    void append_to(std::string& out) const;

    const Pointer* parent_ = nullptr;
    std::string_view key_;
    std::size_t index_ = 0;
    bool is_index_ = false;
};

/// Adds one issue, within `issues_max`. Always false, so that a reader can `return add_issue(...)`.
bool add_issue(Issues& issues, const Pointer& at, std::string_view rule, std::string detail);

}  // namespace waybill::json
