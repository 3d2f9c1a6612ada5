#include "core/events.hpp"

#include <type_traits>

namespace waybill::core {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace

Aggregate aggregate_of(const Event& event) {
    using Kind = AggregateKind;
    return std::visit(Overloaded{
                          [](const TenantConfigured&) {
                              return Aggregate{Kind::tenant, 0};
                          },
                          [](const PostcodeAreasPut&) {
                              return Aggregate{Kind::tenant, 0};
                          },
                          [](const DemandPut&) {
                              return Aggregate{Kind::tenant, 0};
                          },
                          [](const RateTablePut& e) {
                              return Aggregate{Kind::rate_table, e.ix};
                          },
                          [](const WebhookPut& e) {
                              return Aggregate{Kind::webhook, e.ix};
                          },
                          [](const WebhookProgressed& e) {
                              return Aggregate{Kind::webhook, e.ix};
                          },
                          [](const MessageTemplatePut& e) {
                              return Aggregate{Kind::message_template, e.ix};
                          },
                          [](const MessagesProgressed&) {
                              return Aggregate{Kind::mail, 0};
                          },
                          [](const MessageFailed& e) {
                              return Aggregate{Kind::message_template, e.message};
                          },
                          [](const RuleSetSaved& e) {
                              return Aggregate{Kind::rule_set, e.number};
                          },
                          [](const RuleSetActivated& e) {
                              return Aggregate{Kind::rule_set, e.number};
                          },
                          [](const ItemPut& e) {
                              return Aggregate{Kind::item, e.ix};
                          },
                          [](const LocationPut& e) {
                              return Aggregate{Kind::location, e.ix};
                          },
                          [](const ChannelPut& e) {
                              return Aggregate{Kind::channel, e.ix};
                          },
                          [](const KeyIssued& e) {
                              return Aggregate{Kind::key, e.key.id.raw()};
                          },
                          [](const KeyRevoked& e) {
                              return Aggregate{Kind::key, e.id.raw()};
                          },
                          [](const InventoryMoved&) {
                              return Aggregate{Kind::inventory, 0};
                          },
                          [](const FeedApplied& e) {
                              return Aggregate{Kind::inventory, std::uint64_t{e.feed} + 1};
                          },
                          [](const CustomerPut& e) {
                              return Aggregate{Kind::customer, e.customer.id.raw()};
                          },
                          [](const CustomersMerged& e) {
                              return Aggregate{Kind::customer, e.from.raw()};
                          },
                          [](const PersonErased& e) {
                              return Aggregate{Kind::customer, e.customer.raw()};
                          },
                          [](const OrderPlaced& e) {
                              return Aggregate{Kind::order, e.order.id.raw()};
                          },
                          [](const OrderCancelled& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const OrderRerouted& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const OrderShipped& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const OrderHeld& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const OrderHoldReleased& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const OrderMarked& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const OrderExceptionRaised& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const OrderExceptionChanged& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const OrderExceptionResolved& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const ReturnRequested& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const ReturnApproved& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const ReturnDeclined& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const ReturnReceived& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const ReturnCancelled& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const FulfillmentReleased& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const FulfillmentAccepted& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const FulfillmentPicked& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const FulfillmentPacked& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const ParcelUnpacked& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const FulfillmentRejected& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                          [](const FulfillmentRecalled& e) {
                              return Aggregate{Kind::order, e.order.raw()};
                          },
                      },
                      event);
}

std::string_view type_of(const Event& event) {
    return std::visit([](const auto& e) { return std::decay_t<decltype(e)>::type_name; }, event);
}

bool is_configuration(const Event& event) {
    return std::holds_alternative<TenantConfigured>(event) || std::holds_alternative<ItemPut>(event) ||
           std::holds_alternative<LocationPut>(event) || std::holds_alternative<ChannelPut>(event) ||
           std::holds_alternative<PostcodeAreasPut>(event) || std::holds_alternative<RuleSetSaved>(event) ||
           std::holds_alternative<RuleSetActivated>(event) || std::holds_alternative<RateTablePut>(event) ||
           std::holds_alternative<WebhookPut>(event) || std::holds_alternative<MessageTemplatePut>(event) ||
           std::holds_alternative<DemandPut>(event);
}

}  // namespace waybill::core
