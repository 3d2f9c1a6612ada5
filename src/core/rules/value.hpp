#pragma once
// Value: what an expression works on and gives. 16 bytes, copied freely; texts, lists and objects are views of memory
// that a Scratch, a Program or the caller's data owns. A record stands for a live object of which fields are asked one
// by one (facts.hpp), so facts that nobody reads cost nothing.
//
// Two words, because values are what evaluation hands around: two words travel in registers. In three, which are
// written one by one and copied as a block, the copying waited for the writing and was a third of an evaluation.
//
// INVARIANT: lists and objects are nested at most `value_depth_max` deep and hold at most `value_size_max`
// in all, which bounds every walk of a value.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/assert.hpp"
#include "base/json_value.hpp"
#include "base/result.hpp"
#include "core/rules/decimal.hpp"
#include "core/rules/fault.hpp"
#include "core/rules/scratch.hpp"

namespace waybill::rules {

/// One object among the facts. `type` is its place in FactModel::records, `index` means what its Facts say.
struct RecordRef {
    std::uint16_t type = 0;
    std::uint32_t index = 0;
    friend bool operator==(RecordRef, RecordRef) = default;
};

struct ValueMember;

class Value {
public:
    enum class Kind : std::uint8_t { null, boolean, number, text, list, object, record };

    constexpr Value() = default;
    [[nodiscard]] static Value of(bool value) { return {Kind::boolean, 0, {.number = value ? 1 : 0}}; }
    [[nodiscard]] static Value of(Decimal value) { return {Kind::number, 0, {.number = value.units()}}; }
    [[nodiscard]] static Value of(RecordRef record) { return {Kind::record, record.type, {.number = record.index}}; }
    /// A view: `text` must outlive the value. REQUIRES: below 4 GiB.
    [[nodiscard]] static Value of(std::string_view text) {
        WAYBILL_ASSERT(text.size() <= UINT32_MAX);
        return {Kind::text, text.size(), {.text = text.data()}};
    }
    [[nodiscard]] static Value of(const char* text) { return of(std::string_view(text)); }
    /// A view: `items` must outlive the value. Cost: looks at every item. Errors: too_deep, too_large.
    [[nodiscard]] static Result<Value, EvalFault> of_list(std::span<const Value> items);
    [[nodiscard]] static Result<Value, EvalFault> of_object(std::span<const ValueMember> members);
    /// As of_list. REQUIRES: the items are no lists and no objects, and as many as a FactField may have.
    [[nodiscard]] static Value of_flat_list(std::span<const Value> items);

    [[nodiscard]] Kind kind() const { return static_cast<Kind>(head_ & kind_mask); }
    [[nodiscard]] bool is(Kind kind) const { return this->kind() == kind; }
    [[nodiscard]] bool is_null() const { return is(Kind::null); }

    // REQUIRES, each: the kind is that.
    [[nodiscard]] bool boolean() const {
        WAYBILL_ASSERT(is(Kind::boolean));
        return payload_.number != 0;
    }
    [[nodiscard]] Decimal number() const {
        WAYBILL_ASSERT(is(Kind::number));
        return Decimal::of_units(payload_.number);
    }
    [[nodiscard]] std::string_view text() const {
        WAYBILL_ASSERT(is(Kind::text));
        return {payload_.text, static_cast<std::size_t>(detail())};
    }
    [[nodiscard]] std::span<const Value> items() const {
        WAYBILL_ASSERT(is(Kind::list));
        return {payload_.items, size()};
    }
    [[nodiscard]] std::span<const ValueMember> members() const;
    [[nodiscard]] RecordRef record() const {
        WAYBILL_ASSERT(is(Kind::record));
        return {static_cast<std::uint16_t>(detail()), static_cast<std::uint32_t>(payload_.number)};
    }

private:
    // The first word: the kind, of a list or object 1 and the depth of its deepest item, and the detail: of a text its
    // bytes, of a record its type, of a list or object the count of items and, above that, the weight: 1 and those of
    // its items.
    static constexpr int depth_shift = 8;
    static constexpr int detail_shift = 16;
    static constexpr int weight_shift = 40;
    static constexpr std::uint64_t kind_mask = 0xFF;
    static constexpr std::uint64_t count_max = 0xFF'FFFF;  ///< of items, of weight; beyond value_size_max

    class Sizes;

    union Payload {
        std::int64_t number;  ///< or the boolean, or the index of a record
        const char* text;
        const Value* items;
        const ValueMember* members;
    };

    constexpr Value(Kind kind, std::uint64_t detail, Payload payload)
        : head_(static_cast<std::uint64_t>(kind) | detail << detail_shift), payload_(payload) {}

    [[nodiscard]] std::uint64_t detail() const { return head_ >> detail_shift; }
    [[nodiscard]] std::size_t size() const { return detail() & count_max; }
    [[nodiscard]] std::uint32_t depth() const { return static_cast<std::uint8_t>(head_ >> depth_shift); }
    /// What it adds to the size of a list that it is put in.
    [[nodiscard]] std::uint32_t weight() const;

    std::uint64_t head_ = 0;
    Payload payload_ = {.number = 0};
};
static_assert(sizeof(Value) == 16 && std::is_trivially_copyable_v<Value>);
static_assert(static_cast<int>(Value::Kind::null) == 0, "a Value of zeros is null");

struct ValueMember {
    std::string_view name;
    Value value;
};

inline std::span<const ValueMember> Value::members() const {
    WAYBILL_ASSERT(is(Kind::object));
    return {payload_.members, size()};
}

/// "text", "list": for messages.
[[nodiscard]] std::string_view kind_name(Value::Kind kind);

/// The value of some JSON, copied into `scratch`. Errors: out_of_range, too_deep,
/// too_large.
[[nodiscard]] Result<Value, EvalFault> value_of(const JsonValue& json, Scratch& scratch);
/// A record is {"record":TYPE,"index":INDEX}: it has no other JSON.
[[nodiscard]] JsonValue to_json(const Value& value);
void append_json(std::string& out, const Value& value);

}  // namespace waybill::rules
