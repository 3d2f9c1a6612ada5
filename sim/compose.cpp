#include "sim/compose.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <array>
#include <utility>

#include "sim/zones.hpp"

namespace waybill::sim {
namespace {

constexpr std::array<const char*, 5> location_codes{"DC", "LON", "TYO", "SUP", "NYC"};
constexpr std::array<const char*, 3> channel_codes{"WEB", "POS", "B2B"};
constexpr std::array<const char*, 3> zone_names{"UTC", "Asia/Tokyo", "America/New_York"};

template <class Rows, class Code>
std::string any_code(Dice& dice, const Rows& rows, Code&& code) {
    if (rows.empty() || dice.one_in(seldom)) return "NOWHERE";
    return code(rows[dice.below(rows.size())]);
}

core::PutRateTable compose_rate_table(Dice& dice) {
    core::PutRateTable put;
    put.table.code = dice.one_in(2) ? "PARCEL" : "EXPRESS";
    put.table.carrier = "Carrier";
    put.table.service = fmt::format("service {}", dice.below(3));
    for (std::uint64_t z = 1 + dice.below(3); z > 0; --z) {
        core::RateZone zone;
        zone.code = fmt::format("z{}", z);
        if (!dice.one_in(3)) zone.country = dice.one_in(4) ? "JP" : "GB";
        if (zone.country == "GB" && dice.one_in(3)) zone.postcodes = {"SW1*"};
        if (dice.one_in(3)) zone.max_km = dice.one_in(2) ? 300 : 2'999;
        if (!dice.one_in(4)) zone.transit_days = static_cast<std::int32_t>(dice.between(0, 4));
        std::int64_t grams = 0;
        std::int64_t price = 0;
        for (std::uint64_t b = 1 + dice.below(3); b > 0; --b) {
            grams += b == 1 && !dice.one_in(4) ? 100'000'000 : dice.between(1, 4'000);
            price += 250'000 * dice.between(0, 20);
            zone.weight_breaks.push_back({grams, price});
        }
        put.table.zones.push_back(std::move(zone));
    }
    return put;
}

core::PutLocation compose_location(Dice& dice, const Model& model) {
    core::PutLocation put;
    core::Location& location = put.location;
    const std::size_t ix = model.locations.size() < 4 ? model.locations.size() : dice.below(location_codes.size());
    location.code = location_codes[ix];
    location.name = fmt::format("place {}", dice.below(3));
    location.kind = ix == 3          ? core::LocationKind::supplier
                    : dice.one_in(2) ? core::LocationKind::dc
                                     : core::LocationKind::store;
    location.address.country = dice.one_in(4) ? "JP" : "GB";
    location.zone = dice.one_in(seldom) ? "Europe/Atlantis" : zone_names[dice.below(zone_names.size())];
    for (bool& works : location.calendar.working_days) works = !dice.one_in(4);
    location.calendar.working_days[dice.below(7)] = true;
    if (dice.one_in(2)) location.calendar.cut_off_minute = static_cast<std::int32_t>(60 * dice.between(0, 24));
    const auto today = static_cast<std::int32_t>(first_micros / micros_per_day);
    for (std::uint64_t i = dice.below(3); i > 0; --i) {
        location.calendar.closed_days.emplace_back(today + static_cast<std::int32_t>(dice.below(10)));
    }
    location.capabilities.ship = !dice.one_in(10);
    location.capabilities.pickup = dice.one_in(2);
    location.capabilities.returns = !dice.one_in(4);
    if (dice.one_in(3)) location.capacity.orders_per_day = dice.between(0, 6);
    if (dice.one_in(3)) location.capacity.units_per_day = dice.between(0, 40);
    if (!dice.one_in(5)) {
        core::CostTerms terms;
        terms.per_shipment_micros = 500'000 * dice.between(0, 20);
        terms.per_unit_micros = 100'000 * dice.between(0, 10);
        terms.per_kg_micros = 333'333 * dice.between(0, 3);
        terms.per_order_micros = dice.one_in(3) ? 2'000'000 : 0;
        if (dice.one_in(6)) terms.distance_bands = {{100, 1'000'000, 0}, {1'000, 3'000'000, 100'000}};
        for (const core::RateTable& table : model.rate_tables) {
            if (dice.one_in(2)) terms.rate_tables.push_back(table.code);
        }
        if (dice.one_in(seldom)) terms.rate_tables.emplace_back("NONE");
        location.costs = terms;
    }
    location.priority = static_cast<std::int32_t>(dice.below(3));
    location.active = !dice.one_in(8);
    if (dice.one_in(3)) location.release = core::ReleasePolicy::when_routed;
    // The model knows no distances: whoever ships by zones is nowhere in particular.
    const bool by_zones = location.costs && !location.costs->rate_tables.empty();
    if (!by_zones && dice.one_in(8))
        location.point = {4'000'000, static_cast<std::int32_t>(dice.below(400'000)), 4'900'000};
    return put;
}

core::PutChannel compose_channel(Dice& dice, const Model& model) {
    core::PutChannel put;
    put.channel.code = channel_codes[model.channels.size() < 2 ? model.channels.size() : dice.below(3)];
    put.channel.routing.allow_split = !dice.one_in(4);
    put.channel.routing.ship_complete = dice.one_in(6);
    if (dice.one_in(6)) put.channel.routing.max_shipments = dice.between(1, 3);
    if (dice.one_in(6)) put.channel.routing.max_line_shipments = dice.between(1, 2);
    put.channel.routing.on_shortage = static_cast<core::OnShortage>(dice.below(4));
    put.channel.active = !dice.one_in(10);
    put.channel.returns = compose_return_policy(dice);
    if (dice.one_in(3)) {
        for (std::uint64_t i = dice.between(1, 3) == 1 ? 1 : 2; i > 0; --i)
            put.locations.push_back(any_location(dice, model));
    }
    return put;
}

core::PutPostcodeAreas compose_areas(Dice& dice) {
    core::PutPostcodeAreas put;
    for (std::uint64_t i = dice.below(3) + 1; i > 0; --i) {
        core::PostcodeArea area{"GB", dice.one_in(2) ? "SW1" : "M", {4'000'000, 0, 4'900'000}};
        area.point.y = static_cast<std::int32_t>(dice.below(3) * 1'000);
        if (dice.one_in(seldom)) area.point = {};
        put.areas.push_back(area);
    }
    return put;
}

core::IssueKey compose_key(Dice& dice, const Model& model, std::uint64_t unique) {
    core::IssueKey issue;
    issue.key_name = "key";
    issue.hash = fmt::format("hash{}", unique);
    issue.role = dice.one_in(2) ? core::Role::admin : core::Role::store;
    if (issue.role == core::Role::store && !dice.one_in(6)) issue.locations.push_back(any_location(dice, model));
    return issue;
}

core::PutCustomer compose_customer(Dice& dice, const Model& model) {
    core::PutCustomer put;
    if (dice.one_in(2)) put.id = core::CustomerId(any_customer(dice, model));
    for (std::uint64_t i = dice.below(3); i > 0; --i) {
        put.identities.push_back({any_channel(dice, model), external_id(dice.below(external_ids))});
    }
    if (dice.one_in(2)) put.group = dice.one_in(2) ? "trade" : "";
    if (dice.one_in(4)) {
        put.blocked = dice.one_in(2);
        put.blocked_reason = "fraud";
    }
    return put;
}

core::Command compose_command(const Op& op, Dice& dice, const Model& model, std::uint64_t unique, Instant now) {
    switch (op.does) {
        case Does::configure_tenant: {
            core::ConfigureTenant configure{model.settings};
            if (dice.one_in(2)) configure.settings.backorder_fixed_micros = 500'000 * dice.between(0, 2);
            if (dice.one_in(2)) configure.settings.short_per_unit_micros = dice.one_in(3) ? 4'000'000 : 1'000'000'000;
            if (dice.one_in(2)) configure.settings.gs1_company_prefix = dice.one_in(3) ? "" : "5012345";
            if (dice.one_in(8)) configure.settings.currency = Currency::parse("CHF").value();
            return configure;
        }
        case Does::put_item:
            return compose_item(dice, model);
        case Does::put_location:
            return compose_location(dice, model);
        case Does::put_channel:
            return compose_channel(dice, model);
        case Does::put_postcode_areas:
            return compose_areas(dice);
        case Does::put_rate_table:
            return compose_rate_table(dice);
        case Does::put_demand:
            return compose_demand(dice, model);
        case Does::issue_key:
            return compose_key(dice, model, unique);
        case Does::revoke_key:
            return core::RevokeKey{core::KeyId(model.keys.empty() || dice.one_in(8) ? 1 : dice.pick(model.keys).id)};
        case Does::move_inventory:
            return compose_moves(dice, model);
        case Does::apply_feed:
            return compose_feed(dice, model);
        case Does::put_customer:
            return compose_customer(dice, model);
        case Does::merge_customers: {
            core::MergeCustomers merge;
            merge.from = core::CustomerId(any_customer(dice, model));
            merge.into = core::CustomerId(any_customer(dice, model));
            return merge;
        }
        case Does::erase_person:
            return core::ErasePerson{core::CustomerId(any_customer(dice, model))};
        case Does::cancel_order:
            return compose_cancel(dice, model);
        case Does::reroute_order:
            return compose_reroute(dice, model);
        case Does::ship_order:
            return compose_ship(dice, model);
        case Does::hold_order:
            return compose_hold(dice, model);
        case Does::release_hold:
            return compose_release(dice, model);
        case Does::raise_exception:
            return compose_exception(dice, model, now);
        case Does::change_exception:
            return compose_exception_change(dice, model, now);
        case Does::resolve_exception:
            return compose_resolution(dice, model);
        case Does::release_order:
            return compose_work_release(dice, model);
        case Does::accept_fulfillment:
            return compose_acceptance(dice, model);
        case Does::pick_fulfillment:
            return compose_pick(dice, model);
        case Does::reject_fulfillment:
            return compose_rejection(dice, model);
        case Does::recall_fulfillment:
            return compose_recall(dice, model);
        case Does::ship_fulfillment:
            return compose_work_shipment(dice, model);
        case Does::pack_fulfillment:
            return compose_packing(dice, model);
        case Does::unpack_parcel:
            return compose_unpacking(dice, model);
        case Does::request_return:
            return compose_return(dice, model);
        case Does::approve_return:
            return compose_approval(dice, model);
        case Does::decline_return:
            return compose_refusal(dice, model);
        case Does::receive_return:
            return compose_receipt(dice, model);
        case Does::cancel_return:
            return compose_return_end(dice, model);
        case Does::put_webhook:
            return compose_webhook(dice);
        case Does::rotate_webhook_secret:
            return core::RotateWebhookSecret{any_webhook(dice, model)};
        case Does::record_delivery:
            return compose_delivery(dice, model);
        case Does::resume_webhook:
            return compose_resumption(dice, model);
        case Does::put_message:
            return compose_message(dice);
        case Does::record_messages:
            return compose_mail_record(dice, model);
        case Does::save_rule_set:
            return compose_rules(dice, model);
        case Does::activate_rule_set:
            return compose_activation(dice, model, now);
        case Does::roll_back_rule_set:
            return core::RollBackRuleSet{dice.one_in(2) ? "bad" : ""};
        case Does::place_order:
        case Does::repeat:
        case Does::create_tenant:
            break;
    }
    return compose_order(dice, model, unique, now);
}

}  // namespace

std::string any_sku(Dice& dice, const Model& model) {
    return any_code(dice, model.items, [](const ItemModel& item) { return item.wanted.sku; });
}
std::string any_location(Dice& dice, const Model& model) {
    return any_code(dice, model.locations, [](const core::Location& location) { return location.code; });
}
std::string any_webhook(Dice& dice, const Model& model) {
    return any_code(dice, model.webhooks, [](const WebhookModel& webhook) { return webhook.wanted.code; });
}
std::string any_channel(Dice& dice, const Model& model) {
    return any_code(dice, model.channels, [](const core::Channel& channel) { return channel.code; });
}

std::uint64_t any_customer(Dice& dice, const Model& model) {
    if (model.customers.empty() || dice.one_in(seldom)) return 999'999;
    auto at = model.customers.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(dice.below(model.customers.size())));
    return at->first;
}

const OrderModel* any_order(Dice& dice, const Model& model) {
    if (model.orders.empty()) return nullptr;
    // Later orders have more left to do.
    const std::uint64_t back = std::min(dice.below(model.orders.size()), dice.below(model.orders.size()));
    return &std::prev(model.orders.end(), static_cast<std::ptrdiff_t>(back + 1))->second;
}

core::TenantSettings first_settings(std::uint32_t tenant) {
    core::TenantSettings settings;
    settings.name = fmt::format("shop{}", tenant);
    settings.currency = Currency::parse("GBP").value();
    return settings;
}

std::string external_id(std::uint64_t n) { return fmt::format("cust{}", n); }

std::string person_doc(const std::string& word) { return fmt::format("{{\"name\":\"{}\"}}", word); }

Request compose_tenant(const Op& op, const std::vector<std::string>& taken) {
    Dice dice(op.dice);
    Request request;
    request.makes_tenant = true;
    core::TenantSettings settings = first_settings(0);
    settings.name = dice.one_in(4) ? dice.pick(taken) : fmt::format("new{}", dice.below(6));
    if (dice.one_in(3)) settings.currency = Currency::parse("JPY").value();
    request.command = core::ConfigureTenant{std::move(settings)};
    return request;
}

Request compose(const Op& op, const Model& model, std::uint64_t unique, Instant now) {
    Dice dice(op.dice);
    Request request;
    request.tenant = op.tenant;
    const bool keyed = dice.one_in(2);
    const bool with_person = dice.one_in(2);
    const bool scoped = dice.one_in(12);
    const bool conditional = dice.one_in(8);
    const bool stale = dice.one_in(3);
    const std::uint64_t scope = dice.below(5);
    request.command = compose_command(op, dice, model, unique, now);
    if (keyed) request.key = fmt::format("k{}", unique);
    request.body = 1;
    const bool takes_person = op.does == Does::place_order || op.does == Does::put_customer;
    if (takes_person && with_person) request.person_word = fmt::format("person{}", unique);
    const bool takes_scope =
        op.does == Does::move_inventory || op.does == Does::apply_feed || op.does == Does::place_order ||
        op.does == Does::cancel_order || op.does == Does::reroute_order || op.does == Does::ship_order ||
        op.does == Does::hold_order || op.does == Does::release_hold || op.does == Does::raise_exception ||
        op.does == Does::change_exception || op.does == Does::resolve_exception || op.does == Does::release_order ||
        op.does == Does::accept_fulfillment || op.does == Does::pick_fulfillment ||
        op.does == Does::reject_fulfillment || op.does == Does::recall_fulfillment ||
        op.does == Does::ship_fulfillment || op.does == Does::pack_fulfillment || op.does == Does::unpack_parcel ||
        op.does == Does::request_return || op.does == Does::approve_return || op.does == Does::decline_return ||
        op.does == Does::receive_return || op.does == Does::cancel_return;
    if (takes_scope && scoped && scope < model.locations.size()) {
        request.scope.push_back(static_cast<std::uint32_t>(scope));
    }
    if (const auto at = model.orders.find(changed_order(request.command)); conditional && at != model.orders.end()) {
        request.if_version = at->second.version + (stale ? 1 : 0);
    }
    return request;
}

std::uint64_t changed_order(const core::Command& command) {
    if (const auto* cancel = std::get_if<core::CancelOrder>(&command)) return cancel->order.raw();
    if (const auto* reroute = std::get_if<core::RerouteOrder>(&command)) return reroute->order.raw();
    if (const auto* ship = std::get_if<core::ShipOrder>(&command)) return ship->order.raw();
    if (const auto* hold = std::get_if<core::HoldOrder>(&command)) return hold->order.raw();
    if (const auto* release = std::get_if<core::ReleaseHold>(&command)) return release->order.raw();
    if (const auto* raise = std::get_if<core::RaiseException>(&command)) return raise->order.raw();
    if (const auto* change = std::get_if<core::ChangeException>(&command)) return change->order.raw();
    if (const auto* resolve = std::get_if<core::ResolveException>(&command)) return resolve->order.raw();
    if (const auto* release = std::get_if<core::ReleaseOrder>(&command)) return release->order.raw();
    if (const auto* accept = std::get_if<core::AcceptFulfillment>(&command)) return accept->order.raw();
    if (const auto* pick = std::get_if<core::PickFulfillment>(&command)) return pick->order.raw();
    if (const auto* reject = std::get_if<core::RejectFulfillment>(&command)) return reject->order.raw();
    if (const auto* recall = std::get_if<core::RecallFulfillment>(&command)) return recall->order.raw();
    if (const auto* ship = std::get_if<core::ShipFulfillment>(&command)) return ship->order.raw();
    if (const auto* pack = std::get_if<core::PackFulfillment>(&command)) return pack->order.raw();
    if (const auto* unpack = std::get_if<core::UnpackParcel>(&command)) return unpack->order.raw();
    if (const auto* request = std::get_if<core::RequestReturn>(&command)) return request->order.raw();
    if (const auto* approve = std::get_if<core::ApproveReturn>(&command)) return approve->order.raw();
    if (const auto* decline = std::get_if<core::DeclineReturn>(&command)) return decline->order.raw();
    if (const auto* receive = std::get_if<core::ReceiveReturn>(&command)) return receive->order.raw();
    if (const auto* end = std::get_if<core::CancelReturn>(&command)) return end->order.raw();
    return 0;
}

engine::Submission submission_of(const Request& request, const std::string& name, core::TenantId tenant) {
    engine::Submission out;
    out.tenant = tenant;
    out.actor.name = name;
    out.actor.scope = request.scope;
    out.command = request.command;
    if (!request.person_word.empty()) {
        out.person = engine::PersonData{person_doc(request.person_word)};
    }
    if (!request.key.empty()) {
        out.idempotency = engine::Idempotency{request.key, {}};
        out.idempotency->body_hash.fill(request.body);
    }
    out.if_version = request.if_version;
    return out;
}

}  // namespace waybill::sim
