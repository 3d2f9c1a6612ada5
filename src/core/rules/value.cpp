#include "core/rules/value.hpp"

#include <algorithm>
#include <optional>

#include "core/rules/limits.hpp"

namespace waybill::rules {

namespace {

void append_record(std::string& out, RecordRef record) {
    out += "{\"record\":";
    out += std::to_string(record.type);
    out += ",\"index\":";
    out += std::to_string(record.index);
    out += '}';
}

JsonValue number_of(std::uint32_t number) { return JsonValue::make_number(std::to_string(number)); }

}  // namespace

std::uint32_t Value::weight() const {
    if (is(Kind::text)) return 1 + static_cast<std::uint32_t>(detail() / text_step_bytes);
    return is(Kind::list) || is(Kind::object) ? static_cast<std::uint32_t>(head_ >> weight_shift) : 1;
}

/// The depth and weight of a list or object, while it is put together.
class Value::Sizes {
public:
    /// Makes room for one more item. Errors: too_deep, too_large.
    [[nodiscard]] std::optional<EvalFault> hold(const Value& item) {
        depth_ = std::max(depth_, item.depth() + 1);
        weight_ += item.weight();  // both are bounded, so this does not wrap
        if (depth_ > value_depth_max) return EvalFault::too_deep;
        if (weight_ > value_size_max) return EvalFault::too_large;
        return std::nullopt;
    }
    [[nodiscard]] Value make(Kind kind, std::uint64_t count, Payload payload) const {
        Value out(kind, count, payload);
        out.head_ |= std::uint64_t{depth_} << depth_shift | std::uint64_t{weight_} << weight_shift;
        return out;
    }

private:
    std::uint32_t depth_ = 1;
    std::uint32_t weight_ = 1;
};
static_assert(value_size_max < 0xFF'FFFF && value_depth_max < 0xFF);

Value Value::of_flat_list(std::span<const Value> items) {
    WAYBILL_ASSERT(items.size() <= count_max);
    std::uint64_t weight = 1;
    for (const Value& item : items) weight += item.weight();
    Value out(Kind::list, items.size(), {.items = items.data()});
    // What is beyond count_max is beyond what any list may hold, as is count_max.
    out.head_ |= std::uint64_t{1} << depth_shift | std::min(weight, count_max) << weight_shift;
    return out;
}

Result<Value, EvalFault> Value::of_list(std::span<const Value> items) {
    Sizes sizes;
    for (const Value& item : items) {
        if (const auto fault = sizes.hold(item)) return fail(*fault);
    }
    return sizes.make(Kind::list, items.size(), {.items = items.data()});
}

Result<Value, EvalFault> Value::of_object(std::span<const ValueMember> members) {
    Sizes sizes;
    for (const ValueMember& member : members) {
        if (const auto fault = sizes.hold(member.value)) return fail(*fault);
    }
    return sizes.make(Kind::object, members.size(), {.members = members.data()});
}

std::string_view kind_name(Value::Kind kind) {
    switch (kind) {
        case Value::Kind::null:
            return "null";
        case Value::Kind::boolean:
            return "boolean";
        case Value::Kind::number:
            return "number";
        case Value::Kind::text:
            return "text";
        case Value::Kind::list:
            return "list";
        case Value::Kind::object:
            return "object";
        case Value::Kind::record:
            return "record";
    }
    assertion_failed("kind of value is known", __FILE__, __LINE__);
}

Result<Value, EvalFault> value_of(const JsonValue& json, Scratch& scratch) {
    switch (json.kind) {
        case JsonValue::Kind::null:
            return Value();
        case JsonValue::Kind::boolean:
            return Value::of(json.boolean);
        case JsonValue::Kind::number: {
            const auto number = parse_json_number(json.text);
            if (!number) {
                return fail(number.error() == NumberFault::out_of_range ? EvalFault::out_of_range
                                                                        : EvalFault::not_a_number);
            }
            return Value::of(*number);
        }
        case JsonValue::Kind::text:
            return Value::of(scratch.copy(json.text));
        case JsonValue::Kind::list: {
            const std::span<Value> items = scratch.make<Value>(json.items.size());
            for (std::size_t i = 0; i < items.size(); ++i) {
                const auto item = value_of(json.items[i], scratch);
                if (!item) return fail(item.error());
                items[i] = *item;
            }
            return Value::of_list(items);
        }
        case JsonValue::Kind::object: {
            const std::span<ValueMember> members = scratch.make<ValueMember>(json.members.size());
            for (std::size_t i = 0; i < members.size(); ++i) {
                const auto value = value_of(json.members[i].second, scratch);
                if (!value) return fail(value.error());
                members[i] = {scratch.copy(json.members[i].first), *value};
            }
            return Value::of_object(members);
        }
    }
    assertion_failed("kind of JSON is known", __FILE__, __LINE__);
}

JsonValue to_json(const Value& value) {
    switch (value.kind()) {
        case Value::Kind::null:
            return {};
        case Value::Kind::boolean:
            return JsonValue::make_boolean(value.boolean());
        case Value::Kind::number: {
            std::string digits;
            append_decimal(digits, value.number());
            return JsonValue::make_number(digits);
        }
        case Value::Kind::text:
            return JsonValue::make_text(value.text());
        case Value::Kind::list: {
            std::vector<JsonValue> items;
            for (const Value& item : value.items()) items.push_back(to_json(item));
            return JsonValue::make_list(std::move(items));
        }
        case Value::Kind::object: {
            std::vector<JsonValue::Member> members;
            for (const ValueMember& member : value.members()) {
                members.emplace_back(std::string(member.name), to_json(member.value));
            }
            return JsonValue::make_object(std::move(members));
        }
        case Value::Kind::record:
            return JsonValue::make_object(
                {{"record", number_of(value.record().type)}, {"index", number_of(value.record().index)}});
    }
    assertion_failed("kind of value is known", __FILE__, __LINE__);
}

void append_json(std::string& out, const Value& value) {
    switch (value.kind()) {
        case Value::Kind::null:
            out += "null";
            return;
        case Value::Kind::boolean:
            out += value.boolean() ? "true" : "false";
            return;
        case Value::Kind::number:
            append_decimal(out, value.number());
            return;
        case Value::Kind::text:
            append_json_string(out, value.text());
            return;
        case Value::Kind::list:
            out += '[';
            for (const Value& item : value.items()) {
                if (out.back() != '[') out += ',';
                append_json(out, item);
            }
            out += ']';
            return;
        case Value::Kind::object:
            out += '{';
            for (const ValueMember& member : value.members()) {
                if (out.back() != '{') out += ',';
                append_json_string(out, member.name);
                out += ':';
                append_json(out, member.value);
            }
            out += '}';
            return;
        case Value::Kind::record:
            append_record(out, value.record());
            return;
    }
}

}  // namespace waybill::rules
