#include "core/rules/named_lists.hpp"

#include <algorithm>

#include "core/rules/digits.hpp"
#include "core/rules/limits.hpp"
#include "core/rules/postcodes.hpp"

namespace waybill::rules {

namespace {

bool is_before(std::string_view a, std::string_view b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

/// One more than `digits`, of as many digits; empty after 99...9.
std::string successor(std::string digits) {
    for (std::size_t i = digits.size(); i-- > 0;) {
        if (digits[i] != '9') {
            ++digits[i];
            return digits;
        }
        digits[i] = '0';
    }
    return {};
}

}  // namespace

/// Empty, or what is wrong with the entry.
std::string CompiledList::add_postcode(std::string_view entry) {
    auto read = read_postcode_entry(entry);
    if (!read) return read.error();
    switch (read->kind) {
        case PostcodeEntry::Kind::one:
            exact_.push_back(std::move(read->low));
            break;
        case PostcodeEntry::Kind::beginning:
            prefixes_.push_back(std::move(read->low));
            break;
        case PostcodeEntry::Kind::range:
            ranges_.push_back({std::move(read->low), std::move(read->high)});
            break;
    }
    return {};
}

void CompiledList::sort() {
    std::sort(exact_.begin(), exact_.end());
    exact_.erase(std::unique(exact_.begin(), exact_.end()), exact_.end());

    std::sort(prefixes_.begin(), prefixes_.end());
    std::vector<std::string> shortest;
    for (std::string& prefix : prefixes_) {
        if (shortest.empty() || !prefix.starts_with(shortest.back())) shortest.push_back(std::move(prefix));
    }
    prefixes_ = std::move(shortest);

    std::sort(ranges_.begin(), ranges_.end(), [](const Range& a, const Range& b) { return is_before(a.low, b.low); });
    std::vector<Range> apart;
    for (Range& range : ranges_) {
        if (!apart.empty() && apart.back().low.size() == range.low.size()) {
            std::string& high = apart.back().high;
            if (range.low <= high || range.low == successor(high)) {
                high = std::max(high, range.high);
                continue;
            }
        }
        apart.push_back(std::move(range));
    }
    ranges_ = std::move(apart);
}

Result<std::shared_ptr<const CompiledList>, CompileIssues> CompiledList::make(const NamedList& list) {
    CompileIssues issues;
    const auto out = std::make_shared<CompiledList>();
    out->name_ = list.name;
    out->kind_ = list.kind;
    if (list.name.empty() || list.name.size() > list_name_bytes_max) {
        issues.push_back({"/name", "a name has 1 to " + std::to_string(list_name_bytes_max) + " bytes"});
    }
    if (list.entries.size() > list_entries_max) {
        issues.push_back({"/entries", "a list has at most " + std::to_string(list_entries_max) + " entries, not " +
                                          std::to_string(list.entries.size())});
        return fail(std::move(issues));
    }
    for (std::size_t i = 0; i < list.entries.size() && issues.size() < issues_max; ++i) {
        const std::string& entry = list.entries[i];
        std::string wrong;
        if (entry.empty() || entry.size() > list_entry_bytes_max) {
            wrong = "has not 1 to " + std::to_string(list_entry_bytes_max) + " bytes";
        } else if (list.kind == ListKind::postcodes) {
            wrong = out->add_postcode(entry);
        } else {
            out->exact_.push_back(entry);
        }
        if (!wrong.empty()) issues.push_back({"/entries/" + std::to_string(i), "`" + entry + "` " + wrong});
    }
    if (!issues.empty()) return fail(std::move(issues));
    out->sort();
    return std::shared_ptr<const CompiledList>(out);
}

bool CompiledList::contains(std::string_view value) const {
    if (kind_ == ListKind::values) {
        return std::binary_search(exact_.begin(), exact_.end(), value, std::less<std::string_view>());
    }
    char plain[list_entry_bytes_max];
    std::size_t size = 0;
    for (const char letter : value) {
        if (is_postcode_blank(letter) || letter == '-') continue;
        if (size == sizeof(plain)) return false;
        plain[size++] = postcode_capital(letter);
    }
    return size != 0 && has_postcode({plain, size});
}

bool CompiledList::has_postcode(std::string_view value) const {
    if (std::binary_search(exact_.begin(), exact_.end(), value, std::less<std::string_view>())) return true;
    // Among words of which none begins with another, the one that `value` begins with is the last that is not above it.
    const auto prefix = std::upper_bound(prefixes_.begin(), prefixes_.end(), value, std::less<std::string_view>());
    if (prefix != prefixes_.begin() && value.starts_with(*std::prev(prefix))) return true;
    if (!is_number(value)) return false;
    const auto range = std::upper_bound(ranges_.begin(), ranges_.end(), value,
                                        [](std::string_view v, const Range& r) { return is_before(v, r.low); });
    if (range == ranges_.begin()) return false;
    const Range& last = *std::prev(range);
    return last.low.size() == value.size() && value <= last.high;
}

Result<NamedLists, CompileIssues> NamedLists::make(std::span<const NamedList> lists) {
    NamedLists out;
    CompileIssues issues;
    for (std::size_t i = 0; i < lists.size(); ++i) {
        const std::string at = "/" + std::to_string(i);
        for (std::size_t j = 0; j < i; ++j) {
            if (lists[j].name == lists[i].name) {
                issues.push_back({at + "/name", "there are two lists `" + lists[i].name + "`"});
                break;
            }
        }
        auto compiled = CompiledList::make(lists[i]);
        if (compiled) {
            out.lists_.push_back(std::move(*compiled));
        } else {
            for (CompileIssue& issue : compiled.error())
                issues.push_back({at + issue.pointer, std::move(issue.detail)});
        }
    }
    if (!issues.empty()) return fail(std::move(issues));
    std::sort(out.lists_.begin(), out.lists_.end(), [](const auto& a, const auto& b) { return a->name() < b->name(); });
    return out;
}

std::shared_ptr<const CompiledList> NamedLists::find(std::string_view name) const {
    const auto at = std::lower_bound(lists_.begin(), lists_.end(), name,
                                     [](const auto& list, std::string_view wanted) { return list->name() < wanted; });
    if (at == lists_.end() || (*at)->name() != name) return nullptr;
    return *at;
}

}  // namespace waybill::rules
