// The model's catalogue, network, channels and keys.

#include <algorithm>

#include "sim/model.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::Reject;

namespace {

Verdict changed_object(AggregateKind kind, std::uint64_t id, bool changed) {
    Verdict out;
    out.object = {kind, id};
    out.events = changed ? 1 : 0;
    return out;
}

/// Puts `row` at `ix`; true when that changed anything.
template <class Row>
bool put(std::vector<Row>& rows, std::size_t ix, Row row) {
    if (ix == rows.size()) {
        rows.push_back(std::move(row));
        return true;
    }
    if (rows[ix] == row) return false;
    rows[ix] = std::move(row);
    return true;
}

}  // namespace

Verdict Model::take_one(const core::ConfigureTenant& command, const Moment&) {
    std::vector<Reject> faults;
    if (command.settings.currency != settings.currency) return refused(Reject::currency_fixed);
    core::TenantSettings wanted = command.settings;
    wanted.version = 0;
    const bool same = wanted == settings;
    settings = wanted;
    return changed_object(AggregateKind::tenant, 0, !same);
}

Verdict Model::take_one(const core::PutItem& command, const Moment&) {
    ItemModel item;
    item.wanted = command.item;
    item.wanted.version = 0;
    item.wanted.components.clear();
    if (item.wanted.units.empty()) item.wanted.units.push_back({"each", 1, ""});
    const auto known = find_item(item.wanted.sku);
    const std::size_t ix = known.value_or(static_cast<std::uint32_t>(items.size()));
    std::vector<Reject> faults;
    for (const core::ItemUnit& unit : item.wanted.units) {
        for (std::size_t other = 0; other < items.size(); ++other) {
            if (unit.gtin.empty() || other == ix) continue;
            for (const core::ItemUnit& theirs : items[other].wanted.units) {
                if (theirs.gtin == unit.gtin) faults.push_back(Reject::gtin_taken);
            }
        }
    }
    for (const core::ComponentInput& input : command.components) {
        const auto part = find_item(input.sku);
        if (!part) {
            faults.push_back(Reject::unknown_sku);
        } else if (*part == ix || items[*part].is_kit()) {
            faults.push_back(Reject::kit_of_kits);
        } else {
            item.parts.emplace_back(*part, input.quantity);
        }
    }
    if (item.is_kit() && known && !items[ix].is_kit()) {
        bool in_use = std::any_of(stock.begin(), stock.end(), [&](const auto& row) { return row.first.first == ix; });
        for (const ItemModel& other : items) {
            for (const auto& [part, units] : other.parts) in_use = in_use || part == ix;
        }
        if (in_use) faults.push_back(Reject::kit_of_kits);
    }
    if (known && item.wanted.units.front().unit != items[ix].wanted.units.front().unit) {
        faults.push_back(Reject::unit_in_use);
    }
    if (const auto code = one_name(faults)) return refused(*code);
    return changed_object(AggregateKind::item, ix, put(items, ix, std::move(item)));
}

Verdict Model::take_one(const core::PutLocation& command, const Moment&) {
    core::Location location = command.location;
    location.version = 0;
    std::vector<Reject> faults;
    if (location.zone != "UTC" && location.zone != "Asia/Tokyo" && location.zone != "America/New_York") {
        faults.push_back(Reject::unknown_zone);
    }
    if (location.costs) {
        for (const std::string& code : location.costs->rate_tables) {
            if (!find_rate_table(code)) faults.push_back(Reject::unknown_rate_table);
        }
    }
    if (const auto code = one_name(faults)) return refused(*code);
    auto& closed = location.calendar.closed_days;
    const std::set<CivilDate> days(closed.begin(), closed.end());
    closed.assign(days.begin(), days.end());
    const std::size_t ix = find_location(location.code).value_or(static_cast<std::uint32_t>(locations.size()));
    return changed_object(AggregateKind::location, ix, put(locations, ix, std::move(location)));
}

Verdict Model::take_one(const core::PutChannel& command, const Moment&) {
    core::Channel channel = command.channel;
    channel.version = 0;
    const std::set<std::string> reasons(channel.returns.reasons.begin(), channel.returns.reasons.end());
    channel.returns.reasons.assign(reasons.begin(), reasons.end());
    if (reasons.contains("") || channel.returns.window_days == 0) return refused(Reject::invalid_request);
    std::set<std::uint32_t> served;
    for (const std::string& code : command.locations) {
        const auto location = find_location(code);
        if (!location) return refused(Reject::unknown_location);
        served.insert(*location);
    }
    channel.routing.locations.assign(served.begin(), served.end());
    const std::size_t ix = find_channel(channel.code).value_or(static_cast<std::uint32_t>(channels.size()));
    return changed_object(AggregateKind::channel, ix, put(channels, ix, std::move(channel)));
}

Verdict Model::take_one(const core::PutPostcodeAreas& command, const Moment&) {
    bool any = false;
    for (const core::PostcodeArea& area : command.areas) {
        if (!area.point.is_set()) return refused(Reject::invalid_request);
    }
    // All are compared with what was there before the message.
    const auto before = areas;
    for (const core::PostcodeArea& area : command.areas) {
        const std::string code = area.country + "/" + area.prefix;
        const auto known = before.find(code);
        if (known != before.end() && known->second == area) continue;
        areas[code] = area;
        any = true;
    }
    return changed_object(AggregateKind::tenant, 0, any);
}

Verdict Model::take_one(const core::PutRateTable& command, const Moment&) {
    core::RateTable table = command.table;
    table.version = 0;
    const std::size_t ix = find_rate_table(table.code).value_or(static_cast<std::uint32_t>(rate_tables.size()));
    return changed_object(AggregateKind::rate_table, ix, put(rate_tables, ix, std::move(table)));
}

Verdict Model::take_one(const core::PutDemand& command, const Moment& moment) {
    std::vector<Reject> faults;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Sale> told;
    for (const core::DemandInput& row : command.rows) {
        const auto item = find_item(row.sku);
        const auto location = find_location(row.location);
        if (!item) {
            faults.push_back(Reject::unknown_sku);
        } else if (items[*item].is_kit()) {
            faults.push_back(Reject::kit_has_no_stock);
        } else if (!location) {
            faults.push_back(Reject::unknown_location);
        } else if (!moment.scope.empty() && !moment.scope.contains(*location)) {
            faults.push_back(Reject::out_of_scope);
        } else if (!told.emplace(std::pair{*item, *location}, Sale{row.weekly_milliunits, row.markdown_bp}).second) {
            faults.push_back(Reject::invalid_request);
        }
    }
    if (const auto code = one_name(faults)) return refused(*code);
    const auto before = demand;
    for (const auto& [place, sale] : told) {
        if (sale == Sale()) {
            demand.erase(place);
        } else {
            demand[place] = sale;
        }
    }
    return changed_object(AggregateKind::tenant, 0, demand != before);
}

Verdict Model::take_one(const core::IssueKey& command, const Moment&) {
    std::vector<Reject> faults;
    for (const std::string& code : command.locations) {
        if (!find_location(code)) faults.push_back(Reject::unknown_location);
    }
    const bool scoped = command.role == core::Role::store || command.role == core::Role::vendor;
    if (scoped && command.locations.empty()) faults.push_back(Reject::invalid_request);
    if (const auto code = one_name(faults)) return refused(*code);
    keys.push_back({head + 1, command.hash, command.role, false});
    return changed_object(AggregateKind::key, head + 1, true);
}

Verdict Model::take_one(const core::RevokeKey& command, const Moment&) {
    for (KeyModel& key : keys) {
        if (key.id != command.id.raw()) continue;
        const bool was = key.revoked;
        key.revoked = true;
        return changed_object(AggregateKind::key, key.id, !was);
    }
    return refused(Reject::unknown_key);
}

}  // namespace waybill::sim
