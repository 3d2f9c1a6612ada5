#include "sim/check_state.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <tuple>

namespace waybill::sim {
namespace {

std::string line_difference(const LineModel& expected, const core::OrderLine& line) {
    if (line.item != expected.item || line.unit != expected.unit) return "item or unit";
    if (line.ordered_item != expected.ordered.value_or(core::no_index)) return "item ordered";
    if (line.channel_line_id != expected.channel_line_id) return "channel_line_id";
    if (line.unit_quantity != expected.unit_quantity) return "unit_quantity";
    if (line.quantity != expected.quantity) return fmt::format("quantity {} not {}", line.quantity, expected.quantity);
    if (line.unit_price_micros != expected.price_micros) return "unit_price";
    if (line.amount != expected.amount) return fmt::format("amount {} not {}", line.amount, expected.amount);
    if (line.discount != expected.discount) return fmt::format("discount {} not {}", line.discount, expected.discount);
    if (line.tax != expected.tax) return "tax";
    if (line.cancelled != expected.cancelled) {
        return fmt::format("cancelled {} not {}", line.cancelled, expected.cancelled);
    }
    if (line.cancel_reason != expected.cancel_reason) return "cancel_reason";
    if (line.allocations.size() != expected.parts.size()) return "number of allocations";
    Takes takes;
    for (const core::KitTake& take : line.takes) takes.emplace_back(take.item, take.quantity);
    if (takes.empty()) takes.emplace_back(line.item, 1);
    if (takes != expected.takes) return "what a kit takes";
    auto part = expected.parts.begin();
    for (const core::Allocation& given : line.allocations) {
        if (part->first != PlaceDay{given.location, given.capacity_day.days()}) return "place or day of an allocation";
        if (part->second.quantity != given.quantity || part->second.shipped != given.shipped) {
            return fmt::format("allocation of {} with {} shipped, not {} with {}", given.quantity, given.shipped,
                               part->second.quantity, part->second.shipped);
        }
        ++part;
    }
    return {};
}

bool same_totals(const core::OrderTotals& a, const core::OrderTotals& b) {
    return a.subtotal == b.subtotal && a.discount == b.discount && a.charges == b.charges && a.tax == b.tax &&
           a.total == b.total && a.cancelled == b.cancelled;
}

class StateComparison {
public:
    StateComparison(const Model& model, const core::TenantState& state) : model_(model), state_(state) {}

    std::vector<std::string> run(std::uint64_t head) {
        if (head != model_.head) problem(fmt::format("memory is at {}, the log at {}", head, model_.head));
        if (state_.last_instant != model_.last_instant) problem("the last instant in memory is not the log's");
        compare_configuration();
        compare_levels();
        compare_capacity();
        compare_feeds();
        return std::move(problems_);
    }

private:
    void problem(std::string what) { problems_.push_back(std::move(what)); }

    template <class Row>
    Row plain(Row row) {
        row.version = 0;
        return row;
    }

    void compare_configuration() {
        if (!(plain(state_.settings.committed(0)) == model_.settings)) problem("settings in memory are wrong");
        bool same = state_.items.rows.committed_size() == model_.items.size();
        for (std::uint32_t ix = 0; same && ix < model_.items.size(); ++ix) {
            core::Item item = plain(state_.items.rows.committed(ix));
            std::vector<std::pair<std::uint32_t, std::int64_t>> parts;
            for (const core::Component& part : item.components) parts.emplace_back(part.item, part.quantity);
            item.components.clear();
            same = item == model_.items[ix].wanted && parts == model_.items[ix].parts;
        }
        if (!same) problem("items in memory are wrong");
        same = state_.locations.rows.committed_size() == model_.locations.size();
        for (std::uint32_t ix = 0; same && ix < model_.locations.size(); ++ix) {
            same = plain(state_.locations.rows.committed(ix)) == model_.locations[ix];
        }
        if (!same) problem("locations in memory are wrong");
        same = state_.channels.rows.committed_size() == model_.channels.size();
        for (std::uint32_t ix = 0; same && ix < model_.channels.size(); ++ix) {
            same = plain(state_.channels.rows.committed(ix)) == model_.channels[ix];
        }
        if (!same) problem("channels in memory are wrong");
        same = state_.keys.rows.committed_size() == model_.keys.size();
        for (std::uint32_t ix = 0; same && ix < model_.keys.size(); ++ix) {
            const core::ApiKey& key = state_.keys.rows.committed(ix);
            same = key.id.raw() == model_.keys[ix].id && key.revoked_at.is_set() == model_.keys[ix].revoked;
        }
        if (!same) problem("keys in memory are wrong");
        compare_rules();
        same = state_.rate_tables.rows.committed_size() == model_.rate_tables.size();
        for (std::uint32_t ix = 0; same && ix < model_.rate_tables.size(); ++ix) {
            same = plain(state_.rate_tables.rows.committed(ix)) == model_.rate_tables[ix];
        }
        if (!same) problem("rate tables in memory are wrong");
        compare_webhooks();
        compare_messages();
        compare_demand();
        if (state_.postcode_areas.rows.committed_size() != model_.areas.size()) problem("postcode areas are wrong");
    }

    void compare_webhooks() {
        bool same = state_.webhooks.rows.committed_size() == model_.webhooks.size() &&
                    state_.webhook_progress.committed_size() == model_.webhooks.size();
        if (!same) return problem("memory has other webhooks");
        for (std::uint32_t ix = 0; ix < model_.webhooks.size(); ++ix) {
            const core::DeliveryProgress& progress = state_.webhook_progress.committed(ix);
            const WebhookModel found{plain(state_.webhooks.rows.committed(ix)), progress.through.raw(),
                                     progress.failing_since, progress.failure, progress.paused};
            const WebhookModel& expected = model_.webhooks[ix];
            const std::string& code = expected.wanted.code;
            if (!(found.wanted == expected.wanted)) problem("the webhook " + code + " in memory is wrong");
            if (found == expected) continue;
            problem(fmt::format("deliveries to {} stand at {}, they should at {}; or it fails otherwise", code,
                                found.through, expected.through));
        }
    }

    void compare_messages() {
        bool same = state_.message_templates.rows.committed_size() == model_.messages.size();
        for (std::uint32_t ix = 0; same && ix < model_.messages.size(); ++ix) {
            same = plain(state_.message_templates.rows.committed(ix)) == model_.messages[ix];
        }
        if (!same) problem("message templates in memory are wrong");
        if (state_.message_progress.committed_size() != (model_.messages.empty() ? 0U : 1U)) {
            return problem("memory has progress of mail that there is not, or has none");
        }
        if (model_.messages.empty()) return;
        const core::DeliveryProgress& there = state_.message_progress.committed(0);
        if (MailModel{there.through.raw(), there.failing_since, there.failure} == model_.mail) return;
        problem(fmt::format("mail stands at {}, it should at {}; or it fails otherwise", there.through.raw(),
                            model_.mail.through));
    }

    void compare_demand() {
        std::map<std::pair<std::uint32_t, std::uint32_t>, Model::Sale> there;
        for (std::uint32_t ix = 0; ix < state_.demand.rows.committed_size(); ++ix) {
            const auto item = model_.find_item(state_.demand.codes.key(ix));
            if (!item) return problem("demand of an item that nobody made");
            for (const core::DemandRate& rate : state_.demand.rows.committed(ix).rates) {
                there[{*item, rate.location}] = {rate.weekly_milliunits, rate.markdown_bp};
            }
        }
        if (there != model_.demand) problem("demand in memory is wrong");
    }

    void compare_rules() {
        bool same = state_.rule_sets.rows.committed_size() == model_.rule_sets.size();
        for (std::uint32_t ix = 0; same && ix < model_.rule_sets.size(); ++ix) {
            const core::RuleSetVersion& row = state_.rule_sets.rows.committed(ix);
            same = row.number == ix + 1 && row.rules == model_.rule_sets[ix];
        }
        if (!same) problem("rule sets in memory are wrong");
        same = state_.activations.rows.committed_size() == model_.activations.size();
        for (std::uint32_t ix = 0; same && ix < model_.activations.size(); ++ix) {
            const core::RuleActivation& row = state_.activations.rows.committed(ix);
            const ActivationModel& expected = model_.activations[ix];
            same = row.number == expected.number && row.from == expected.from && row.made_at == expected.made_at &&
                   row.reason == expected.reason && row.rolls_back == expected.rolls_back;
        }
        if (!same) problem("activations of rule sets in memory are wrong");
    }

    void compare_levels() {
        std::size_t found = 0;
        for (std::uint32_t item = 0; item < state_.levels.committed_size(); ++item) {
            for (const core::Level& level : state_.levels.committed(item).levels) {
                ++found;
                compare_level(item, level);
            }
        }
        if (found != model_.stock.size()) problem(fmt::format("{} levels, not {}", found, model_.stock.size()));
    }

    void compare_level(std::uint32_t item, const core::Level& level) {
        const auto at = model_.stock.find({item, level.location});
        if (at == model_.stock.end()) return problem("a level that nothing made");
        const std::string name = model_.items[item].wanted.sku + " at " + model_.locations[level.location].code;
        const StockModel& expected = at->second;
        if (level.on_hand != expected.on_hand) {
            problem(fmt::format("{}: {} on hand, not {}", name, level.on_hand, expected.on_hand));
        }
        const std::int64_t reserved = model_.reserved(item, level.location);
        if (level.reserved != reserved) problem(fmt::format("{}: {} reserved, not {}", name, level.reserved, reserved));
        if (level.safety != expected.safety) problem(name + ": safety stock is wrong");
        if (level.unsellable != expected.unsellable) problem(name + ": unsellable stock is wrong");
        const bool counted = level.feed != core::no_index;
        const std::string source = counted ? state_.feeds.rows.committed(level.feed).source : "";
        if (source != expected.counted_by || level.feed_sequence != expected.counted_at) {
            problem(name + ": counted by another message");
        }
    }

    void compare_capacity() {
        auto expected = model_.capacity_used();
        for (std::uint32_t location = 0; location < state_.capacity.committed_size(); ++location) {
            for (const core::CapacityDay& day : state_.capacity.committed(location).days) {
                const PlaceDay place{location, day.day.days()};
                const Model::Use use = expected.contains(place) ? expected[place] : Model::Use{};
                expected.erase(place);
                if (day.orders == use.orders && day.units == use.units) continue;
                problem(fmt::format("{} on {}: capacity for {} orders and {} units is given, not {} and {}",
                                    model_.locations[location].code, format_date(day.day), day.orders, day.units,
                                    use.orders, use.units));
            }
        }
        if (!expected.empty()) problem("capacity that was given is not counted");
    }

    void compare_feeds() {
        bool same = state_.feeds.rows.committed_size() == model_.feeds.size();
        for (std::uint32_t ix = 0; same && ix < model_.feeds.size(); ++ix) {
            const core::FeedSource& feed = state_.feeds.rows.committed(ix);
            same = feed.source == model_.feeds[ix].first && feed.newest == model_.feeds[ix].second.newest;
        }
        if (!same) problem("feeds in memory are wrong");
    }

    const Model& model_;
    const core::TenantState& state_;
    std::vector<std::string> problems_;
};

}  // namespace

namespace {

bool same_holds(const OrderModel& expected, const core::Order& order) {
    if (expected.holds.size() != order.holds.size()) return false;
    auto at = order.holds.begin();
    for (const auto& [code, hold] : expected.holds) {
        const bool same = at->code == code && at->reason == hold.reason &&
                          std::vector<core::HoldBlock>(hold.blocks.begin(), hold.blocks.end()) == at->blocks;
        if (!same || (!hold.placed_by.empty() && at->placed_by != hold.placed_by)) return false;
        ++at;
    }
    return true;
}

bool same_exceptions(const OrderModel& expected, const core::Order& order) {
    if (expected.exceptions.size() != order.exceptions.size()) return false;
    auto at = order.exceptions.begin();
    for (const auto& [kind, exception] : expected.exceptions) {
        const bool same = at->kind == kind && at->reason == exception.reason && at->severity == exception.severity &&
                          at->owner == exception.owner && at->due_at == exception.due_at &&
                          at->raised_in.raw() == exception.raised_in;
        if (!same || (!exception.raised_by.empty() && at->raised_by != exception.raised_by)) return false;
        ++at;
    }
    return true;
}

/// What can not be, whatever the model says: more in work than is reserved, more shipped from work than has left.
std::string work_fault(const core::Order& order) {
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::int32_t>, std::pair<std::int64_t, std::int64_t>> rooms;
    for (const core::OrderLine& line : order.lines) {
        std::int64_t units = line.cancelled;
        for (const core::Allocation& given : line.allocations) {
            units += given.quantity;
            rooms[{line.line_no.raw(), given.location, given.capacity_day.days()}] = {given.quantity - given.shipped,
                                                                                      given.shipped};
        }
        if (units > line.quantity) return "more units are somewhere than were ordered";
    }
    for (const core::FulfillmentOrder& work : order.fulfillments) {
        if (&work - order.fulfillments.data() + 1 != work.number) return "numbers of fulfillment orders";
        for (const core::FulfillmentLine& line : work.lines) {
            const bool is_sound = line.picked >= 0 && line.shipped >= 0 && line.rejected >= 0 && line.recalled >= 0 &&
                                  line.picked + line.shipped + line.rejected + line.recalled <= line.quantity;
            if (!is_sound) return "units of a fulfillment order do not add up";
            if (work.packed(line.line_no, line.capacity_day) > line.picked) return "more units are packed than picked";
            auto& [reserved, shipped] = rooms[{line.line_no.raw(), work.location, line.capacity_day.days()}];
            reserved -= line.quantity - line.shipped - line.rejected - line.recalled;
            shipped -= line.shipped;
            if (reserved < 0) return "more units are in work than are reserved";
            if (shipped < 0) return "more units were shipped from work than have left";
        }
    }
    return {};
}

/// Whatever the model says: no more can come back than has left.
std::string return_fault(const core::Order& order) {
    std::map<std::uint32_t, std::int64_t> left;
    for (const core::OrderLine& line : order.lines) {
        for (const core::Allocation& given : line.allocations) left[line.line_no.raw()] += given.shipped;
    }
    for (const core::OrderReturn& made : order.returns) {
        for (const core::ReturnLine& line : made.lines) {
            const bool is_sound = line.restocked >= 0 && line.quarantined >= 0 && line.to_vendor >= 0 &&
                                  line.destroyed >= 0 && line.dropped >= 0 && line.expected() >= 0;
            if (!is_sound) return "units of a return do not add up";
            if ((left[line.line_no.raw()] -= line.quantity - line.dropped) < 0) return "more comes back than has left";
        }
    }
    return {};
}

}  // namespace

std::string difference(const ParcelModel& expected, std::size_t number, const core::Parcel& parcel) {
    if (parcel.number != number || parcel.status() != expected.status) return "number or status";
    if (parcel.sscc != expected.sscc) return fmt::format("SSCC {}, not {}", parcel.sscc, expected.sscc);
    if (parcel.packed_at != expected.packed_at || parcel.shipped_at != expected.shipped_at) return "instants";
    const bool same = parcel.weight_g == expected.weight_g && parcel.carrier == expected.carrier &&
                      parcel.service == expected.service && parcel.tracking == expected.tracking;
    if (!same) return "what is said of it";
    if (parcel.lines.size() != expected.held.size()) return "number of lines";
    auto line = parcel.lines.begin();
    for (const auto& [key, units] : expected.held) {
        const bool is_it = line->line_no.raw() == key.first + 1 && line->capacity_day.days() == key.second;
        if (!is_it || line->quantity != units) return "what is in it";
        ++line;
    }
    return {};
}

std::string difference(const FulfillmentModel& expected, const core::FulfillmentOrder& work) {
    if (work.location != expected.location) return "location";
    if (work.released_at != expected.released_at || work.accepted_at != expected.accepted_at) return "instants";
    if (work.released_by.empty()) return "released by nobody";
    if (work.reason != expected.reason) return "reason";
    if (work.lines.size() != expected.lines.size()) return "number of lines";
    auto line = work.lines.begin();
    for (const auto& [key, units] : expected.lines) {
        if (line->line_no.raw() != key.first + 1 || line->capacity_day.days() != key.second) return "line or day";
        const bool same = line->quantity == units.released() && line->picked == units.picked + units.packed &&
                          line->shipped == units.shipped && line->rejected == units.rejected &&
                          line->recalled == units.recalled;
        if (!same) {
            return fmt::format(
                "line {}: {} released, {} picked, {} shipped, {} rejected, {} recalled, not {}, {}, {}, "
                "{}, {}",
                key.first + 1, line->quantity, line->picked, line->shipped, line->rejected, line->recalled,
                units.released(), units.picked, units.shipped, units.rejected, units.recalled);
        }
        ++line;
    }
    if (work.parcels.size() != expected.parcels.size()) return "number of parcels";
    for (std::size_t p = 0; p < work.parcels.size(); ++p) {
        if (auto found = difference(expected.parcels[p], p + 1, work.parcels[p]); !found.empty()) {
            return fmt::format("parcel {}: {}", p + 1, found);
        }
    }
    if (work.status() != expected.status()) return "status";
    if (work.due().days() != expected.due()) return "due";
    return {};
}

std::string difference(const ReturnModel& expected, std::uint32_t number, const core::OrderReturn& made) {
    if (made.number != number) return "number";
    if (made.location != expected.location) return "location";
    if (made.requested_at != expected.requested_at || made.approved_at != expected.approved_at) return "instants";
    if (made.requested_by.empty()) return "requested by nobody";
    if (made.declined != expected.declined || made.reason != expected.reason) return "declined or reason";
    if (made.lines.size() != expected.lines.size()) return "number of lines";
    auto line = made.lines.begin();
    for (const auto& [i, units] : expected.lines) {
        if (line->line_no.raw() != i + 1 || line->reason != units.reason) return "line or its reason";
        const auto came = [&, &of = units.came](core::Disposition disposition) {
            const auto at = of.find(disposition);
            return at == of.end() ? 0 : at->second;
        };
        const bool same = line->quantity == units.asked() && line->dropped == units.dropped &&
                          line->restocked == came(core::Disposition::restock) &&
                          line->quarantined == came(core::Disposition::quarantine) &&
                          line->to_vendor == came(core::Disposition::vendor) &&
                          line->destroyed == came(core::Disposition::destroy);
        if (!same) {
            return fmt::format("line {}: {} asked for, {} received, {} dropped, not {}, {}, {}; or they became another",
                               i + 1, line->quantity, line->received(), line->dropped, units.asked(), units.received(),
                               units.dropped);
        }
        ++line;
    }
    return made.status() == expected.status() ? "" : "status";
}

std::string difference(const OrderModel& expected, const core::Order& order) {
    if (auto found = work_fault(order); !found.empty()) return found;
    if (auto found = return_fault(order); !found.empty()) return found;
    if (order.id.raw() != expected.id) return "id";
    if (order.channel != expected.channel || order.channel_order_id != expected.number) return "channel or number";
    if (order.customer.raw() != expected.customer) return "customer";
    if (order.customer_group != expected.group) return "customer_group";
    if (order.placed_at != expected.placed_at || order.received_at != expected.received_at) return "instants";
    if (order.updated_at != expected.updated_at) return "updated_at";
    if (!(order.currency == expected.currency) || order.tax_included != expected.tax_included) return "currency";
    if (order.method != expected.method || order.pickup_location != expected.pickup) return "method";
    if (order.ship_to.person.raw() != expected.person) return "person";
    if (std::vector<std::string>(expected.tags.begin(), expected.tags.end()) != order.tags) return "tags";
    if (order.priority != expected.priority) return "priority";
    if (!same_holds(expected, order)) return "holds";
    if (!same_exceptions(expected, order)) return "exceptions";
    if (!(order.routing == expected.policy)) return "routing policy";
    if (order.charges != expected.charges) return "charges";
    if (order.status_reason != expected.status_reason) return "status_reason";
    if (order.version != expected.version) return fmt::format("version {} not {}", order.version, expected.version);
    if (order.last_sequence.raw() != expected.last_sequence) return "last_sequence";
    if (order.lines.size() != expected.lines.size()) return "number of lines";
    for (std::size_t i = 0; i < expected.lines.size(); ++i) {
        if (auto found = line_difference(expected.lines[i], order.lines[i]); !found.empty()) {
            return fmt::format("line {}: {}", i + 1, found);
        }
    }
    if (order.fulfillments.size() != expected.work.size()) return "number of fulfillment orders";
    for (std::size_t i = 0; i < expected.work.size(); ++i) {
        if (auto found = difference(expected.work[i], order.fulfillments[i]); !found.empty()) {
            return fmt::format("fulfillment order {}: {}", i + 1, found);
        }
    }
    if (std::vector<std::uint32_t>(expected.refused_by.begin(), expected.refused_by.end()) != order.refused_by) {
        return "refused_by";
    }
    if (std::vector<std::string>(expected.freed_of.begin(), expected.freed_of.end()) != order.freed_of) {
        return "freed_of";
    }
    if (order.returns.size() != expected.returns.size()) return "number of returns";
    for (std::uint32_t i = 0; i < expected.returns.size(); ++i) {
        if (auto found = difference(expected.returns[i], i + 1, order.returns[i]); !found.empty()) {
            return fmt::format("return {}: {}", i + 1, found);
        }
    }
    if (order.shipped_at != expected.shipped_at) return "shipped_at";
    if (order.status() != expected.status()) return "status";
    if (!same_totals(core::totals_of(order), expected.totals())) return "totals";
    return {};
}

std::vector<std::string> compare_state(const Model& model, const core::TenantState& state, std::uint64_t head) {
    return StateComparison(model, state).run(head);
}

}  // namespace waybill::sim
