#pragma once
// Named lists: long lists of values or postcodes that conditions refer to by name, `{"in_list": [value, "name"]}`.
// NamedList is what a person configures, NamedLists what conditions are compiled against.
//
// Entries of a list of postcodes: core/rules/postcodes.hpp.

#include <boost/describe.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/rules/issue.hpp"

namespace waybill::rules {

enum class ListKind { values, postcodes };
BOOST_DESCRIBE_ENUM(ListKind, values, postcodes)

struct NamedList {
    std::string name;
    ListKind kind = ListKind::values;
    std::vector<std::string> entries;
    friend bool operator==(const NamedList&, const NamedList&) = default;
};
BOOST_DESCRIBE_STRUCT(NamedList, (), (name, kind, entries))

/// One list, sorted. Immutable; programs share it.
class CompiledList {
public:
    /// The compiled form, or issues with pointers into `list` (/entries/3).
    [[nodiscard]] static Result<std::shared_ptr<const CompiledList>, CompileIssues> make(const NamedList& list);

    /// Cost: O(log n) comparisons, no allocation.
    [[nodiscard]] bool contains(std::string_view value) const;
    [[nodiscard]] ListKind kind() const { return kind_; }
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    struct Range {
        std::string low, high;  ///< digits, as many in both
    };

    [[nodiscard]] bool has_postcode(std::string_view value) const;
    [[nodiscard]] std::string add_postcode(std::string_view entry);
    void sort();

    std::string name_;
    ListKind kind_ = ListKind::values;
    std::vector<std::string> exact_;
    std::vector<std::string> prefixes_;  ///< none begins with another
    std::vector<Range> ranges_;          ///< by length and then value; none touches another
};

/// The lists of a tenant.
class NamedLists {
public:
    NamedLists() = default;
    /// Errors: those of every list, with pointers into `lists` (/2/entries/3); two lists of one name.
    [[nodiscard]] static Result<NamedLists, CompileIssues> make(std::span<const NamedList> lists);

    /// Null where there is none.
    [[nodiscard]] std::shared_ptr<const CompiledList> find(std::string_view name) const;
    [[nodiscard]] std::span<const std::shared_ptr<const CompiledList>> all() const { return lists_; }

private:
    std::vector<std::shared_ptr<const CompiledList>> lists_;  ///< by name
};

}  // namespace waybill::rules
