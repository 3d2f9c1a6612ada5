// The 20 published sample instances, and what the command does with them. They live beside the source tree, not in it.

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "core/sourcing/solve.hpp"
#include "solve_io/run_solve.hpp"
#include "solve_io/sourcing_json.hpp"

namespace waybill::solve_io {
namespace {

namespace fs = std::filesystem;

const fs::path samples = fs::path(WAYBILL_SOURCE_DIR) / ".." / "shared" / "sourcing";

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

TEST(Samples, AreAllProvedAndEqualToTheirOptima) {
    if (!fs::exists(samples / "optima.json")) GTEST_SKIP() << "no sample instances at " << samples;
    const boost::json::object optima = boost::json::parse(read_file(samples / "optima.json")).as_object();
    sourcing::Workspace workspace;
    for (const auto& [id, expected] : optima) {
        SCOPED_TRACE(std::string(id));
        const auto instance = read_instance(read_file(samples / "instances" / (std::string(id) + ".json")));
        ASSERT_TRUE(instance);
        const sourcing::Plan plan = sourcing::solve(instance.value().problem, sourcing::solve_budget, workspace);
        if (expected.at("status").as_string() == "infeasible") {
            EXPECT_EQ(plan.status, sourcing::Status::infeasible);
            continue;
        }
        EXPECT_EQ(plan.status, sourcing::Status::optimal);
        EXPECT_EQ(plan.cost, expected.at("optimum").as_int64());
        EXPECT_EQ(sourcing::price_plan(instance.value().problem, plan), plan.cost);
    }
}

TEST(Samples, AreAnsweredByTheCommand) {
    if (!fs::exists(samples / "instances")) GTEST_SKIP() << "no sample instances at " << samples;
    for (const auto& file : fs::directory_iterator(samples / "instances")) {
        SCOPED_TRACE(file.path().string());
        std::ifstream in(file.path(), std::ios::binary);
        std::ostringstream out;
        std::ostringstream err;
        EXPECT_EQ(run_solve(in, out, err), exit_solved);
        EXPECT_EQ(err.str(), "");
        const boost::json::value solution = boost::json::parse(out.str());
        EXPECT_EQ(solution.at("format").as_string(), "oms-sourcing-solution-1");
        EXPECT_EQ(std::string(solution.at("id").as_string()) + ".json", file.path().filename().string());
    }
}

}  // namespace
}  // namespace waybill::solve_io
