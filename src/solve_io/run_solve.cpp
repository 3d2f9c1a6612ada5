#include "solve_io/run_solve.hpp"

#include <array>
#include <istream>
#include <ostream>
#include <string>

#include "core/sourcing/solve.hpp"
#include "solve_io/sourcing_json.hpp"

namespace waybill::solve_io {
namespace {

// One byte more than allowed is enough for the reader to say that the document is too large.
std::string read_all(std::istream& in) {
    std::string text;
    std::array<char, 65536> block{};
    while (in && text.size() <= document_bytes_max) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    }
    return text;
}

}  // namespace

int run_solve(std::istream& in, std::ostream& out, std::ostream& err) {
    const auto instance = read_instance(read_all(in));
    if (!instance) {
        for (const Issue& issue : instance.error()) {
            err << (issue.pointer.empty() ? "(document)" : issue.pointer) << ": " << issue.rule << '\n';
        }
        return exit_malformed;
    }
    sourcing::Workspace workspace;
    const sourcing::Plan plan = sourcing::solve(instance.value().problem, sourcing::solve_budget, workspace);
    if (plan.status == sourcing::Status::unknown) {
        err << "(document): no plan was found, nor proved impossible, within the work budget\n";
        return exit_no_plan;
    }
    out << write_solution(instance.value(), plan) << std::flush;
    if (out) return exit_solved;
    err << "the solution could not be written\n";
    return 1;
}

}  // namespace waybill::solve_io
