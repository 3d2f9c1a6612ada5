// Every scenario on the engine, over each store.

#include <gtest/gtest.h>

#include "tests/scenarios/engine_driver.hpp"
#include "tests/scenarios/run.hpp"

namespace waybill::scenarios {
namespace {

class OnEngine : public testing::TestWithParam<std::string> {};

TEST_P(OnEngine, holds_in_memory) {
    test_file(GetParam(), [] { return std::make_unique<EngineDriver>(StoreKind::memory, Restarts::none); });
}

/// What an engine knows is what it can read from its store again.
TEST_P(OnEngine, holds_in_memory_with_restarts) {
    test_file(GetParam(),
              [] { return std::make_unique<EngineDriver>(StoreKind::memory, Restarts::after_every_action); });
}

TEST_P(OnEngine, holds_in_sqlite) {
    test_file(GetParam(), [] { return std::make_unique<EngineDriver>(StoreKind::sqlite, Restarts::none); });
}

TEST_P(OnEngine, holds_in_postgres) {
    test_file(GetParam(), [] { return std::make_unique<EngineDriver>(StoreKind::postgres, Restarts::none); });
}

INSTANTIATE_TEST_SUITE_P(scenarios, OnEngine, testing::ValuesIn(all_files()),
                         [](const testing::TestParamInfo<std::string>& file) { return test_name(file.param); });

}  // namespace
}  // namespace waybill::scenarios
