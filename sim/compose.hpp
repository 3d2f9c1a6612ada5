#pragma once
// Composing: a line of a script becomes a whole request, thrown with the line's number against the model. Most requests
// make sense; some name what is not there, ask too much, come late or twice.

#include <optional>
#include <string>
#include <vector>

#include "core/commands.hpp"
#include "engine/engine.hpp"
#include "sim/dice.hpp"
#include "sim/model.hpp"
#include "sim/script.hpp"

namespace waybill::sim {

/// One request in so many names what is not there, or asks what makes no sense.
inline constexpr std::uint64_t seldom = 40;
/// The number of an order that is never placed.
inline constexpr std::uint64_t no_order = 999'999;

/// A request as a client sends it, kept so that it can be sent again.
struct Request {
    std::uint32_t tenant = 0;
    bool makes_tenant = false;  ///< then the command says its settings
    core::Command command;
    std::string person_word;  ///< personal data came with it; empty: none
    std::string key;          ///< Idempotency-Key; empty: none
    unsigned char body = 0;   ///< stands for the body: another number, another body
    std::optional<std::uint32_t> if_version;
    std::vector<std::uint32_t> scope;
};

/// Asks for a tenant under one of a few names: `taken` are those of tenants there are.
[[nodiscard]] Request compose_tenant(const Op& op, const std::vector<std::string>& taken);

/// `unique` numbers requests of the run.
[[nodiscard]] Request compose(const Op& op, const Model& model, std::uint64_t unique, Instant now);

/// As it is handed to an engine, by an actor of this name.
/// The order that a command changes; 0: none.
[[nodiscard]] std::uint64_t changed_order(const core::Command& command);
[[nodiscard]] engine::Submission submission_of(const Request& request, const std::string& name, core::TenantId tenant);

/// One line for people: what the request asks.
[[nodiscard]] std::string text_of(const Request& request);

/// The personal data that comes with a request, as stored: it is found by `word`.
[[nodiscard]] std::string person_doc(const std::string& word);

/// What channels call customers: one of a few, so that they meet again.
inline constexpr std::uint32_t external_ids = 6;
[[nodiscard]] std::string external_id(std::uint64_t n);

[[nodiscard]] core::TenantSettings first_settings(std::uint32_t tenant);

// compose_orders.cpp
[[nodiscard]] core::PlaceOrder compose_order(Dice& dice, const Model& model, std::uint64_t unique, Instant now);
[[nodiscard]] core::CancelOrder compose_cancel(Dice& dice, const Model& model);
[[nodiscard]] core::RerouteOrder compose_reroute(Dice& dice, const Model& model);
[[nodiscard]] core::ShipOrder compose_ship(Dice& dice, const Model& model);
[[nodiscard]] core::HoldOrder compose_hold(Dice& dice, const Model& model);
[[nodiscard]] core::ReleaseHold compose_release(Dice& dice, const Model& model);
[[nodiscard]] core::RaiseException compose_exception(Dice& dice, const Model& model, Instant now);
[[nodiscard]] core::ChangeException compose_exception_change(Dice& dice, const Model& model, Instant now);
[[nodiscard]] core::ResolveException compose_resolution(Dice& dice, const Model& model);
// compose_fulfillments.cpp
[[nodiscard]] core::ReleaseOrder compose_work_release(Dice& dice, const Model& model);
[[nodiscard]] core::AcceptFulfillment compose_acceptance(Dice& dice, const Model& model);
[[nodiscard]] core::PickFulfillment compose_pick(Dice& dice, const Model& model);
[[nodiscard]] core::RejectFulfillment compose_rejection(Dice& dice, const Model& model);
[[nodiscard]] core::RecallFulfillment compose_recall(Dice& dice, const Model& model);
[[nodiscard]] core::ShipFulfillment compose_work_shipment(Dice& dice, const Model& model);
[[nodiscard]] core::PackFulfillment compose_packing(Dice& dice, const Model& model);
[[nodiscard]] core::UnpackParcel compose_unpacking(Dice& dice, const Model& model);
// compose_orders.cpp
/// One of a few kinds.
[[nodiscard]] std::string any_kind(Dice& dice);
/// One of a few codes, and what a hold blocks: mostly something.
[[nodiscard]] std::string any_hold(Dice& dice);
[[nodiscard]] std::vector<core::HoldBlock> any_blocks(Dice& dice);
// compose_returns.cpp
[[nodiscard]] core::RequestReturn compose_return(Dice& dice, const Model& model);
[[nodiscard]] core::ApproveReturn compose_approval(Dice& dice, const Model& model);
[[nodiscard]] core::DeclineReturn compose_refusal(Dice& dice, const Model& model);
[[nodiscard]] core::ReceiveReturn compose_receipt(Dice& dice, const Model& model);
[[nodiscard]] core::CancelReturn compose_return_end(Dice& dice, const Model& model);
[[nodiscard]] core::ReturnPolicy compose_return_policy(Dice& dice);
/// One of the few that customers give.
[[nodiscard]] std::string any_return_reason(Dice& dice);
// compose_rules.cpp
[[nodiscard]] core::SaveRuleSet compose_rules(Dice& dice, const Model& model);
[[nodiscard]] core::ActivateRuleSet compose_activation(Dice& dice, const Model& model, Instant now);
// compose_stock.cpp
[[nodiscard]] core::PutItem compose_item(Dice& dice, const Model& model);
[[nodiscard]] core::MoveInventory compose_moves(Dice& dice, const Model& model);
[[nodiscard]] core::ApplyFeed compose_feed(Dice& dice, const Model& model);
// compose_messages.cpp
[[nodiscard]] core::PutMessageTemplate compose_message(Dice& dice);
[[nodiscard]] core::RecordMessages compose_mail_record(Dice& dice, const Model& model);
[[nodiscard]] std::string any_message(Dice& dice, const Model& model);
// compose_webhooks.cpp
[[nodiscard]] core::PutWebhook compose_webhook(Dice& dice);
[[nodiscard]] core::RecordDelivery compose_delivery(Dice& dice, const Model& model);
[[nodiscard]] core::ResumeWebhook compose_resumption(Dice& dice, const Model& model);
[[nodiscard]] core::PutDemand compose_demand(Dice& dice, const Model& model);

/// Codes that exist, and once in a while one that does not.
[[nodiscard]] std::string any_sku(Dice& dice, const Model& model);
[[nodiscard]] std::string any_location(Dice& dice, const Model& model);
[[nodiscard]] std::string any_webhook(Dice& dice, const Model& model);
[[nodiscard]] std::string any_channel(Dice& dice, const Model& model);
[[nodiscard]] std::uint64_t any_customer(Dice& dice, const Model& model);
[[nodiscard]] const OrderModel* any_order(Dice& dice, const Model& model);

}  // namespace waybill::sim
