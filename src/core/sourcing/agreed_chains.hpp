#pragma once
// The two sides of an agreement as chains: what a line spends, and what a source spends beyond what it receives.

#include "core/sourcing/agreement.hpp"

namespace waybill::sourcing {

struct AgreementView {
    const Model& model;
    const Domain& domain;
    const Payments& payments;
    const AgreementMemory& memory;

    [[nodiscard]] const std::int64_t* table(std::uint32_t item) const {
        return payments.table.data() + memory.from[item];
    }
};

/// The line pays the prices; loads are units.
void build_line_chain(const AgreementView& at, std::uint32_t line, Chain& chain);

/// The source receives the prices; loads are grains of weight where its carrier charges by weight, units where only
/// these are limited.
void build_source_chain(const AgreementView& at, std::uint32_t source, Chain& chain);

}  // namespace waybill::sourcing
