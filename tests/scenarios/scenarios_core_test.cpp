// Every scenario on the bare core.

#include <gtest/gtest.h>

#include "tests/scenarios/core_driver.hpp"
#include "tests/scenarios/run.hpp"

namespace waybill::scenarios {
namespace {

class OnCore : public testing::TestWithParam<std::string> {};

TEST_P(OnCore, holds) {
    test_file(GetParam(), [] { return std::make_unique<CoreDriver>(); });
}

INSTANTIATE_TEST_SUITE_P(scenarios, OnCore, testing::ValuesIn(all_files()),
                         [](const testing::TestParamInfo<std::string>& file) { return test_name(file.param); });

}  // namespace
}  // namespace waybill::scenarios
