#include "tests/scenarios/engine_driver.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <future>

#include "core/automation/rule_versions.hpp"
#include "engine/codec.hpp"
#include "engine/decision_history.hpp"
#include "engine/order_as_of.hpp"
#include "tests/scenarios/views.hpp"
#include "tests/scenarios/zones.hpp"

namespace waybill::scenarios {
namespace {

std::string person_doc(const PersonText& person) {
    return boost::json::serialize(
        boost::json::value{{"name", person.name}, {"email", person.email}, {"phone", person.phone}});
}

PersonText person_of(const std::string& doc) {
    const boost::json::value value = boost::json::parse(doc);
    const auto text = [&](const char* member) { return std::string(value.at(member).as_string()); };
    return {text("name"), text("email"), text("phone")};
}

core::Rejection rejection_of(const engine::Failure& failure) {
    if (const auto* rejection = std::get_if<core::Rejection>(&failure)) return *rejection;
    return {core::Reject::internal_error, std::get<engine::IoError>(failure).detail, {}};
}

Answer answer_of(const Result<engine::Receipt, engine::Failure>& result) {
    Answer out;
    if (!result) {
        out.refused = rejection_of(result.error());
        return out;
    }
    out.object_id = result->outcome.object.id;
    out.already_applied = result->outcome.already_applied;
    for (const core::SkippedRow& row : result->outcome.skipped) {
        out.skipped.push_back({row.row, std::string(core::info_of(row.code).name)});
    }
    if (const auto& routing = result->routing) {
        out.sourcing = sourcing_of(routing->status, routing->method, routing->cost_micros, routing->lower_bound_micros);
    }
    return out;
}

}  // namespace

void EngineDriver::set_actor(const std::string& key) {
    actor_ = {};
    if (key.empty()) return;
    const auto view = host_.engine().view(tenant_);
    const auto& rows = view->state().keys.rows;
    for (std::uint32_t ix = 0; ix < rows.committed_size(); ++ix) {
        if (rows.committed(ix).id != keys_.at(key)) continue;
        actor_.scope = rows.committed(ix).locations;
        actor_.name = "key_" + std::to_string(rows.committed(ix).id.raw());
    }
}

Answer EngineDriver::create_tenant(const core::TenantSettings& settings) {
    std::promise<Result<engine::Receipt, engine::Failure>> promise;
    auto future = promise.get_future();
    host_.engine().create_tenant(
        settings, {}, [&](Result<engine::Receipt, engine::Failure> result) { promise.set_value(std::move(result)); });
    Answer out = answer_of(future.get());
    out.wrote_events = !out.refused;
    if (!out.refused) tenant_ = host_.engine().find_tenant(settings.name).value();
    return out;
}

Answer EngineDriver::run(const Action& action) {
    if (const auto* tenant = std::get_if<core::ConfigureTenant>(&action.command); tenant && !tenant_.is_set()) {
        return create_tenant(tenant->settings);
    }
    engine::Submission submission;
    submission.tenant = tenant_;
    submission.actor = actor_;
    submission.command = action.command;
    if (auto* issue = std::get_if<core::IssueKey>(&submission.command)) issue->hash = stand_in_hash(action.key);
    if (!action.person.empty()) submission.person = engine::PersonData{person_doc(action.person)};
    const core::Sequence before = host_.head(tenant_);
    action_after_ = before;
    Answer out = answer_of(run_and_wait(host_.engine(), std::move(submission)));
    out.wrote_events = host_.head(tenant_) != before;
    if (!out.refused && std::holds_alternative<core::IssueKey>(action.command)) {
        keys_[action.key] = core::KeyId(out.object_id);
    }
    return out;
}

PreviewView EngineDriver::preview(const Action& order, std::optional<std::uint32_t> version) {
    PreviewView out;
    inspect([&](const core::TenantState& state, const core::Context& context) {
        out = preview_in(state, std::get<core::PlaceOrder>(order.command), version, context);
    });
    return out;
}

PreviewView EngineDriver::try_order(std::uint64_t id, std::optional<std::uint32_t> version) {
    PreviewView out;
    const auto read = reader();
    const core::OrderId order(id);
    const auto placing = engine::placing_decision(*read, tenant_, order).value();
    if (!placing) {
        out.refused = core::Rejection{core::Reject::unknown_order, "", {}};
        return out;
    }
    const auto placed = engine::order_as_of(*read, tenant_, order, placing->sequence).value();
    const auto now = engine::order_as_of(*read, tenant_, order, host_.head(tenant_)).value();
    inspect([&](const core::TenantState& state, const core::Context& context) {
        out = try_in(state, {now, placed, placing->rules, placing->trace.strategy}, version, context);
    });
    return out;
}

void EngineDriver::inspect(const std::function<void(const core::TenantState&, const core::Context&)>& look) {
    std::promise<void> done;
    host_.engine().inspect(tenant_, [&](const core::TenantState* state, const core::Context& context) {
        look(*state, context);
        done.set_value();
    });
    done.get_future().wait();
}

std::uint32_t EngineDriver::rule_set_in_force() {
    std::uint32_t out = 0;
    inspect([&](const core::TenantState& state, const core::Context& context) {
        out = core::rule_set_at(state, context.now);
    });
    return out;
}

/// As GET /v1/orders/{id}/routing does: from what is stored alone.
std::vector<CandidateView> EngineDriver::candidates_of(std::uint64_t order) {
    const auto read = reader();
    const core::OrderId id(order);
    const auto decision = engine::latest_decision(*read, tenant_, id).value().value();
    const core::RoutingTrace& trace = decision.trace;
    const auto then = engine::order_as_of(*read, tenant_, id, decision.sequence).value();
    const auto state = engine::configuration_as_of(*read, tenant_, trace.config_sequence).value();
    sourcing::Workspace workspace;
    core::Context context;
    context.now = decision.decided_at;
    context.zones = &test_zones();
    context.workspace = &workspace;
    core::RouteRequest request = core::request_of(then, trace);
    const core::CompiledRules* rules = nullptr;
    std::optional<core::RuleRouting> routing;
    std::string strategy;
    if (decision.rules.rule_set > 0) {
        rules = state->compiled_rules.read(decision.rules.rule_set - 1).get();
        routing.emplace(*rules, then, *state, context);
    }
    std::span<const core::StrategyChoice> choices;
    if (routing && routing->follow(decision.rules)) choices = routing->choices();
    if (trace.strategy > 0) {
        request.strategy = choices[trace.strategy - 1].strategy;
        request.filters = choices[trace.strategy - 1].filters;
        strategy = request.strategy->code;
    }
    const core::Explanation explanation =
        core::explain_recorded(request, trace, decision.decided_at, *state, context, choices);
    return candidates_in(explanation, rules, strategy, *state);
}

RulesView EngineDriver::rules_of(std::uint64_t order) {
    const auto read = reader();
    const core::OrderId id(order);
    const auto decision = engine::latest_decision(*read, tenant_, id).value().value();
    if (decision.rules.rule_set == 0) return {};
    const auto then = engine::order_as_of(*read, tenant_, id, decision.sequence).value();
    const auto state = engine::configuration_as_of(*read, tenant_, decision.trace.config_sequence).value();
    core::Context context;
    context.now = decision.decided_at;
    context.zones = &test_zones();
    const core::CompiledRules& rules = *state->compiled_rules.read(decision.rules.rule_set - 1);
    return view_of(
        core::explain_rules(rules, then, decision.rules, decision.trace.strategy, decision.of, *state, context));
}

/// As GET /v1/orders/{id}/rules does.
std::optional<RulesView> EngineDriver::moment_of(std::uint64_t order, core::Moment moment) {
    const auto read = reader();
    const core::OrderId id(order);
    const auto passed = engine::recorded_moments(*read, tenant_, id).value();
    const auto last = std::find_if(passed.rbegin(), passed.rend(),
                                   [&](const engine::RecordedMoment& one) { return one.moment == moment; });
    if (last == passed.rend()) return std::nullopt;
    const auto then = engine::order_as_of(*read, tenant_, id, last->seen).value();
    const auto state = engine::configuration_as_of(*read, tenant_, last->config_sequence).value();
    core::Context context;
    context.now = last->at;
    context.zones = &test_zones();
    const core::CompiledRules* rules = core::rules_at(*state, last->at);
    if (rules == nullptr) return RulesView{};
    return view_of(core::explain_moment(*rules, moment, then, last->rules, *state, context));
}

std::vector<std::uint64_t> EngineDriver::search_orders(const std::string& word) {
    engine::OrderQuery query;
    query.text = word;
    std::vector<std::uint64_t> out;
    const auto page = reader()->search_orders(tenant_, query, engine::Blocks::without);
    for (const engine::OrderHit& hit : page.value().hits) out.push_back(hit.id.raw());
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::pair<std::uint64_t, std::string>> EngineDriver::exception_queue() {
    engine::ExceptionQuery query;
    query.is_open = true;
    std::vector<std::pair<std::uint64_t, std::string>> out;
    const auto rows = reader()->exceptions(tenant_, query);
    for (const engine::ExceptionRow& row : rows.value()) out.emplace_back(row.order.raw(), row.kind);
    return out;
}

std::vector<std::pair<std::uint64_t, std::uint32_t>> EngineDriver::open_work(const std::string& location) {
    engine::FulfillmentQuery query;
    query.is_open = true;
    query.locations.push_back(host_.engine().view(tenant_)->state().locations.find(location).value());
    std::vector<std::pair<std::uint64_t, std::uint32_t>> out;
    const auto rows = reader()->fulfillments(tenant_, query);
    for (const engine::FulfillmentRow& row : rows.value()) out.emplace_back(row.order.raw(), row.number);
    return out;
}

std::vector<std::pair<std::uint64_t, std::uint32_t>> EngineDriver::open_returns(const std::string& location) {
    engine::ReturnQuery query;
    query.is_open = true;
    query.locations.push_back(host_.engine().view(tenant_)->state().locations.find(location).value());
    std::vector<std::pair<std::uint64_t, std::uint32_t>> out;
    const auto rows = reader()->returns(tenant_, query);
    for (const engine::ReturnRow& row : rows.value()) out.emplace_back(row.order.raw(), row.number);
    return out;
}

std::unique_ptr<engine::Reader> EngineDriver::reader() { return std::move(host_.store().reader()).value(); }

std::optional<WebhookView> EngineDriver::webhook(const std::string& code) {
    return webhook_in(host_.engine().view(tenant_)->state(), code);
}

std::vector<ToldView> EngineDriver::told(const std::string& code) { return host_.told(tenant_, code, action_after_); }

std::vector<std::string> EngineDriver::mails(const std::string& locale) {
    return host_.mails(tenant_, locale, action_after_);
}

WebhookView EngineDriver::mail() { return mail_in(host_.engine().view(tenant_)->state()); }

std::optional<OrderView> EngineDriver::order(std::uint64_t id) {
    const auto stored = reader()->order(tenant_, core::OrderId(id)).value();
    if (!stored) return std::nullopt;
    const core::Order order = engine::decode_order(*stored).value();
    return view_of(order, host_.engine().view(tenant_)->state());
}

std::optional<LevelView> EngineDriver::level(const std::string& sku, const std::string& location) {
    return level_in(host_.engine().view(tenant_)->state(), sku, location);
}

AvailabilityView EngineDriver::availability(const std::string& sku, const std::string& channel) {
    return availability_in(host_.engine().view(tenant_)->state(), sku, channel);
}

core::CapacityDay EngineDriver::capacity(const std::string& location, CivilDate day) {
    return capacity_in(host_.engine().view(tenant_)->state(), location, day);
}

std::vector<MovementView> EngineDriver::movements(const std::string& sku, const std::string& location) {
    engine::MovementQuery query;
    {
        const auto view = host_.engine().view(tenant_);
        query.item = view->find_item(sku);
        query.location = view->find_location(location);
    }
    query.limit = 10'000;
    std::vector<MovementView> out;
    const auto rows = reader()->movements(tenant_, query);
    for (const engine::MovementRow& row : rows.value()) out.push_back(view_of(row.movement));
    std::reverse(out.begin(), out.end());
    return out;
}

std::optional<CustomerView> EngineDriver::customer(std::uint64_t id) {
    const auto read = reader();
    const auto doc = read->customer(tenant_, core::CustomerId(id)).value();
    if (!doc) return std::nullopt;
    const auto customer = engine::decode_doc<core::Customer>(*doc).value();
    CustomerView out = view_of(customer);
    out.person.emplace();
    if (customer.person.is_set()) {
        if (const auto row = read->person(tenant_, customer.person).value()) out.person = person_of(row->doc);
    }
    return out;
}

std::vector<std::string> EngineDriver::broken_invariants(When when) {
    if (when == When::at_end) return host_.audit_at_end();
    if (restarts_ == Restarts::after_every_action) host_.restart_engine();
    return {};
}

}  // namespace waybill::scenarios
