// waybill export: every object of one kind as a JSON line on standard output, page by page from a running server.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "app/commands.hpp"
#include "app/progress.hpp"
#include "app/remote.hpp"
#include "json/parse.hpp"
#include "json/text_writer.hpp"

namespace waybill::app {
namespace {

struct ExportKind {
    const char* name;
    const char* route;
    /// Pages go on by the cursor of the page before; events go on by the last sequence that was seen.
    enum class Paging { cursor, sequence } paging;
    /// Configuration can be imported again; what a server adds to it is left out for that.
    enum class Use { read, import_again } use;
};
constexpr std::array<ExportKind, 14> export_kinds{{
    {"items", "/v1/items", ExportKind::Paging::cursor, ExportKind::Use::import_again},
    {"rate-tables", "/v1/rate-tables", ExportKind::Paging::cursor, ExportKind::Use::import_again},
    {"locations", "/v1/locations", ExportKind::Paging::cursor, ExportKind::Use::import_again},
    {"channels", "/v1/channels", ExportKind::Paging::cursor, ExportKind::Use::import_again},
    {"webhooks", "/v1/webhooks", ExportKind::Paging::cursor, ExportKind::Use::import_again},
    {"message-templates", "/v1/message-templates", ExportKind::Paging::cursor, ExportKind::Use::import_again},
    {"inventory", "/v1/inventory", ExportKind::Paging::cursor, ExportKind::Use::read},
    {"orders", "/v1/orders", ExportKind::Paging::cursor, ExportKind::Use::read},
    {"exceptions", "/v1/exceptions", ExportKind::Paging::cursor, ExportKind::Use::read},
    {"fulfillment_orders", "/v1/fulfillment-orders", ExportKind::Paging::cursor, ExportKind::Use::read},
    {"returns", "/v1/returns", ExportKind::Paging::cursor, ExportKind::Use::read},
    {"events", "/v1/events", ExportKind::Paging::sequence, ExportKind::Use::read},
    {"customers", "/v1/customers", ExportKind::Paging::cursor, ExportKind::Use::read},
    {"demand", "/v1/demand", ExportKind::Paging::cursor, ExportKind::Use::import_again},
}};
constexpr int page_rows = 100;

/// What no import takes: the version, and how far a webhook got.
bool is_added(std::string_view member) {
    constexpr std::array added{"version", "status", "delivered_through", "behind", "failing_since", "failure"};
    return std::find(added.begin(), added.end(), member) != added.end();
}

struct ExportRequest {
    Remote remote;
    std::string kind;
};

struct Page {
    std::uint64_t rows = 0;
    std::string next;  ///< empty: the last one
};

/// Where the page after this one begins; empty when this is the last.
std::string next_of(const boost::json::object& page, std::uint64_t rows, ExportKind::Paging paging) {
    if (paging == ExportKind::Paging::cursor) {
        const auto* next = page.if_contains("next_cursor");
        return next != nullptr && next->is_string() ? std::string(next->get_string()) : std::string();
    }
    // The log goes on for as long as it is written to; a page without rows is its end for now.
    const auto* last = page.if_contains("last_sequence");
    return rows > 0 && last != nullptr && last->is_int64() ? std::to_string(last->get_int64()) : std::string();
}

void append_row(std::string& out, const boost::json::value& row, ExportKind::Use use) {
    const auto* object = row.if_object();
    if (object == nullptr || use == ExportKind::Use::read) {
        json::append_free_form(out, row);
    } else {
        out += '{';
        for (const auto& [name, value] : *object) {
            if (is_added(name)) continue;
            json::append_key(out, name);
            json::append_free_form(out, value);
        }
        out += '}';
    }
    out += '\n';
}

/// Writes the rows of a page. Errors: one line.
Result<Page, std::string> write_page(json::Parser& parser, std::string_view body, const ExportKind& kind) {
    const auto root = parser.parse(body, {.max_depth = 64, .bytes_max = std::size_t{1} << 30});
    const auto* page = root ? (*root)->if_object() : nullptr;
    const auto* data = page != nullptr ? page->if_contains("data") : nullptr;
    if (data == nullptr || !data->is_array()) return fail(std::string("the server sent a page that can not be read"));
    std::string out;
    Page result;
    for (const auto& row : data->get_array()) {
        append_row(out, row, kind.use);
        ++result.rows;
    }
    if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size()) {
        return fail(std::string("standard output can not be written"));
    }
    result.next = next_of(*page, result.rows, kind.paging);
    return result;
}

Exit run_export(const ExportRequest& request) {
    auto client = connect(request.remote);
    if (!client) {
        complain(client.error());
        return Exit::usage;
    }
    const ExportKind& kind = *std::find_if(export_kinds.begin(), export_kinds.end(),
                                           [&](const ExportKind& each) { return request.kind == each.name; });
    json::Parser parser;
    Progress progress("export " + request.kind, "rows");
    std::uint64_t rows = 0;
    std::string next;
    do {
        std::string target = fmt::format("{}?limit={}", kind.route, page_rows);
        if (!next.empty()) target += (kind.paging == ExportKind::Paging::cursor ? "&cursor=" : "&after=") + next;
        const auto answer = client->send({.method = "GET", .target = target, .headers = {}, .body = {}});
        if (!answer) {
            complain(answer.error().text);
            return Exit::failed;
        }
        if (answer->status != 200) {
            complain(describe_problem(answer->status, answer->body));
            return Exit::failed;
        }
        const auto page = write_page(parser, answer->body, kind);
        if (!page) {
            complain(page.error());
            return Exit::failed;
        }
        rows += page->rows;
        progress.at(rows, 0);
        next = page->next;
    } while (!next.empty());
    if (std::fflush(stdout) != 0) {
        complain("standard output can not be written");
        return Exit::failed;
    }
    return Exit::ok;
}

}  // namespace

void add_export(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("export", "Write every object of one kind as JSON lines to standard output");
    auto request = std::make_shared<ExportRequest>();
    std::vector<std::string> names;
    for (const ExportKind& kind : export_kinds) names.emplace_back(kind.name);
    command->add_option("KIND", request->kind, "What to write")->required()->check(CLI::IsMember(names));
    add_remote_options(*command, request->remote);
    command->footer(
        "Pages are read while others write: objects made during the export may or may not be in it. Configuration "
        "and\n"
        "demand are written as import takes them; webhooks keep their secret on the server.\n"
        "\n"
        "Examples:\n"
        "  waybill export orders > orders.ndjson\n"
        "  waybill export items --server http://waybill:8080 | gzip > items.ndjson.gz");
    command->callback([request, &run] { run = [request] { return run_export(*request); }; });
}

}  // namespace waybill::app
