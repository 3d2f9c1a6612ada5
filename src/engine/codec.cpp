#include "engine/codec.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <optional>
#include <variant>

#include "core/evolve.hpp"
#include "core/limits.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace waybill::engine {

/// The text of one block of an order.
struct OrderLines {
    std::vector<core::OrderLine> lines;
};
BOOST_DESCRIBE_STRUCT(OrderLines, (), (lines))

namespace {

// What is stored was written by us within the limits of commands; this only stops a damaged length from eating memory.
constexpr json::ParseLimits stored_limits{.max_depth = 128, .bytes_max = std::size_t{512} << 20};

std::string first_issue(const json::Issues& issues) {
    if (issues.empty()) return "can not be read";
    return issues.front().pointer + " " + issues.front().detail;
}

template <class T>
Result<T, std::string> read_stored(std::string_view text) {
    auto read = json::read_text<json::Stored, T>(text, stored_limits);
    if (!read) return fail(first_issue(read.error()));
    return *std::move(read);
}

template <class E>
std::optional<core::Event> read_event(std::string_view type, std::string_view body, std::string& fault) {
    if (type != E::type_name) return std::nullopt;
    auto read = read_stored<E>(body);
    if (!read) {
        fault = read.error();
        return std::nullopt;
    }
    fault.clear();
    return core::Event(*std::move(read));
}

Result<Unit, std::string> check_schema(std::string_view type, std::uint32_t schema_version) {
    if (schema_version == event_schema_version) return Unit{};
    return fail("schema version " + std::to_string(schema_version) + " of " + std::string(type) + " is not known");
}

Result<core::Order, std::string> decode_placed(const PlacingEvent& stored) {
    if (auto known = check_schema(core::OrderPlaced::type_name, stored.schema_version); !known) {
        return fail(std::move(known.error()));
    }
    auto event = read_stored<core::OrderPlaced>(stored.body);
    if (!event) return fail(std::move(event.error()));
    return core::placed_order(*std::move(event), {stored.sequence, stored.at});
}

}  // namespace

void encode_event(std::string& out, const core::Event& event) {
    std::visit([&out](const auto& e) { json::write<json::Stored>(out, e); }, event);
}

Result<core::Event, std::string> decode_event(std::string_view type, std::uint32_t schema_version,
                                              std::string_view body) {
    if (auto known = check_schema(type, schema_version); !known) return fail(std::move(known.error()));
    std::string fault = "no event type is called " + std::string(type);
    std::optional<core::Event> out;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, core::Event>>([&](auto identity) {
        if (!out) out = read_event<typename decltype(identity)::type>(type, body, fault);
    });
    if (!out) return fail(std::move(fault));
    return *std::move(out);
}

void encode_order_header(std::string& out, const core::Order& order) {
    static const core::Order defaults{};
    out += '{';
    boost::mp11::mp_for_each<boost::describe::describe_members<core::Order, boost::describe::mod_public>>(
        [&](auto member) {
            using Member = decltype(member);
            constexpr std::string_view name = Member::name;
            if constexpr (name != "lines") {
                const auto& value = order.*Member::pointer;
                if (json::same(value, defaults.*Member::pointer)) return;
                json::append_key(out, name);
                json::write<json::Stored>(out, value);
            }
        });
    out += '}';
}

void encode_order_block(std::string& out, const core::Order& order, std::uint32_t block) {
    const std::size_t begin = std::size_t{block} * core::limits::order_block_lines;
    const std::size_t end = std::min(begin + core::limits::order_block_lines, order.lines.size());
    out += "{\"lines\":[";
    for (std::size_t i = begin; i < end; ++i) {
        if (i != begin) out += ',';
        json::write<json::Stored>(out, order.lines[i]);
    }
    out += "]}";
}

Result<core::Order, std::string> decode_order_header(std::string_view header) {
    return read_stored<core::Order>(header);
}

Result<core::Order, std::string> decode_order(const StoredOrder& stored) {
    if (stored.header.empty() && stored.placed) return decode_placed(*stored.placed);
    auto order = decode_order_header(stored.header);
    if (!order) return order;
    for (const OrderBlock& block : stored.blocks) {
        if (order->lines.size() != std::size_t{block.block} * core::limits::order_block_lines) {
            return fail("a block of lines before block " + std::to_string(block.block) + " is missing");
        }
        auto read = read_stored<OrderLines>(block.doc);
        if (!read) return fail("block " + std::to_string(block.block) + ": " + read.error());
        std::move(read->lines.begin(), read->lines.end(), std::back_inserter(order->lines));
    }
    return order;
}

std::string encode_doc(const core::TenantSettings& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::Item& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::Location& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::Channel& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::ApiKey& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::FeedSource& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::PostcodeArea& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::RateTable& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::Webhook& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::DeliveryProgress& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::MessageTemplate& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::ItemDemand& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::RuleSetVersion& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::RuleActivation& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const core::Customer& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const ExceptionDoc& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const FulfillmentDoc& value) { return json::to_text<json::Stored>(value); }
std::string encode_doc(const ReturnDoc& value) { return json::to_text<json::Stored>(value); }

template <class T>
Result<T, std::string> decode_doc(std::string_view text) {
    return read_stored<T>(text);
}
template Result<core::TenantSettings, std::string> decode_doc(std::string_view);
template Result<core::Item, std::string> decode_doc(std::string_view);
template Result<core::Location, std::string> decode_doc(std::string_view);
template Result<core::Channel, std::string> decode_doc(std::string_view);
template Result<core::ApiKey, std::string> decode_doc(std::string_view);
template Result<core::FeedSource, std::string> decode_doc(std::string_view);
template Result<core::PostcodeArea, std::string> decode_doc(std::string_view);
template Result<core::RateTable, std::string> decode_doc(std::string_view);
template Result<core::Webhook, std::string> decode_doc(std::string_view);
template Result<core::DeliveryProgress, std::string> decode_doc(std::string_view);
template Result<core::MessageTemplate, std::string> decode_doc(std::string_view);
template Result<core::ItemDemand, std::string> decode_doc(std::string_view);
template Result<core::RuleSetVersion, std::string> decode_doc(std::string_view);
template Result<core::RuleActivation, std::string> decode_doc(std::string_view);
template Result<core::Customer, std::string> decode_doc(std::string_view);
template Result<ExceptionDoc, std::string> decode_doc(std::string_view);
template Result<FulfillmentDoc, std::string> decode_doc(std::string_view);
template Result<ReturnDoc, std::string> decode_doc(std::string_view);

}  // namespace waybill::engine
