#include "sim/script.hpp"

#include <fmt/format.h>
#include <array>
#include <charconv>
#include <optional>
#include <sstream>

namespace waybill::sim {
namespace {

constexpr std::array<std::string_view, does_kinds> does_names{"configure_tenant",
                                                              "put_item",
                                                              "put_location",
                                                              "put_channel",
                                                              "put_postcode_areas",
                                                              "issue_key",
                                                              "revoke_key",
                                                              "move_inventory",
                                                              "apply_feed",
                                                              "put_customer",
                                                              "merge_customers",
                                                              "erase_person",
                                                              "place_order",
                                                              "cancel_order",
                                                              "reroute_order",
                                                              "ship_order",
                                                              "repeat",
                                                              "create_tenant",
                                                              "save_rule_set",
                                                              "activate_rule_set",
                                                              "roll_back_rule_set",
                                                              "hold_order",
                                                              "release_hold",
                                                              "raise_exception",
                                                              "change_exception",
                                                              "resolve_exception",
                                                              "put_rate_table",
                                                              "release_order",
                                                              "accept_fulfillment",
                                                              "pick_fulfillment",
                                                              "reject_fulfillment",
                                                              "recall_fulfillment",
                                                              "ship_fulfillment",
                                                              "put_webhook",
                                                              "rotate_webhook_secret",
                                                              "record_delivery",
                                                              "resume_webhook",
                                                              "put_demand",
                                                              "request_return",
                                                              "approve_return",
                                                              "decline_return",
                                                              "receive_return",
                                                              "cancel_return",
                                                              "put_message",
                                                              "record_messages",
                                                              "pack_fulfillment",
                                                              "unpack_parcel"};

std::optional<Does> find_does(std::string_view name) {
    for (std::size_t i = 0; i < does_kinds; ++i) {
        if (does_names[i] == name) return static_cast<Does>(i);
    }
    return std::nullopt;
}

std::optional<Fault> find_fault(std::string_view name) {
    if (name.empty()) return Fault::none;
    for (std::size_t i = 0; i < fault_kinds; ++i) {
        if (name_of(static_cast<Fault>(i)) == name) return static_cast<Fault>(i);
    }
    return std::nullopt;
}

template <class Number>
std::optional<Number> number_of(std::string_view text, int base) {
    Number out{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

bool parse_header(const std::vector<std::string>& words, Script& script) {
    const bool overlaps = words.size() == 6 && words[4] == "overlap";
    const bool is_cluster = words.size() == 6 && words[4] == "processes";
    if (words.size() != 4 && !overlaps && !is_cluster) return false;
    if (words[0] != "waybill-sim" || words[1] != "1" || words[2] != "tenants") return false;
    const auto tenants = number_of<std::uint32_t>(words[3], 10);
    const auto overlap = overlaps ? number_of<std::uint32_t>(words[5], 10) : 0U;
    if (!tenants || *tenants < 1 || *tenants > tenants_max || !overlap) return false;
    const auto processes = is_cluster ? number_of<std::uint32_t>(words[5], 10) : 0U;
    if (!processes || *processes > processes_max || (is_cluster && *processes == 0)) return false;
    script.processes = *processes;
    script.tenants = *tenants;
    script.overlap = *overlap;
    return true;
}

/// Only commands and checks are steps of one process as well as of a cluster.
bool belongs(const Op& op, const Script& script) {
    if (op.kind == OpKind::check) return true;
    if (op.kind == OpKind::command) return script.processes == 0 || op.does != Does::create_tenant;
    return (op.kind == OpKind::happening) == (script.processes > 0);
}

std::optional<Op> parse_op(const std::vector<std::string>& words) {
    Op op;
    const std::string argument = words.size() > 1 ? words[1] : "";
    if (words[0] == "round" && words.size() <= 2) {
        const auto fault = find_fault(argument);
        if (!fault) return std::nullopt;
        op.fault = *fault;
        return op;
    }
    if (words.size() == 1 && (words[0] == "restart" || words[0] == "check" || words[0] == "probe")) {
        op.kind = words[0] == "check" ? OpKind::check : words[0] == "restart" ? OpKind::restart : OpKind::probe;
        return op;
    }
    if (words.size() == 2 && words[0] == "clock") {
        const auto micros = number_of<std::int64_t>(argument, 10);
        if (!micros) return std::nullopt;
        op.kind = OpKind::clock;
        op.micros = *micros;
        return op;
    }
    if (words.size() == 2 && words[0] == "blind" && (argument == "on" || argument == "off")) {
        op.kind = OpKind::blind;
        op.on = argument == "on";
        return op;
    }
    if (words.size() == 2 && words[0] == "retry") {
        const auto tenant = number_of<std::uint32_t>(argument, 10);
        if (!tenant) return std::nullopt;
        op.kind = OpKind::retry;
        op.tenant = *tenant;
        return op;
    }
    if (const auto happening = parse_happening(words)) {
        op.kind = OpKind::happening;
        op.happening = *happening;
        return op;
    }
    const auto does = find_does(words[0]);
    if (!does || words.size() != 3) return std::nullopt;
    const auto tenant = number_of<std::uint32_t>(words[1], 10);
    const auto dice = number_of<std::uint64_t>(words[2], 16);
    if (!tenant || !dice) return std::nullopt;
    op.kind = OpKind::command;
    op.does = *does;
    op.tenant = *tenant;
    op.dice = *dice;
    return op;
}

}  // namespace

std::string_view name_of(Does does) { return does_names[static_cast<std::size_t>(does)]; }

std::string line_of(const Op& op) {
    switch (op.kind) {
        case OpKind::round:
            return op.fault == Fault::none ? "round" : fmt::format("round {}", name_of(op.fault));
        case OpKind::command:
            return fmt::format("{} {} {:x}", name_of(op.does), op.tenant, op.dice);
        case OpKind::clock:
            return fmt::format("clock {}", op.micros);
        case OpKind::blind:
            return op.on ? "blind on" : "blind off";
        case OpKind::probe:
            return "probe";
        case OpKind::retry:
            return fmt::format("retry {}", op.tenant);
        case OpKind::restart:
            return "restart";
        case OpKind::check:
            return "check";
        case OpKind::happening:
            return line_of(op.happening);
    }
    return {};
}

std::string header_of(const Script& script) {
    std::string out = fmt::format("waybill-sim 1 tenants {}", script.tenants);
    if (script.overlap > 0) out += fmt::format(" overlap {}", script.overlap);
    if (script.processes > 0) out += fmt::format(" processes {}", script.processes);
    return out;
}

std::string text_of(const Script& script) {
    std::string out = header_of(script) + '\n';
    for (const Op& op : script.ops) out += line_of(op) + '\n';
    return out;
}

Result<Script, std::string> parse_script(std::string_view text) {
    Script script;
    bool headed = false;
    std::istringstream lines{std::string(text)};
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        line = line.substr(0, line.find('#'));
        std::istringstream split(line);
        std::vector<std::string> words;
        for (std::string word; split >> word;) words.push_back(word);
        if (words.empty()) continue;
        if (!headed) {
            if (!parse_header(words, script)) {
                return fail(
                    fmt::format("line {}: must be `waybill-sim 1 tenants N`, N from 1 to {}", number, tenants_max));
            }
            headed = true;
            continue;
        }
        const auto op = parse_op(words);
        if (!op) return fail(fmt::format("line {}: `{}` is no step of a script", number, words[0]));
        if (op->kind == OpKind::command && op->tenant > tenants_max) {
            return fail(fmt::format("line {}: tenants are numbered from 0 to {}", number, tenants_max));
        }
        if (!belongs(*op, script)) {
            return fail(fmt::format("line {}: `{}` is no step of such a script", number, words[0]));
        }
        script.ops.push_back(*op);
    }
    if (!headed) return fail(std::string("line 1: must be `waybill-sim 1 tenants N`"));
    return script;
}

}  // namespace waybill::sim
