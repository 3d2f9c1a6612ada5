#pragma once
// StaticType: what the compiler knows of a value before there is one: its kind, whether it may be null, what a list is
// made of and how long it gets. `any` is a value of which nothing is known but how long a list in it gets.

#include <cstdint>
#include <string>
#include <vector>

#include "core/rules/fact_model.hpp"
#include "core/rules/program.hpp"

namespace waybill::rules {

struct StaticType {
    static constexpr std::uint32_t no_item = UINT32_MAX;

    StaticKind kind = StaticKind::any;
    bool nullable = true;
    bool is_numeric = false;       ///< a literal text that is a number: "5"
    std::uint16_t record = 0;      ///< of a record
    std::uint32_t item = no_item;  ///< of a list: its items' type, in StaticTypes; no_item: it has none
    std::uint64_t items_max = 0;   ///< of a list; of `any`, of the longest list that it is or has in it

    [[nodiscard]] bool is(StaticKind other) const { return kind == other; }
};

[[nodiscard]] StaticType type_of_kind(StaticKind kind);
[[nodiscard]] StaticType any_type(std::uint64_t items_max);

/// The item types of lists. Belongs to one compilation.
class StaticTypes {
public:
    [[nodiscard]] StaticType list_of(const StaticType& item, std::uint64_t items_max);
    [[nodiscard]] StaticType empty_list() const;
    /// Of an item of a list, or of what stands in an `any`.
    [[nodiscard]] StaticType item_of(const StaticType& list) const;
    /// What either of the two may be.
    [[nodiscard]] StaticType join(const StaticType& a, const StaticType& b);
    /// Of a field of the model.
    [[nodiscard]] StaticType of_field(const FactField& field);
    /// The items of the longest list that the value is or has in it.
    [[nodiscard]] std::uint64_t longest_list(const StaticType& type) const;

private:
    std::vector<StaticType> items_;
};

/// "a number", "a list", "an `order_line`": for messages.
[[nodiscard]] std::string describe(const StaticType& type, const FactModel& model);

}  // namespace waybill::rules
