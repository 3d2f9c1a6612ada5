#include "engine/auditor.hpp"

#include <algorithm>

#include "engine/tenant_audit.hpp"

namespace waybill::engine {

Result<AuditReport, IoError> audit(Store& store,
                                   const std::function<void(std::uint64_t done, std::uint64_t of)>& progress) {
    auto heads = store.tenants();
    if (!heads) return fail(std::move(heads.error()));
    auto reader = store.reader();
    if (!reader) return fail(std::move(reader.error()));
    auto damage = store.check();
    if (!damage) return fail(std::move(damage.error()));

    AuditNotes notes;
    for (std::string& line : *damage) notes.problem("the store: " + std::move(line));
    std::uint64_t all = 0;
    const auto unfinished =
        std::remove_if(heads->begin(), heads->end(), [](const auto& h) { return h.is_unfinished(); });
    if (unfinished != heads->end()) ++notes.checked["unfinished import, not looked at"];
    heads->erase(unfinished, heads->end());
    for (const TenantHead& head : *heads) all += head.head.raw();
    std::uint64_t done = 0;
    AuditReport report;
    for (const TenantHead& head : *heads) {
        auto tenant = TenantAudit(**reader, head, notes).run([&](std::uint64_t events) {
            done += events;
            if (progress) progress(done, all);
        });
        if (!tenant) return fail(std::move(tenant.error()));
        report.tenants.push_back(*std::move(tenant));
    }
    for (const auto& [what, count] : notes.checked) report.checks.push_back(std::to_string(count) + " " + what);
    report.problems = std::move(notes.problems);
    return report;
}

}  // namespace waybill::engine
