// Every scenario over HTTP.

#include <gtest/gtest.h>

#include "tests/scenarios/http_driver.hpp"
#include "tests/scenarios/run.hpp"

namespace waybill::scenarios {
namespace {

class OnHttp : public testing::TestWithParam<std::string> {};

TEST_P(OnHttp, holds) {
    test_file(GetParam(), [] { return std::make_unique<HttpDriver>(); });
}

INSTANTIATE_TEST_SUITE_P(scenarios, OnHttp, testing::ValuesIn(all_files()),
                         [](const testing::TestParamInfo<std::string>& file) { return test_name(file.param); });

}  // namespace
}  // namespace waybill::scenarios
