#include "tests/scenarios/action_readers.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tests/scenarios/read_enum.hpp"

namespace waybill::scenarios {

namespace {

bool read_cost_word(Words& words, core::CostTerms& costs) {
    if (words.take_if("shipment")) {
        costs.per_shipment_micros = words.micros("cost");
    } else if (words.take_if("unit")) {
        costs.per_unit_micros = words.micros("cost");
    } else if (words.take_if("kg")) {
        costs.per_kg_micros = words.micros("cost");
    } else if (words.take_if("order")) {
        costs.per_order_micros = words.micros("cost");
    } else if (words.take_if("band")) {
        core::DistanceBand band;
        band.max_km = words.number("number of kilometres");
        band.per_shipment_micros = words.micros("cost");
        band.per_kg_micros = words.micros("cost");
        costs.distance_bands.push_back(band);
    } else if (words.take_if("tables")) {
        costs.rate_tables = words.list();
    } else {
        return false;
    }
    return true;
}

core::CostTerms read_costs(Words& words) {
    core::CostTerms costs;
    while (read_cost_word(words, costs)) {
    }
    return costs;
}

std::int64_t take_scaled(Words& words, std::string_view suffix) {
    std::string word = words.take("a measure");
    if (word.size() <= suffix.size() || !word.ends_with(suffix)) {
        throw BadWord{"'" + word + "' should end in " + std::string(suffix)};
    }
    word.resize(word.size() - suffix.size());
    Words rest(word);
    return rest.number("measure");
}

void read_dimensions(Words& words, core::Item& item) {
    std::string word = words.take("LxWxH");
    for (char& c : word) {
        if (c == 'x') c = ' ';
    }
    Words parts(word);
    item.length_mm = parts.number("length");
    item.width_mm = parts.number("width");
    item.height_mm = parts.number("height");
    parts.expect_end();
}

core::ItemUnit read_unit(const std::string& word) {
    const std::size_t first = word.find(':');
    const std::size_t second = word.find(':', first + 1);
    Words factor(word.substr(first + 1, second - first - 1));
    core::ItemUnit unit;
    unit.unit = word.substr(0, first);
    unit.factor = factor.number("factor");
    if (second != std::string::npos) unit.gtin = word.substr(second + 1);
    return unit;
}

std::int32_t read_minute(Words& words) {
    std::string word = words.take("hh:mm");
    if (word.size() != 5 || word[2] != ':') throw BadWord{"'" + word + "' is no hh:mm"};
    Words hour(word.substr(0, 2));
    Words minute(word.substr(3));
    return static_cast<std::int32_t>(hour.number("hour") * 60 + minute.number("minute"));
}

std::array<bool, 7> read_days(Words& words) {
    static constexpr std::array<std::string_view, 7> names{"monday", "tuesday",  "wednesday", "thursday",
                                                           "friday", "saturday", "sunday"};
    std::array<bool, 7> out{};
    for (const std::string& day : words.list()) {
        if (day == "daily") {
            out.fill(true);
            continue;
        }
        if (day == "none") continue;
        const auto at = std::find(names.begin(), names.end(), day);
        if (at == names.end()) throw BadWord{"'" + day + "' is no day of the week"};
        out[static_cast<std::size_t>(at - names.begin())] = true;
    }
    return out;
}

void read_capacity(Words& words, core::CapacityTerms& capacity) {
    while (!words.at_end()) {
        if (words.peek(1) == "orders") {
            capacity.orders_per_day = words.number("number of orders");
            words.expect("orders");
        } else if (words.peek(1) == "units") {
            capacity.units_per_day = words.number("number of units");
            words.expect("units");
        } else {
            return;
        }
    }
}

bool read_calendar_word(Words& words, core::OperatingCalendar& calendar) {
    if (words.take_if("cut-off")) {
        calendar.cut_off_minute = read_minute(words);
    } else if (words.take_if("days")) {
        calendar.working_days = read_days(words);
    } else if (words.take_if("closed")) {
        for (const std::string& day : words.list()) {
            Words one(day);
            calendar.closed_days.push_back(one.date());
        }
    } else {
        return false;
    }
    return true;
}

bool read_place_word(Words& words, core::Location& location, std::optional<Degrees>& degrees) {
    if (words.take_if("kind")) {
        location.kind = read_enum<core::LocationKind>(words.take("a kind"));
    } else if (words.take_if("at")) {
        degrees = words.degrees();
    } else if (words.take_if("country")) {
        location.address.country = words.take("a country");
    } else if (words.take_if("postcode")) {
        location.address.postcode = words.take("a postcode");
    } else if (words.take_if("zone")) {
        location.zone = words.take("a zone");
    } else if (words.take_if("costs")) {
        location.costs = read_costs(words);
    } else if (words.take_if("capacity")) {
        read_capacity(words, location.capacity);
    } else if (words.take_if("priority")) {
        location.priority = static_cast<std::int32_t>(words.number("priority"));
    } else if (words.take_if("inactive")) {
        location.active = false;
    } else if (words.take_if("no-ship")) {
        location.capabilities.ship = false;
    } else if (words.take_if("pickup")) {
        location.capabilities.pickup = true;
    } else if (words.take_if("returns")) {
        location.capabilities.returns = true;
    } else if (words.take_if("releases-at-once")) {
        location.release = core::ReleasePolicy::when_routed;
    } else {
        return false;
    }
    return true;
}

}  // namespace

Action read_tenant(Words& words, FileContext& file) {
    Action out;
    core::TenantSettings settings;
    settings.name = "acme";
    settings.currency = file.currency;
    while (!words.at_end()) {
        if (words.take_if("name")) {
            settings.name = words.take("a name");
        } else if (words.take_if("currency")) {
            out.currency_text = words.take("a currency");
            settings.currency = Currency::parse(out.currency_text).value_or(Currency{});
        } else if (words.take_if("short")) {
            settings.short_per_unit_micros = words.micros("cost");
        } else if (words.take_if("backorder")) {
            settings.backorder_fixed_micros = words.micros("cost");
        } else if (words.take_if("costs")) {
            settings.costs = read_costs(words);
        } else if (words.take_if("gs1-prefix")) {
            settings.gs1_company_prefix = words.take("digits");
        } else {
            words.expect_end();
        }
    }
    if (out.currency_text.empty()) out.currency_text = settings.currency.code();
    if (!file.currency.is_set()) file.currency = settings.currency;
    out.command = core::ConfigureTenant{settings};
    return out;
}

bool is_pair(const Words& words) { return words.peek().find(':') != std::string::npos; }

Action read_item(Words& words, ItemKind kind) {
    Action out;
    core::PutItem put;
    put.item.sku = words.take("a SKU");
    put.item.title = put.item.sku;
    while (!words.at_end()) {
        if (kind == ItemKind::kit && words.take_if("of")) {
            while (is_pair(words)) {
                const core::ItemUnit pair = read_unit(words.take("SKU:quantity"));
                put.components.push_back({pair.unit, pair.factor});
            }
        } else if (words.take_if("price")) {
            put.item.price_micros = words.micros("price");
        } else if (words.take_if("weight")) {
            put.item.weight_g = take_scaled(words, "g");
        } else if (words.take_if("size")) {
            read_dimensions(words, put.item);
        } else if (words.take_if("units")) {
            while (is_pair(words)) put.item.units.push_back(read_unit(words.take("unit:factor")));
        } else if (words.take_if("class")) {
            put.item.item_class = words.take("a class");
        } else if (words.take_if("title")) {
            put.item.title = words.take("a title");
        } else if (words.take_if("alone")) {
            put.item.ship_alone = true;
        } else if (words.take_if("inactive")) {
            put.item.active = false;
        } else {
            words.expect_end();
        }
    }
    if (put.item.units.empty()) put.item.units.push_back({"each", 1, ""});
    out.command = std::move(put);
    return out;
}

Action read_location(Words& words) {
    Action out;
    core::Location location;
    location.code = words.take("a code");
    location.name = location.code;
    location.address.country = "GB";
    while (!words.at_end()) {
        if (read_place_word(words, location, out.degrees) || read_calendar_word(words, location.calendar)) continue;
        words.expect_end();
    }
    if (out.degrees) {
        location.latitude_e6 = out.degrees->latitude_e6;
        location.longitude_e6 = out.degrees->longitude_e6;
        location.point = point_of(*out.degrees);
    }
    out.command = core::PutLocation{std::move(location)};
    return out;
}

Action read_channel(Words& words) {
    Action out;
    core::PutChannel put;
    put.channel.code = words.take("a code");
    put.channel.name = put.channel.code;
    while (!words.at_end()) {
        if (words.take_if("kind")) {
            put.channel.kind = read_enum<core::ChannelKind>(words.take("a kind"));
        } else if (words.take_if("shortage")) {
            put.channel.routing.on_shortage = read_enum<core::OnShortage>(words.take("a way"));
        } else if (words.take_if("no-split")) {
            put.channel.routing.allow_split = false;
        } else if (words.take_if("ship-complete")) {
            put.channel.routing.ship_complete = true;
        } else if (words.take_if("max-shipments")) {
            put.channel.routing.max_shipments = words.number("number of shipments");
        } else if (words.take_if("max-line-shipments")) {
            put.channel.routing.max_line_shipments = words.number("number of places");
        } else if (words.take_if("only")) {
            put.locations = words.list();
        } else if (words.take_if("returns")) {
            read_return_policy(words, put.channel.returns);
        } else if (words.take_if("inactive")) {
            put.channel.active = false;
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(put);
    return out;
}

Action read_areas(Words& words) {
    Action out;
    core::PutPostcodeAreas put;
    do {
        core::PostcodeArea area;
        area.country = words.take("a country");
        area.prefix = words.take("a prefix");
        words.expect("at");
        out.area_degrees.push_back(words.degrees());
        area.point = point_of(out.area_degrees.back());
        put.areas.push_back(std::move(area));
    } while (words.take_if(";"));
    out.command = std::move(put);
    return out;
}

namespace {

/// After "zone": its code, what it names, and its steps.
core::RateZone read_rate_zone(Words& words) {
    core::RateZone zone;
    zone.code = words.take("a code");
    while (true) {
        if (words.take_if("country")) {
            zone.country = words.take("a country");
        } else if (words.take_if("postcodes")) {
            zone.postcodes = words.list();
        } else if (words.take_if("within")) {
            zone.max_km = words.number("number of kilometres");
        } else if (words.take_if("days")) {
            zone.transit_days = static_cast<std::int32_t>(words.number("number of days"));
        } else if (words.take_if("step")) {
            const std::int64_t grams = take_scaled(words, "g");
            zone.weight_breaks.push_back({grams, words.micros("price")});
        } else {
            return zone;
        }
    }
}

}  // namespace

Action read_rates(Words& words) {
    Action out;
    core::PutRateTable put;
    put.table.code = words.take("a code");
    while (!words.at_end()) {
        if (words.take_if("carrier")) {
            put.table.carrier = words.take("a carrier");
        } else if (words.take_if("service")) {
            put.table.service = words.take("a service");
        } else if (words.take_if("zone")) {
            put.table.zones.push_back(read_rate_zone(words));
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(put);
    return out;
}

Action read_demand(Words& words) {
    Action out;
    core::PutDemand put;
    do {
        core::DemandInput row;
        row.sku = words.take("a SKU");
        words.expect("at");
        row.location = words.take("a location");
        while (!words.at_end() && !words.at(";")) {
            if (words.take_if("weekly")) {
                row.weekly_milliunits = words.decimal("units a week", 3);
            } else if (words.take_if("markdown")) {
                row.markdown_bp = words.decimal("percentage", 2);
            } else {
                words.expect_end();
            }
        }
        put.rows.push_back(std::move(row));
    } while (words.take_if(";"));
    out.command = std::move(put);
    return out;
}

Action read_key(Words& words) {
    Action out;
    core::IssueKey issue;
    out.key = words.take("the key's name");
    issue.key_name = out.key;
    words.expect("role");
    const std::string role = words.take("a role");
    issue.role = role == "operator" ? core::Role::operator_ : read_enum<core::Role>(role);
    if (words.take_if("at")) issue.locations = words.list();
    out.command = std::move(issue);
    return out;
}

Action read_revoke(Words& words) {
    Action out;
    words.expect("key");
    out.key = words.take("the key's name");
    out.command = core::RevokeKey{};
    return out;
}

}  // namespace waybill::scenarios
