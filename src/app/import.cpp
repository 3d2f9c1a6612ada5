// waybill import: streams a file of lines to a bulk route of a running server.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "app/commands.hpp"
#include "app/import_lines.hpp"
#include "app/progress.hpp"
#include "app/remote.hpp"

namespace waybill::app {
namespace {

struct ImportKind {
    const char* name;
    const char* route;
};
constexpr std::array<ImportKind, 13> import_kinds{{
    {"items", "/v1/items/bulk"},
    {"rate-tables", "/v1/rate-tables/bulk"},
    {"locations", "/v1/locations/bulk"},
    {"channels", "/v1/channels/bulk"},
    {"postcode-areas", "/v1/postcode-areas/bulk"},
    {"webhooks", "/v1/webhooks/bulk"},
    {"message-templates", "/v1/message-templates/bulk"},
    {"movements", "/v1/inventory/movements/bulk"},
    {"feeds", "/v1/inventory/feeds/bulk"},
    {"orders", "/v1/orders/bulk"},
    {"cancellations", "/v1/cancellations/bulk"},
    {"shipments", "/v1/shipments/bulk"},
    {"demand", "/v1/demand/bulk"},
}};

struct ImportRequest {
    Remote remote;
    std::string kind;
    std::string file;
    std::string rejects;
    bool refuse_duplicates = false;
    bool as_json = false;
};

const ImportKind& kind_named(const std::string& name) {
    return *std::find_if(import_kinds.begin(), import_kinds.end(),
                         [&](const ImportKind& each) { return name == each.name; });
}

void print_summary(const ImportRequest& request, const ImportCounts& counts, double seconds) {
    const double rate = seconds > 0 ? static_cast<double>(counts.sent) / seconds : 0;
    if (request.as_json) {
        fmt::print(
            "{{\"kind\":\"{}\",\"lines\":{},\"accepted\":{},\"duplicates\":{},\"failed\":{},\"seconds\":{:.3f},"
            "\"lines_per_second\":{:.1f}}}\n",
            request.kind, counts.sent, counts.accepted, counts.duplicates, counts.failed, seconds, rate);
        return;
    }
    fmt::print("{}: {} lines, {} taken, {} failed", request.kind, counts.sent, counts.accepted, counts.failed);
    if (counts.duplicates > 0) fmt::print(", {} already there", counts.duplicates);
    fmt::print(" in {:.1f} s ({:.0f}/s)\n", seconds, rate);
    if (counts.failed > 0 && !request.rejects.empty()) fmt::print("failed lines are in {}\n", request.rejects);
}

Exit stream(const ImportRequest& request, http::Client& client, std::istream& in, std::uint64_t size,
            std::ostream* rejects) {
    ImportLines lines(in);
    ImportResults results(lines, rejects);
    Progress progress("import " + request.kind, "lines");
    const auto began = std::chrono::steady_clock::now();

    http::ClientRequest post{.method = "POST", .target = kind_named(request.kind).route, .headers = {}, .body = {}};
    post.headers.push_back({"content-type", "application/x-ndjson"});
    int status = 0;
    std::string refusal;
    http::Client::Streams streams;
    streams.source = [&] { return lines.next_piece(); };
    streams.on_head = [&](const http::ClientResponse& head) {
        status = head.status;
        return http::SinkFlow::more;
    };
    streams.sink = [&](std::string_view piece) {
        if (status == 200) {
            results.take(piece);
        } else {
            refusal += piece;
        }
        progress.at(lines.bytes_answered(), size, results.counts().sent);
        return results.fault().empty() ? http::SinkFlow::more : http::SinkFlow::stop;
    };
    const auto answer = client.exchange(post, streams);
    progress.clear();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();

    if (status != 0 && status != 200) {
        complain(describe_problem(status, refusal));
        return Exit::failed;
    }
    print_summary(request, results.counts(), seconds);
    if (!results.fault().empty() || !answer || lines.unanswered() > 0) {
        std::string why = !results.fault().empty() ? results.fault()
                          : !answer                ? answer.error().text
                                                   : std::string("the server ended its answer early");
        if (lines.unanswered() > 0) {
            why += fmt::format("; from line {} on it is not known what was taken", lines.first_unanswered());
        }
        complain(why);
        return Exit::failed;
    }
    const ImportCounts& counts = results.counts();
    const bool all = counts.failed == 0 && (counts.duplicates == 0 || !request.refuse_duplicates);
    return all ? Exit::ok : Exit::failed;
}

Exit run_import(const ImportRequest& request) {
    auto client = connect(request.remote);
    if (!client) {
        complain(client.error());
        return Exit::usage;
    }
    std::ifstream file;
    std::uint64_t size = 0;
    if (request.file != "-") {
        file.open(request.file, std::ios::binary);
        std::error_code error;
        if (!file || std::filesystem::is_directory(request.file, error)) {
            complain("can not read " + request.file);
            return Exit::usage;
        }
        const auto bytes = std::filesystem::file_size(request.file, error);
        if (!error) size = bytes;
    }
    std::ofstream rejects;
    if (!request.rejects.empty()) {
        rejects.open(request.rejects, std::ios::binary | std::ios::trunc);
        if (!rejects) {
            complain("can not write " + request.rejects);
            return Exit::usage;
        }
    }
    std::istream& in = request.file == "-" ? std::cin : file;
    return stream(request, *client, in, size, request.rejects.empty() ? nullptr : &rejects);
}

}  // namespace

void add_import(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("import", "Load a file of JSON lines through a running server");
    auto request = std::make_shared<ImportRequest>();
    std::vector<std::string> names;
    for (const ImportKind& kind : import_kinds) names.emplace_back(kind.name);
    command->add_option("KIND", request->kind, "What the lines are")->required()->check(CLI::IsMember(names));
    command->add_option("FILE", request->file, "One JSON object a line; - reads standard input")->required();
    add_remote_options(*command, request->remote);
    command->add_option("--rejects", request->rejects,
                        "Write each line that failed to this file, with its number, the reason and the line itself");
    command->add_flag("--refuse-duplicates", request->refuse_duplicates,
                      "Orders that the server already has count as failures; else a load can simply be run again");
    command->add_flag("--json", request->as_json, "Print the summary as one JSON object");
    command->footer(
        "The file is streamed: its size does not matter. A line that fails does not stop the others; the exit code is "
        "1\n"
        "when any did.\n"
        "\n"
        "Examples:\n"
        "  waybill import items items.ndjson\n"
        "  zcat orders.ndjson.gz | waybill import orders - --rejects rejected.ndjson\n"
        "  jq -r .input rejected.ndjson | waybill import orders -        try the failed ones again");
    command->callback([request, &run] { run = [request] { return run_import(*request); }; });
}

}  // namespace waybill::app
