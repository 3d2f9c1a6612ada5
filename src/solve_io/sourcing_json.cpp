#include "solve_io/sourcing_json.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/checked_math.hpp"
#include "core/sourcing/solve.hpp"

namespace waybill::solve_io {
namespace {

namespace json = boost::json;

class Reader {
public:
    Result<Instance, std::vector<Issue>> read(const json::value& document) {
        const json::object* root = document.if_object();
        if (root == nullptr) {
            complain("", "must be an object");
            return fail(std::move(issues_));
        }
        const json::value* format = root->if_contains("format");
        if (format == nullptr || !format->is_string() || format->get_string() != "oms-sourcing-1") {
            complain("/format", "must be \"oms-sourcing-1\"");
        }
        out_.id = text(*root, "", "id");
        if (const json::value* order = root->if_contains("order")) read_order(*order);
        if (const json::array* lines = rows(*root, "lines", lines_max)) {
            for (std::size_t i = 0; i < lines->size(); ++i) read_line((*lines)[i], fmt::format("/lines/{}", i));
        }
        if (const json::array* nodes = rows(*root, "nodes", nodes_max)) {
            for (std::size_t i = 0; i < nodes->size(); ++i) read_node((*nodes)[i], fmt::format("/nodes/{}", i));
        }
        const json::array* stock = rows(*root, "stock", stock_entries_max);
        if (stock != nullptr) {
            for (std::size_t i = 0; i < stock->size(); ++i) read_stock((*stock)[i], fmt::format("/stock/{}", i));
        }
        if (issues_.empty()) place_entries();
        if (issues_.empty() && !sourcing::fits(out_.problem))
            complain("", "costs times quantities must sum to less than 2^61 divided by the number of lines + 4");
        if (issues_.empty()) return std::move(out_);
        if (uncounted_ > 0) issues_.push_back({"", fmt::format("has {} more faults", uncounted_)});
        return fail(std::move(issues_));
    }

private:
    struct Dates {
        std::int64_t due = -1;        ///< -1: none
        std::int64_t late_cost = -1;  ///< -1: late is forbidden
    };
    struct Stock {
        std::int64_t quantity = 0;
        std::int64_t unit_cost = 0;
    };

    void complain(std::string_view pointer, std::string_view rule) {
        if (issues_.size() < issues_max)
            issues_.push_back({std::string(pointer), std::string(rule)});
        else
            ++uncounted_;
    }

    const json::array* rows(const json::object& root, std::string_view name, std::size_t most) {
        const json::value* value = root.if_contains(name);
        const json::array* array = value == nullptr ? nullptr : value->if_array();
        if (array == nullptr) {
            complain(fmt::format("/{}", name), "must be an array");
        } else if (array->size() > most) {
            complain(fmt::format("/{}", name), fmt::format("must have at most {} elements", most));
            return nullptr;
        }
        return array;
    }

    std::string text(const json::object& row, std::string_view at, std::string_view name) {
        const json::value* value = row.if_contains(name);
        const json::string* string = value == nullptr ? nullptr : value->if_string();
        if (string == nullptr || string->empty() || string->size() > id_bytes_max) {
            complain(fmt::format("{}/{}", at, name), fmt::format("must be a string of 1 to {} bytes", id_bytes_max));
            return {};
        }
        return std::string(std::string_view(*string));
    }

    struct Range {
        std::int64_t least = 0;
        std::int64_t most = 0;
    };

    std::optional<std::int64_t> whole(const json::value& value, std::string_view pointer, Range range) {
        std::optional<std::int64_t> number;
        if (value.is_int64()) number = value.get_int64();
        if (!number || *number < range.least || *number > range.most) {
            complain(pointer, fmt::format("must be an integer from {} to {}", range.least, range.most));
            return std::nullopt;
        }
        return number;
    }

    std::int64_t required(const json::object& row, std::string_view at, std::string_view name, Range range) {
        const json::value* value = row.if_contains(name);
        const std::string pointer = fmt::format("{}/{}", at, name);
        if (value != nullptr) return whole(*value, pointer, range).value_or(range.least);
        complain(pointer, fmt::format("is missing: an integer from {} to {}", range.least, range.most));
        return range.least;
    }

    std::optional<std::int64_t> optional(const json::object& row, std::string_view at, std::string_view name,
                                         Range range) {
        const json::value* value = row.if_contains(name);
        if (value == nullptr || value->is_null()) return std::nullopt;
        return whole(*value, fmt::format("{}/{}", at, name), range);
    }

    bool flag(const json::object& row, std::string_view at, std::string_view name, bool absent) {
        const json::value* value = row.if_contains(name);
        if (value == nullptr) return absent;
        if (value->is_bool()) return value->get_bool();
        complain(fmt::format("{}/{}", at, name), "must be true or false");
        return absent;
    }

    void read_order(const json::value& value) {
        const json::object* order = value.if_object();
        if (order == nullptr) {
            complain("/order", "must be an object");
            return;
        }
        out_.problem.max_shipments = optional(*order, "/order", "max_shipments", {0, quantity_max});
        out_.problem.ship_complete = flag(*order, "/order", "ship_complete", false);
        out_.problem.allow_line_split = flag(*order, "/order", "allow_line_split", true);
        out_.problem.backorder_fixed_cost =
            optional(*order, "/order", "backorder_fixed_cost", {0, cost_max}).value_or(0);
    }

    void read_line(const json::value& value, const std::string& at) {
        const auto index = static_cast<std::uint32_t>(out_.problem.lines.size());
        sourcing::Line& line = out_.problem.lines.emplace_back();
        Dates& dates = dates_.emplace_back();
        out_.line_ids.emplace_back();
        const json::object* row = value.if_object();
        if (row == nullptr) {
            complain(at, "must be an object");
            return;
        }
        out_.line_ids.back() = text(*row, at, "id");
        if (!out_.line_ids.back().empty() && !lines_.emplace(out_.line_ids.back(), index).second) {
            complain(at + "/id", "must be unique among the lines");
        }
        line.quantity = required(*row, at, "qty", {1, quantity_max});
        line.unit_weight_g = required(*row, at, "unit_weight_g", {0, grams_max});
        if (row->if_contains("short_cost") == nullptr) {
            complain(at + "/short_cost", "is missing: null says that shortage is not allowed");
        }
        line.short_cost = optional(*row, at, "short_cost", {0, cost_max});
        line.splittable = flag(*row, at, "splittable", true);
        line.all_or_nothing = flag(*row, at, "all_or_nothing", false);
        line.ship_alone = flag(*row, at, "ship_alone", false);
        line.max_nodes = optional(*row, at, "max_nodes", {1, quantity_max});
        dates.due = optional(*row, at, "due_days", {0, days_max}).value_or(-1);
        dates.late_cost = optional(*row, at, "late_cost_per_unit_day", {0, cost_max}).value_or(-1);
    }

    void read_node(const json::value& value, const std::string& at) {
        const auto index = static_cast<std::uint32_t>(out_.problem.nodes.size());
        sourcing::Node& node = out_.problem.nodes.emplace_back();
        out_.node_ids.emplace_back();
        const json::object* row = value.if_object();
        if (row == nullptr) {
            complain(at, "must be an object");
            return;
        }
        out_.node_ids.back() = text(*row, at, "id");
        if (!out_.node_ids.back().empty() && !nodes_.emplace(out_.node_ids.back(), index).second) {
            complain(at + "/id", "must be unique among the nodes");
        }
        node.shipment_cost = required(*row, at, "shipment_cost", {0, cost_max});
        node.node_cost = optional(*row, at, "node_cost", {0, cost_max}).value_or(0);
        node.capacity_units = optional(*row, at, "capacity_units", {0, INT64_MAX});
        node.capacity_shipments = optional(*row, at, "capacity_shipments", {0, INT64_MAX});
        if (const json::value* breaks = row->if_contains("weight_breaks"); breaks != nullptr && !breaks->is_null()) {
            read_breaks(*breaks, at + "/weight_breaks", node);
        }
    }

    void read_breaks(const json::value& value, const std::string& at, sourcing::Node& node) {
        const json::array* rows = value.if_array();
        if (rows == nullptr || rows->size() > weight_breaks_max) {
            complain(at, fmt::format("must be an array of at most {} pairs [max_grams, price]", weight_breaks_max));
            return;
        }
        for (std::size_t i = 0; i < rows->size(); ++i) {
            const std::string here = fmt::format("{}/{}", at, i);
            const json::array* pair = (*rows)[i].if_array();
            if (pair == nullptr || pair->size() != 2) {
                complain(here, "must be a pair [max_grams, price]");
                continue;
            }
            const auto grams = whole((*pair)[0], here + "/0", {0, grams_max});
            const auto price = whole((*pair)[1], here + "/1", {-cost_max, cost_max});
            if (!grams || !price) continue;
            if (!node.weight_breaks.empty()) {
                const sourcing::WeightBreak& last = node.weight_breaks.back();
                if (*grams <= last.max_g || *price < last.price) complain(here, "must ascend in both columns");
            }
            node.weight_breaks.push_back({.max_g = *grams, .price = *price});
        }
    }

    template <class Names>
    std::optional<std::uint32_t> refer(const json::object& row, const std::string& at, std::string_view name,
                                       const Names& names) {
        const json::value* value = row.if_contains(name);
        if (value != nullptr && value->is_string()) {
            const auto found = names.find(std::string_view(value->get_string()));
            if (found != names.end()) return found->second;
        }
        complain(fmt::format("{}/{}", at, name), fmt::format("must be the id of a {}", name));
        return std::nullopt;
    }

    void read_stock(const json::value& value, const std::string& at) {
        const json::object* row = value.if_object();
        if (row == nullptr) {
            complain(at, "must be an object");
            return;
        }
        const auto line = refer(*row, at, "line", lines_);
        const auto node = refer(*row, at, "node", nodes_);
        const std::int64_t quantity = required(*row, at, "qty", {0, INT64_MAX});
        std::int64_t unit_cost = required(*row, at, "unit_cost", {-cost_max, cost_max});
        const std::int64_t lead_days = required(*row, at, "lead_days", {0, days_max});
        if (!line || !node) return;
        const auto [place, added] = stock_.try_emplace({*line, *node});
        if (!added) {
            complain(at, "must be the only stock entry of its line and node");
            return;
        }
        const Dates& dates = dates_[*line];
        if (dates.due >= 0 && lead_days > dates.due) {
            if (dates.late_cost < 0) {
                return;  // forbidden: it stays as an entry without stock
            }
            const auto late = checked_mul(dates.late_cost, lead_days - dates.due);
            const auto total = late ? checked_add(unit_cost, *late) : std::nullopt;
            if (!total) complain(at + "/lead_days", "makes the late cost of a unit too large");
            unit_cost = total.value_or(0);
        }
        place->second = {.quantity = quantity, .unit_cost = unit_cost};
    }

    void place_entries() {
        for (const auto& [place, stock] : stock_) {
            if (stock.quantity == 0) continue;
            const auto index = static_cast<std::uint32_t>(out_.problem.pools.size());
            out_.problem.pools.push_back({.quantity = stock.quantity});
            out_.problem.takes.push_back({.pool = index, .units = 1});
            out_.problem.entries.push_back({.line = place.first,
                                            .node = place.second,
                                            .unit_cost = stock.unit_cost,
                                            .takes_from = index,
                                            .takes_to = index + 1});
        }
    }

    Instance out_;
    std::vector<Issue> issues_;
    std::size_t uncounted_ = 0;
    std::vector<Dates> dates_;
    std::map<std::string, std::uint32_t, std::less<>> lines_, nodes_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Stock> stock_;
};

std::string_view status_name(sourcing::Status status) {
    switch (status) {
        case sourcing::Status::optimal:
            return "optimal";
        case sourcing::Status::feasible:
            return "feasible";
        case sourcing::Status::infeasible:
            return "infeasible";
        case sourcing::Status::unknown:
            return "unknown";
    }
    return "unknown";
}

json::array shipments_of(const Instance& instance, const sourcing::Plan& plan) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, json::array> shipments;  // (node, lone line + 1 or 0)
    for (const sourcing::Assignment& part : plan.assignments) {
        const std::uint32_t group = instance.problem.lines[part.line].ship_alone ? part.line + 1 : 0;
        shipments[{part.node, group}].push_back(
            json::object{{"line", instance.line_ids[part.line]}, {"qty", part.quantity}});
    }
    json::array out;
    for (auto& [key, lines] : shipments) {
        out.push_back(json::object{{"node", instance.node_ids[key.first]}, {"lines", std::move(lines)}});
    }
    return out;
}

}  // namespace

Result<Instance, std::vector<Issue>> read_instance(std::string_view text) {
    if (text.size() > document_bytes_max) {
        return fail(std::vector<Issue>{{"", fmt::format("must have at most {} bytes", document_bytes_max)}});
    }
    boost::system::error_code error;
    json::stream_parser parser;
    const std::size_t read = parser.write_some(text.data(), text.size(), error);
    const bool only_space = text.find_first_not_of(" \t\r\n", read) == std::string_view::npos;
    if (!error && only_space) parser.finish(error);
    if (error || !only_space) {
        const std::string why = error ? error.message() : "extra text after the document";
        return fail(std::vector<Issue>{{"", fmt::format("must be one JSON document: {} at byte {}", why, read)}});
    }
    const json::value document = parser.release();
    return Reader().read(document);
}

std::string write_solution(const Instance& instance, const sourcing::Plan& plan) {
    json::object out{{"format", "oms-sourcing-solution-1"}, {"id", instance.id}, {"status", status_name(plan.status)}};
    json::array short_lines;
    if (plan.status != sourcing::Status::infeasible) {
        out["total_cost"] = plan.cost;
        out["lower_bound"] = plan.lower_bound;
        for (std::size_t l = 0; l < plan.short_units.size(); ++l) {
            if (plan.short_units[l] == 0) continue;
            short_lines.push_back(json::object{{"line", instance.line_ids[l]}, {"qty", plan.short_units[l]}});
        }
        out["shipments"] = shipments_of(instance, plan);
    } else {
        out["shipments"] = json::array();
    }
    out["short"] = std::move(short_lines);
    return json::serialize(out) + "\n";
}

namespace {

json::object order_of(const sourcing::Problem& problem) {
    json::object order{{"backorder_fixed_cost", problem.backorder_fixed_cost}};
    if (problem.max_shipments) order["max_shipments"] = *problem.max_shipments;
    if (problem.ship_complete) order["ship_complete"] = true;
    if (!problem.allow_line_split) order["allow_line_split"] = false;
    return order;
}

json::object node_of(const Instance& instance, std::size_t n) {
    const sourcing::Node& node = instance.problem.nodes[n];
    json::object row{
        {"id", instance.node_ids[n]}, {"shipment_cost", node.shipment_cost}, {"node_cost", node.node_cost}};
    if (node.capacity_units) row["capacity_units"] = *node.capacity_units;
    if (node.capacity_shipments) row["capacity_shipments"] = *node.capacity_shipments;
    if (node.weight_breaks.empty()) return row;
    json::array breaks;
    for (const sourcing::WeightBreak& rate : node.weight_breaks) breaks.push_back(json::array{rate.max_g, rate.price});
    row["weight_breaks"] = std::move(breaks);
    return row;
}

}  // namespace

std::string write_instance(const Instance& instance, std::string_view family) {
    json::array lines;
    for (std::size_t l = 0; l < instance.line_ids.size(); ++l) {
        const sourcing::Line& line = instance.problem.lines[l];
        json::object row{{"id", instance.line_ids[l]},
                         {"qty", line.quantity},
                         {"unit_weight_g", line.unit_weight_g},
                         {"short_cost", line.short_cost ? json::value(*line.short_cost) : json::value(nullptr)},
                         {"splittable", line.splittable},
                         {"all_or_nothing", line.all_or_nothing},
                         {"ship_alone", line.ship_alone}};
        if (line.max_nodes) row["max_nodes"] = *line.max_nodes;
        lines.push_back(std::move(row));
    }
    json::array nodes;
    for (std::size_t n = 0; n < instance.node_ids.size(); ++n) nodes.push_back(node_of(instance, n));
    json::array stock;
    for (const sourcing::Entry& entry : instance.problem.entries) {
        const sourcing::Take& take = instance.problem.takes[entry.takes_from];
        stock.push_back(json::object{{"line", instance.line_ids[entry.line]},
                                     {"node", instance.node_ids[entry.node]},
                                     {"qty", instance.problem.pools[take.pool].quantity},
                                     {"unit_cost", entry.unit_cost},
                                     {"lead_days", 0}});
    }
    const json::object out{{"format", "oms-sourcing-1"},
                           {"id", instance.id},
                           {"family", family},
                           {"tier", "A"},
                           {"order", order_of(instance.problem)},
                           {"lines", std::move(lines)},
                           {"nodes", std::move(nodes)},
                           {"stock", std::move(stock)}};
    return json::serialize(out) + "\n";
}

}  // namespace waybill::solve_io
