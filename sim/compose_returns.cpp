// Requests on returns, and what channels take back.

#include <algorithm>

#include "sim/compose.hpp"

namespace waybill::sim {
namespace {

/// A return that a request is about; it may be one that there is not.
struct AskedReturn {
    core::OrderId order{no_order};
    std::uint32_t number = 1;
    const OrderModel* of = nullptr;
    const ReturnModel* made = nullptr;
};

/// Those that are open are looked for, the latest first.
AskedReturn any_return(Dice& dice, const Model& model) {
    AskedReturn out;
    for (const auto& [id, order] : model.orders) {
        for (std::uint32_t n = 0; n < order.returns.size(); ++n) {
            const bool is_open = order.returns[n].is_open();
            if (dice.one_in(is_open ? 2 : 12)) out = {core::OrderId(id), n + 1, &order, &order.returns[n]};
        }
    }
    if (out.made != nullptr && !dice.one_in(seldom)) return out;
    const OrderModel* order = any_order(dice, model);
    out = {};
    if (order != nullptr) out.order = core::OrderId(order->id);
    out.number = static_cast<std::uint32_t>(dice.below(3));
    return out;
}

/// 1 to `most`, where that is something, and once in a while none or one too many.
std::int64_t units_back(Dice& dice, std::int64_t most) {
    if (dice.one_in(20)) return dice.one_in(2) ? 0 : most + 1;
    return dice.between(1, std::max<std::int64_t>(most, 1));
}

core::Disposition any_disposition(Dice& dice) {
    return static_cast<core::Disposition>(dice.one_in(2) ? 0 : dice.below(core::dispositions));
}

std::string any_end(Dice& dice) { return dice.one_in(seldom) ? "" : "no_show"; }

}  // namespace

std::string any_return_reason(Dice& dice) {
    const std::uint64_t which = dice.below(3);
    return which == 0 ? "too_small" : which == 1 ? "broken" : "regret";
}

core::ReturnPolicy compose_return_policy(Dice& dice) {
    core::ReturnPolicy policy;
    if (dice.one_in(3)) policy.window_days = dice.one_in(seldom) ? 0 : dice.between(1, 30);
    if (dice.one_in(3)) {
        for (std::uint64_t i = 1 + dice.below(3); i > 0; --i) policy.reasons.push_back(any_return_reason(dice));
        if (dice.one_in(seldom)) policy.reasons.emplace_back();
    }
    policy.by_person = dice.one_in(3);
    return policy;
}

core::RequestReturn compose_return(Dice& dice, const Model& model) {
    core::RequestReturn request;
    const OrderModel* order = any_order(dice, model);
    for (const auto& [id, other] : model.orders) {
        for (std::size_t i = 0; i < other.lines.size(); ++i) {
            if (other.returnable(i) > 0 && dice.one_in(3)) order = &other;
        }
    }
    request.order = core::OrderId(order == nullptr || dice.one_in(seldom) ? no_order : order->id);
    if (dice.one_in(2)) request.location = any_location(dice, model);
    request.overrides_policy = dice.one_in(4);
    if (order == nullptr) return request;
    for (std::uint32_t i = 0; i < order->lines.size(); ++i) {
        const std::int64_t left = order->returnable(i);
        if (!dice.one_in(left > 0 ? 2 : 20)) continue;
        core::ReturnLineInput line{core::LineNo(i + 1), std::nullopt, any_return_reason(dice)};
        if (!dice.one_in(4)) line.quantity = units_back(dice, left);
        if (dice.one_in(seldom)) line.reason = "";
        request.lines.push_back(std::move(line));
    }
    if (!request.lines.empty() && dice.one_in(seldom)) request.lines.push_back(request.lines.front());
    if (dice.one_in(seldom)) request.lines.push_back({core::LineNo(100), 1, "regret"});
    return request;
}

core::ApproveReturn compose_approval(Dice& dice, const Model& model) {
    const AskedReturn asked = any_return(dice, model);
    return {asked.order, asked.number};
}

core::DeclineReturn compose_refusal(Dice& dice, const Model& model) {
    const AskedReturn asked = any_return(dice, model);
    return {asked.order, asked.number, any_end(dice)};
}

core::CancelReturn compose_return_end(Dice& dice, const Model& model) {
    const AskedReturn asked = any_return(dice, model);
    return {asked.order, asked.number, any_end(dice)};
}

core::ReceiveReturn compose_receipt(Dice& dice, const Model& model) {
    const AskedReturn asked = any_return(dice, model);
    core::ReceiveReturn receive{asked.order, asked.number, any_location(dice, model), {}, any_disposition(dice)};
    if (asked.made == nullptr || dice.one_in(4)) return receive;
    if (asked.made->location != core::no_index && dice.one_in(2)) {
        receive.location = model.locations[asked.made->location].code;
    }
    for (const auto& [i, units] : asked.made->lines) {
        const core::LineNo line_no(static_cast<std::uint32_t>(i + 1));
        std::int64_t left = units.expected;
        // A line comes in parts, and each becomes something else.
        for (std::uint64_t parts = dice.below(3); parts > 0 && (left > 0 || dice.one_in(10)); --parts) {
            core::ReceiveLineInput line{line_no, std::nullopt, std::nullopt};
            if (!dice.one_in(4)) line.quantity = units_back(dice, left);
            if (dice.one_in(2)) line.disposition = any_disposition(dice);
            left -= line.quantity.value_or(left);
            receive.lines.push_back(line);
        }
    }
    if (dice.one_in(seldom)) receive.lines.push_back({core::LineNo(100), 1, std::nullopt});
    return receive;
}

}  // namespace waybill::sim
