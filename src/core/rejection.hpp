#pragma once
// Rejection: why a command was refused. A value with a name, a number and every fault that was found, not only the
// first.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace waybill::core {

enum class Reject : std::uint16_t {
#define WAYBILL_REJECTION(number, name, retry, text) name = number,
#include "core/errors.def"
#undef WAYBILL_REJECTION
};

enum class Retry : std::uint8_t { same, changed };

struct RejectInfo {
    Reject code;
    std::string_view name;
    Retry retry;
    std::string_view text;
};

/// All rows of errors.def, ascending by number.
[[nodiscard]] const std::vector<RejectInfo>& all_rejections();
[[nodiscard]] const RejectInfo& info_of(Reject code);

/// One faulty field: where it is in the request (JSON pointer), which rejection it would be alone, and what is wrong.
struct Fault {
    std::string pointer;
    Reject code = Reject::invalid_request;
    std::string detail;
    bool operator==(const Fault&) const = default;
};

struct Rejection {
    Reject code = Reject::invalid_request;
    std::string detail;
    std::vector<Fault> faults;
    bool operator==(const Rejection&) const = default;
};

[[nodiscard]] inline Unexpected<Rejection> reject(Reject code, std::string detail = {}) {
    return fail(Rejection{code, std::move(detail), {}});
}

/// Collects the faults of one command. One fault keeps its own name; several of different names are an
/// `invalid_request` that lists them.
class Faults {
public:
    void add(std::string pointer, Reject code, std::string detail);
    [[nodiscard]] bool any() const { return !faults_.empty(); }
    [[nodiscard]] Unexpected<Rejection> take();

private:
    std::vector<Fault> faults_;
};

}  // namespace waybill::core
