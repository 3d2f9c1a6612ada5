#include "app/import_lines.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdio>

#include "app/remote.hpp"
#include "json/text_writer.hpp"

namespace waybill::app {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;
/// Refusals that are told on the terminal; all of them go to the file of rejects.
constexpr std::uint64_t refusals_told = 10;

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r") == std::string_view::npos; }

}  // namespace

std::optional<std::string> ImportLines::next_piece() {
    std::string out;
    std::string text;
    while (out.size() < piece_bytes && std::getline(in_, text)) {
        ++number_;
        bytes_ += text.size() + 1;
        if (is_blank(text)) continue;
        out += text;
        out += '\n';
        waiting_.push_back({number_, std::move(text)});
        ++sent_;
        text.clear();
    }
    if (out.empty()) return std::nullopt;
    return out;
}

std::optional<ImportLines::Line> ImportLines::take_answered() {
    if (waiting_.empty()) return std::nullopt;
    Line line = std::move(waiting_.front());
    waiting_.pop_front();
    answered_bytes_ += line.text.size() + 1;
    return line;
}

void ImportResults::take(std::string_view piece) {
    while (!piece.empty()) {
        const std::size_t end = piece.find('\n');
        if (end == std::string_view::npos) {
            partial_ += piece;
            return;
        }
        if (partial_.empty()) {
            take_line(piece.substr(0, end));
        } else {
            partial_ += piece.substr(0, end);
            take_line(partial_);
            partial_.clear();
        }
        piece.remove_prefix(end + 1);
    }
}

void ImportResults::take_line(std::string_view text) {
    if (is_blank(text) || !fault_.empty()) return;
    const auto root = parser_.parse(text);
    const auto* result = root ? (*root)->if_object() : nullptr;
    const auto* status = result != nullptr ? result->if_contains("status") : nullptr;
    if (status == nullptr || !status->is_int64()) {
        fault_ = "the server sent a result that can not be read: " + std::string(text.substr(0, 200));
        return;
    }
    const auto line = lines_.take_answered();
    if (!line) {
        fault_ = "the server sent more results than there were lines";
        return;
    }
    ++counts_.sent;
    if (status->get_int64() < 400) {
        ++counts_.accepted;
        return;
    }
    std::string problem = "{}";
    std::string code;
    if (const auto* error = result->if_contains("error"); error != nullptr && error->is_object()) {
        problem.clear();
        json::append_free_form(problem, error->get_object());
        if (const auto* name = error->get_object().if_contains("code"); name != nullptr && name->is_string()) {
            code = std::string(name->get_string());
        }
    }
    refused(*line, code, problem, static_cast<int>(status->get_int64()));
}

void ImportResults::refused(const ImportLines::Line& line, std::string_view code, std::string_view problem,
                            int status) {
    if (code == "duplicate_order") {
        ++counts_.duplicates;
        return;
    }
    ++counts_.failed;
    if (rejects_ != nullptr) {
        std::string out = "{";
        json::append_key(out, "line");
        json::append_integer(out, line.number);
        json::append_key(out, "status");
        json::append_integer(out, status);
        json::append_key(out, "error");
        out += problem;
        json::append_key(out, "input");
        json::append_string(out, line.text);
        out += "}\n";
        *rejects_ << out;
    } else if (counts_.failed <= refusals_told) {
        std::fprintf(stderr, "line %llu: %s\n", static_cast<unsigned long long>(line.number),
                     describe_problem(status, problem).c_str());
    } else if (counts_.failed == refusals_told + 1) {
        std::fprintf(stderr, "more lines failed; --rejects FILE writes them all\n");
    }
}

}  // namespace waybill::app
