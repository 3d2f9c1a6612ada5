#pragma once
// The problem document as it is written: RFC 9457 with the rejection's name and number.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "json/write.hpp"

namespace waybill::api {

enum class RetryAdvice { same, changed };
BOOST_DESCRIBE_ENUM(RetryAdvice, same, changed)

BOOST_DESCRIBE_STRUCT(FieldError, (), (pointer, code, detail))

struct ProblemOutput {
    static constexpr std::string_view schema_name = "Problem";
    std::string type;
    std::string title;
    int status = 500;
    std::string code;
    int number = 0;
    RetryAdvice retry = RetryAdvice::changed;
    std::optional<std::string> detail;
    std::optional<std::vector<FieldError>> errors;
};
BOOST_DESCRIBE_STRUCT(ProblemOutput, (), (type, title, status, code, number, retry, detail, errors))

[[nodiscard]] ProblemOutput render_problem(const Problem& problem);

}  // namespace waybill::api
