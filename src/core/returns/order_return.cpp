#include "core/returns/order_return.hpp"

#include <algorithm>

namespace waybill::core {

ReturnStatus OrderReturn::status() const {
    std::int64_t expected = 0;
    std::int64_t received = 0;
    for (const ReturnLine& line : lines) {
        expected += line.expected();
        received += line.received();
    }
    if (received > 0) return expected > 0 ? ReturnStatus::receiving : ReturnStatus::received;
    if (expected > 0) return approved_at.is_set() ? ReturnStatus::approved : ReturnStatus::requested;
    return declined ? ReturnStatus::declined : ReturnStatus::cancelled;
}

bool OrderReturn::is_open() const {
    return std::any_of(lines.begin(), lines.end(), [](const ReturnLine& line) { return line.expected() > 0; });
}

bool OrderReturn::allows(ReturnAction action) const {
    const ReturnStatus now = status();
    const auto steps = return_steps();
    return std::any_of(steps.begin(), steps.end(),
                       [&](const ReturnStep& step) { return step.from == now && step.action == action; });
}

const ReturnLine* OrderReturn::find_line(LineNo line_no) const {
    const auto at =
        std::find_if(lines.begin(), lines.end(), [&](const ReturnLine& line) { return line.line_no == line_no; });
    return at == lines.end() ? nullptr : &*at;
}

std::vector<std::string_view> OrderReturn::reasons() const {
    std::vector<std::string_view> out;
    for (const ReturnLine& line : lines) out.emplace_back(line.reason);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::span<const ReturnStep> return_steps() {
    static constexpr ReturnStep steps[] = {
#define WAYBILL_RETURN_STEP(from, action, to) {ReturnStatus::from, ReturnAction::action, ReturnStatus::to},
#include "core/returns/return_steps.def"
#undef WAYBILL_RETURN_STEP
    };
    return steps;
}

std::string return_name(OrderId order, std::uint32_t number) {
    return "ret_" + std::to_string(order.raw()) + "-" + std::to_string(number);
}

}  // namespace waybill::core
