#pragma once
// The Store port: what the engine asks of durable memory. Few verbs; the same bytes whatever the store, so that equal
// histories have equal state hashes everywhere. Implementations: storage/memory, storage/sqlite, storage/postgres; one
// conformance suite (tests/conformance) holds for all.
//
// Documents (event bodies, order headers and blocks, configuration) come as JSON text made by the engine's codec; a
// store keeps them as they are. What it must find by is beside the document in columns of its own.
//
// Threads: `tenants`, `load` and `commit` are the writer's, one thread at a time; of a store that `loads_beside_commit`
// one may be in `load` while another is in `commit`. `reader()` may be called from any; a Reader belongs to one thread
// at a time and sees committed data only, without waiting for the writer.

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/events.hpp"
#include "core/ids.hpp"
#include "core/inventory/level.hpp"
#include "core/network/capacity.hpp"
#include "engine/io_error.hpp"
#include "engine/leases.hpp"

namespace waybill::engine {

struct EventRow {
    core::Sequence sequence;
    core::Aggregate aggregate;
    std::uint64_t aggregate_version = 0;
    Instant at;
    std::string actor;        ///< "key_12", "system"
    std::string command;      ///< name of the command that caused it
    std::string correlation;  ///< the caller's Idempotency-Key, or empty
    std::string type;
    std::uint32_t schema_version = 1;
    std::string body;
    bool operator==(const EventRow&) const = default;
};

/// One line of the inventory ledger. `n` counts movements inside one event, from 0 without gaps.
struct MovementRow {
    core::Sequence sequence;
    std::uint32_t n = 0;
    Instant at;  ///< that of the event
    core::Movement movement;
    core::OrderId order;  ///< of an order's event: that order; else not set
    bool operator==(const MovementRow&) const = default;
};

struct OrderBlock {
    std::uint32_t block = 0;  ///< lines [block * limits::order_block_lines, ...)
    std::string doc;
    bool operator==(const OrderBlock&) const = default;
};

/// An order as stored. On the first write of an order every member is given; on later ones `items`, `blocks` and
/// `search_text` hold only what changed, and the store keeps the rest. `header` and `blocks` are empty as long as
/// nothing changed the order since it was placed: until then the event that placed it, whose sequence is the order's
/// id, is its document.
struct OrderRow {
    core::OrderId id;
    core::ChannelIx channel = 0;
    std::string channel_order_id;
    core::OrderStatus status = core::OrderStatus::backordered;
    core::CustomerId customer;
    Instant placed_at;
    Instant updated_at;
    std::string currency;
    std::int64_t total_minor = 0;
    std::uint32_t line_count = 0;
    std::uint32_t version = 0;
    core::Sequence last_sequence;
    std::string header;  ///< the order document without its lines
    std::vector<OrderBlock> blocks;
    bool is_new = true;
    std::vector<core::ItemIx> items;          ///< distinct items of its lines; only when new
    std::vector<core::LocationIx> locations;  ///< distinct locations of its allocations, now
    std::string search_text;                  ///< words to find it by that it had not before; no personal data
    bool operator==(const OrderRow&) const = default;
};

/// An exception of an order, open or resolved: a row of the queue. Its key is the event that raised it, with the kind:
/// one event may raise several.
struct ExceptionRow {
    core::Sequence raised_in;
    std::string kind;
    core::OrderId order;
    core::Severity severity = core::Severity::normal;
    std::string owner;
    Instant due_at;  ///< not set: no time is due
    bool is_open = true;
    std::string doc;  ///< all of it: engine/exception_rows.hpp
    bool operator==(const ExceptionRow&) const = default;
};

/// A fulfillment order, in work or done: a row of the lists that locations work by. Its key is the order and the
/// number.
struct FulfillmentRow {
    core::OrderId order;
    std::uint32_t number = 0;
    core::LocationIx location = 0;
    core::FulfillmentStatus status = core::FulfillmentStatus::released;
    bool is_open = true;
    CivilDate due;              ///< FulfillmentOrder::due
    std::int32_t priority = 0;  ///< of the order
    std::string doc;            ///< all of it: engine/fulfillment_rows.hpp
    bool operator==(const FulfillmentRow&) const = default;
};

/// A return, open or over: a row of the lists of goods that come back. Its key is the order and the number.
struct ReturnRow {
    core::OrderId order;
    std::uint32_t number = 0;
    core::LocationIx location = core::no_index;  ///< where it is expected; no_index: anywhere
    core::ReturnStatus status = core::ReturnStatus::requested;
    bool is_open = true;
    Instant requested_at;
    std::string doc;  ///< all of it: engine/return_rows.hpp
    bool operator==(const ReturnRow&) const = default;
};

struct LevelRow {
    core::ItemIx item = 0;
    core::Level level;
    bool operator==(const LevelRow&) const = default;
};

struct CapacityRow {
    core::LocationIx location = 0;
    core::CapacityDay day;
    bool operator==(const CapacityRow&) const = default;
};

struct CustomerRow {
    core::CustomerId id;                             ///< the sequence of the event that made the customer
    std::vector<core::CustomerIdentity> identities;  ///< all of them, now
    std::string doc;
    std::string group;
    bool blocked = false;
    core::CustomerId merged_into;
    bool operator==(const CustomerRow&) const = default;
};

/// Personal data, beside the log. Found by the words of its document until it is erased.
struct PersonRow {
    core::PersonId id;
    core::CustomerId customer;  ///< whose it is, when known and that of the order; erasure goes by it
    core::OrderId order;        ///< the order it was given with, if any; then `id` is that order's
    std::string doc;
    bool operator==(const PersonRow&) const = default;
};

/// Configuration documents, one table a kind, addressed by dense index.
enum class DocKind : std::uint8_t {
    settings,
    item,
    location,
    channel,
    key,
    feed,
    postcode_area,
    rule_set,
    rule_activation,
    rate_table,
    webhook,
    webhook_progress,
    demand,  ///< of an item, by its SKU
    message_template,
    message_progress,
};
inline constexpr std::size_t doc_kinds = 15;

struct DocRow {
    DocKind kind = DocKind::settings;
    std::uint32_t ix = 0;
    std::string
        code;  ///< unique within kind: SKU, location code, channel code, key hash, feed source, "GB/SW1", number
    std::string doc;
    bool operator==(const DocRow&) const = default;
};

/// The answer that a request with an Idempotency-Key got. The body is made again from the log (object as of sequence)
/// unless it is small enough to be kept.
struct ReplyRow {
    std::string key;
    std::array<unsigned char, 32> body_hash{};
    std::uint16_t status = 0;
    core::Aggregate object;
    core::Sequence sequence;  ///< the tenant's head after the command
    std::string body;         ///< may be empty
    Instant at;
    bool operator==(const ReplyRow&) const = default;
};

/// All that one commit changes for one tenant. Applied completely or not at all, together with the other tenants'.
struct TenantBatch {
    core::TenantId tenant;
    std::string tenant_name;       ///< set only in the batch that creates the tenant
    bool begins_import = false;    ///< creates the tenant without a name; nobody serves it as long as it has none
    std::string ends_import_as;    ///< set only in the last batch of an import: the name, from now on
    ProcessId owner = no_process;  ///< of a tenant that this batch creates
    Epoch epoch = 0;               ///< another one in the store is a `conflict`: somebody else owns the tenant
    core::Sequence head_before;    ///< of the log; another value in the store is a `conflict`
    std::vector<EventRow> events;  ///< head_before + 1 and up, without gaps
    std::vector<MovementRow> movements;
    std::vector<DocRow> docs;
    std::vector<LevelRow> levels;
    std::vector<CapacityRow> capacity;
    std::vector<OrderRow> orders;
    std::vector<ExceptionRow> exceptions;      ///< each once, as it is now; a row of that key is replaced
    std::vector<FulfillmentRow> fulfillments;  ///< likewise
    std::vector<ReturnRow> returns;            ///< likewise
    std::vector<CustomerRow> customers;
    std::vector<PersonRow> persons;
    /// Delete the person rows of these customers and of their orders; done last, so rows of `persons` are deleted too.
    std::vector<core::CustomerId> erased;
    std::vector<ReplyRow> replies;
    Instant replies_expire_before;  ///< replies older than this may be deleted

    [[nodiscard]] bool creates_tenant() const { return begins_import || !tenant_name.empty(); }
    /// A feed's document changes with every report of stock, the progress of webhooks and mail with every delivery, and
    /// demand is told anew all the time: nobody but the owner keeps them.
    [[nodiscard]] bool configures() const {
        return std::any_of(docs.begin(), docs.end(), [](const DocRow& doc) {
            return doc.kind != DocKind::feed && doc.kind != DocKind::webhook_progress && doc.kind != DocKind::demand &&
                   doc.kind != DocKind::message_progress;
        });
    }
};

/// Where the log ends, and under which owner.
struct Settled {
    core::Sequence head;
    Epoch epoch = 0;
};

/// Where a tenant's log stands.
struct Position {
    core::Sequence head;
    core::Sequence configured;  ///< no document but those of feeds and demand was written since
};

/// As long as it lives, its reader sees the store as it was when it began, whatever is written meanwhile.
class Moment {
public:
    explicit Moment(std::function<void()> let_go) : let_go_(std::move(let_go)) {}
    Moment(Moment&& other) noexcept : let_go_(std::exchange(other.let_go_, nullptr)) {}
    Moment& operator=(Moment&&) = delete;
    ~Moment() {
        if (let_go_) let_go_();
    }

private:
    std::function<void()> let_go_;
};

/// Receives a tenant's configuration and inventory at start, each kind ascending by index.
class ConfigurationSink {
public:
    virtual ~ConfigurationSink() = default;
    virtual void on_doc(DocRow row) = 0;
    virtual void on_level(const LevelRow& row) = 0;
    virtual void on_capacity(const CapacityRow& row) = 0;
    enum class Wants : std::uint8_t { settings, documents, everything };
    /// What it has no use for need not be read.
    [[nodiscard]] virtual Wants wants() const { return Wants::everything; }
};

/// What the commands of a batch need to know of the rows that are not in memory.
struct LoadKeys {
    std::vector<core::OrderId> orders;
    std::vector<core::CustomerId> customers;
    std::vector<std::pair<core::ChannelIx, std::string>> channel_orders;
    std::vector<core::CustomerIdentity> identities;
    std::vector<std::string> replies;
};

/// What makes the order of an event that placed it.
struct PlacingEvent {
    core::Sequence sequence;
    Instant at;
    std::uint32_t schema_version = 1;
    std::string body;
};

/// Either the document, or the event that stands for it.
struct StoredOrder {
    std::string header;
    std::vector<OrderBlock> blocks;      ///< ascending
    std::optional<PlacingEvent> placed;  ///< when `header` is empty
};

/// Only what exists; in no particular order.
struct Loaded {
    std::vector<StoredOrder> orders;
    std::vector<std::string> customers;  ///< those asked for by id, and those that `identities` found
    std::vector<std::pair<std::pair<core::ChannelIx, std::string>, core::OrderId>> channel_orders;
    std::vector<std::pair<core::CustomerIdentity, core::CustomerId>> identities;
    std::vector<ReplyRow> replies;
};

/// Every filter is answered from an index. Newest first by (placed_at, id).
struct OrderQuery {
    std::vector<core::OrderStatus> statuses;  ///< any of; empty: all
    std::optional<core::ChannelIx> channel;
    std::optional<core::CustomerId> customer;
    std::optional<core::ItemIx> item;
    std::optional<core::LocationIx> location;
    std::vector<core::LocationIx> scope;  ///< the key's own limit: any of; empty: all
    Instant placed_from;                  ///< inclusive; not set: no bound
    Instant placed_before;                ///< exclusive
    std::string text;                     ///< words that must all occur, the last may be a prefix
    bool text_in_persons = false;         ///< also look in personal data
    std::uint32_t limit = 50;
    std::optional<std::pair<Instant, core::OrderId>> after;  ///< OrderPage::next of the page before
};

struct OrderHit {
    core::OrderId id;
    Instant placed_at;
    StoredOrder order;  ///< the header, and blocks when the reader was asked for them; or the event
};

/// A place in the order of a search: a row with this time and id.
using OrderPosition = std::pair<Instant, core::OrderId>;

/// A search may stop before the page is full, even without any hit, when too many orders were looked at in vain; it
/// goes on at `next`.
struct OrderPage {
    std::vector<OrderHit> hits;
    std::optional<OrderPosition> next;  ///< OrderQuery::after of the page that follows; none: there is nothing more
};

enum class Blocks : std::uint8_t { without, with };

struct EventQuery {
    core::Sequence after;  ///< exclusive
    core::Sequence until;  ///< inclusive; not set: no bound
    std::optional<core::Aggregate> aggregate;
    std::vector<std::string> types;          ///< any of; empty: all
    std::vector<core::AggregateKind> kinds;  ///< any of; empty: all; answered from the index by aggregate
    std::uint32_t limit = 100;
};

struct MovementQuery {
    std::optional<core::ItemIx> item;
    std::optional<core::LocationIx> location;
    std::optional<core::OrderId> order;
    core::Sequence before;       ///< exclusive; newest first; not set: from the newest
    std::uint32_t before_n = 0;  ///< with `before`: movements of that event below n follow
    std::uint32_t limit = 100;
};

/// A place in the queue of exceptions: what is due first comes first, what is not due at any time last; then the
/// oldest.
struct ExceptionPosition {
    Instant due_at;  ///< not set: after all that are due some time
    core::Sequence raised_in;
    std::string kind;
};

/// Filters hold together.
struct ExceptionQuery {
    std::optional<bool> is_open;
    std::optional<core::OrderId> order;
    std::string kind;  ///< empty: all
    core::Severity least = core::Severity::low;
    std::optional<std::string> owner;  ///< "": those that nobody looks after
    Instant due_before;                ///< exclusive; not set: no bound
    std::uint32_t limit = 50;
    std::optional<ExceptionPosition> after;
};

/// A place in the list of fulfillment orders: the day it is due, then the priority of its order, then the oldest.
struct FulfillmentPosition {
    CivilDate due;
    std::int32_t priority = 0;
    core::OrderId order;
    std::uint32_t number = 0;
};

/// Filters hold together.
struct FulfillmentQuery {
    std::vector<core::LocationIx> locations;  ///< ascending; empty: all
    std::optional<bool> is_open;
    std::optional<core::FulfillmentStatus> status;
    std::optional<core::OrderId> order;
    std::optional<CivilDate> due_until;  ///< inclusive
    std::uint32_t limit = 50;
    std::optional<FulfillmentPosition> after;
};

/// What walks through all there is asks for so many rows at a time.
inline constexpr std::uint32_t page_rows = 500;
/// A place in the list of returns: the oldest request first, then the oldest order.
struct ReturnPosition {
    Instant requested_at;
    core::OrderId order;
    std::uint32_t number = 0;
};

/// Filters hold together.
struct ReturnQuery {
    std::vector<core::LocationIx> locations;  ///< where they are expected, ascending
    bool with_anywhere = false;               ///< and those that may come anywhere; without either: all
    std::optional<bool> is_open;
    std::optional<core::ReturnStatus> status;
    std::optional<core::OrderId> order;
    std::uint32_t limit = 50;
    std::optional<ReturnPosition> after;
};

class Reader {
public:
    virtual ~Reader() = default;
    template <class T>
    using Answer = Result<T, IoError>;

    /// One at a time.
    virtual Answer<Moment> hold_moment() = 0;
    virtual Answer<core::Sequence> head(core::TenantId tenant) = 0;
    /// By default any change is one of the configuration.
    virtual Answer<Position> position(core::TenantId tenant) {
        auto found = head(tenant);
        if (!found) return fail(std::move(found.error()));
        return Position{*found, *found};
    }
    /// When no commit is under way any more, also none whose answer was lost: what became of it is decided.
    virtual Answer<Settled> settled(core::TenantId tenant) {
        auto found = head(tenant);
        if (!found) return fail(std::move(found.error()));
        return Settled{*found};
    }
    virtual Answer<std::optional<StoredOrder>> order(core::TenantId tenant, core::OrderId id) = 0;
    virtual Answer<std::optional<core::OrderId>> order_by_channel(core::TenantId tenant, core::ChannelIx channel,
                                                                  std::string_view channel_order_id) = 0;
    virtual Answer<OrderPage> search_orders(core::TenantId tenant, const OrderQuery& query, Blocks blocks) = 0;
    /// Orders after `after` ascending by id, with blocks: for verify and export.
    virtual Answer<std::vector<StoredOrder>> scan_orders(core::TenantId tenant, core::OrderId after,
                                                         std::uint32_t limit) = 0;
    virtual Answer<std::vector<ExceptionRow>> exceptions(core::TenantId tenant, const ExceptionQuery& query) = 0;
    virtual Answer<std::vector<FulfillmentRow>> fulfillments(core::TenantId tenant, const FulfillmentQuery& query) = 0;
    virtual Answer<std::vector<ReturnRow>> returns(core::TenantId tenant, const ReturnQuery& query) = 0;
    virtual Answer<std::vector<EventRow>> events(core::TenantId tenant, const EventQuery& query) = 0;
    virtual Answer<std::vector<MovementRow>> movements(core::TenantId tenant, const MovementQuery& query) = 0;
    /// Sums of all movements for each level, ascending by (item, location): for verify.
    virtual Answer<std::vector<LevelRow>> movement_sums(core::TenantId tenant) = 0;
    virtual Answer<std::optional<std::string>> customer(core::TenantId tenant, core::CustomerId id) = 0;
    /// Ascending by id. `text` looks in personal data.
    virtual Answer<std::vector<std::string>> customers(core::TenantId tenant, core::CustomerId after,
                                                       std::string_view text, std::uint32_t limit) = 0;
    virtual Answer<std::optional<core::CustomerId>> customer_by_identity(core::TenantId tenant,
                                                                         const core::CustomerIdentity& identity) = 0;
    virtual Answer<std::optional<PersonRow>> person(core::TenantId tenant, core::PersonId id) = 0;
    /// Rows of persons after `after`, ascending: for export.
    virtual Answer<std::vector<PersonRow>> scan_persons(core::TenantId tenant, core::PersonId after,
                                                        std::uint32_t limit) = 0;
    virtual Answer<std::optional<ReplyRow>> reply(core::TenantId tenant, std::string_view key) = 0;
    /// Replies with keys after `after`, ascending by the bytes of the key: for export.
    virtual Answer<std::vector<ReplyRow>> scan_replies(core::TenantId tenant, std::string_view after,
                                                       std::uint32_t limit) = 0;
    virtual Answer<Unit> configuration(core::TenantId tenant, ConfigurationSink& sink) = 0;
    /// Whose API key, in force or revoked, has this hash of its secret; nobody's, before the tenant's import has ended.
    /// The one question that is not about one tenant.
    virtual Answer<std::optional<core::TenantId>> tenant_of_key(std::string_view hash) = 0;
};

struct StoreStats {
    std::uint64_t commits = 0;
    std::uint64_t commit_micros = 0;  ///< time inside commit, of it sync included
    std::uint64_t bytes = 0;          ///< size of the store, as far as it knows
};

class Store {
public:
    virtual ~Store() = default;
    [[nodiscard]] virtual std::string_view kind() const = 0;  ///< "memory", "sqlite", "postgres"

    virtual Result<std::vector<TenantHead>, IoError> tenants() = 0;
    virtual Result<Loaded, IoError> load(core::TenantId tenant, const LoadKeys& keys) = 0;
    /// A `load` during a commit sees each row as it was before or is after it, and does not wait for it.
    [[nodiscard]] virtual bool loads_beside_commit() const { return false; }

    /// Makes all batches durable in one transaction. On success the change survives the death of process and machine.
    /// Errors: nothing was changed, except outcome_unknown: then the engine stops writing until it has read again.
    virtual Result<Unit, IoError> commit(const std::vector<TenantBatch>& batches) = 0;

    /// From now on, and until its end, this store alone imports. Errors: locked: another process does.
    virtual Result<Unit, IoError> lock_imports() { return Unit{}; }
    /// Deletes every row of a tenant whose import did not end. Not in one transaction: a tenant that is cut off
    /// half-way is still unfinished, and dropped by the next call. Errors: conflict for a tenant that has a name.
    virtual Result<Unit, IoError> drop_unfinished(core::TenantId tenant) = 0;

    virtual Result<std::unique_ptr<Reader>, IoError> reader() = 0;
    /// nullptr: one process has the store for itself. May be called from any thread.
    virtual Result<std::unique_ptr<Leases>, IoError> leases() { return std::unique_ptr<Leases>(); }

    /// Copies the store, as of one moment, while writes go on. `progress` gets pages done and in all.
    virtual Result<Unit, IoError> backup(const std::string& path,
                                         const std::function<void(std::uint64_t, std::uint64_t)>& progress) = 0;
    /// The store's own structural checks; every problem found, one line each.
    virtual Result<std::vector<std::string>, IoError> check() = 0;
    [[nodiscard]] virtual StoreStats stats() const = 0;
};

}  // namespace waybill::engine
