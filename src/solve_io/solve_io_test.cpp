#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "core/sourcing/solve.hpp"
#include "solve_io/bench_families.hpp"
#include "solve_io/run_solve.hpp"
#include "solve_io/sourcing_json.hpp"

namespace waybill::solve_io {
namespace {

constexpr std::string_view small_instance = R"({"format":"oms-sourcing-1","id":"x","order":{"backorder_fixed_cost":5},
 "lines":[{"id":"L1","sku":"S","qty":2,"unit_weight_g":100,"short_cost":900,"due_days":3,"late_cost_per_unit_day":10},
          {"id":"L2","sku":"S","qty":1,"unit_weight_g":0,"short_cost":null,"ship_alone":true}],
 "nodes":[{"id":"N1","type":"dc","distance_km":1,"shipment_cost":50,"capacity_units":null,
           "weight_breaks":[[500,7],[900,9]]},
          {"id":"N2","type":"store","distance_km":1,"shipment_cost":10}],
 "stock":[{"line":"L1","node":"N1","qty":5,"unit_cost":3,"lead_days":4},
          {"line":"L2","node":"N1","qty":5,"unit_cost":-3,"lead_days":9},
          {"line":"L2","node":"N2","qty":0,"unit_cost":1,"lead_days":1}],"later_field":[1]})";

std::string changed(std::string_view from, std::string_view to) {
    std::string text(small_instance);
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

struct Answered {
    int status = 0;
    std::string out;
    std::string err;
};
Answered run(const std::string& text) {
    std::istringstream in(text);
    std::ostringstream out;
    std::ostringstream err;
    const int status = run_solve(in, out, err);
    return {status, out.str(), err.str()};
}

TEST(SourcingJson, SolvesAndSaysHow) {
    const Answered result = run(std::string(small_instance));
    ASSERT_EQ(result.status, exit_solved) << result.err;
    const boost::json::value solution = boost::json::parse(result.out);
    EXPECT_EQ(solution.at("status").as_string(), "optimal");
    // Two late units at 3 + 10, the lone unit at -3; two shipments of 50, each under the 500 g break at 7.
    EXPECT_EQ(solution.at("total_cost").as_int64(), 26 - 3 + 100 + 14);
    EXPECT_EQ(solution.at("lower_bound").as_int64(), solution.at("total_cost").as_int64());
    EXPECT_EQ(solution.at("shipments").as_array().size(), 2U);
    EXPECT_TRUE(solution.at("short").as_array().empty());
}

TEST(SourcingJson, LateWithoutAPriceIsForbidden) {
    const Answered result = run(changed(R"(,"late_cost_per_unit_day":10)", ""));
    const boost::json::value solution = boost::json::parse(result.out);
    EXPECT_EQ(boost::json::serialize(solution.at("short")), R"([{"line":"L1","qty":2}])");
    EXPECT_EQ(solution.at("total_cost").as_int64(), 1'800 + 5 - 3 + 50 + 7);
}

TEST(SourcingJson, InfeasibleHasNoShipments) {
    const Answered result = run(changed(R"("qty":5,"unit_cost":-3)", R"("qty":0,"unit_cost":-3)"));
    EXPECT_EQ(result.status, exit_solved);
    EXPECT_EQ(result.out,
              "{\"format\":\"oms-sourcing-solution-1\",\"id\":\"x\",\"status\":\"infeasible\",\"shipments\":[],"
              "\"short\":[]}\n");
}

struct Fault {
    std::string_view from;
    std::string_view to;
    std::string_view line;
};

TEST(SourcingJson, EveryFaultIsNamedAndNothingIsAnswered) {
    const Fault faults[] = {
        {"oms-sourcing-1", "oms-sourcing-2", "/format: must be \"oms-sourcing-1\""},
        {R"("id":"x")", R"("id":"")", "/id: must be a string of 1 to 200 bytes"},
        {R"({"backorder_fixed_cost":5})", "7", "/order: must be an object"},
        {R"("backorder_fixed_cost":5)", R"("backorder_fixed_cost":-5)",
         "/order/backorder_fixed_cost: must be an integer from 0 to 1000000000000"},
        {R"("backorder_fixed_cost":5)", R"("ship_complete":1)", "/order/ship_complete: must be true or false"},
        {R"("backorder_fixed_cost":5)", R"("max_shipments":1.5)",
         "/order/max_shipments: must be an integer from 0 to 1000000000"},
        {R"("qty":2)", R"("qty":0)", "/lines/0/qty: must be an integer from 1 to 1000000000"},
        {R"("qty":2)", R"("qty":2,"max_nodes":0)", "/lines/0/max_nodes: must be an integer from 1 to 1000000000"},
        {R"("qty":2,)", "", "/lines/0/qty: is missing: an integer from 1 to 1000000000"},
        {R"("unit_weight_g":100,)", "", "/lines/0/unit_weight_g: is missing: an integer from 0 to 1000000000000"},
        {R"(,"short_cost":null)", "", "/lines/1/short_cost: is missing: null says that shortage is not allowed"},
        {R"({"id":"L2")", R"({"id":"L1")", "/lines/1/id: must be unique among the lines"},
        {R"({"id":"N2")", R"({"id":"N1")", "/nodes/1/id: must be unique among the nodes"},
        {R"("shipment_cost":10)", R"("shipment_cost":"10")",
         "/nodes/1/shipment_cost: must be an integer from 0 to 1000000000000"},
        {R"("capacity_units":null)", R"("capacity_units":-1)",
         "/nodes/0/capacity_units: must be an integer from 0 to 9223372036854775807"},
        {"[900,9]", "[400,9]", "/nodes/0/weight_breaks/1: must ascend in both columns"},
        {"[900,9]", "[900]", "/nodes/0/weight_breaks/1: must be a pair [max_grams, price]"},
        {R"({"line":"L1","node":"N1")", R"({"line":"L9","node":"N1")", "/stock/0/line: must be the id of a line"},
        {R"({"line":"L1","node":"N1")", R"({"line":"L1","node":7)", "/stock/0/node: must be the id of a node"},
        {R"({"line":"L2","node":"N2")", R"({"line":"L2","node":"N1")",
         "/stock/2: must be the only stock entry of its line and node"},
        {R"("lead_days":4)", R"("lead_days":-4)", "/stock/0/lead_days: must be an integer from 0 to 1000000"},
        {R"("unit_cost":3)", R"("unit_cost":9000000000000)",
         "/stock/0/unit_cost: must be an integer from -1000000000000 to 1000000000000"},
        {R"("lines":[)", R"("lines":0,"rows":[)", "/lines: must be an array"},
    };
    for (const Fault& fault : faults) {
        SCOPED_TRACE(std::string(fault.line));
        const Answered result = run(changed(fault.from, fault.to));
        EXPECT_EQ(result.status, exit_malformed);
        EXPECT_EQ(result.out, "");
        EXPECT_NE(("\n" + result.err).find("\n" + std::string(fault.line) + "\n"), std::string::npos) << result.err;
    }
}

TEST(SourcingJson, TextThatIsNotOneDocumentIsRefused) {
    for (const std::string text : {"", "{", "[1,2", "{} {}", "nonsense", "\xff\xfe"}) {
        const Answered result = run(text);
        EXPECT_EQ(result.status, exit_malformed) << text;
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find("(document): must be one JSON document"), std::string::npos) << result.err;
    }
    EXPECT_EQ(run("[]").err, "(document): must be an object\n");
    EXPECT_EQ(run(std::string(10'000, '[')).status, exit_malformed);
}

TEST(SourcingJson, ManyFaultsAreCountedNotAllListed) {
    std::string lines;
    for (int l = 0; l < 150; ++l)
        lines += R"({"id":"L)" + std::to_string(l) + R"(","unit_weight_g":0,"short_cost":1},)";
    lines.pop_back();
    const auto read =
        read_instance(R"({"format":"oms-sourcing-1","id":"x","lines":[)" + lines + R"(],"nodes":[],"stock":[]})");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().size(), issues_max + 1);
    EXPECT_EQ(read.error().back().rule, "has 50 more faults");
}

TEST(SourcingJson, LimitsOnSizeAreNamed) {
    std::string lines = "0";
    for (std::size_t l = 0; l < lines_max; ++l) lines += ",0";
    const Answered many =
        run(R"({"format":"oms-sourcing-1","id":"x","lines":[)" + lines + R"(],"nodes":[],"stock":[]})");
    EXPECT_NE(many.err.find("/lines: must have at most 2000 elements"), std::string::npos) << many.err;
    std::string dear = changed(R"("qty":2)", R"("qty":1000000000)");
    const auto at = dear.find(R"("short_cost":900)");
    dear.replace(at, 16, R"("short_cost":1000000000000)");
    EXPECT_NE(run(dear).err.find("(document): costs times quantities must sum to less than"), std::string::npos);
    EXPECT_NE(run(std::string(document_bytes_max + 1, ' ')).err.find("must have at most 67108864 bytes"),
              std::string::npos);
}

TEST(SourcingJson, InstancesComeBackTheSame) {
    for (const Family family : {Family::retail, Family::constrained, Family::tariff}) {
        Instance instance{.id = "round", .line_ids = {}, .node_ids = {}, .problem = make_problem(family, 5, 1)};
        for (std::size_t l = 0; l < instance.problem.lines.size(); ++l)
            instance.line_ids.push_back("L" + std::to_string(l));
        for (std::size_t n = 0; n < instance.problem.nodes.size(); ++n)
            instance.node_ids.push_back("N" + std::to_string(n));
        const auto again = read_instance(write_instance(instance, family_name(family)));
        ASSERT_TRUE(again);
        sourcing::Workspace workspace;
        const auto a = sourcing::solve(instance.problem, sourcing::live_budget, workspace);
        const auto b = sourcing::solve(again.value().problem, sourcing::live_budget, workspace);
        EXPECT_EQ(a.cost, b.cost);
        EXPECT_EQ(a.assignments, b.assignments);
    }
}

TEST(SolveBench, MeasuresEveryFamily) {
    const auto result = run_family_bench(Family::retail, 3, 50, sourcing::solve_budget);
    EXPECT_EQ(result.count, 50U);
    EXPECT_EQ(result.proved, 50U);
    EXPECT_GT(result.p50_ns, 0);
    EXPECT_LE(result.p50_ns, result.max_ns);
    EXPECT_GE(result.uncovered * 10, result.count * 3) << "the family should hold orders that no single place covers";
}

}  // namespace
}  // namespace waybill::solve_io
