// Literals: what stands in the logic as data, and the count of all that an expression is made of.

#include "core/rules/compiler.hpp"
#include "core/rules/limits.hpp"

namespace waybill::rules {

std::string grouped_number(std::uint64_t number) {
    std::string out = std::to_string(number);
    for (std::size_t at = out.size(); at > 3;) {
        at -= 3;
        out.insert(at, 1, ',');
    }
    return out;
}

std::string LogicPlace::pointer() const {
    std::vector<const LogicPlace*> steps;
    for (const LogicPlace* at = this; at->parent != nullptr; at = at->parent) steps.push_back(at);
    std::string out;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        out += '/';
        if ((*step)->is_index) {
            out += std::to_string((*step)->index);
            continue;
        }
        for (const char letter : (*step)->key) {
            if (letter == '~') {
                out += "~0";
            } else if (letter == '/') {
                out += "~1";
            } else {
                out += letter;
            }
        }
    }
    return out;
}

void Compiler::add_issue(const LogicPlace& place, std::string detail) {
    if (issues_.size() < issues_max) issues_.push_back({place.pointer(), std::move(detail)});
}

std::string Compiler::describe_type(const StaticType& type) const {
    return describe(type, is_typed() ? *model_ : FactModel{});
}

bool Compiler::count_node(const LogicPlace& place) {
    if (++nodes_ <= nodes_max) return true;
    if (!is_too_large_) {
        add_issue(place, "is beyond the " + grouped_number(nodes_max) +
                             " literals and operators that an expression may have; long lists belong in a named list");
    }
    is_too_large_ = true;
    return false;
}

bool Compiler::keep_literal(const Result<Value, EvalFault>& value, const LogicPlace& place, Value& out) {
    if (value) {
        out = *value;
    } else {
        add_issue(place, std::string(fault_text(value.error())));
    }
    return value.has_value();
}

bool Compiler::literal_value(const JsonValue& logic, const LogicPlace& place, std::size_t depth, Value& out) {
    if (!count_node(place)) return false;
    if (depth > value_depth_max) {
        add_issue(place, "is nested deeper than " + std::to_string(value_depth_max));
        return false;
    }
    Scratch& memory = program_.memory_;
    bool is_good = true;
    if (logic.is(JsonValue::Kind::list)) {
        const std::span<Value> items = memory.make<Value>(logic.items.size());
        for (std::size_t i = 0; i < items.size() && !is_too_large_; ++i) {
            is_good &= literal_value(logic.items[i], place / i, depth + 1, items[i]);
        }
        return is_good && keep_literal(Value::of_list(items), place, out);
    }
    if (logic.is(JsonValue::Kind::object)) {
        const std::span<ValueMember> members = memory.make<ValueMember>(logic.members.size());
        for (std::size_t i = 0; i < members.size() && !is_too_large_; ++i) {
            const auto& [name, value] = logic.members[i];
            members[i].name = memory.copy(name);
            is_good &= literal_value(value, place / name, depth + 1, members[i].value);
        }
        return is_good && keep_literal(Value::of_object(members), place, out);
    }
    const auto value = value_of(logic, memory);
    if (!value) {
        add_issue(place, value.error() == EvalFault::out_of_range
                             ? logic.text + " is beyond what can be calculated with, 9,223,372,036"
                             : logic.text + " is no number");
        return false;
    }
    out = *value;
    return true;
}

StaticType Compiler::literal_type(const JsonValue& logic) {
    switch (logic.kind) {
        case JsonValue::Kind::null:
            return type_of_kind(StaticKind::null);
        case JsonValue::Kind::boolean:
            return type_of_kind(StaticKind::boolean);
        case JsonValue::Kind::number:
            return type_of_kind(StaticKind::number);
        case JsonValue::Kind::text: {
            StaticType out = type_of_kind(StaticKind::text);
            out.is_numeric = parse_numeric_text(logic.text).has_value() && !logic.text.empty();
            return out;
        }
        case JsonValue::Kind::object:
            return type_of_kind(StaticKind::object);
        case JsonValue::Kind::list: {
            if (logic.items.empty()) return types_.empty_list();
            StaticType item = literal_type(logic.items.front());
            for (const JsonValue& other : logic.items) item = types_.join(item, literal_type(other));
            return types_.list_of(item, logic.items.size());
        }
    }
    return {};
}

Piece Compiler::literal(const JsonValue& logic, const LogicPlace& place) {
    Value value;
    if (!literal_value(logic, place, 1, value)) return {};
    return constant(value, literal_type(logic));
}

}  // namespace waybill::rules
