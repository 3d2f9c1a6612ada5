#include "engine/return_event_checks.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/checked_math.hpp"
#include "core/order/line_change.hpp"
#include "core/returns/request_return.hpp"

namespace waybill::engine {
namespace {

constexpr const char* not_shipped = "units that have not shipped or are in another return";
constexpr const char* not_expected = "units that the return does not expect";
constexpr const char* wrong_movements = "movements that are not those of what came back";

/// What comes of goods that came back, by item.
struct StockThatCame {
    std::int64_t on_hand = 0;
    std::int64_t unsellable = 0;
    bool operator==(const StockThatCame&) const = default;

    /// False: more than can be counted.
    [[nodiscard]] bool add(std::int64_t units, std::int64_t not_for_sale) {
        const auto sum = checked_add(on_hand, units);
        const auto sum_unsellable = checked_add(unsellable, not_for_sale);
        if (!sum || !sum_unsellable) return false;
        on_hand = *sum;
        unsellable = *sum_unsellable;
        return true;
    }
};
using StockByItem = std::map<core::ItemIx, StockThatCame>;

/// A kit comes back as its components. False: more than can be counted.
bool add_stock(StockByItem& stock, const core::OrderLine& line, const core::ReceivedUnits& units) {
    if (units.disposition == core::Disposition::destroy) return true;
    const bool is_for_sale = units.disposition == core::Disposition::restock;
    const auto add = [&](core::ItemIx item, std::optional<std::int64_t> came) {
        return came && stock[item].add(*came, is_for_sale ? 0 : *came);
    };
    if (line.takes.empty()) return add(line.item, units.quantity);
    return std::all_of(line.takes.begin(), line.takes.end(), [&](const core::KitTake& take) {
        return add(take.item, checked_mul(take.quantity, units.quantity));
    });
}

/// nullopt: one of them is none of goods that come to `location`.
std::optional<StockByItem> stock_of(const std::vector<core::Movement>& movements, core::LocationIx location) {
    StockByItem out;
    for (const core::Movement& movement : movements) {
        const bool comes = movement.kind == core::MovementKind::receive && movement.location == location &&
                           movement.on_hand > 0 && movement.reserved == 0 && movement.safety == 0;
        const bool is_for_sale_or_not = movement.unsellable == 0 || movement.unsellable == movement.on_hand;
        if (!comes || !is_for_sale_or_not) return std::nullopt;
        if (!out[movement.item].add(movement.on_hand, movement.unsellable)) return std::nullopt;
    }
    return out;
}

std::string step_misfit(const core::Order& order, std::uint32_t number, core::ReturnAction action) {
    const core::OrderReturn* made = order.find_return(number);
    if (made == nullptr) return "a return that does not exist";
    return made->allows(action) ? "" : "a step that the state of the return does not allow";
}

/// Nothing was done of it yet, and so many have shipped and are in no other return.
bool can_be_returned(const core::ReturnLine& asked, const core::Order& order) {
    core::ReturnLine fresh;
    fresh.line_no = asked.line_no;
    fresh.quantity = asked.quantity;
    fresh.reason = asked.reason;
    const core::OrderLine* line = core::find_line(order, asked.line_no);
    if (line == nullptr || !(asked == fresh) || asked.quantity <= 0) return false;
    return asked.quantity <= core::returnable(order, *line);
}

}  // namespace

std::string return_misfit_of(const core::ReturnRequested& event, const core::Order& order) {
    const core::OrderReturn& made = event.made;
    if (made.number != order.returns.size() + 1) return "a return with another number than follows";
    if (made.lines.empty()) return "a return without lines";
    if (made.approved_at.is_set() || made.declined || !made.reason.empty()) {
        return "a return that was decided on before its request";
    }
    const core::ReturnLine* last = nullptr;
    for (const core::ReturnLine& line : made.lines) {
        if (last != nullptr && last->line_no >= line.line_no) return "lines of a return that are not in order";
        last = &line;
        if (!can_be_returned(line, order)) return not_shipped;
    }
    return {};
}

std::string return_misfit_of(const core::ReturnApproved& event, const core::Order& order) {
    return step_misfit(order, event.number, core::ReturnAction::approve);
}

std::string return_misfit_of(const core::ReturnDeclined& event, const core::Order& order) {
    return step_misfit(order, event.number, core::ReturnAction::decline);
}

std::string return_misfit_of(const core::ReturnCancelled& event, const core::Order& order) {
    return step_misfit(order, event.number, core::ReturnAction::cancel);
}

std::string return_misfit_of(const core::ReturnReceived& event, const core::Order& order) {
    if (auto fault = step_misfit(order, event.number, core::ReturnAction::receive); !fault.empty()) return fault;
    if (event.lines.empty()) return "a receipt without lines";
    const core::OrderReturn& made = *order.find_return(event.number);
    std::map<core::LineNo, std::int64_t> taken;
    StockByItem stock;
    for (const core::ReceivedUnits& units : event.lines) {
        const core::ReturnLine* line = made.find_line(units.line_no);
        if (line == nullptr || units.quantity <= 0) return not_expected;
        std::int64_t& of_line = taken[units.line_no];
        if (units.quantity > line->expected() - of_line) return not_expected;
        of_line += units.quantity;
        if (!add_stock(stock, *core::find_line(order, units.line_no), units)) return wrong_movements;
    }
    return stock_of(event.movements, event.location) == stock ? "" : wrong_movements;
}

}  // namespace waybill::engine
