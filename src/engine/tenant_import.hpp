#pragma once
// TenantImport: takes a tenant's file (tenant_file.hpp) line by line into a store that does not have the tenant. Events
// are folded by the code that wrote them first, and rows are made of what they did, batch by batch.
//
// Until its last commit the tenant has no name in the store: nobody serves it, lists it or verifies it. That commit is
// made only when every line was good and the state hash of what is stored is that of the file. What an import leaves
// that did not come so far is dropped by `abandon`, or, when its process died, by the next import's `begin`.
//
// Memory: the tenant's configuration and levels, as a server has them, and one batch. Threads: one; the store's writer.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "core/state.hpp"
#include "engine/store.hpp"
#include "engine/tenant_file.hpp"

namespace waybill::engine {

struct ImportOptions {
    std::string name;  ///< that the tenant gets, one that it could be made with; empty: the one in the file
    Instant now;       ///< of the event that gives it another name
    std::uint32_t batch_events = 500;
    std::uint64_t batch_bytes = std::uint64_t{4} << 20;
};

/// One line about the file, with the number of the line; or what the store said.
using ImportFailure = std::variant<std::string, IoError>;

struct TenantImported {
    core::TenantId tenant;
    std::string name;
    std::uint64_t events = 0;  ///< those of the file
    std::uint64_t persons = 0;
    std::uint64_t replies = 0;
    std::string state_hash;  ///< of the file and of what was stored of it
};

class TenantImport {
public:
    using Step = Result<Unit, ImportFailure>;

    TenantImport(Store& store, ImportOptions options);

    /// Looks at what is in the store, and drops what an unfinished import left.
    [[nodiscard]] Step begin();
    /// The next line of the file, without its line feed.
    [[nodiscard]] Step take(std::string_view line);
    /// The file has ended: checks all, and gives the tenant its name.
    [[nodiscard]] Result<TenantImported, ImportFailure> finish();
    /// Takes back what was stored. REQUIRES: finish has not succeeded.
    [[nodiscard]] Result<Unit, IoError> abandon();

    [[nodiscard]] std::uint64_t events_taken() const { return counts_.events; }
    [[nodiscard]] std::uint64_t events_in_all() const { return head_ ? head_->head : 0; }

private:
    struct PendingEvent {
        std::uint64_t line;
        EventRow row;
        core::Event event;
    };

    // tenant_import.cpp
    [[nodiscard]] Step take_head(TenantFileHead head);
    [[nodiscard]] Step take_event(TenantFileEvent line);
    [[nodiscard]] Step take_person(TenantFilePerson line);
    [[nodiscard]] Step take_reply(TenantFileReply line);
    [[nodiscard]] Step take_end(TenantFileEnd line);
    [[nodiscard]] Step check_hash();
    [[nodiscard]] Step give_name();
    [[nodiscard]] ImportFailure fault(const std::string& what) const { return fault_at(line_, what); }
    [[nodiscard]] static ImportFailure fault_at(std::uint64_t line, const std::string& what);

    // tenant_import_batches.cpp
    [[nodiscard]] Step flush_events();
    [[nodiscard]] Step load_touched();
    [[nodiscard]] Step flush_side();
    [[nodiscard]] Step commit(TenantBatch batch);
    [[nodiscard]] Result<bool, IoError> is_done(const TenantBatch& batch);

    Store& store_;
    ImportOptions options_;
    LineSums sums_;
    std::uint64_t line_ = 0;
    std::optional<TenantFileHead> head_;
    std::optional<TenantFileEnd> end_;
    TenantImported counts_;

    std::unique_ptr<core::TenantState> state_;
    std::vector<PendingEvent> pending_;
    TenantBatch side_;  ///< persons and replies
    std::uint64_t pending_bytes_ = 0;
    bool is_begun_ = false;  ///< the tenant has rows in the store
    core::PersonId last_person_;
    std::string last_reply_;

    std::map<std::string, std::string, std::less<>> keys_;  ///< of the store's tenants: whose they are
    std::vector<std::string> names_;
};

}  // namespace waybill::engine
