#pragma once
// What a source asks of its lines, and what they pay: the accounts behind the bound of payments.hpp.

#include <array>

#include "core/sourcing/payments.hpp"

namespace waybill::sourcing {

/// Items [from, to) whose payments are together at most `budget`.
struct Account {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::int64_t budget = 0;
};

/// The fixed costs of a source: what is paid for certain, and what its lines can be asked for.
struct Dues {
    std::int64_t certain = 0;
    std::array<Account, 2> accounts;  ///< of the items that travel together; of those alone
};

/// What its lines leave unpaid of a source, and what that means for the bound where capacity earns a rent.
struct Balance {
    std::int64_t slack = 0;
    std::int64_t rent = 0;   ///< of all its units and shipments
    std::int64_t share = 0;  ///< in the bound
};

/// The part of the freight that every shipment pays, below a line of this slope through the first step.
[[nodiscard]] std::int64_t base_freight(const Model& model, const Source& source, std::int64_t slope);

/// The slope of every item: the steepest that is a bound for what the domain still allows.
void draw_slopes(const Model& model, const Domain& domain, std::vector<std::int64_t>& slopes);

/// A node cost shared by both kinds of shipment is asked of the lines that travel together: any division is a bound.
[[nodiscard]] Dues dues_of(const Model& model, const Domain& domain, const Payments& payments, std::uint32_t source);

[[nodiscard]] std::int64_t paid(const Payments& payments, const Account& account);

[[nodiscard]] Balance balance_of(const Model& model, const Domain& domain, const Payments& payments, const Dues& dues,
                                 std::uint32_t source);

}  // namespace waybill::sourcing
