#pragma once
// One result as one line of JSON on standard output. The first members are the same in every line: what was run, where
// and with what build.

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill::bench {

/// What every line of this process says: set once by the command before a workload runs.
struct RunContext {
    std::string command;  ///< the command line
    std::string version;
};
void set_run_context(RunContext context);

class ResultLine {
public:
    explicit ResultLine(std::string_view bench);
    ResultLine& text(std::string_view name, std::string_view value);
    ResultLine& count(std::string_view name, std::uint64_t value);
    /// With so many digits after the point.
    ResultLine& number(std::string_view name, double value, int digits = 1);
    /// A value that is JSON already.
    ResultLine& json(std::string_view name, std::string_view value);
    void print();

private:
    void name(std::string_view name);
    std::string out_;
};

}  // namespace waybill::bench
