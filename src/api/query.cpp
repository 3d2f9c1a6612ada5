#include "api/query.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "json/issue.hpp"
#include "json/parse.hpp"
#include "json/text_writer.hpp"

namespace waybill::api {
namespace {

constexpr std::size_t cursor_length_max = 512;
constexpr int base64_variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t out = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
    return out;
}

}  // namespace

QueryReader::QueryReader(const http::Request& request, std::initializer_list<std::string_view> known)
    : request_(request) {
    for (const auto& [name, value] : request.query) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            add_fault(name, json::rule::unknown_field, "is no parameter of this resource");
        }
    }
}

void QueryReader::add_fault(std::string_view name, std::string_view rule, std::string detail) {
    if (errors_.size() >= json::issues_max) return;
    errors_.push_back({"/query/" + std::string(name), std::string(rule), std::move(detail)});
}

bool is_text(std::string_view text) {
    const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
    if (has_control) return false;
    // What a JSON text may hold is what a body's texts may: the reader knows UTF-8.
    std::string quoted;
    json::append_string(quoted, text);
    return json::parse(quoted).has_value();
}

std::optional<std::string_view> QueryReader::text(std::string_view name, std::size_t length_max) {
    const auto value = request_.query_value(name);
    if (value && value->size() > length_max) {
        add_fault(name, json::rule::max_length, "must be at most " + std::to_string(length_max) + " bytes");
    }
    if (value && !is_text(*value)) add_fault(name, json::rule::format, "must be UTF-8 without control characters");
    return value;
}

std::vector<std::string> QueryReader::list(std::string_view name) const {
    std::vector<std::string> out;
    for (const auto& [key, value] : request_.query) {
        if (key != name) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const std::size_t comma = rest.find(',');
            if (comma != 0) out.emplace_back(rest.substr(0, comma));
            rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
        }
    }
    return out;
}

std::optional<std::int64_t> QueryReader::integer(std::string_view name, std::int64_t least, std::int64_t most) {
    const auto value = request_.query_value(name);
    if (!value) return std::nullopt;
    const auto number = parse_integer(*value);
    if (!number) {
        add_fault(name, json::rule::type, "must be an integer");
    } else if (*number < least) {
        add_fault(name, json::rule::minimum, "must be at least " + std::to_string(least));
    } else if (*number > most) {
        add_fault(name, json::rule::maximum, "must be at most " + std::to_string(most));
    }
    return number;
}

Instant QueryReader::instant(std::string_view name) {
    const auto value = request_.query_value(name);
    if (!value) return {};
    const auto at = parse_instant(*value);
    if (!at) add_fault(name, json::rule::format, "must be a date and time, such as 2026-11-22T08:18:12Z");
    return at.value_or(Instant());
}

std::uint32_t QueryReader::limit(const ApiOptions& options) {
    const auto asked = integer("limit", 1, options.page_limit_max);
    return asked ? static_cast<std::uint32_t>(*asked) : options.page_limit_default;
}

Unexpected<Problem> QueryReader::take() {
    Problem out{core::Reject::invalid_request, {}, std::move(errors_), {}};
    return fail(std::move(out));
}

std::string make_cursor(std::string_view resource, std::string_view position) {
    std::string plain(resource);
    plain += ' ';
    plain += position;
    std::string out(sodium_base64_encoded_len(plain.size(), base64_variant), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
                      base64_variant);
    out.pop_back();  // the terminator that libsodium writes
    return out;
}

Result<std::string, Problem> read_cursor(std::string_view resource, std::string_view cursor) {
    if (cursor.empty() || cursor.size() > cursor_length_max) return refuse(core::Reject::invalid_cursor);
    std::string plain(cursor.size(), '\0');
    std::size_t length = 0;
    const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(plain.data()), plain.size(), cursor.data(),
                                         cursor.size(), nullptr, &length, nullptr, base64_variant);
    plain.resize(length);
    const bool ours =
        failed == 0 && plain.starts_with(resource) && plain.size() > resource.size() && plain[resource.size()] == ' ';
    if (!ours) return refuse(core::Reject::invalid_cursor);
    return plain.substr(resource.size() + 1);
}

Result<std::vector<std::int64_t>, Problem> read_cursor_numbers(std::string_view resource, std::string_view cursor,
                                                               std::size_t count) {
    const auto position = read_cursor(resource, cursor);
    if (!position) return fail(position.error());
    std::vector<std::int64_t> out;
    std::string_view rest = *position;
    while (true) {
        const std::size_t colon = rest.find(':');
        const auto number = parse_integer(rest.substr(0, colon));
        if (!number || *number < 0) return refuse(core::Reject::invalid_cursor);
        out.push_back(*number);
        if (colon == std::string_view::npos) break;
        rest.remove_prefix(colon + 1);
    }
    if (out.size() != count) return refuse(core::Reject::invalid_cursor);
    return out;
}

}  // namespace waybill::api
