#include "glpk_oracle.hpp"

#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include <glpk.h>

namespace waybill::oracle {
namespace {

using sourcing::Entry;
using sourcing::Line;
using sourcing::Node;
using sourcing::Problem;

// Collects columns, rows and their coefficients; GLPK counts from 1.
class Mip {
public:
    Mip() : mip_(glp_create_prob()) { glp_set_obj_dir(mip_, GLP_MIN); }
    ~Mip() { glp_delete_prob(mip_); }
    Mip(const Mip&) = delete;
    Mip& operator=(const Mip&) = delete;

    int column(double most, std::int64_t cost) {
        const int j = glp_add_cols(mip_, 1);
        glp_set_col_kind(mip_, j, GLP_IV);
        if (most > 0)
            glp_set_col_bnds(mip_, j, GLP_DB, 0.0, most);
        else
            glp_set_col_bnds(mip_, j, GLP_FX, 0.0, 0.0);
        glp_set_obj_coef(mip_, j, static_cast<double>(cost));
        return j;
    }
    int row_at_most(double most) { return row(GLP_UP, most); }
    int row_equal(double value) { return row(GLP_FX, value); }
    void set(int i, int j, std::int64_t coefficient) {
        rows_.push_back(i);
        columns_.push_back(j);
        values_.push_back(static_cast<double>(coefficient));
    }

    Answer solve(int milliseconds_max) {
        glp_load_matrix(mip_, static_cast<int>(values_.size()) - 1, rows_.data(), columns_.data(), values_.data());
        glp_iocp options;
        glp_init_iocp(&options);
        // GLPK 5.0 aborts when its presolver leaves no column, which happens to small problems only.
        constexpr int presolve_columns_min = 100;
        options.presolve = glp_get_num_cols(mip_) >= presolve_columns_min ? GLP_ON : GLP_OFF;
        if (options.presolve == GLP_OFF) {
            glp_smcp relaxed;
            glp_init_smcp(&relaxed);
            relaxed.msg_lev = GLP_MSG_OFF;
            if (glp_simplex(mip_, &relaxed) != 0) return {};
            if (glp_get_status(mip_) == GLP_NOFEAS) return {.verdict = Verdict::infeasible};
        }
        options.msg_lev = GLP_MSG_OFF;
        options.tm_lim = milliseconds_max;
        options.cov_cuts = GLP_ON;
        options.mir_cuts = GLP_ON;
        const int failure = glp_intopt(mip_, &options);
        if (failure == GLP_ENOPFS) return {.verdict = Verdict::infeasible};
        if (failure != 0) return {};
        const int status = glp_mip_status(mip_);
        if (status == GLP_NOFEAS) return {.verdict = Verdict::infeasible};
        if (status != GLP_OPT) return {};
        return {.verdict = Verdict::optimal, .cost = static_cast<std::int64_t>(std::llround(glp_mip_obj_val(mip_)))};
    }

private:
    int row(int kind, double bound) {
        const int i = glp_add_rows(mip_, 1);
        glp_set_row_bnds(mip_, i, kind, bound, bound);
        return i;
    }

    glp_prob* mip_;
    std::vector<int> rows_{0}, columns_{0};
    std::vector<double> values_{0.0};
};

struct Columns {
    std::vector<int> sent;                                            // per entry
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> shipment;  // (node, line + 1 when alone)
    std::vector<int> used;                                            // per node
    std::vector<int> missing;                                         // per line
    int any_missing = 0;
};

Columns add_columns(const Problem& problem, Mip& mip) {
    Columns columns;
    for (const Line& line : problem.lines) {
        const auto most = line.short_cost ? static_cast<double>(line.quantity) : 0.0;
        columns.missing.push_back(mip.column(most, line.short_cost.value_or(0)));
    }
    columns.any_missing = mip.column(1.0, problem.backorder_fixed_cost);
    for (const Node& node : problem.nodes) columns.used.push_back(mip.column(1.0, node.node_cost));
    for (const Entry& entry : problem.entries) {
        columns.sent.push_back(mip.column(static_cast<double>(problem.lines[entry.line].quantity), entry.unit_cost));
        const std::pair key{entry.node, problem.lines[entry.line].ship_alone ? entry.line + 1 : 0};
        if (columns.shipment.contains(key)) continue;
        columns.shipment[key] = mip.column(1.0, problem.nodes[entry.node].shipment_cost);
    }
    return columns;
}

void add_line_rows(const Problem& problem, const Columns& columns, Mip& mip) {
    for (std::uint32_t l = 0; l < problem.lines.size(); ++l) {
        const Line& line = problem.lines[l];
        const bool single = !line.splittable || !problem.allow_line_split;
        const int demand = mip.row_equal(static_cast<double>(line.quantity));
        const int one_node = single ? mip.row_at_most(1.0) : 0;
        for (std::size_t e = 0; e < problem.entries.size(); ++e) {
            const Entry& entry = problem.entries[e];
            if (entry.line != l) continue;
            mip.set(demand, columns.sent[e], 1);
            const int paid = mip.row_at_most(0.0);
            mip.set(paid, columns.sent[e], 1);
            mip.set(paid, columns.shipment.at({entry.node, line.ship_alone ? l + 1 : 0}), -line.quantity);
            if (!single) continue;
            const int chosen = mip.column(1.0, 0);
            mip.set(one_node, chosen, 1);
            const int only = mip.row_at_most(0.0);
            mip.set(only, columns.sent[e], 1);
            mip.set(only, chosen, -line.quantity);
        }
        mip.set(demand, columns.missing[l], 1);
        const int backorder = problem.ship_complete ? mip.row_equal(0.0) : mip.row_at_most(0.0);
        mip.set(backorder, columns.missing[l], 1);
        mip.set(backorder, columns.any_missing, -line.quantity);
        if (!line.all_or_nothing) continue;
        const int nothing = mip.column(1.0, 0);
        const int whole = mip.row_equal(0.0);
        mip.set(whole, columns.missing[l], 1);
        mip.set(whole, nothing, -line.quantity);
    }
}

// A line and its parts choose the nodes that they may come from, no more than the line says.
void add_node_limit_rows(const Problem& problem, const Columns& columns, Mip& mip) {
    for (std::uint32_t l = 0; l < problem.lines.size(); ++l) {
        if (!problem.lines[l].max_nodes) continue;
        const int limit = mip.row_at_most(static_cast<double>(*problem.lines[l].max_nodes));
        std::map<std::uint32_t, int> chosen;
        for (std::size_t e = 0; e < problem.entries.size(); ++e) {
            const Entry& entry = problem.entries[e];
            if (entry.line != l && problem.lines[entry.line].part_of != l) continue;
            if (!chosen.contains(entry.node)) {
                chosen[entry.node] = mip.column(1.0, 0);
                mip.set(limit, chosen[entry.node], 1);
            }
            const int only = mip.row_at_most(0.0);
            mip.set(only, columns.sent[e], 1);
            mip.set(only, chosen[entry.node], -problem.lines[entry.line].quantity);
        }
    }
}

// A shipment picks one break; its weight fits it and its price is paid.
void add_weight_rows(const Problem& problem, const Columns& columns, Mip& mip) {
    for (const auto& [key, shipment] : columns.shipment) {
        const Node& node = problem.nodes[key.first];
        if (node.weight_breaks.empty()) continue;
        const int weight = mip.row_at_most(0.0);
        const int one = mip.row_equal(0.0);
        mip.set(one, shipment, -1);
        for (const sourcing::WeightBreak& rate : node.weight_breaks) {
            const int chosen = mip.column(1.0, rate.price);
            mip.set(one, chosen, 1);
            if (rate.max_g != 0) mip.set(weight, chosen, -rate.max_g);
        }
        for (std::size_t e = 0; e < problem.entries.size(); ++e) {
            const Entry& entry = problem.entries[e];
            const Line& line = problem.lines[entry.line];
            if (entry.node != key.first || (line.ship_alone ? entry.line + 1 : 0) != key.second) continue;
            if (line.unit_weight_g != 0) mip.set(weight, columns.sent[e], line.unit_weight_g);
        }
    }
}

// Without this a break cheaper than nothing could be collected for a shipment that does not exist.
void add_presence_rows(const Problem& problem, const Columns& columns, Mip& mip) {
    for (const auto& [key, shipment] : columns.shipment) {
        const int present = mip.row_at_most(0.0);
        mip.set(present, shipment, 1);
        for (std::size_t e = 0; e < problem.entries.size(); ++e) {
            const Entry& entry = problem.entries[e];
            const std::uint32_t group = problem.lines[entry.line].ship_alone ? entry.line + 1 : 0;
            if (entry.node == key.first && group == key.second) mip.set(present, columns.sent[e], -1);
        }
    }
}

void add_node_rows(const Problem& problem, const Columns& columns, Mip& mip) {
    const int all = problem.max_shipments ? mip.row_at_most(static_cast<double>(*problem.max_shipments)) : 0;
    for (const auto& [key, shipment] : columns.shipment) {
        if (all != 0) mip.set(all, shipment, 1);
        const int used = mip.row_at_most(0.0);
        mip.set(used, shipment, 1);
        mip.set(used, columns.used[key.first], -1);
    }
    for (std::uint32_t n = 0; n < problem.nodes.size(); ++n) {
        const Node& node = problem.nodes[n];
        if (node.capacity_units) {
            const int units = mip.row_at_most(static_cast<double>(*node.capacity_units));
            for (std::size_t e = 0; e < problem.entries.size(); ++e) {
                if (problem.entries[e].node == n) mip.set(units, columns.sent[e], 1);
            }
        }
        if (!node.capacity_shipments) continue;
        const int shipments = mip.row_at_most(static_cast<double>(*node.capacity_shipments));
        for (const auto& [key, shipment] : columns.shipment) {
            if (key.first == n) mip.set(shipments, shipment, 1);
        }
    }
}

void add_pool_rows(const Problem& problem, const Columns& columns, Mip& mip) {
    std::map<std::uint32_t, std::map<std::size_t, std::int64_t>> draws;
    for (std::size_t e = 0; e < problem.entries.size(); ++e) {
        for (std::uint32_t t = problem.entries[e].takes_from; t < problem.entries[e].takes_to; ++t) {
            draws[problem.takes[t].pool][e] += problem.takes[t].units;
        }
    }
    for (const auto& [pool, entries] : draws) {
        const int row = mip.row_at_most(static_cast<double>(problem.pools[pool].quantity));
        for (const auto& [entry, units] : entries) mip.set(row, columns.sent[entry], units);
    }
}

}  // namespace

Answer solve_with_glpk(const Problem& problem, int milliseconds_max) {
    glp_term_out(GLP_OFF);
    Mip mip;
    const Columns columns = add_columns(problem, mip);
    add_line_rows(problem, columns, mip);
    add_node_limit_rows(problem, columns, mip);
    add_weight_rows(problem, columns, mip);
    add_presence_rows(problem, columns, mip);
    add_node_rows(problem, columns, mip);
    add_pool_rows(problem, columns, mip);
    return mip.solve(milliseconds_max);
}

}  // namespace waybill::oracle
