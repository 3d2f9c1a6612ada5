#include "core/rules/static_type.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace waybill::rules {

StaticType type_of_kind(StaticKind kind) {
    StaticType out;
    out.kind = kind;
    out.nullable = kind == StaticKind::null || kind == StaticKind::any;
    return out;
}

StaticType any_type(std::uint64_t items_max) {
    StaticType out;
    out.items_max = items_max;
    return out;
}

StaticType StaticTypes::list_of(const StaticType& item, std::uint64_t items_max) {
    StaticType out = type_of_kind(StaticKind::list);
    out.item = static_cast<std::uint32_t>(items_.size());
    out.items_max = items_max;
    items_.push_back(item);
    items_.back().is_numeric = false;
    return out;
}

StaticType StaticTypes::empty_list() const { return type_of_kind(StaticKind::list); }

StaticType StaticTypes::item_of(const StaticType& list) const {
    if (list.is(StaticKind::list) && list.item != StaticType::no_item) return items_[list.item];
    return any_type(list.is(StaticKind::list) ? 0 : list.items_max);
}

std::uint64_t StaticTypes::longest_list(const StaticType& type) const {
    std::uint64_t out = type.items_max;
    // Items come before the lists of them, so this walks down and ends.
    for (std::uint32_t at = type.item; at != StaticType::no_item; at = items_[at].item) {
        out = std::max(out, items_[at].items_max);
    }
    return out;
}

StaticType StaticTypes::join(const StaticType& a, const StaticType& b) {
    StaticType out = a.is(StaticKind::null) ? b : a;
    out.nullable = a.nullable || b.nullable;
    out.is_numeric = a.is_numeric && b.is_numeric;
    if (a.is(StaticKind::null) || b.is(StaticKind::null)) return out;
    if (a.kind != b.kind || (a.is(StaticKind::record) && a.record != b.record)) {
        return any_type(std::max(longest_list(a), longest_list(b)));
    }
    if (a.is(StaticKind::any)) out.items_max = std::max(a.items_max, b.items_max);
    if (!a.is(StaticKind::list)) return out;
    out.items_max = std::max(a.items_max, b.items_max);
    if (a.item == StaticType::no_item) {
        out.item = b.item;
    } else if (b.item != StaticType::no_item && a.item != b.item) {
        const StaticType x = items_[a.item];
        const StaticType y = items_[b.item];
        // Lists of lists of different make are not looked into: nobody writes them.
        const bool is_nested = x.is(StaticKind::list) || y.is(StaticKind::list);
        const StaticType item = is_nested ? any_type(std::max(longest_list(x), longest_list(y))) : join(x, y);
        out.item = list_of(item, 0).item;
    }
    return out;
}

StaticType StaticTypes::of_field(const FactField& field) {
    StaticType out;
    switch (field.kind) {
        case FactKind::boolean:
            out = type_of_kind(StaticKind::boolean);
            break;
        case FactKind::number:
            out = type_of_kind(StaticKind::number);
            break;
        case FactKind::text:
            out = type_of_kind(StaticKind::text);
            break;
        case FactKind::text_list:
            out = list_of(type_of_kind(StaticKind::text), field.items_max);
            break;
        case FactKind::record:
            out = type_of_kind(StaticKind::record);
            out.record = field.record;
            break;
        case FactKind::record_list: {
            StaticType item = type_of_kind(StaticKind::record);
            item.record = field.record;
            out = list_of(item, field.items_max);
            break;
        }
    }
    out.nullable = field.nullable;
    return out;
}

std::string describe(const StaticType& type, const FactModel& model) {
    switch (type.kind) {
        case StaticKind::any:
            return "a value";
        case StaticKind::null:
            return "null";
        case StaticKind::boolean:
            return "true or false";
        case StaticKind::number:
            return "a number";
        case StaticKind::text:
            return "a text";
        case StaticKind::list:
            return "a list";
        case StaticKind::object:
            return "an object";
        case StaticKind::record:
            return "a record (`" + std::string(model.records[type.record].name) + "`)";
    }
    assertion_failed("kind of type is known", __FILE__, __LINE__);
}

}  // namespace waybill::rules
