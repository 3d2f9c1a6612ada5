#include "tests/scenarios/http_driver.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <stdexcept>
#include <utility>

#include "api/authentication.hpp"
#include "http/urls.hpp"
#include "tests/scenarios/json_fields.hpp"
#include "tests/scenarios/views.hpp"

namespace waybill::scenarios {
namespace {

/// The edge's own names for a broken rule of one field (`minimum`, `required` ...) are all invalid requests.
core::Reject reject_of(const std::string& name) {
    for (const core::RejectInfo& info : core::all_rejections()) {
        if (info.name == name) return info.code;
    }
    return core::Reject::invalid_request;
}

core::Rejection rejection_of(const json::value& problem) {
    core::Rejection out;
    out.code = reject_of(text_of(problem, "code"));
    out.detail = text_of(problem, "detail");
    if (const json::value* errors = problem.as_object().if_contains("errors")) {
        for (const json::value& error : errors->as_array()) {
            out.faults.push_back(
                {text_of(error, "pointer"), reject_of(text_of(error, "code")), text_of(error, "detail")});
        }
    }
    return out;
}

Sourcing sourcing_from(const json::value& object) {
    Sourcing out;
    out.status = text_of(object, "status");
    out.method = text_of(object, "method");
    out.cost_micros = decimal_of(object, "cost", micros_places);
    out.lower_bound_micros = decimal_of(object, "lower_bound", micros_places);
    return out;
}

}  // namespace

HttpDriver::HttpDriver() : host_(StoreKind::memory), operator_secret_(api::new_secret()) {
    engine::Submission issue;
    issue.tenant = engine::system_tenant;
    core::IssueKey key;
    key.key_name = "operator";
    key.role = core::Role::operator_;
    key.hash = api::hash_secret(operator_secret_);
    issue.command = std::move(key);
    WAYBILL_ASSERT(run_and_wait(host_.engine(), std::move(issue)).has_value());
    api::ApiOptions options;
    options.webhook_key = std::string(64, 'k');
    options.mail_stats = [] {
        engine::MailStats stats;
        stats.is_configured = true;
        return stats;
    };
    api_ = api::Api::open(host_.engine(), host_.store(), options).value();
    server_ = http::Server::listen({}, *api_).value();
    api_->attach(*server_);
    thread_ = std::thread([this] { server_->run(); });
    auto client = http::Client::make("http://127.0.0.1:" + std::to_string(server_->port()));
    client_ = std::make_unique<http::Client>(std::move(client).value());
}

HttpDriver::~HttpDriver() {
    stop_server();
    host_.stop_engine();
}

void HttpDriver::stop_server() {
    if (!thread_.joinable()) return;
    client_->disconnect();
    server_->stop(std::chrono::milliseconds(2'000));
    thread_.join();
}

HttpDriver::Reply HttpDriver::send(const ApiRequest& request, const std::string& secret) {
    http::ClientRequest out;
    out.method = request.method;
    out.target = request.target;
    out.body = request.body;
    out.headers.push_back({"authorization", "Bearer " + secret});
    if (!request.body.empty()) {
        out.headers.push_back({"content-type", request.ndjson ? "application/x-ndjson" : "application/json"});
    }
    const auto response = client_->send(out);
    if (!response) throw std::runtime_error(request.method + " " + request.target + ": " + response.error().text);
    Reply reply{response->status, {}};
    if (response->body.empty()) return reply;
    if (!request.ndjson) {
        reply.body = json::parse(response->body);
        return reply;
    }
    // One result a line: the first that failed speaks for all.
    std::string_view rest = response->body;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        reply.body = json::parse(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        reply.status = static_cast<int>(number_of(reply.body, "status"));
        if (const json::value* error = reply.body.as_object().if_contains("error")) {
            json::value problem = *error;
            reply.body = std::move(problem);
            break;
        }
    }
    return reply;
}

void HttpDriver::set_actor(const std::string& key) { actor_secret_ = key.empty() ? admin_secret_ : secrets_.at(key); }

Answer HttpDriver::create_tenant(const Action& action) {
    Answer out;
    const Reply reply = send({"POST", "/v1/tenants", settings_body(action), false}, operator_secret_);
    if (reply.status >= 300) {
        out.refused = rejection_of(reply.body);
        return out;
    }
    tenant_ = core::TenantId(static_cast<std::uint32_t>(id_of(text_of(reply.body, "id"))));
    costs_ = std::get<core::ConfigureTenant>(action.command).settings.currency;
    admin_secret_ = text_of(reply.body.at("admin_key"), "secret");
    actor_secret_ = admin_secret_;
    out.wrote_events = true;
    return out;
}

Answer HttpDriver::run(const Action& action) {
    if (std::holds_alternative<core::ConfigureTenant>(action.command) && !tenant_.is_set())
        return create_tenant(action);
    const core::Sequence before = host_.head(tenant_);
    action_after_ = before;
    if (std::holds_alternative<core::RecordDelivery>(action.command) ||
        std::holds_alternative<core::RecordMessages>(action.command)) {
        return record(action.command);
    }
    const Reply reply = send(request_for(action), actor_secret_);
    Answer out;
    if (reply.status >= 300) {
        out.refused = rejection_of(reply.body);
        return out;
    }
    out.wrote_events = host_.head(tenant_) != before;
    if (!reply.body.is_object()) return out;
    out.object_id = id_of(text_of(reply.body, "id"));
    if (std::holds_alternative<core::SaveRuleSet>(action.command)) {
        out.object_id = static_cast<std::uint64_t>(number_of(reply.body, "number"));
    }
    out.already_applied = flag_of(reply.body, "already_applied");
    if (const json::value* skipped = reply.body.as_object().if_contains("skipped")) {
        for (const json::value& row : skipped->as_array()) {
            out.skipped.push_back({static_cast<std::uint32_t>(number_of(row, "row")), text_of(row, "code")});
        }
    }
    if (const json::value* sourcing = reply.body.as_object().if_contains("sourcing")) {
        if (sourcing->as_object().contains("status")) out.sourcing = sourcing_from(*sourcing);
    }
    if (!action.order.empty()) last_order_ = out.object_id;
    if (std::holds_alternative<core::IssueKey>(action.command)) secrets_[action.key] = text_of(reply.body, "secret");
    return out;
}

Answer HttpDriver::record(const core::Command& command) {
    Answer out;
    engine::Submission submission;
    submission.tenant = tenant_;
    submission.command = command;
    const auto done = run_and_wait(host_.engine(), std::move(submission));
    out.wrote_events = host_.head(tenant_) != action_after_;
    if (!done) out.refused = std::get<core::Rejection>(done.error());
    return out;
}

namespace {

WebhookView deliveries_from(const json::value& body) {
    WebhookView out;
    out.status = text_of(body, "status");
    out.through = number_of(body, "delivered_through");
    out.behind = number_of(body, "behind");
    out.failing_since = text_of(body, "failing_since");
    out.failure = text_of(body, "failure");
    return out;
}

}  // namespace

std::optional<WebhookView> HttpDriver::webhook(const std::string& code) {
    const Reply reply = get("/v1/webhooks/" + http::percent_encoded(code));
    if (reply.status != 200) return std::nullopt;
    WebhookView out = deliveries_from(reply.body);
    out.ix = webhook_in(host_.engine().view(tenant_)->state(), code).value().ix;
    return out;
}

std::vector<ToldView> HttpDriver::told(const std::string& code) { return host_.told(tenant_, code, action_after_); }

std::vector<std::string> HttpDriver::mails(const std::string& locale) {
    return host_.mails(tenant_, locale, action_after_);
}

WebhookView HttpDriver::mail() {
    const Reply reply = get("/v1/mail");
    WAYBILL_ASSERT(reply.status == 200);
    return deliveries_from(reply.body);
}

PreviewView HttpDriver::preview(const Action& order, std::optional<std::uint32_t> version) {
    PreviewView out;
    std::string target = "/v1/sourcing/preview";
    if (version) target += "?rule_set=" + std::to_string(*version);
    const Reply reply = send({"POST", target, order_body(order), false}, actor_secret_);
    if (reply.status >= 300) {
        out.refused = rejection_of(reply.body);
        return out;
    }
    out.sourcing = sourcing_from(reply.body);
    out.rules = rules_from(reply.body);
    out.candidates = candidates_from(reply.body);
    return out;
}

PreviewView HttpDriver::try_order(std::uint64_t id, std::optional<std::uint32_t> version) {
    PreviewView out;
    std::string target = "/v1/orders/ord_" + std::to_string(id) + "/preview";
    if (version) target += "?rule_set=" + std::to_string(*version);
    const Reply reply = send({"POST", target, "", false}, actor_secret_);
    if (reply.status >= 300) {
        out.refused = rejection_of(reply.body);
        return out;
    }
    const json::value& explanation = reply.body.at("explanation");
    out.sourcing = sourcing_from(explanation);
    out.rules = rules_from(explanation);
    out.candidates = candidates_from(explanation);
    for (const json::value& row : reply.body.at("differences").as_array()) {
        out.differences.push_back(text_of(row, "of"));
    }
    return out;
}

namespace {

FulfillmentView fulfillment_from(const json::value& row) {
    FulfillmentView out;
    out.location = text_of(row, "location");
    out.status = text_of(row, "status");
    for (const json::value& action : row.at("allowed_actions").as_array()) out.actions.emplace_back(action.as_string());
    for (const json::value& line : row.at("lines").as_array()) {
        out.lines.push_back({number_of(line, "line_no"), number_of(line, "to_pick"), number_of(line, "picked"),
                             number_of(line, "packed"), number_of(line, "shipped"), number_of(line, "rejected"),
                             number_of(line, "recalled")});
    }
    for (const json::value& parcel : row.at("parcels").as_array()) {
        const json::value* weight = parcel.as_object().if_contains("weight_g");
        out.parcels.push_back({text_of(parcel, "status"),
                               text_of(parcel, "sscc"),
                               text_of(parcel, "carrier"),
                               text_of(parcel, "service"),
                               text_of(parcel, "tracking"),
                               weight == nullptr ? 0 : weight->to_number<std::int64_t>(),
                               {}});
        for (const json::value& line : parcel.at("lines").as_array()) {
            out.parcels.back().lines.emplace_back(number_of(line, "line_no"), number_of(line, "quantity"));
        }
    }
    return out;
}

}  // namespace

std::optional<OrderView> HttpDriver::order(std::uint64_t id) {
    const Reply reply = get("/v1/orders/ord_" + std::to_string(id));
    if (reply.status != 200) return std::nullopt;
    const json::value& body = reply.body;
    OrderView out;
    out.status = text_of(body, "status");
    out.reason = text_of(body, "status_reason");
    out.currency = Currency::parse(text_of(body, "currency")).value_or(Currency{});
    if (const json::value* customer = body.as_object().if_contains("customer"))
        out.customer = id_of(text_of(*customer, "id"));
    out.version = static_cast<std::uint32_t>(number_of(body, "version"));
    const int places = out.currency.exponent();
    const json::value& totals = body.at("totals");
    out.totals = {decimal_of(totals, "subtotal", places), decimal_of(totals, "discount", places),
                  decimal_of(totals, "charges", places),  decimal_of(totals, "tax", places),
                  decimal_of(totals, "total", places),    decimal_of(totals, "cancelled", places)};
    for (const json::value& tag : body.at("tags").as_array()) out.tags.emplace_back(tag.as_string());
    out.priority = number_of(body, "priority");
    for (const json::value& hold : body.at("holds").as_array()) out.holds.push_back(text_of(hold, "code"));
    for (const json::value& row : body.at("exceptions").as_array()) {
        out.exceptions.push_back({text_of(row, "kind"), text_of(row, "severity"), text_of(row, "owner"),
                                  text_of(row, "due_at"), text_of(row, "reason"), text_of(row, "raised_by")});
    }
    if (const json::value* work = body.as_object().if_contains("fulfillment_orders")) {
        for (const json::value& row : work->as_array()) out.fulfillments.push_back(fulfillment_from(row));
    }
    for (const json::value& row : body.at("returns").as_array()) out.returns.push_back(return_from(text_of(row, "id")));
    out.method = text_of(body, "method");
    out.pickup_location = text_of(body, "pickup_location");
    out.requested_date = text_of(body, "requested_date");
    out.promised_date = text_of(body, "promised_date");
    for (const json::value& action : body.at("allowed_actions").as_array())
        out.actions.emplace_back(action.as_string());
    for (const json::value& row : body.at("lines").as_array()) {
        LineView line;
        line.sku = text_of(row, "sku");
        line.ordered_sku = text_of(row, "ordered_sku");
        line.unit = text_of(row, "unit");
        line.unit_quantity = number_of(row, "unit_quantity");
        line.quantity = number_of(row, "quantity");
        const json::value& quantities = row.at("quantities");
        line.open = number_of(quantities, "open");
        line.allocated = number_of(quantities, "allocated");
        line.shipped = number_of(quantities, "shipped");
        line.cancelled = number_of(quantities, "cancelled");
        line.returning = number_of(quantities, "returning");
        line.returned = number_of(quantities, "returned");
        line.amount = decimal_of(row, "amount", places);
        line.discount = decimal_of(row, "discount", places);
        line.tax = decimal_of(row, "tax", places);
        for (const json::value& part : row.at("allocations").as_array()) {
            const json::value& supply = part.at("supply");
            line.allocations.push_back({text_of(part, "location"), number_of(part, "quantity"),
                                        number_of(part, "shipped"), text_of(supply, "kind"), text_of(supply, "id"),
                                        parse_date(text_of(part, "capacity_day"))});
        }
        out.lines.push_back(std::move(line));
    }
    return out;
}

std::optional<LevelView> HttpDriver::level(const std::string& sku, const std::string& location) {
    const Reply reply =
        get("/v1/inventory?sku=" + http::percent_encoded(sku) + "&location=" + http::percent_encoded(location));
    if (reply.status != 200 || reply.body.at("data").as_array().empty()) return std::nullopt;
    const json::value& row = reply.body.at("data").as_array().front();
    return LevelView{number_of(row, "on_hand"), number_of(row, "reserved"), number_of(row, "safety"),
                     number_of(row, "unsellable")};
}

AvailabilityView HttpDriver::availability(const std::string& sku, const std::string& channel) {
    AvailabilityView out;
    const Reply reply =
        get("/v1/availability?sku=" + http::percent_encoded(sku) + "&channel=" + http::percent_encoded(channel));
    const json::value& list = reply.body.is_array() ? reply.body : reply.body.at("data");
    const json::value& row = list.as_array().front();
    out.total = number_of(row, "available_to_sell");
    for (const json::value& place : row.at("locations").as_array()) {
        out.locations.emplace_back(text_of(place, "location"), number_of(place, "sellable"));
    }
    return out;
}

core::CapacityDay HttpDriver::capacity(const std::string& location, CivilDate day) {
    return capacity_in(host_.engine().view(tenant_)->state(), location, day);
}

std::vector<MovementView> HttpDriver::movements(const std::string& sku, const std::string& location) {
    std::vector<MovementView> out;
    std::string cursor;
    do {
        const Reply reply = get("/v1/inventory/movements?sku=" + http::percent_encoded(sku) +
                                "&location=" + http::percent_encoded(location) +
                                (cursor.empty() ? "" : "&cursor=" + http::percent_encoded(cursor)));
        for (const json::value& row : reply.body.at("data").as_array()) {
            out.push_back({text_of(row, "kind"),
                           {number_of(row, "on_hand"), number_of(row, "reserved"), number_of(row, "safety"),
                            number_of(row, "unsellable")}});
        }
        cursor = text_of(reply.body, "next_cursor");
    } while (!cursor.empty());
    std::reverse(out.begin(), out.end());
    return out;
}

std::optional<CustomerView> HttpDriver::customer(std::uint64_t id) {
    const Reply reply = get("/v1/customers/cus_" + std::to_string(id));
    if (reply.status != 200) return std::nullopt;
    CustomerView out;
    out.identities = reply.body.at("identities").as_array().size();
    out.group = text_of(reply.body, "group");
    out.blocked = flag_of(reply.body, "blocked");
    out.merged_into = id_of(text_of(reply.body, "merged_into"));
    out.person = PersonText{text_of(reply.body, "name"), text_of(reply.body, "email"), text_of(reply.body, "phone")};
    return out;
}

/// The last routing decision of the order that was just placed or changed must come out of its trace again.
std::vector<std::string> HttpDriver::check_explanation() {
    if (last_order_ == 0) return {};
    const std::string target = "/v1/orders/ord_" + std::to_string(std::exchange(last_order_, 0)) + "/routing";
    const Reply reply = get(target);
    if (reply.status != 200) return {target + " answers " + std::to_string(reply.status)};
    if (!flag_of(reply.body, "reproduced")) return {target + " is not reproduced: " + text_of(reply.body, "note")};
    if (!rules_from(reply.body).reproduced) return {target + " does not reproduce the rules"};
    return {};
}

std::vector<std::string> HttpDriver::broken_invariants(When when) {
    if (when == When::at_end) {
        stop_server();
        return host_.audit_at_end();
    }
    return check_explanation();
}

}  // namespace waybill::scenarios
