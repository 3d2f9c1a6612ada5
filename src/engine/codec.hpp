#pragma once
// Documents of the store: events, orders, customers, configuration as JSON text and back, in the compact `Stored`
// profile (members at their default are left out, ids and instants are integers). Every store keeps these bytes as they
// are, so a state hash over them is the same everywhere. docs/formats/events.md lists them.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/automation/rule_versions.hpp"
#include "core/events.hpp"
#include "core/inventory/demand.hpp"
#include "core/inventory/feed.hpp"
#include "core/order/order.hpp"
#include "engine/exception_rows.hpp"
#include "engine/fulfillment_rows.hpp"
#include "engine/return_rows.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

/// The schema_version of events that are written, and the highest that can be read.
inline constexpr std::uint32_t event_schema_version = 1;

void encode_event(std::string& out, const core::Event& event);
/// Errors: one line naming the member; a stored event that can not be read is corruption.
[[nodiscard]] Result<core::Event, std::string> decode_event(std::string_view type, std::uint32_t schema_version,
                                                            std::string_view body);

/// The order document without its lines.
void encode_order_header(std::string& out, const core::Order& order);
/// {"lines":[...]} of block `block`.
void encode_order_block(std::string& out, const core::Order& order, std::uint32_t block);
[[nodiscard]] Result<core::Order, std::string> decode_order(const StoredOrder& stored);
[[nodiscard]] Result<core::Order, std::string> decode_order_header(std::string_view header);

[[nodiscard]] std::string encode_doc(const core::TenantSettings& value);
[[nodiscard]] std::string encode_doc(const core::Item& value);
[[nodiscard]] std::string encode_doc(const core::Location& value);
[[nodiscard]] std::string encode_doc(const core::Channel& value);
[[nodiscard]] std::string encode_doc(const core::ApiKey& value);
[[nodiscard]] std::string encode_doc(const core::FeedSource& value);
[[nodiscard]] std::string encode_doc(const core::PostcodeArea& value);
[[nodiscard]] std::string encode_doc(const core::RateTable& value);
[[nodiscard]] std::string encode_doc(const core::Webhook& value);
[[nodiscard]] std::string encode_doc(const core::DeliveryProgress& value);
[[nodiscard]] std::string encode_doc(const core::MessageTemplate& value);
[[nodiscard]] std::string encode_doc(const core::ItemDemand& value);
[[nodiscard]] std::string encode_doc(const core::RuleSetVersion& value);
[[nodiscard]] std::string encode_doc(const core::RuleActivation& value);
[[nodiscard]] std::string encode_doc(const core::Customer& value);
[[nodiscard]] std::string encode_doc(const ExceptionDoc& value);
[[nodiscard]] std::string encode_doc(const FulfillmentDoc& value);
[[nodiscard]] std::string encode_doc(const ReturnDoc& value);

template <class T>
[[nodiscard]] Result<T, std::string> decode_doc(std::string_view text);
extern template Result<core::TenantSettings, std::string> decode_doc(std::string_view);
extern template Result<core::Item, std::string> decode_doc(std::string_view);
extern template Result<core::Location, std::string> decode_doc(std::string_view);
extern template Result<core::Channel, std::string> decode_doc(std::string_view);
extern template Result<core::ApiKey, std::string> decode_doc(std::string_view);
extern template Result<core::FeedSource, std::string> decode_doc(std::string_view);
extern template Result<core::PostcodeArea, std::string> decode_doc(std::string_view);
extern template Result<core::RateTable, std::string> decode_doc(std::string_view);
extern template Result<core::Webhook, std::string> decode_doc(std::string_view);
extern template Result<core::DeliveryProgress, std::string> decode_doc(std::string_view);
extern template Result<core::MessageTemplate, std::string> decode_doc(std::string_view);
extern template Result<core::ItemDemand, std::string> decode_doc(std::string_view);
extern template Result<core::RuleSetVersion, std::string> decode_doc(std::string_view);
extern template Result<core::RuleActivation, std::string> decode_doc(std::string_view);
extern template Result<core::Customer, std::string> decode_doc(std::string_view);
extern template Result<ExceptionDoc, std::string> decode_doc(std::string_view);
extern template Result<FulfillmentDoc, std::string> decode_doc(std::string_view);
extern template Result<ReturnDoc, std::string> decode_doc(std::string_view);

}  // namespace waybill::engine
