// Names: what `var`, `missing` and `missing_some` refer to, resolved as far as it is known.

#include <algorithm>
#include <array>
#include <charconv>

#include "core/rules/compiler.hpp"
#include "core/rules/limits.hpp"
#include "core/rules/suggest.hpp"

namespace waybill::rules {

namespace {

constexpr std::string_view length_step = "length";

/// "0", "17": the index of an item. Errors: nullopt on anything else.
std::optional<std::uint32_t> parse_index(std::string_view step) {
    std::uint32_t out = 0;
    const char* const end = step.data() + step.size();
    const auto [stop, fault] = std::from_chars(step.data(), end, out);
    if (step.empty() || stop != end || fault != std::errc() || (step.size() > 1 && step.front() == '0')) {
        return std::nullopt;
    }
    return out;
}

/// The part of `rest` before its first dot, which is taken off.
std::string_view take_step(std::string_view& rest) {
    const std::size_t dot = rest.find('.');
    const std::string_view out = rest.substr(0, dot);
    rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
    return out;
}

std::size_t count_steps(std::string_view name) {
    return name.empty() ? 0 : 1 + static_cast<std::size_t>(std::count(name.begin(), name.end(), '.'));
}

}  // namespace

Piece Compiler::compile_var(const Call& call) {
    const LogicPlace first = call.is_list ? *call.inside / std::size_t{0} : *call.inside;
    Piece out;
    if (call.arguments.empty() || call.arguments[0].is(JsonValue::Kind::null)) {
        out = compile_path(call, {}, first);
    } else if (call.arguments[0].is(JsonValue::Kind::text) || call.arguments[0].is(JsonValue::Kind::number)) {
        out = compile_path(call, call.arguments[0].text, first);
    } else if (is_typed()) {
        add_issue(first, "the name in `var` is a literal text here, so that it can be checked");
        return out;
    } else {
        return compile_plain(call);
    }
    if (call.arguments.size() < 2) return out;
    // The node is made again, behind its default.
    const std::uint32_t path = parts_.nodes.back().data;
    parts_.nodes.pop_back();
    const Piece other = compile_argument(call, 1);
    const std::array<std::uint32_t, 1> children{other.node};
    out.work += other.work;
    out.type.nullable = out.type.is(StaticKind::any);
    out.type = types_.join(out.type, other.type);
    out.node = add_node(Operator::read_path, children, path);
    return out;
}

Piece Compiler::compile_path(const Call& call, std::string_view name, const LogicPlace& place) {
    Path path;
    path.name = add_constant(Value::of(program_.memory_.copy(name)));
    path.first = static_cast<std::uint32_t>(parts_.steps.size());
    StaticType type = call.scope->value;
    Piece out;
    out.work = 1;
    if (is_typed() || call.scope->is_reduce) {
        out.work += resolve(call, parts_.constants[path.name].text(), place, path, type);
    } else {
        std::string_view rest = parts_.constants[path.name].text();
        const std::size_t count = count_steps(rest);
        for (std::size_t i = 0; i < count; ++i) {
            PathStep step;
            StaticType any;
            (void)resolve_step(take_step(rest), step, any);
            parts_.steps.push_back(step);
        }
    }
    path.steps = static_cast<std::uint16_t>(parts_.steps.size() - path.first);
    const RecordRef from = begin_known(call, path);
    parts_.paths.push_back(path);
    const auto data = static_cast<std::uint32_t>(parts_.paths.size() - 1);
    out.type = type;
    out.node = add_node(Operator::read_path, {}, data);
    const bool is_field = path.steps == path.known + 1 && parts_.steps.back().kind == PathStep::Kind::field;
    if (is_field && path.from == Path::From::scope) {
        Node& node = parts_.nodes.back();
        node.op = path.known > 0 ? Operator::read_fact : Operator::read_field;
        node.first = Node::of_field(from.type, static_cast<std::uint16_t>(parts_.steps.back().at));
    }
    return out;
}

/// Goes the step of a path that leads to the same record whatever the facts are. Returns where the rest begins: that
/// record, or, of the scope's value, its type.
RecordRef Compiler::begin_known(const Call& call, Path& path) const {
    const StaticType& type = call.scope->value;
    RecordRef from{type.record, 0};
    if (!is_typed() || call.scope->is_loop || path.steps == 0) return from;
    const FactField& field = model_->records[type.record].fields[parts_.steps[path.first].at];
    if (field.kind != FactKind::record || field.nullable) return from;
    path.known = 1;
    path.record = {field.record, 0};
    return path.record;
}

/// One step from a value of `type`, which becomes that of what is found. False: there is no such thing.
bool Compiler::resolve_step(std::string_view step, PathStep& out, StaticType& type) {
    out.name = step;
    const bool nullable = type.nullable;
    if (type.is(StaticKind::record)) {
        const std::span<const FactField> fields = model_->records[type.record].fields;
        const auto field = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == step; });
        if (field == fields.end()) return false;
        out.kind = PathStep::Kind::field;
        out.at = static_cast<std::uint32_t>(field - fields.begin());
        type = types_.of_field(*field);
        type.nullable = type.nullable || nullable;
        return true;
    }
    const auto index = parse_index(step);
    if (type.is(StaticKind::list)) {
        if (step == length_step) {
            out.kind = PathStep::Kind::length;
            type = type_of_kind(StaticKind::number);
            type.nullable = nullable;
            return true;
        }
        if (!index) return false;
        out.kind = PathStep::Kind::item;
        out.at = *index;
        type = types_.item_of(type);
        type.nullable = true;
        return true;
    }
    if (!type.is(StaticKind::any)) return false;
    out.kind = PathStep::Kind::key;
    out.at = index.value_or(UINT32_MAX);
    type = any_type(type.items_max);
    return true;
}

/// Steps that reading what is resolved takes: lists are made by the facts each time.
std::uint64_t Compiler::resolve(const Call& call, std::string_view name, const LogicPlace& place, Path& path,
                                StaticType& type) {
    std::string_view rest = name;
    std::size_t count = count_steps(name);
    std::uint64_t work = count;
    if (call.scope->is_reduce) {
        if (count == 0 && !is_typed()) return work;  // the pair of both
        const std::string_view part = take_step(rest);
        if (part == "current") {
            path.from = Path::From::current;
        } else if (part == "accumulator") {
            path.from = Path::From::accumulator;
            type = call.scope->accumulator;
        } else if (is_typed()) {
            constexpr std::array<std::string_view, 2> parts{"current", "accumulator"};
            const std::string_view meant = closest_name(part, parts);
            std::string detail = quoted(name) + " does not exist inside `reduce`, ";
            if (meant.empty()) {
                detail += "where names begin with `current` or `accumulator`";
            } else {
                detail += "did you mean `" + std::string(meant) + std::string(name.substr(part.size())) + "`";
            }
            add_issue(place, std::move(detail));
            type = StaticType{};
            return work;
        } else {
            rest = name;  // not found, at run time
            ++count;
        }
        --count;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t known = static_cast<std::size_t>(rest.data() - name.data());
        const std::string_view word = take_step(rest);
        PathStep step;
        StaticType next = type;
        if (!resolve_step(word, step, next)) {
            unknown_name(call, name, name.substr(0, known), word, type, place);
            type = StaticType{};
            return work;
        }
        type = next;
        parts_.steps.push_back(step);
        if (step.kind == PathStep::Kind::field && type.is(StaticKind::list)) work += type.items_max;
        if (step.kind == PathStep::Kind::key) work += type.items_max;
    }
    return work;
}

void Compiler::unknown_name(const Call& call, std::string_view name, std::string_view known, std::string_view step,
                            const StaticType& type, const LogicPlace& place) {
    std::string detail = quoted(name) + " does not exist";
    if (type.is(StaticKind::record)) {
        std::vector<std::string_view> names;
        for (const FactField& field : model_->records[type.record].fields) names.push_back(field.name);
        const std::string_view meant = closest_name(step, names);
        const bool is_outside = known.empty() && call.scope->is_loop && exists_outside(name);
        if (is_outside) {
            detail += " here: inside a loop names are those of the item, which is " + describe_type(type);
        } else if (!meant.empty()) {
            detail += ", did you mean `" + std::string(known) + std::string(meant) + "`";
        }
    } else {
        const std::string_view owner = known.empty() ? known : known.substr(0, known.size() - 1);
        detail += ": " + (owner.empty() ? std::string("the item") : quoted(owner)) + " is " + describe_type(type);
        if (type.is(StaticKind::list)) detail += ", whose items have numbers and which has a `length`";
        if (owner.empty() && exists_outside(name)) {
            detail = quoted(name) + " does not exist here: inside a loop names are those of the item, which is " +
                     describe_type(type);
        }
    }
    add_issue(place, std::move(detail));
}

bool Compiler::exists_outside(std::string_view name) {
    StaticType type = type_of_kind(StaticKind::record);
    const std::size_t count = count_steps(name);
    std::string_view rest = name;
    for (std::size_t i = 0; i < count; ++i) {
        PathStep step;
        if (!resolve_step(take_step(rest), step, type)) return false;
    }
    return true;
}

Piece Compiler::compile_missing(const Call& call) {
    if (!is_typed()) return compile_plain(call);
    const bool is_some = call.row->op == Operator::missing_some;
    const std::size_t names_at = is_some ? 1 : 0;
    const bool is_in_list = call.arguments.size() > names_at && call.arguments[names_at].is(JsonValue::Kind::list);
    const LogicPlace at = call.is_list ? *call.inside / names_at : *call.inside;
    if (is_in_list) return compile_missing_paths(call, call.arguments[names_at], at);
    if (is_some) {
        add_issue(at, "`missing_some` takes how many are needed and a list of names");
        return {};
    }
    return compile_missing_paths(call, JsonValue::make_list({call.arguments.begin(), call.arguments.end()}),
                                 *call.inside);
}

Piece Compiler::compile_missing_paths(const Call& call, const JsonValue& names, const LogicPlace& place) {
    std::uint32_t needed = UINT32_MAX;
    Piece out;
    if (call.row->op == Operator::missing_some) {
        const Piece count = compile_argument(call, 0);
        if (!count.type.is(StaticKind::number)) {
            add_issue(*call.inside, "`missing_some` takes how many are needed as a number");
        }
        needed = count.node;
        out.work = count.work;
    }
    const auto first = static_cast<std::uint32_t>(parts_.paths.size());
    for (std::size_t i = 0; i < names.items.size() && !is_too_large_; ++i) {
        const JsonValue& name = names.items[i];
        const LogicPlace at = call.is_list ? place / i : place;
        if (!name.is(JsonValue::Kind::text) && !name.is(JsonValue::Kind::number)) {
            add_issue(at, "the names in `" + std::string(call.name) +
                              "` are literal texts here, so that they can be checked");
            return {};
        }
        if (!count_node(at)) return {};
        const Piece path = compile_path(call, name.text, at);
        parts_.nodes.pop_back();  // the path is what is wanted, not a node that reads it
        out.work += path.work;
    }
    const auto count = static_cast<std::uint16_t>(parts_.paths.size() - first);
    out.work += 1 + count;
    out.type = types_.list_of(type_of_kind(StaticKind::text), count);
    out.node = add_node(Operator::missing_paths, {}, first);
    parts_.nodes.back().count = count;
    parts_.nodes.back().first = needed;
    return out;
}

}  // namespace waybill::rules
