#include "engine/ownership.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/mutant.hpp"
#include "engine/load_state.hpp"

namespace waybill::engine {

namespace {

using std::chrono::milliseconds;

/// Looks in one lease.
constexpr int beats_per_lease = 10;
constexpr milliseconds interval_max{500};
/// A clock that nobody sets may still go a little faster or slower than the store's.
constexpr int margin_divisor = 10;
/// Tenants on their way to another process at the same time.
constexpr std::size_t handed_over_max = 8;

/// Spreads the bits of its argument (splitmix64).
std::uint64_t mixed(std::uint64_t bits) {
    bits += 0x9E3779B97F4A7C15ULL;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ULL;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBULL;
    return bits ^ (bits >> 31);
}

const Process* find_process(const Membership& seen, ProcessId id) {
    for (const Process& process : seen.processes) {
        if (process.id == id) return &process;
    }
    return nullptr;
}

bool has_live_owner(const OwnedTenant& tenant, const Membership& seen) {
    const Process* owner = find_process(seen, tenant.owner);
    return owner != nullptr && owner->is_live();
}

}  // namespace

ProcessId preferred_owner(const OwnedTenant& tenant, const std::vector<Process>& processes) {
    ProcessId best = no_process;
    std::uint64_t best_weight = 0;
    for (const Process& process : processes) {
        if (!process.is_live() || process.address.empty() || process.format < tenant.format) continue;
        const std::uint64_t weight = mixed(mixed(tenant.head.tenant.raw()) ^ process.id);
        if (best != no_process && weight <= best_weight) continue;
        best = process.id;
        best_weight = weight;
    }
    return best;
}

Ownership::Ownership(std::unique_ptr<Leases> leases, std::unique_ptr<Reader> reader, Tenants& tenants, Driver driver,
                     const EngineOptions& options)
    : leases_(std::move(leases)),
      reader_(std::move(reader)),
      tenants_(tenants),
      driver_(std::move(driver)),
      options_(options),
      interval_(std::min(options.lease / beats_per_lease, interval_max)),
      seen_(std::make_shared<Membership>()) {}

Result<Unit, IoError> Ownership::join() {
    auto joined = leases_->join({no_process, options_.address, options_.version, known_format, {}}, options_.lease);
    if (!joined) return fail(std::move(joined.error()));
    self_ = *joined;
    driver_.post([is_process = driver_.is_process, self = self_] { is_process(self); });
    return Unit{};
}

Result<bool, IoError> Ownership::is_settled() {
    const auto seen = [this] {
        const std::lock_guard lock(mutex_);
        return seen_;
    }();
    if (!is_valid()) return fail(IoError{IoFailure::unavailable, "the lease could not be renewed"});
    const auto shut_out = is_shut_out(*seen);
    if (!shut_out) return shut_out;
    return !*shut_out && has_its_own(*seen);
}

Result<bool, IoError> Ownership::is_shut_out(const Membership& seen) {
    bool out = false;
    for (const Process& process : seen.processes) {
        if (process.id >= self_ || !process.is_live()) continue;
        // Whoever came first stays. It may have died a moment ago, then it does not renew.
        if (!is_exclusive() && !process.address.empty()) continue;
        out = true;
        Watched& watched = watched_.try_emplace(process.id, Watched{process.left}).first->second;
        const bool renewed = process.left > std::exchange(watched.left, process.left);
        // The last word of one that has died may be heard late, when its session stood still; then nothing follows it.
        if (renewed && ++watched.renewals > 1) {
            return fail(IoError{IoFailure::locked,
                                "process " + std::to_string(process.id) +
                                    (process.address.empty() ? " has it for itself" : " at " + process.address)});
        }
    }
    return out;
}

void Ownership::leave() {
    valid_until_ = 0;
    // Should it not be heard, the lease runs out.
    if (self_ != no_process) static_cast<void>(leases_->leave(self_));
    self_ = no_process;
}

void Ownership::beat() {
    release_dropped();
    const auto sent = driver_.now();
    auto renewed = leases_->renew(self_, options_.lease);
    if (!renewed) return;  // The lease runs out by itself.
    if (!*renewed) return begin_again();
    const auto from = WAYBILL_MUTANT(lease_reckoned_from_answer) ? driver_.now() : sent;
    const auto until = from + options_.lease - options_.lease / margin_divisor;
    drop_lost(**renewed);
    // First what was lost is known, then what is left answers for longer.
    take_in(**renewed);
    valid_until_ = until.time_since_epoch().count();
    claim_free(**renewed);
    if (!is_exclusive()) hand_over(**renewed);
}

void Ownership::begin_again() {
    valid_until_ = 0;
    {
        const std::lock_guard lock(mutex_);
        claimed_.clear();
        to_load_.clear();
        leaving_.clear();
        to_release_.clear();
    }
    std::vector<core::TenantId> all;
    for (const auto& each : tenants_.epochs()) {
        if (told_lost_.insert(each).second) ++lost_;
        all.push_back(each.first);
    }
    drop(std::move(all), Leaves::no);
    static_cast<void>(join());
}

/// What others own is only known of; what is this process' and not in memory is loaded.
void Ownership::take_in(const Membership& seen) {
    std::vector<TenantHead> heads;
    for (const OwnedTenant& tenant : seen.tenants) heads.push_back(tenant.head);
    driver_.post([this, heads = std::move(heads)] { tenants_.know(heads); });
    const auto epochs = tenants_.epochs();
    {
        const std::lock_guard lock(mutex_);
        seen_ = std::make_shared<Membership>(seen);
        std::erase_if(claimed_, [&](const auto& each) {
            const auto at = std::find_if(seen.tenants.begin(), seen.tenants.end(),
                                         [&](const OwnedTenant& tenant) { return tenant.head.tenant == each.first; });
            return at == seen.tenants.end() || at->owner != self_ || at->epoch != each.second.tenant.epoch;
        });
    }
    for (const OwnedTenant& tenant : seen.tenants) {
        if (tenant.owner != self_) continue;
        const auto at = epochs.find(tenant.head.tenant);
        if (at == epochs.end()) queue_load(tenant);
    }
}

void Ownership::drop_lost(const Membership& seen) {
    const auto epochs = tenants_.epochs();
    // What was told once is not told again while the writer has yet to come to it: it may be waiting for a commit.
    std::erase_if(told_lost_, [&](const auto& each) {
        const auto at = epochs.find(each.first);
        return at == epochs.end() || at->second != each.second;
    });
    std::vector<core::TenantId> lost;
    for (const OwnedTenant& tenant : seen.tenants) {
        const auto at = epochs.find(tenant.head.tenant);
        if (at == epochs.end() || (tenant.owner == self_ && tenant.epoch == at->second)) continue;
        if (!told_lost_.insert(*at).second) continue;
        lost.push_back(tenant.head.tenant);
        ++lost_;
        note(OwnershipNote::Kind::lost, tenant);
    }
    drop(std::move(lost), Leaves::no);
}

bool Ownership::may_claim(const OwnedTenant& tenant, const Membership& seen) const {
    if (tenant.head.is_unfinished() || tenant.format > known_format || has_live_owner(tenant, seen)) return false;
    return is_exclusive() || preferred_owner(tenant, seen.processes) == self_;
}

void Ownership::claim_free(const Membership& seen) {
    if (is_exclusive()) {
        const auto is_before = [this](const Process& process) { return process.is_live() && process.id < self_; };
        if (std::any_of(seen.processes.begin(), seen.processes.end(), is_before)) return;
    }
    std::vector<core::TenantId> wanted;
    for (const OwnedTenant& tenant : seen.tenants) {
        if (may_claim(tenant, seen)) wanted.push_back(tenant.head.tenant);
    }
    if (wanted.empty()) return;
    const auto claimed = leases_->claim(self_, wanted);
    if (!claimed) return;  // What was claimed all the same is seen by the next look.
    for (const OwnedTenant& tenant : *claimed) queue_load(tenant);
}

void Ownership::hand_over(const Membership& seen) {
    const auto epochs = tenants_.epochs();
    const auto now = driver_.now();
    std::erase_if(here_since_, [&](const auto& each) { return !epochs.contains(each.first); });
    std::vector<core::TenantId> moved;
    for (const OwnedTenant& tenant : seen.tenants) {
        if (tenant.owner != self_ || !epochs.contains(tenant.head.tenant)) continue;
        // Whoever has just made a tenant gives it its first key next.
        if (now - here_since_.try_emplace(tenant.head.tenant, now).first->second < interval_) continue;
        const ProcessId preferred = preferred_owner(tenant, seen.processes);
        if (preferred == self_ || preferred == no_process) continue;
        {
            const std::lock_guard lock(mutex_);
            if (leaving_.size() >= handed_over_max) break;
            if (!leaving_.emplace(tenant.head.tenant, tenant.epoch).second) continue;
        }
        moved.push_back(tenant.head.tenant);
        ++handed_over_;
        note(OwnershipNote::Kind::handed_over, tenant, find_process(seen, preferred)->address);
    }
    drop(std::move(moved), Leaves::yes);
}

void Ownership::release_dropped() {
    std::vector<core::TenantId> tenants;
    std::vector<Holding> holdings;
    {
        const std::lock_guard lock(mutex_);
        tenants.swap(to_release_);
        for (const core::TenantId tenant : tenants) holdings.push_back({tenant, leaving_.at(tenant)});
    }
    if (tenants.empty()) return;
    const bool is_done = leases_->release(self_, holdings).has_value();
    const std::lock_guard lock(mutex_);
    if (is_done) {
        for (const core::TenantId tenant : tenants) leaving_.erase(tenant);
    } else {
        to_release_.insert(to_release_.end(), tenants.begin(), tenants.end());
    }
}

void Ownership::drop(std::vector<core::TenantId> tenants, Leaves leaves) {
    if (tenants.empty()) return;
    driver_.post([this, tenants = std::move(tenants), leaves] {
        if (leaves == Leaves::no || !WAYBILL_MUTANT(given_up_in_memory_only_later)) tenants_.remove(tenants);
        if (leaves == Leaves::no) return;
        {
            const std::lock_guard lock(mutex_);
            // Not those of a process that was forgotten meanwhile.
            std::copy_if(tenants.begin(), tenants.end(), std::back_inserter(to_release_),
                         [this](core::TenantId tenant) { return leaving_.contains(tenant); });
        }
        driver_.hurry();
    });
}

void Ownership::suspect(const std::vector<core::TenantId>& tenants) {
    tenants_.remove(tenants);
    driver_.hurry();
}

void Ownership::queue_load(const OwnedTenant& tenant) {
    {
        const std::lock_guard lock(mutex_);
        const core::TenantId id = tenant.head.tenant;
        // One that is about to be given up is not loaded again.
        if (leaving_.contains(id)) return;
        const auto at = claimed_.find(id);
        if (at != claimed_.end() && at->second.tenant.epoch == tenant.epoch &&
            (at->second.is_loading || !at->second.fault.empty())) {
            return;
        }
        claimed_[id] = {tenant, true, {}};
        to_load_.push_back(id);
    }
    driver_.load();
}

bool Ownership::load_next() {
    OwnedTenant tenant;
    {
        const std::lock_guard lock(mutex_);
        if (to_load_.empty()) return false;
        const auto at = claimed_.find(to_load_.front());
        to_load_.pop_front();
        if (at == claimed_.end()) return true;
        tenant = at->second.tenant;
    }
    load(tenant);
    return true;
}

void Ownership::load(const OwnedTenant& tenant) {
    auto state = load_state(*reader_, tenant.head);
    if (state) {
        auto slot = std::make_unique<TenantSlot>();
        slot->state = *std::move(state);
        slot->name = tenant.head.name;
        slot->epoch = tenant.epoch;
        slot->committed_head = tenant.head.head;
        slot->committed_instant = tenant.head.last_instant;
        return adopt(tenant, std::move(slot));
    }
    const bool is_damaged = state.error().kind == IoFailure::corrupt;
    {
        const std::lock_guard lock(mutex_);
        const auto at = claimed_.find(tenant.head.tenant);
        if (at == claimed_.end() || at->second.tenant.epoch != tenant.epoch) return;
        at->second.is_loading = false;  // The next look tries again, unless that is of no use.
        if (is_damaged) at->second.fault = state.error().detail;
    }
    if (!is_damaged) return;
    ++failed_;
    note(OwnershipNote::Kind::not_served, tenant, state.error().detail);
    driver_.hurry();
}

void Ownership::adopt(const OwnedTenant& tenant, std::unique_ptr<TenantSlot> slot) {
    // Shared, since functions are copied.
    auto shared = std::make_shared<std::unique_ptr<TenantSlot>>(std::move(slot));
    driver_.post([this, tenant, shared] {
        {
            const std::lock_guard lock(mutex_);
            const auto at = claimed_.find(tenant.head.tenant);
            if (at == claimed_.end() || at->second.tenant.epoch != tenant.epoch) return;
            claimed_.erase(at);
        }
        if (tenants_.find(tenant.head.tenant) != nullptr) return;
        tenants_.adopt(std::move(*shared));
        ++taken_;
        note(OwnershipNote::Kind::taken, tenant);
        driver_.hurry();
    });
}

bool Ownership::has_its_own(const Membership& seen) {
    const auto epochs = tenants_.epochs();
    const std::lock_guard lock(mutex_);
    return std::all_of(seen.tenants.begin(), seen.tenants.end(), [&](const OwnedTenant& tenant) {
        if (epochs.contains(tenant.head.tenant)) return true;
        const auto at = claimed_.find(tenant.head.tenant);
        if (at != claimed_.end()) return !at->second.fault.empty();
        return tenant.owner != self_ && !may_claim(tenant, seen);
    });
}

bool Ownership::is_valid() const {
    if (WAYBILL_MUTANT(memory_outlives_lease)) return valid_until_ != 0;
    return driver_.now().time_since_epoch().count() < valid_until_;
}

bool Ownership::saw_no_tenant() const {
    const std::lock_guard lock(mutex_);
    return seen_->tenants.empty();
}

Placement Ownership::placement(core::TenantId tenant) {
    const auto seen = [this] {
        const std::lock_guard lock(mutex_);
        return seen_;
    }();
    const auto at = std::lower_bound(seen->tenants.begin(), seen->tenants.end(), tenant,
                                     [](const OwnedTenant& each, core::TenantId id) { return each.head.tenant < id; });
    const bool is_known = at != seen->tenants.end() && at->head.tenant == tenant;
    // What is in memory may be newer than the last look, never older: then it is somebody else's.
    const auto epoch = tenants_.epoch(tenant);
    if (epoch && is_valid() && !(is_known && at->epoch > *epoch)) return {Placement::Where::here, {}};
    if (!is_known) return {Placement::Where::nowhere, {}};
    const Process* owner = find_process(*seen, at->owner);
    const bool is_reachable =
        owner != nullptr && owner->is_live() && !owner->address.empty() && owner->address != options_.address;
    if (!is_reachable) return {Placement::Where::nowhere, {}};
    return {Placement::Where::elsewhere, owner->address};
}

OwnershipStats Ownership::stats() const {
    OwnershipStats out;
    out.served = tenants_.epochs().size();
    out.taken = taken_.load();
    out.lost = lost_.load();
    out.handed_over = handed_over_.load();
    out.not_served = failed_.load();
    const auto left = Steady::duration(valid_until_.load()) - driver_.now().time_since_epoch();
    out.lease_left = std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(left));
    return out;
}

void Ownership::note(OwnershipNote::Kind kind, const OwnedTenant& tenant, std::string detail) {
    if (options_.on_ownership) options_.on_ownership({kind, tenant.head.tenant, tenant.epoch, std::move(detail)});
}

}  // namespace waybill::engine
