#pragma once
// Batch: one round of the writer, from commands to rows and answers. The writer drives it phase by phase:
//
//   load     the rows that the commands need, one look-up a tenant
//   decide   in order; pending copies of the state change, nobody else sees them
//   encode   the rows of what changed
//   seal     the copies are set aside, so that the next batch can be decided above them
//   (commit  rows() of all tenants in one transaction)
//   accept   or drop
//   answer   what decide put down for each command
//
// Commands of one batch behave as if they came one after the other: a repeated Idempotency-Key gets the first one's
// answer, a repeated channel_order_id is a duplicate.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "engine/backorders.hpp"
#include "engine/engine.hpp"
#include "engine/tenant_rows.hpp"
#include "engine/tenants.hpp"

namespace waybill::engine {

enum class JobKind : std::uint8_t { command, create_tenant };

struct Job {
    JobKind kind = JobKind::command;
    Submission submission;
};

/// What a batch uses of the engine.
struct Surroundings {
    Store* store = nullptr;
    Tenants* tenants = nullptr;
    const std::vector<core::ZoneRules>* zones = nullptr;
    sourcing::Workspace* workspace = nullptr;
    rules::Scratch* scratch = nullptr;
    const EngineOptions* options = nullptr;
    Backorders* backorders = nullptr;
    ProcessId process = no_process;  ///< among those that share the store
};

struct BatchCounts {
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    std::uint64_t events = 0;
    std::uint64_t routed_optimal = 0;
    std::uint64_t routed_unproved = 0;
    RuleCounts rules;
};

class Batch {
public:
    Batch(const Surroundings& around, std::vector<Job> jobs, Instant now);

    /// What `under_way` did is not in the store yet and is taken from there. nullptr: no batch is sealed.
    [[nodiscard]] Result<Unit, IoError> load(Reader& reader, const Batch* under_way);
    void decide();
    /// Makes rows of what changed.
    void encode();
    /// Empty when nothing changed.
    [[nodiscard]] const std::vector<TenantBatch>& rows() const { return rows_; }
    void seal();

    /// Whether a command has to wait until this batch, sealed, has come out: it repeats an Idempotency-Key of it, or
    /// one of the two looks at more than the rows of its own aggregates.
    [[nodiscard]] bool must_come_out_before(const Job& job) const;

    /// The rows, sealed, are durable: makes them visible. Returns the tenants whose logs grew, with their new heads.
    std::vector<std::pair<core::TenantId, core::Sequence>> accept();
    /// The rows are not durable: nothing has happened. REQUIRES: a batch decided above this one was dropped before.
    void drop();

    /// Tells everybody what was decided. After accept.
    void answer(Reader& reader);
    void answer_all(const Failure& failure);

    [[nodiscard]] const BatchCounts& counts() const { return counts_; }
    [[nodiscard]] std::size_t commands() const { return jobs_.size(); }

private:
    /// What the batch does to one tenant, and how it was before.
    struct Work {
        TenantSlot* slot = nullptr;
        std::unique_ptr<TenantSlot> fresh;  ///< of a tenant that this batch makes
        Instant now;
        core::Sequence head_before;
        std::uint64_t config_before = 0;
        Instant instant_before;
        LoadKeys keys;
        TenantRows rows;
        core::WorkingSet made;                                      ///< the working set of the batch, once it is sealed
        core::NewSupply new_supply;                                 ///< that of the batch, likewise
        bool configured = false;                                    ///< likewise
        std::map<std::string, ReplyRow, std::less<>> replies;       ///< known before the batch
        std::map<std::string, std::size_t, std::less<>> first_use;  ///< accepted in this batch: which job
        std::vector<std::pair<core::CustomerId, core::CustomerId>> merges;  ///< from, into; when persons are erased
        bool erases = false;
        bool locations_changed = false;
        std::string unreadable;  ///< not empty: some loaded row could not be read
    };
    struct Answer {
        std::optional<Failure> failure;
        Receipt receipt;
        std::optional<std::size_t> same_as;  ///< repeats the answer of an earlier job of this batch
        core::TenantId tenant;
    };

    Work* work_of(core::TenantId tenant);
    Work& open_work(TenantSlot& slot);
    void gather(const Submission& submission, Work& work);
    [[nodiscard]] Result<Unit, IoError> load_rows(Work& work, const core::WorkingSet* under_way);
    [[nodiscard]] Result<Unit, IoError> load_keys(Work& work, LoadKeys& keys, const core::WorkingSet* under_way);
    [[nodiscard]] Result<Unit, IoError> load_merges(Work& work, Reader& reader);
    void take(Loaded loaded, Work& work);

    void decide_one(std::size_t at);
    [[nodiscard]] std::optional<Failure> create_tenant(Submission& submission);
    [[nodiscard]] std::optional<Failure> check_before(const Submission& submission, Work& work);
    [[nodiscard]] bool repeats(std::size_t at, Work& work, Answer& answer);
    void apply(std::size_t at, core::Decision decision, Work& work, Answer& answer);
    void keep_person(Submission& submission, const core::Decision& decision, Work& work);
    void erase_persons(core::CustomerId customer, Work& work);
    void note_routing(const core::Event& event, Receipt& receipt);

    Surroundings around_;
    std::vector<Job> jobs_;
    Instant now_;
    std::map<core::TenantId, Work> works_;
    std::set<std::string, std::less<>> fresh_names_;
    std::vector<Answer> answers_;
    std::vector<TenantBatch> rows_;
    BatchCounts counts_;
    bool looks_around_ = false;  ///< some command looks at more than the rows of its own aggregates
    bool sealed_ = false;
};

}  // namespace waybill::engine
