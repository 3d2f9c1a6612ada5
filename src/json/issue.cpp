#include "json/issue.hpp"

#include <utility>

namespace waybill::json {

void Pointer::append_to(std::string& out) const {
    if (parent_ == nullptr) return;
    parent_->append_to(out);
    out += '/';
    if (is_index_) {
        out += std::to_string(index_);
        return;
    }
    for (const char letter : key_) {
        if (letter == '~') {
            out += "~0";
        } else if (letter == '/') {
            out += "~1";
        } else {
            out += letter;
        }
    }
}

std::string Pointer::text() const {
    std::string out;
    append_to(out);
    return out;
}

bool add_issue(Issues& issues, const Pointer& at, std::string_view rule, std::string detail) {
    if (issues.size() < issues_max) {
        issues.push_back({at.text(), std::string(rule), std::move(detail)});
    } else if (issues.size() == issues_max) {
        issues.push_back({"", std::string(rule::too_many),
                          "more than " + std::to_string(issues_max) + " faults; the others are left out"});
    }
    return false;
}

}  // namespace waybill::json
