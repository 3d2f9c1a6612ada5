// Where payments start, how they move, and how they are kept within what there is to pay.

#include <algorithm>

#include "base/checked_math.hpp"
#include "core/sourcing/dues.hpp"

namespace waybill::sourcing {
namespace {

void trim(std::int64_t* first, std::int64_t* last, std::int64_t budget) {
    constexpr int passes = 6;
    for (int pass = 0;; ++pass) {
        std::int64_t sum = 0;
        std::int64_t positive = 0;
        for (std::int64_t* at = first; at != last; ++at) {
            *at = std::max<std::int64_t>(0, *at);
            sum += *at;
            if (*at > 0) ++positive;
        }
        std::int64_t excess = sum - budget;
        if (excess <= 0) return;
        if (pass < passes) {
            const std::int64_t each = (excess + positive - 1) / positive;
            for (std::int64_t* at = first; at != last; ++at) *at -= *at > 0 ? each : 0;
            continue;
        }
        for (std::int64_t* at = first; at != last && excess > 0; ++at) {
            const std::int64_t less = std::min(excess, *at);
            *at -= less;
            excess -= less;
        }
        return;
    }
}

// What the last unit is worth at `prices` where a source is full; 0 where it is not.
std::int64_t marginal_gain(const Model& model, const Domain& domain, const Prices& prices, std::uint32_t s,
                           std::vector<std::uint32_t>& order) {
    const Source& source = model.sources[s];
    if (source.units_max == no_limit || source.units_max == 0) return 0;
    const auto gain = [&](std::uint32_t i) {
        const Item& item = model.items[i];
        return model.lines[item.line].single ? 0 : prices.line[item.line] - item.cost;
    };
    order.clear();
    for (std::uint32_t i = source.from; i < source.to; ++i) order.push_back(i);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return gain(a) != gain(b) ? gain(a) > gain(b) : a < b; });
    std::int64_t room = source.units_max;
    for (const std::uint32_t i : order) {
        room -= std::min(room, domain.most[i]);
        if (room == 0) return std::clamp<std::int64_t>(gain(i), 0, model.cost_cap / source.units_max);
    }
    return 0;
}

// What its lines would gain from the source at `prices`, beyond what they pay by unit and shipment.
void pay_for_source(const Model& model, const Domain& domain, const Prices& prices, std::uint32_t s,
                    Payments& payments) {
    const Source& source = model.sources[s];
    for (std::uint32_t i = source.from; i < source.to; ++i) {
        const Item& item = model.items[i];
        const Demand& line = model.lines[item.line];
        const std::int64_t served = line.single ? 1 : item.most;
        const std::int64_t rent = payments.rent[s] * domain.most[i];
        const std::int64_t alone = i >= source.alone ? source.shipment_cost + prices.shipment : 0;
        payments.item[i] = std::max<std::int64_t>(
            0, prices.line[item.line] * served - item_cost(model, item, item.most) - rent - alone);
    }
}

}  // namespace

void pay_by_prices(const Model& model, const Domain& domain, const Prices& prices, Payments& payments) {
    payments.shipment = prices.shipment;
    payments.item.assign(model.items.size(), 0);
    payments.rent.assign(model.sources.size(), 0);
    payments.berth.assign(model.sources.size(), 0);
    payments.shortage.assign(model.lines.size(), 0);
    draw_slopes(model, domain, payments.slope);
    std::vector<std::uint32_t> order;
    for (std::uint32_t s = 0; s < model.sources.size(); ++s) {
        payments.rent[s] = marginal_gain(model, domain, prices, s, order);
        pay_for_source(model, domain, prices, s, payments);
    }
    for (std::size_t l = 0; l < model.lines.size(); ++l) {
        const Demand& line = model.lines[l];
        if (line.can_short)
            payments.shortage[l] = std::max<std::int64_t>(0, prices.line[l] - line.short_price()) * line.demand;
    }
    // In proportion, so that what the prices balance stays balanced.
    for (std::uint32_t s = 0; s < model.sources.size(); ++s) {
        const Dues dues = dues_of(model, domain, payments, s);
        for (const Account& account : dues.accounts) {
            const std::int64_t sum = paid(payments, account);
            if (sum <= account.budget) continue;
            for (std::uint32_t i = account.from; i < account.to; ++i) {
                payments.item[i] =
                    static_cast<std::int64_t>(static_cast<Int128>(payments.item[i]) * account.budget / sum);
            }
        }
    }
    fit_payments(model, domain, payments);
}

void fit_payments(const Model& model, const Domain& domain, Payments& payments) {
    draw_slopes(model, domain, payments.slope);
    for (std::uint32_t s = 0; s < model.sources.size(); ++s) {
        const Dues dues = dues_of(model, domain, payments, s);
        for (const Account& account : dues.accounts) {
            for (std::uint32_t i = account.from; i < account.to; ++i) {
                if (domain.most[i] < 1 || domain.region.sources[s] == Choice::closed) payments.item[i] = 0;
            }
            if (account.to > account.from)
                trim(payments.item.data() + account.from, payments.item.data() + account.to, account.budget);
        }
    }
    const std::int64_t budget = domain.region.shortage == Choice::free ? model.backorder_cost : 0;
    trim(payments.shortage.data(), payments.shortage.data() + payments.shortage.size(), budget);
}

namespace {

constexpr std::int64_t direction_parts = 1'024;  // directions are in parts of this

// One direction for each multiplier, bent towards the last; the sum of their squares is the norm of the step.
class Step {
public:
    Step(const Model& model, const Domain& domain, const LineAnswers& at, PaymentMemory& memory, Payments& payments)
        : model_(model), domain_(domain), at_(at), memory_(memory), payments_(payments) {
        memory.direction.resize(model.items.size() + model.lines.size() + 2 * model.sources.size() + 1, 0);
    }

    void take(std::int64_t distance) {
        for (std::uint32_t s = 0; s < model_.sources.size(); ++s) aim_at_source(s);
        aim_at_shortage();
        aim_at_shipments();
        norm_ /= direction_parts * direction_parts;
        if (norm_ == 0) return;
        for (std::size_t i = 0; i < model_.items.size(); ++i)
            payments_.item[i] += moved(memory_.direction[i], distance, 1);
        for (std::size_t l = 0; l < model_.lines.size(); ++l) {
            payments_.shortage[l] += moved(memory_.direction[line_at(l)], distance, 1);
        }
        for (std::uint32_t s = 0; s < model_.sources.size(); ++s) {
            change_berth(s, distance);
            const std::int64_t units = model_.sources[s].units_max;
            if (units == no_limit || units == 0) continue;
            const std::int64_t rent = payments_.rent[s] + moved(memory_.direction[source_at(s)], distance, units);
            payments_.rent[s] = std::clamp<std::int64_t>(rent, 0, model_.cost_cap / units);
        }
        if (model_.shipments_max != no_limit) change_shipments(distance);
        fit_payments(model_, domain_, payments_);
    }

private:
    [[nodiscard]] std::size_t line_at(std::size_t l) const { return model_.items.size() + l; }
    [[nodiscard]] std::size_t source_at(std::size_t s) const { return model_.items.size() + model_.lines.size() + s; }
    [[nodiscard]] std::size_t berth_at(std::size_t s) const { return source_at(s) + model_.sources.size(); }

    [[nodiscard]] std::int64_t moved(std::int64_t direction, std::int64_t distance, std::int64_t units) const {
        const Int128 change = static_cast<Int128>(distance) * direction / (norm_ * direction_parts * units);
        return static_cast<std::int64_t>(std::clamp<Int128>(change, -model_.cost_cap, model_.cost_cap));
    }

    void bend(std::size_t at, std::int64_t wanted) {
        std::int64_t& direction = memory_.direction[at];
        direction = wanted + direction * 3 / 4;
        norm_ += static_cast<Int128>(direction) * direction;
    }

    // What a source asks for changes with the price of its shipments; its lines go on paying it in the same parts.
    void rescale(std::uint32_t s, const Dues& before) {
        const Dues after = dues_of(model_, domain_, payments_, s);
        for (std::size_t a = 0; a < before.accounts.size(); ++a) {
            const std::int64_t old = before.accounts[a].budget;
            const std::int64_t now = after.accounts[a].budget;
            if (old <= 0 || old == now) continue;
            for (std::uint32_t i = before.accounts[a].from; i < before.accounts[a].to; ++i)
                payments_.item[i] = static_cast<std::int64_t>(static_cast<Int128>(payments_.item[i]) * now / old);
        }
    }

    void change_berth(std::uint32_t s, std::int64_t distance) {
        const std::int64_t berths = model_.sources[s].shipments_max;
        if (berths == no_limit || berths == 0) return;
        const std::int64_t price = std::clamp<std::int64_t>(
            payments_.berth[s] + moved(memory_.direction[berth_at(s)], distance, berths), 0, model_.cost_cap / berths);
        const Dues before = dues_of(model_, domain_, payments_, s);
        payments_.berth[s] = price;
        rescale(s, before);
    }

    void change_shipments(std::int64_t distance) {
        const std::int64_t price = std::clamp<std::int64_t>(
            payments_.shipment + moved(memory_.direction.back(), distance, 1), 0, model_.cost_cap);
        const std::int64_t old = payments_.shipment;
        for (std::uint32_t s = 0; s < model_.sources.size(); ++s) {
            payments_.shipment = old;
            const Dues before = dues_of(model_, domain_, payments_, s);
            payments_.shipment = price;
            rescale(s, before);
        }
    }

    // Where all is paid already, payments move from the lines that do not use the source to those that do.
    void aim_at_source(std::uint32_t s) {
        if (domain_.region.sources[s] == Choice::closed) return;
        const Source& source = model_.sources[s];
        const Dues dues = dues_of(model_, domain_, payments_, s);
        const Balance balance = balance_of(model_, domain_, payments_, dues, s);
        // A source whose rents are more than what is left to pay is used in any case: what a line pays, it gets back.
        const bool mixed = source.alone > source.from && source.to > source.alone;
        const bool earning = !mixed && balance.share < dues.certain && balance.slack < balance.rent;
        std::int64_t units = 0;
        std::int64_t shipments = 0;  // in parts, as far as they are paid
        for (const Account& account : dues.accounts) {
            std::int64_t sum = 0;
            std::int64_t users = 0;
            std::int64_t payers = 0;
            for (std::uint32_t i = account.from; i < account.to; ++i) {
                units += at_.amounts[i];
                sum += payments_.item[i];
                users += at_.amounts[i] > 0 ? 1 : 0;
                payers += at_.amounts[i] > 0 || payments_.item[i] > 0 ? 1 : 0;
            }
            if (account.budget == 0) {
                if (account.from < source.alone && account.to > account.from) shipments += direction_parts;
                continue;
            }
            for (std::uint32_t i = account.from; i < account.to && account.from < source.alone; ++i) {
                if (at_.amounts[i] > 0)
                    shipments += direction_parts * std::min(payments_.item[i], account.budget) / account.budget;
            }
            std::int64_t mean = sum >= account.budget && payers > 0 ? direction_parts * users / payers : 0;
            if (earning && sum < account.budget) {
                mean = direction_parts;
                if (account.from < source.alone) shipments += direction_parts * (account.budget - sum) / account.budget;
            }
            for (std::uint32_t i = account.from; i < account.to; ++i) {
                const bool user = at_.amounts[i] > 0;
                if (!user && payments_.item[i] == 0)
                    memory_.direction[i] = 0;
                else
                    bend(i, (user ? direction_parts : 0) - mean);
            }
        }
        for (std::uint32_t i = source.alone; i < source.to; ++i) shipments += at_.amounts[i] > 0 ? direction_parts : 0;
        shipments_ += shipments;
        const bool full =
            balance.share < dues.certain || balance.slack < balance.rent || domain_.region.sources[s] == Choice::open;
        aim_at_limit(source_at(s), payments_.rent[s], direction_parts * units, source.units_max, full);
        aim_at_limit(berth_at(s), payments_.berth[s], shipments, source.shipments_max, full);
    }

    // The price of what a source has `limit` of; what is used is in parts of `one`.
    void aim_at_limit(std::size_t at, std::int64_t price, std::int64_t used, std::int64_t limit, bool full) {
        if (limit == no_limit || limit == 0) return;
        if (price == 0 && used <= direction_parts * limit)
            memory_.direction[at] = 0;
        else
            bend(at, (used - (full ? direction_parts * limit : 0)) / limit);
    }

    void aim_at_shortage() {
        if (domain_.region.shortage != Choice::free || model_.backorder_cost == 0) return;
        std::int64_t sum = 0;
        std::int64_t users = 0;
        std::int64_t payers = 0;
        for (std::size_t l = 0; l < model_.lines.size(); ++l) {
            sum += payments_.shortage[l];
            users += at_.short_units[l] > 0 ? 1 : 0;
            payers += at_.short_units[l] > 0 || payments_.shortage[l] > 0 ? 1 : 0;
        }
        const std::int64_t mean = sum >= model_.backorder_cost && payers > 0 ? direction_parts * users / payers : 0;
        for (std::size_t l = 0; l < model_.lines.size(); ++l) {
            const bool user = at_.short_units[l] > 0;
            if (!user && payments_.shortage[l] == 0)
                memory_.direction[line_at(l)] = 0;
            else
                bend(line_at(l), (user ? direction_parts : 0) - mean);
        }
    }

    void aim_at_shipments() {
        if (model_.shipments_max == no_limit) return;
        const std::int64_t over = shipments_ - direction_parts * model_.shipments_max;
        if (over < 0 && payments_.shipment == 0)
            memory_.direction.back() = 0;
        else
            bend(memory_.direction.size() - 1, over);
    }

    const Model& model_;
    const Domain& domain_;
    const LineAnswers& at_;
    PaymentMemory& memory_;
    Payments& payments_;
    Int128 norm_ = 0;
    std::int64_t shipments_ = 0;  ///< in parts, as far as they are paid
};

}  // namespace

void move_payments(const Model& model, const Domain& domain, const LineAnswers& at, std::int64_t distance,
                   PaymentMemory& memory, Payments& payments) {
    Step(model, domain, at, memory, payments).take(distance);
}

}  // namespace waybill::sourcing
