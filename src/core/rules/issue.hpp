#pragma once
// CompileIssue: one fault of a condition or a named list, for the person who wrote it.

#include <string>
#include <vector>

namespace waybill::rules {

struct CompileIssue {
    std::string pointer;  ///< RFC 6901, into the logic; empty is the whole of it
    std::string detail;   ///< a sentence without its full stop: "`order.totl` does not exist, did you mean ..."
    friend bool operator==(const CompileIssue&, const CompileIssue&) = default;
};
using CompileIssues = std::vector<CompileIssue>;

}  // namespace waybill::rules
