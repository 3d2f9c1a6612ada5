#pragma once
// Events as CloudEvents 1.0. The data of an event is written in the words of the API (SKUs, codes, ids with prefixes);
// personal data is in none of them.
//
// Source: CloudEvents 1.0.2, "JSON event format"; the extension attributes are `sequence` (position in the tenant's
// log), `aggregateversion`, `actor`, `command` and, where rules have it sent to a webhook, `rules`.

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.hpp"
#include "engine/store.hpp"

namespace waybill::api {

/// One event as a JSON object on one line. `rules`: codes of those that send it to a webhook.
void append_event(std::string& out, const engine::EventRow& row, const Caller& caller, const engine::TenantView& view,
                  std::span<const std::string_view> rules = {});

/// "waybill.order_placed.v1" or "order_placed" to the stored type. Errors: nullopt when no event has this name.
[[nodiscard]] std::optional<std::string> stored_type(std::string_view name);

/// Of a list of names. What is none of them stays as it is, with an error at its place in `/events`, but for
/// core::all_events.
[[nodiscard]] std::vector<std::string> stored_types(std::vector<std::string> names, FieldErrors& errors);

/// `after`, `types` and `limit` of a query; `known` says which of them the resource has.
[[nodiscard]] Result<engine::EventQuery, Problem> read_event_query(const Call& call,
                                                                   std::initializer_list<std::string_view> known);
/// Every type of a `types` parameter. Errors: invalid_request.
[[nodiscard]] Result<std::vector<std::string>, Problem> read_event_types(const http::Request& request);

/// {"data":[...],"last_sequence":n}: `last_sequence` is the `after` of the next page.
[[nodiscard]] Answer event_page(const Call& call, engine::Reader& reader, const engine::EventQuery& query);

}  // namespace waybill::api
