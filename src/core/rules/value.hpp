#pragma once
// Value: what an expression works on and gives. 24 bytes, copied freely; texts, lists and objects are views of memory
// that a Scratch, a Program or the caller's data owns. A record stands for a live object of which fields are asked one
// by one (facts.hpp), so facts that nobody reads cost nothing.
//
// INVARIANT: lists and objects are nested at most `value_depth_max` deep and hold at most `value_size_max`
// in all, which bounds every walk of a value.

#include <cstdint>
#include <optional>
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

    constexpr Value() : payload_{.number = 0} {}
    [[nodiscard]] static Value of(bool value);
    [[nodiscard]] static Value of(Decimal value);
    [[nodiscard]] static Value of(RecordRef record);
    /// A view: `text` must outlive the value. REQUIRES: below 4 GiB.
    [[nodiscard]] static Value of(std::string_view text);
    [[nodiscard]] static Value of(const char* text) { return of(std::string_view(text)); }
    /// A view: `items` must outlive the value. Cost: looks at every item. Errors: too_deep, too_large.
    [[nodiscard]] static Result<Value, EvalFault> of_list(std::span<const Value> items);
    [[nodiscard]] static Result<Value, EvalFault> of_object(std::span<const ValueMember> members);
    /// As of_list. REQUIRES: the items are no lists and no objects, and as many as a FactField may have.
    [[nodiscard]] static Value of_flat_list(std::span<const Value> items);

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] bool is(Kind kind) const { return kind_ == kind; }
    [[nodiscard]] bool is_null() const { return kind_ == Kind::null; }

    // REQUIRES, each: the kind is that.
    [[nodiscard]] bool boolean() const;
    [[nodiscard]] Decimal number() const;
    [[nodiscard]] std::string_view text() const;
    [[nodiscard]] std::span<const Value> items() const;
    [[nodiscard]] std::span<const ValueMember> members() const;
    [[nodiscard]] RecordRef record() const;

private:
    union Payload {
        bool boolean;
        std::int64_t number;
        const char* text;
        const Value* items;
        const ValueMember* members;
        std::uint32_t index;
    };

    /// What it adds to the size of a list that it is put in.
    [[nodiscard]] std::uint32_t weight() const;
    /// Makes room for one more item. Errors: too_deep, too_large.
    [[nodiscard]] std::optional<EvalFault> hold(const Value& item);

    Kind kind_ = Kind::null;
    std::uint8_t depth_ = 0;    ///< of a list or object: 1 and that of its deepest item
    std::uint16_t type_ = 0;    ///< of a record
    std::uint32_t size_ = 0;    ///< of a text, list or object: the count of bytes, items or members
    std::uint32_t weight_ = 0;  ///< of a list or object: 1 and those of its items
    Payload payload_;
};
static_assert(sizeof(Value) == 24 && std::is_trivially_copyable_v<Value>);

struct ValueMember {
    std::string_view name;
    Value value;
};

/// "text", "list": for messages.
[[nodiscard]] std::string_view kind_name(Value::Kind kind);

/// The value of some JSON, copied into `scratch`. Errors: out_of_range, too_deep,
/// too_large.
[[nodiscard]] Result<Value, EvalFault> value_of(const JsonValue& json, Scratch& scratch);
/// A record is {"record":TYPE,"index":INDEX}: it has no other JSON.
[[nodiscard]] JsonValue to_json(const Value& value);
void append_json(std::string& out, const Value& value);

}  // namespace waybill::rules
