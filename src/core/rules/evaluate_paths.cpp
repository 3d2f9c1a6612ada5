// Reading of facts and data: names that were resolved, names that are computed, what is missing.

#include <algorithm>
#include <charconv>

#include "core/rules/evaluator.hpp"

namespace waybill::rules {

namespace {

using Kind = Value::Kind;

/// What `missing` takes for not there.
bool is_blank(const Value& value) { return value.is_null() || (value.is(Kind::text) && value.text().empty()); }

std::uint32_t index_of(std::string_view step) {
    std::uint32_t out = 0;
    const char* const end = step.data() + step.size();
    const auto [stop, fault] = std::from_chars(step.data(), end, out);
    const bool is_index = !step.empty() && stop == end && fault == std::errc() && (step.size() == 1 || step[0] != '0');
    return is_index ? out : UINT32_MAX;
}

std::string_view without_part(std::string_view name) {
    const std::size_t dot = name.find('.');
    return dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
}

}  // namespace

bool Evaluator::step_into(const PathStep& step, Value& value, bool& is_found) {
    is_found = false;
    if (value.is(Kind::record)) {
        const RecordRef record = value.record();
        if (facts_ == nullptr || record.type >= program_.model().records.size()) return true;
        const std::span<const FactField> fields = program_.model().records[record.type].fields;
        std::size_t field = step.at;
        if (step.kind == PathStep::Kind::key) {
            field = 0;
            while (field < fields.size() && fields[field].name != step.name) ++field;
        }
        if ((step.kind != PathStep::Kind::field && step.kind != PathStep::Kind::key) || field >= fields.size())
            return true;
        value = facts_->get(record, static_cast<std::uint16_t>(field), scratch_);
        is_found = !value.is_null();
        return !value.is(Kind::list) || spend(value.items().size());
    }
    if (value.is(Kind::list)) {
        const std::span<const Value> items = value.items();
        if (step.name == "length") {
            const auto length = Decimal::of_integer(static_cast<std::int64_t>(items.size()));
            is_found = length.has_value();
            value = Value::of(length.value_or(Decimal()));
        } else if (step.at < items.size()) {
            is_found = true;
            value = Value(items[step.at]);
        }
        return true;
    }
    if (value.is(Kind::object)) {
        const std::span<const ValueMember> members = value.members();
        if (!spend(members.size() / 8)) return false;
        for (const ValueMember& member : members) {
            if (member.name != step.name) continue;
            is_found = true;
            value = Value(member.value);
            break;
        }
    }
    return true;
}

/// The value of a reduce scope as data: both parts.
bool Evaluator::whole_of(const EvalScope& scope, Value& out) {
    if (!scope.is_reduce) {
        out = scope.value;
        return true;
    }
    const std::span<ValueMember> members = scratch_.make<ValueMember>(2);
    members[0] = {"current", scope.value};
    members[1] = {"accumulator", scope.accumulator};
    return spend(1) && take(Value::of_object(members), out);
}

bool Evaluator::read_path(const Path& path, const EvalScope& scope, Value& out, bool& is_found) {
    is_found = true;
    if (path.known > 0) {
        out = Value::of(path.record);
    } else if (path.from == Path::From::accumulator) {
        out = scope.accumulator;
    } else if (path.from == Path::From::current) {
        out = scope.value;
    } else if (!whole_of(scope, out)) {
        return false;
    }
    if (!spend(path.steps)) return false;
    for (const PathStep& step : program_.steps().subspan(path.first + path.known, path.steps - path.known)) {
        if (!step_into(step, out, is_found)) return false;
        if (is_found) continue;
        out = Value();
        break;
    }
    if (reads_ != nullptr) report(path, scope, out);
    return true;
}

bool Evaluator::eval_path(const Node& node, const EvalScope& scope, Value& out) {
    bool is_found = false;
    if (!read_path(program_.paths()[node.data], scope, out, is_found)) return false;
    return is_found || node.count == 0 || eval(child(node, 0), scope, out);
}

bool Evaluator::read_name(std::string_view name, const EvalScope& scope, Value& out, bool& is_found) {
    is_found = true;
    if (!whole_of(scope, out)) return false;
    while (!name.empty()) {
        const std::size_t dot = name.find('.');
        PathStep step;
        step.name = name.substr(0, dot);
        step.at = index_of(step.name);
        if (!spend(1) || !step_into(step, out, is_found)) return false;
        if (!is_found) {
            out = Value();
            return true;
        }
        // A dot at the end leads to the member without a name.
        if (dot == std::string_view::npos) break;
        name.remove_prefix(dot + 1);
        if (name.empty()) {
            step.name = {};
            step.at = UINT32_MAX;
            if (!step_into(step, out, is_found)) return false;
            if (!is_found) out = Value();
        }
    }
    return true;
}

bool Evaluator::eval_var(const Node& node, const EvalScope& scope, Value& out) {
    Value name;
    if (!eval(child(node, 0), scope, name)) return false;
    TextBuffer text(work_);
    if (const auto added = text.add(name); !added) return fault(added.error());
    bool is_found = false;
    if (!read_name(text.text(), scope, out, is_found)) return false;
    return is_found || node.count < 2 || eval(child(node, 1), scope, out);
}

/// The names that are missing, or none where so many are there.
bool Evaluator::enough_or(std::span<const Value> missing, std::size_t count, const Value& needed, Value& out) {
    Decimal least;
    if (!take(number_of(needed, work_), least)) return false;
    const auto present = Decimal::of_integer(static_cast<std::int64_t>(count - missing.size()));
    const bool is_enough = present && *present >= least;
    return take(Value::of_list(is_enough ? std::span<const Value>() : missing), out);
}

bool Evaluator::eval_missing_paths(const Node& node, const EvalScope& scope, Value& out) {
    const std::span<Value> missing = scratch_.make<Value>(node.count);
    std::size_t count = 0;
    for (const Path& path : program_.paths().subspan(node.data, node.count)) {
        Value value;
        bool is_found = false;
        if (!spend(1) || !read_path(path, scope, value, is_found)) return false;
        if (is_blank(value)) missing[count++] = program_.constants()[path.name];
    }
    if (node.first == UINT32_MAX) return take(Value::of_list(missing.first(count)), out);
    Value needed;
    return eval(node.first, scope, needed) && enough_or(missing.first(count), node.count, needed, out);
}

bool Evaluator::eval_missing(const Node& node, const EvalScope& scope, Value& out) {
    std::span<Value> arguments;
    if (!eval_arguments(node, scope, arguments)) return false;
    const bool is_some = node.op == Operator::missing_some;
    std::span<const Value> names = arguments.subspan(is_some ? 1 : 0);
    if (!names.empty() && names[0].is(Kind::list)) names = names[0].items();
    const std::span<Value> missing = scratch_.make<Value>(names.size());
    std::size_t count = 0;
    for (const Value& name : names) {
        if (!spend(1)) return false;
        TextBuffer text(work_);
        if (const auto added = text.add(name); !added) return fault(added.error());
        Value value;
        bool is_found = false;
        if (!read_name(text.text(), scope, value, is_found)) return false;
        if (is_blank(value)) missing[count++] = name;
    }
    if (!is_some) return take(Value::of_list(missing.first(count)), out);
    return enough_or(missing.first(count), names.size(), arguments[0], out);
}

/// The whole path of what a name refers to; empty where it has none.
std::string Evaluator::label_of(const Path& path, const EvalScope& scope) const {
    std::string_view name = program_.constants()[path.name].text();
    if (path.from == Path::From::accumulator) return {};
    if (path.from == Path::From::current) name = without_part(name);
    std::string out;
    if (scope.label != nullptr) {
        out = *scope.label;
    } else if (scope.value.is(Kind::record) && scope.value.record().type < program_.model().records.size()) {
        out = program_.model().records[scope.value.record().type].name;
        out += "[" + std::to_string(scope.value.record().index) + "]";
    } else {
        return {};
    }
    if (!out.empty() && !name.empty()) out += '.';
    out += name;
    return out;
}

void Evaluator::report(const Path& path, const EvalScope& scope, const Value& value) {
    if (reads_->size() >= reads_max || value.is(Kind::record)) return;  // of a record its fields are reported
    std::string label = label_of(path, scope);
    if (label.empty()) return;
    const auto is_known = [&](const ReadFact& read) { return read.path == label; };
    if (std::any_of(reads_->begin(), reads_->end(), is_known)) return;
    std::string text;
    if (value.is(Kind::list) && !value.items().empty() && value.items()[0].is(Kind::record)) {
        append_json_string(text, std::to_string(value.items().size()) + " items");
    } else {
        append_json(text, value);
    }
    if (text.size() > read_value_bytes_max) {
        std::size_t end = read_value_bytes_max;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a letter
        text.resize(end);
        text += "...";
    }
    reads_->push_back({std::move(label), std::move(text)});
}

}  // namespace waybill::rules
