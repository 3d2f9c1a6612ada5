#include "sim/model.hpp"

#include <algorithm>
#include <variant>

#include "sim/zones.hpp"

namespace waybill::sim {
namespace {

template <class Rows, class Code>
std::optional<std::uint32_t> index_of(const Rows& rows, const Code& matches) {
    const auto at = std::find_if(rows.begin(), rows.end(), matches);
    if (at == rows.end()) return std::nullopt;
    return static_cast<std::uint32_t>(at - rows.begin());
}

bool is_configuration(const core::Command& command) {
    return std::holds_alternative<core::ConfigureTenant>(command) || std::holds_alternative<core::PutItem>(command) ||
           std::holds_alternative<core::PutLocation>(command) || std::holds_alternative<core::PutChannel>(command) ||
           std::holds_alternative<core::PutPostcodeAreas>(command) ||
           std::holds_alternative<core::PutRateTable>(command) || std::holds_alternative<core::PutDemand>(command) ||
           std::holds_alternative<core::SaveRuleSet>(command) ||
           std::holds_alternative<core::ActivateRuleSet>(command) ||
           std::holds_alternative<core::RollBackRuleSet>(command) ||
           std::holds_alternative<core::PutWebhook>(command) ||
           std::holds_alternative<core::RotateWebhookSecret>(command) ||
           std::holds_alternative<core::PutMessageTemplate>(command);
}

}  // namespace

Verdict Model::take(const core::Command& command, const Moment& moment) {
    Verdict verdict = std::visit([&](const auto& one) { return take_one(one, moment); }, command);
    if (!verdict.refused && verdict.events > 0) {
        head += verdict.events;
        if (is_configuration(command)) config_sequence = head;
        last_instant = moment.now;
    }
    return verdict;
}

std::optional<std::uint32_t> Model::find_item(const std::string& sku) const {
    return index_of(items, [&](const ItemModel& item) { return item.wanted.sku == sku; });
}
std::optional<std::uint32_t> Model::find_location(const std::string& code) const {
    return index_of(locations, [&](const core::Location& location) { return location.code == code; });
}
std::optional<std::uint32_t> Model::find_rate_table(const std::string& code) const {
    return index_of(rate_tables, [&](const core::RateTable& table) { return table.code == code; });
}
std::optional<std::uint32_t> Model::find_webhook(const std::string& code) const {
    return index_of(webhooks, [&](const WebhookModel& webhook) { return webhook.wanted.code == code; });
}
std::optional<std::uint32_t> Model::find_channel(const std::string& code) const {
    return index_of(channels, [&](const core::Channel& channel) { return channel.code == code; });
}

std::optional<std::uint64_t> Model::find_identity(std::uint32_t channel, const std::string& id) const {
    for (const auto& [customer, row] : customers) {
        if (row.identities.contains({channel, id})) return customer;
    }
    return std::nullopt;
}

Takes Model::takes_of(std::uint32_t item) const {
    if (items[item].is_kit()) return items[item].parts;
    return {{item, 1}};
}

std::int64_t Model::reserved(std::uint32_t item, std::uint32_t location) const {
    std::int64_t sum = 0;
    for (const auto& [id, order] : orders) {
        for (const LineModel& line : order.lines) {
            for (const auto& [place, part] : line.parts) {
                if (place.first != location) continue;
                for (const auto& [taken, units] : line.takes) {
                    if (taken == item) sum += (part.quantity - part.shipped) * units;
                }
            }
        }
    }
    return sum;
}

std::int64_t Model::sellable(std::uint32_t item, std::uint32_t location) const {
    const auto at = stock.find({item, location});
    if (at == stock.end()) return 0;
    return at->second.on_hand - at->second.unsellable - at->second.safety - reserved(item, location);
}

std::map<PlaceDay, Model::Use> Model::capacity_used() const {
    std::map<PlaceDay, Use> out;
    for (const auto& [id, order] : orders) {
        std::set<PlaceDay> met;
        for (const LineModel& line : order.lines) {
            for (const auto& [place, part] : line.parts) {
                out[place].units += part.quantity;
                if (met.insert(place).second) ++out[place].orders;
            }
        }
    }
    return out;
}

std::int32_t Model::working_day(std::uint32_t location, Instant now) const {
    const core::Location& place = locations[location];
    const std::int64_t minutes = local_minutes(place.zone, now);
    constexpr std::int64_t minutes_a_day = 24 * 60;
    std::int64_t day = minutes / minutes_a_day;
    const bool late = minutes % minutes_a_day >= place.calendar.cut_off_minute;
    const auto works = [&](std::int64_t at) {
        // The first of January 1970 was a Thursday; the week begins on Monday.
        const auto weekday = static_cast<std::size_t>((at + 3) % 7);
        const CivilDate date(static_cast<std::int32_t>(at));
        const auto& closed = place.calendar.closed_days;
        return place.calendar.working_days[weekday] && std::find(closed.begin(), closed.end(), date) == closed.end();
    };
    if (late) ++day;
    while (!works(day)) ++day;
    return static_cast<std::int32_t>(day);
}

std::set<std::uint64_t> Model::same_person(std::uint64_t customer) const {
    std::set<std::uint64_t> all{customer};
    for (bool grew = true; grew;) {
        grew = false;
        for (const auto& [id, row] : customers) {
            if (row.merged_into != 0 && all.contains(row.merged_into)) grew = all.insert(id).second || grew;
        }
    }
    return all;
}

std::optional<core::Reject> one_name(const std::vector<core::Reject>& faults) {
    if (faults.empty()) return std::nullopt;
    const bool alike =
        std::all_of(faults.begin(), faults.end(), [&](core::Reject fault) { return fault == faults.front(); });
    return alike ? faults.front() : core::Reject::invalid_request;
}

}  // namespace waybill::sim
