#include "core/field_checks.hpp"

#include <algorithm>

#include "core/order/exception.hpp"

namespace waybill::core {

std::string at(std::string_view list, std::size_t index, std::string_view member) {
    std::string out(list);
    out += '/';
    out += std::to_string(index);
    if (!member.empty()) {
        out += '/';
        out += member;
    }
    return out;
}

void check_text(Faults& faults, std::string pointer, std::string_view text, std::size_t bytes_min,
                std::size_t bytes_max) {
    if (text.size() < bytes_min) {
        faults.add(std::move(pointer), Reject::invalid_request, "must not be empty");
    } else if (text.size() > bytes_max) {
        faults.add(std::move(pointer), Reject::invalid_request,
                   "must be at most " + std::to_string(bytes_max) + " bytes long");
    }
}

void check_range(Faults& faults, std::string pointer, std::int64_t value, std::int64_t min, std::int64_t max) {
    if (value >= min && value <= max) return;
    faults.add(std::move(pointer), Reject::invalid_request,
               "must be from " + std::to_string(min) + " to " + std::to_string(max));
}

void check_code(Faults& faults, std::string pointer, std::string_view code, std::size_t bytes_max) {
    if (code.empty() || code.size() > bytes_max) {
        check_text(faults, std::move(pointer), code, 1, bytes_max);
        return;
    }
    if (code.front() == ' ' || code.back() == ' ') {
        faults.add(std::move(pointer), Reject::invalid_request, "must not begin or end with a blank");
    }
}

Result<Unit, Rejection> check_room(std::size_t rows, std::size_t rows_max, std::string_view what) {
    if (rows < rows_max) return Unit{};
    return reject(Reject::too_many_rows, "a tenant has at most " + std::to_string(rows_max) + ' ' + std::string(what));
}

void check_blocks(Faults& faults, const std::string& pointer, const std::vector<HoldBlock>& blocks) {
    if (blocks.empty()) faults.add(pointer, Reject::invalid_request, "must name what the hold blocks");
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (std::count(blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(i), blocks[i]) == 0) continue;
        faults.add(at(pointer, i), Reject::invalid_request, "is named before");
        return;
    }
}

void check_kind(Faults& faults, const std::string& pointer, std::string_view kind) {
    check_code(faults, pointer, kind, limits::code_bytes_max);
    if (kind != rule_failed_kind) return;
    faults.add(pointer, Reject::invalid_request, "is a kind that Waybill raises itself");
}

bool is_country(std::string_view code) {
    const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    return code.size() == 2 && upper(code[0]) && upper(code[1]);
}

void check_country(Faults& faults, std::string pointer, std::string_view code) {
    if (is_country(code)) return;
    faults.add(std::move(pointer), Reject::invalid_request, "must be an ISO 3166-1 code of two capital letters");
}

}  // namespace waybill::core
