// Fuzzes the reading of stored documents: any text is read or refused, and what is read is written the same from then
// on. The first byte says which document it is.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/assert.hpp"
#include "engine/codec.hpp"

namespace waybill::engine {
namespace {

template <class Decode, class Encode>
void check(std::string_view text, Decode decode, Encode encode) {
    const auto value = decode(text);
    if (!value) {
        WAYBILL_ASSERT(!value.error().empty());
        return;
    }
    const std::string written = encode(*value);
    const auto again = decode(written);
    WAYBILL_ASSERT(again && encode(*again) == written);
}

template <class T>
void check_doc(std::string_view text) {
    check(
        text, [](std::string_view from) { return decode_doc<T>(from); },
        [](const T& value) { return encode_doc(value); });
}

template <std::size_t At = 0>
void check_event(std::size_t which, std::string_view text) {
    if constexpr (At < std::variant_size_v<core::Event>) {
        if (which != At) return check_event<At + 1>(which, text);
        check(
            text,
            [](std::string_view from) {
                return decode_event(std::variant_alternative_t<At, core::Event>::type_name, 1, from);
            },
            [](const core::Event& event) {
                std::string out;
                encode_event(out, event);
                return out;
            });
    }
}

void check_order(std::string_view text) {
    check(
        text, [](std::string_view from) { return decode_order_header(from); },
        [](const core::Order& order) {
            std::string out;
            encode_order_header(out, order);
            return out;
        });
    const StoredOrder stored{"{}", {{0, std::string(text)}}, {}};
    if (const auto order = decode_order(stored)) {
        std::string block;
        encode_order_block(block, *order, 0);
        WAYBILL_ASSERT(decode_order({"{}", {{0, block}}, {}}).has_value());
    }
}

void read_one(std::uint8_t which, std::string_view text) {
    switch (which % 64) {
        case 0:
            return check_order(text);
        case 1:
            return check_doc<core::TenantSettings>(text);
        case 2:
            return check_doc<core::Item>(text);
        case 3:
            return check_doc<core::Location>(text);
        case 4:
            return check_doc<core::Channel>(text);
        case 5:
            return check_doc<core::ApiKey>(text);
        case 6:
            return check_doc<core::FeedSource>(text);
        case 7:
            return check_doc<core::PostcodeArea>(text);
        case 8:
            return check_doc<core::Customer>(text);
        case 30:
            return check_doc<core::RuleSetVersion>(text);
        case 31:
            return check_doc<core::RuleActivation>(text);
        case 32:
            return check_doc<core::RateTable>(text);
        case 57:
            return check_doc<core::MessageTemplate>(text);
        case 58:
            return check_doc<core::ItemDemand>(text);
        case 59:
            return check_doc<ReturnDoc>(text);
        case 60:
            return check_doc<core::Webhook>(text);
        case 61:
            return check_doc<core::DeliveryProgress>(text);
        case 62:
            return check_doc<ExceptionDoc>(text);
        case 63:
            return check_doc<FulfillmentDoc>(text);
        default:
            // Documents lie between the events.
            return check_event((which % 64U) - (which % 64U < 30 ? 9U : 12U), text);
    }
}

}  // namespace
}  // namespace waybill::engine

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(data + 1, data + size);
    waybill::engine::read_one(*data, text);
    return 0;
}
