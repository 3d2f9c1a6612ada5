#include "core/decide.hpp"

#include <type_traits>

#include "core/access/keys.hpp"
#include "core/automation/rule_set_versions.hpp"
#include "core/catalogue/put_item.hpp"
#include "core/customer/customers.hpp"
#include "core/fulfillment/accept_fulfillment.hpp"
#include "core/fulfillment/pack_fulfillment.hpp"
#include "core/fulfillment/pick_fulfillment.hpp"
#include "core/fulfillment/recall_fulfillment.hpp"
#include "core/fulfillment/reject_fulfillment.hpp"
#include "core/fulfillment/release_order.hpp"
#include "core/fulfillment/ship_fulfillment.hpp"
#include "core/integration/put_webhook.hpp"
#include "core/integration/webhook_progress.hpp"
#include "core/inventory/apply_feed.hpp"
#include "core/inventory/move_inventory.hpp"
#include "core/inventory/put_demand.hpp"
#include "core/messages/put_message_template.hpp"
#include "core/messages/record_messages.hpp"
#include "core/network/configure.hpp"
#include "core/network/put_rate_table.hpp"
#include "core/order/cancel_order.hpp"
#include "core/order/hold_order.hpp"
#include "core/order/order_exceptions.hpp"
#include "core/order/place_order.hpp"
#include "core/order/reroute_order.hpp"
#include "core/order/ship_order.hpp"
#include "core/returns/receive_return.hpp"
#include "core/returns/request_return.hpp"
#include "core/returns/settle_return.hpp"

namespace waybill::core {
namespace {

struct NeedsOf {
    const TenantState& state;
    Needs& needs;

    void operator()(const ConfigureTenant&) const {}
    void operator()(const PutItem&) const {}
    void operator()(const PutLocation&) const {}
    void operator()(const PutChannel&) const {}
    void operator()(const PutPostcodeAreas&) const {}
    void operator()(const PutRateTable&) const {}
    void operator()(const PutWebhook&) const {}
    void operator()(const RotateWebhookSecret&) const {}
    void operator()(const RecordDelivery&) const {}
    void operator()(const ResumeWebhook&) const {}
    void operator()(const PutMessageTemplate&) const {}
    void operator()(const RecordMessages&) const {}
    void operator()(const SaveRuleSet&) const {}
    void operator()(const ActivateRuleSet&) const {}
    void operator()(const RollBackRuleSet&) const {}
    void operator()(const IssueKey&) const {}
    void operator()(const RevokeKey&) const {}
    void operator()(const MoveInventory&) const {}
    void operator()(const ApplyFeed&) const {}
    void operator()(const PutDemand&) const {}

    void operator()(const PutCustomer& command) const {
        if (command.id.is_set()) needs.customers.push_back(command.id);
        for (const IdentityInput& identity : command.identities) {
            if (const auto channel = state.channels.find(identity.channel)) {
                needs.identities.push_back({*channel, identity.external_id});
            }
        }
    }
    void operator()(const MergeCustomers& command) const {
        needs.customers.push_back(command.from);
        needs.customers.push_back(command.into);
    }
    void operator()(const ErasePerson& command) const { needs.customers.push_back(command.customer); }

    void operator()(const PlaceOrder& command) const {
        if (command.customer.is_set()) needs.customers.push_back(command.customer);
        // A channel that is not known yet can have sent nothing.
        const auto channel = state.channels.find(command.channel);
        if (!channel) return;
        needs.channel_orders.emplace_back(*channel, command.channel_order_id);
        if (!command.customer_external_id.empty()) {
            needs.identities.push_back({*channel, command.customer_external_id});
        }
    }
    void operator()(const CancelOrder& command) const { needs.orders.push_back(command.order); }
    void operator()(const RerouteOrder& command) const { needs.orders.push_back(command.order); }
    void operator()(const ShipOrder& command) const { needs.orders.push_back(command.order); }
    void operator()(const HoldOrder& command) const { needs.orders.push_back(command.order); }
    void operator()(const ReleaseHold& command) const { needs.orders.push_back(command.order); }
    void operator()(const RaiseException& command) const { needs.orders.push_back(command.order); }
    void operator()(const ChangeException& command) const { needs.orders.push_back(command.order); }
    void operator()(const ResolveException& command) const { needs.orders.push_back(command.order); }
    void operator()(const ReleaseOrder& command) const { needs.orders.push_back(command.order); }
    void operator()(const AcceptFulfillment& command) const { needs.orders.push_back(command.order); }
    void operator()(const PickFulfillment& command) const { needs.orders.push_back(command.order); }
    void operator()(const PackFulfillment& command) const { needs.orders.push_back(command.order); }
    void operator()(const UnpackParcel& command) const { needs.orders.push_back(command.order); }
    void operator()(const RejectFulfillment& command) const { needs.orders.push_back(command.order); }
    void operator()(const RecallFulfillment& command) const { needs.orders.push_back(command.order); }
    void operator()(const ShipFulfillment& command) const { needs.orders.push_back(command.order); }
    void operator()(const RequestReturn& command) const { needs.orders.push_back(command.order); }
    void operator()(const ApproveReturn& command) const { needs.orders.push_back(command.order); }
    void operator()(const DeclineReturn& command) const { needs.orders.push_back(command.order); }
    void operator()(const ReceiveReturn& command) const { needs.orders.push_back(command.order); }
    void operator()(const CancelReturn& command) const { needs.orders.push_back(command.order); }
};

}  // namespace

std::string_view name_of(const Command& command) {
    return std::visit([](const auto& c) { return std::decay_t<decltype(c)>::name; }, command);
}

Needs needs_of(const Command& command, const TenantState& state) {
    Needs needs;
    std::visit(NeedsOf{state, needs}, command);
    return needs;
}

Result<Decision, Rejection> decide(const Command& command, const TenantState& state, const Context& context) {
    return std::visit([&](const auto& c) { return decide(c, state, context); }, command);
}

}  // namespace waybill::core
