#pragma once
// Where to divide a part of the search by lines: by the source or item on which both halves rise most.

#include "core/sourcing/payments.hpp"

namespace waybill::sourcing {

/// A division by a source (closed or open), an item (at most `units`, or more) or shortage (none, or paid for).
struct Division {
    std::uint32_t source = no_index;
    std::uint32_t item = no_index;
    std::int64_t units = 0;  ///< of the item: at most these, or more
    bool shortage = false;
    std::int64_t low = 0;  ///< how much the bound rises below: closed, few units, no shortage
    std::int64_t high = 0;

    [[nodiscard]] bool exists() const { return source != no_index || item != no_index || shortage; }
    [[nodiscard]] std::int64_t lesser() const { return std::min(low, high); }
};

enum class Half { low, high };

/// A part, and what is known of it.
struct DivisionView {
    const Model& model;
    const Domain& domain;
    const Payments& payments;
    const Regrets& regrets;
    const LineAnswers& answers;
};

/// A source used or not, by what the lines disagree about; item by item where a source makes several shipments.
[[nodiscard]] Division choose_by_regret(const DivisionView& at);

/// An item of a source that is asked for more than it can do.
[[nodiscard]] Division choose_overload(const DivisionView& at);

/// Whatever is still open, so that the search ends in any case.
[[nodiscard]] Division choose_any(const DivisionView& at);

void restrict_to(const Division& division, Half half, Domain& domain);

}  // namespace waybill::sourcing
