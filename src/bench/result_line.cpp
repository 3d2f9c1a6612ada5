#include "bench/result_line.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iterator>

#include "bench/machine.hpp"
#include "json/text_writer.hpp"

namespace waybill::bench {
namespace {

RunContext& context() {
    static RunContext kept;
    return kept;
}

}  // namespace

void set_run_context(RunContext given) { context() = std::move(given); }

ResultLine::ResultLine(std::string_view bench) : out_(1, '{') {
    text("bench", bench);
    text("version", context().version);
    text("commit", build_commit());
    text("build_type", build_type());
    static const Machine machine = this_machine();
    text("cpu", machine.cpu);
    count("cores", machine.cores);
    text("kernel", machine.kernel);
    text("command", context().command);
}

void ResultLine::name(std::string_view name) {
    if (out_.size() > 1) out_ += ',';
    json::append_string(out_, name);
    out_ += ':';
}

ResultLine& ResultLine::text(std::string_view key, std::string_view value) {
    name(key);
    json::append_string(out_, value);
    return *this;
}

ResultLine& ResultLine::count(std::string_view key, std::uint64_t value) {
    name(key);
    fmt::format_to(std::back_inserter(out_), "{}", value);
    return *this;
}

ResultLine& ResultLine::number(std::string_view key, double value, int digits) {
    name(key);
    fmt::format_to(std::back_inserter(out_), "{:.{}f}", value, digits);
    return *this;
}

ResultLine& ResultLine::json(std::string_view key, std::string_view value) {
    name(key);
    out_ += value;
    return *this;
}

void ResultLine::print() {
    fmt::print("{}}}\n", out_);
    std::fflush(stdout);
}

}  // namespace waybill::bench
