#pragma once
// RowSeal: a check number over what a row says and where it stands. Events, personal texts and kept replies are the
// only copies of what they hold, so nothing else could tell that a byte of them changed; `waybill verify` makes each
// seal again and compares. It is SipHash of 64 bits, keyed by the place, so that a row moved to another place does not
// fit either. It finds damage and mistakes: who can write the file can make seals, too.
//
// Values are told apart by their length, so that no two different rows are the same bytes. The order of values is part
// of the stored format.

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/store.hpp"

namespace waybill::storage {

class RowSeal {
public:
    /// Begins the seal of another row.
    RowSeal& begin(core::TenantId tenant, std::uint64_t place);
    RowSeal& add(std::uint64_t value);
    RowSeal& add(std::int64_t value) { return add(static_cast<std::uint64_t>(value)); }
    RowSeal& add(std::string_view text);
    [[nodiscard]] std::int64_t value() const;

private:
    std::uint64_t tenant_ = 0;
    std::uint64_t place_ = 0;
    std::string bytes_;
};

/// The seals of the rows that carry one; the same in every store. `seal` lends its memory.
[[nodiscard]] std::int64_t seal_of(RowSeal& seal, core::TenantId tenant, const engine::EventRow& event);
[[nodiscard]] std::int64_t seal_of(RowSeal& seal, core::TenantId tenant, const engine::PersonRow& person);
[[nodiscard]] std::int64_t seal_of(RowSeal& seal, core::TenantId tenant, const engine::ReplyRow& reply);

}  // namespace waybill::storage
