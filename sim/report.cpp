#include "sim/report.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace waybill::sim {
namespace {

// For the signal handler: plain bytes that are ready to be written.
char abort_note[512];
std::size_t abort_note_bytes = 0;

void on_abort(int) {
    const auto written = ::write(STDERR_FILENO, abort_note, abort_note_bytes);
    (void)written;
    std::signal(SIGABRT, SIG_DFL);
    std::raise(SIGABRT);
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + '"';
}

}  // namespace

Script script_of(std::uint64_t seed, const Arguments& arguments) {
    return arguments.cluster ? plan_cluster(seed, arguments.steps) : plan(seed, arguments.steps);
}

RunResult run_stores(const Script& script, StoreChoice choice, std::uint64_t seed) {
    if (script.processes > 0) return run_cluster(script);
    switch (choice) {
        case StoreChoice::memory:
            return run(script, StoreKind::memory);
        case StoreChoice::sqlite:
            return run(script, StoreKind::sqlite);
        case StoreChoice::both:
            return run_on_both(script);
        case StoreChoice::by_seed:
            break;
    }
    if (seed % 8 == 3) return run_on_both(script);
    return run(script, seed % 4 == 0 ? StoreKind::sqlite : StoreKind::memory);
}

std::string replay_command(std::uint64_t seed, const Arguments& arguments) {
    std::string out = fmt::format("waybill_sim --seed {} --steps {} ", seed, arguments.steps);
    out += arguments.cluster ? "--cluster" : "--store " + arguments.store_word;
    if (!arguments.mutant.empty()) out += " --mutant " + arguments.mutant;
    return out;
}

void announce(std::uint64_t seed, const Arguments& arguments) {
    const std::string note = fmt::format("aborted; replay: {}\n", replay_command(seed, arguments));
    abort_note_bytes = std::min(note.size(), sizeof abort_note);
    std::memcpy(abort_note, note.data(), abort_note_bytes);
    std::signal(SIGABRT, on_abort);
}

void print_failure(std::uint64_t seed, const RunResult& result, const Arguments& arguments) {
    fmt::print("seed {} FAILS\n", seed);
    for (const std::string& problem : result.problems) fmt::print("  {}\n", problem);
    for (const std::string& comment : result.comments) {
        if (comment.find(" <- ") != std::string::npos) fmt::print("  at: {}\n", comment);
    }
    const std::string replay = replay_command(seed, arguments);
    fmt::print("  replay: {}\n  shrink: {} --shrink\n", replay, replay);
    std::fflush(stdout);
}

std::string json_line(std::uint64_t seed, const RunResult& result) {
    std::string problems;
    for (const std::string& problem : result.problems) problems += (problems.empty() ? "" : ",") + quoted(problem);
    return fmt::format(
        R"({{"seed":{},"clean":{},"commands":{},"accepted":{},"faults":{},"restarts":{},"owner_changes":{},"trace":"{:016x}","problems":[{}]}})",
        seed, result.problems.empty(), result.commands, result.accepted, result.faults, result.restarts,
        result.owner_changes, result.trace_hash, problems);
}

std::string commented(const Script& script, const RunResult& result) {
    std::string out = header_of(script) + '\n';
    for (std::size_t i = 0; i < script.ops.size(); ++i) {
        const std::string line = line_of(script.ops[i]);
        const std::string& comment = result.comments[i];
        out += comment.empty() ? line + '\n' : fmt::format("{:<32}# {}\n", line, comment);
    }
    return out;
}

void Totals::add(const RunResult& result) {
    ++seeds;
    if (!result.problems.empty()) ++failed;
    commands += result.commands;
    accepted += result.accepted;
    faults += result.faults;
    restarts += result.restarts;
    owner_changes += result.owner_changes;
}

std::string Totals::line() const {
    const std::string changes = owner_changes == 0 ? "" : fmt::format(", {} changes of owner", owner_changes);
    return fmt::format("{} seeds, {} failed; {} commands ({} accepted), {} faults, {} restarts{}", seeds, failed,
                       commands, accepted, faults, restarts, changes);
}

}  // namespace waybill::sim
