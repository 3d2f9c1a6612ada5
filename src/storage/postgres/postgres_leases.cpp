#include "storage/postgres/postgres_leases.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace waybill::storage::postgres {

using core::TenantId;
using engine::IoError;
using engine::Membership;
using engine::OwnedTenant;
using engine::Process;
using engine::ProcessId;

namespace {

/// Rows of processes that ended without leaving are kept for so long, for people to see.
constexpr std::string_view forgotten_after = "interval '1 hour'";

#define WAYBILL_TENANT_COLUMNS "tenant_id, name, head, last_instant, owner, epoch, format"

OwnedTenant tenant_of(const Rows& rows, int row) {
    OwnedTenant out;
    out.head.tenant = TenantId(rows.number32(row, 0));
    out.head.name = rows.text(row, 1);
    out.head.head = core::Sequence(rows.number(row, 2));
    out.head.last_instant = rows.instant(row, 3);
    out.owner = rows.number(row, 4);
    out.epoch = rows.number(row, 5);
    out.format = rows.number32(row, 6);
    return out;
}

std::vector<OwnedTenant> tenants_of(const Rows& rows) {
    std::vector<OwnedTenant> out;
    for (int row = 0; row < rows.size(); ++row) out.push_back(tenant_of(rows, row));
    return out;
}

Membership membership_of(const Rows& processes, const Rows& tenants) {
    Membership out;
    for (int row = 0; row < processes.size(); ++row) {
        out.processes.push_back({processes.number(row, 0), processes.text(row, 1), processes.text(row, 2),
                                 processes.number32(row, 3), std::chrono::microseconds(processes.integer(row, 4))});
    }
    out.tenants = tenants_of(tenants);
    return out;
}

class PostgresLeases final : public engine::Leases {
public:
    explicit PostgresLeases(Session session) : session_(std::move(session)) {}

    [[nodiscard]] Answer<Unit> connect() {
        const auto connection = session_.live();
        if (!connection) return fail(connection.error());
        return Unit{};
    }

    Answer<ProcessId> join(const Process& process, std::chrono::milliseconds lease) override {
        static const Statement forget{"DELETE FROM processes WHERE expires_at < clock_timestamp() - " +
                                      std::string(forgotten_after)};
        static const Statement add{
            "INSERT INTO processes (address, version, format, expires_at)"
            " VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond') RETURNING process_id"};
        Values values;
        values.add(process.address).add(process.version).add_integer(static_cast<std::int32_t>(process.format));
        values.add(std::int64_t{lease.count()});
        auto connection = session_.live();
        if (!connection) return fail(std::move(connection.error()));
        (*connection)->queue(forget, {});
        (*connection)->queue(add, values);
        const auto answers = (*connection)->finish();
        if (!answers) return fail(answers.error());
        return answers->back().number(0, 0);
    }

    Answer<std::optional<Membership>> renew(ProcessId self, std::chrono::milliseconds lease) override {
        static const Statement extend{
            "UPDATE processes SET expires_at = clock_timestamp() + $2 * interval '1 millisecond' WHERE process_id = "
            "$1"};
        return session_.read([&](Connection& connection) -> Answer<std::optional<Membership>> {
            // All in one transaction, and the look after the renewal: who took a tenant before it had the row of this
            // process locked, so that the renewal waited, and the look sees what was taken.
            connection.queue(extend, Values().add(self).add(std::int64_t{lease.count()}));
            queue_look(connection);
            const auto answers = connection.finish();
            if (!answers) return fail(answers.error());
            if ((*answers)[0].changed() == 0) return std::optional<Membership>();
            return std::optional(membership_of((*answers)[1], (*answers)[2]));
        });
    }

    Answer<Membership> look() override {
        return session_.read([](Connection& connection) -> Answer<Membership> {
            queue_look(connection);
            const auto answers = connection.finish();
            if (!answers) return fail(answers.error());
            return membership_of((*answers)[0], (*answers)[1]);
        });
    }

    Answer<std::vector<OwnedTenant>> claim(ProcessId self, const std::vector<TenantId>& tenants) override {
        auto connection = session_.live();
        if (!connection) return fail(std::move(connection.error()));
        Column without_lease(Type::bigint);
        auto taken = claim_on(**connection, self, tenants, without_lease);
        if (!taken && !(*connection)->is_lost()) {
            (*connection)->queue_control("ROLLBACK");
            static_cast<void>((*connection)->finish());
        }
        if (taken && taken->size() < tenants.size()) end_left_open(**connection, tenants, without_lease);
        return taken;
    }

    Answer<Unit> release(ProcessId self, const std::vector<engine::Holding>& holdings) override {
        static const Statement give_up{
            "UPDATE tenants SET owner = 0, epoch = epoch + 1 WHERE owner = $1 AND tenant_id = $2 AND epoch = $3"};
        return session_.read([&](Connection& connection) -> Answer<Unit> {
            for (const engine::Holding& holding : holdings) {
                connection.queue(give_up, Values().add(self).add(holding.tenant).add(holding.epoch));
            }
            const auto done = connection.finish();
            if (!done) return fail(done.error());
            return Unit{};
        });
    }

    Answer<Unit> leave(ProcessId self) override {
        static const Statement give_up{"UPDATE tenants SET owner = 0, epoch = epoch + 1 WHERE owner = $1"};
        static const Statement go{"DELETE FROM processes WHERE process_id = $1"};
        if (auto done = run(give_up, Values().add(self)); !done) return done;
        return run(go, Values().add(self));
    }

private:
    static Column ids_of(const std::vector<TenantId>& tenants) {
        Column out(Type::integer);
        for (const TenantId tenant : tenants) out.add(tenant.raw());
        return out;
    }

    static void queue_look(Connection& connection) {
        static const Statement processes{
            "SELECT process_id, address, version, format,"
            " (extract(epoch FROM expires_at - clock_timestamp()) * 1000000)::bigint FROM processes ORDER BY "
            "process_id"};
        static const Statement tenants{"SELECT " WAYBILL_TENANT_COLUMNS " FROM tenants ORDER BY tenant_id"};
        connection.queue(processes, {});
        connection.queue(tenants, {});
    }

    [[nodiscard]] Answer<Unit> run(const Statement& statement, const Values& values) {
        return session_.read([&](Connection& connection) -> Answer<Unit> {
            const auto done = connection.run(statement, values);
            if (!done) return fail(done.error());
            return Unit{};
        });
    }

    /// A process that was stopped, or cut off, in the middle of sending a commit holds the tenant's row for as long:
    /// the server waits for the rest, and none of its time limits is about that. Once its lease is over its session is
    /// ended, so that a claim after this one finds the tenant free. That this can not be done is no failure of a claim.
    static void end_left_open(Connection& connection, const std::vector<TenantId>& tenants,
                              const Column& without_lease) {
        // The transaction that has changed a row and not ended is the row's xmax, and holds a lock by that name.
        static const Statement end_sessions{
            "SELECT pg_terminate_backend(a.pid) FROM tenants t"
            " JOIN pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = t.xmax AND l.granted"
            " JOIN pg_stat_activity a ON a.pid = l.pid"
            " WHERE t.tenant_id = ANY ($1) AND t.owner = ANY ($2) AND a.wait_event = 'ClientRead'"};
        static_cast<void>(connection.run(end_sessions, Values().add(ids_of(tenants)).add(without_lease)));
    }

    static Answer<std::vector<OwnedTenant>> claim_on(Connection& connection, ProcessId self,
                                                     const std::vector<TenantId>& tenants, Column& without_lease) {
        // A process whose lease has run out may renew it at any moment: with its row locked it can not until this is
        // done, and finds then what was taken from it.
        static const Statement lock_dead{
            "SELECT process_id FROM processes WHERE expires_at <= clock_timestamp() ORDER BY process_id FOR UPDATE"};
        // Whoever owns something had joined before, so an owner that one look shows without its row is gone for good.
        static const Statement find_gone{
            "SELECT DISTINCT owner FROM tenants WHERE tenant_id = ANY ($1) AND owner <> 0"
            " AND NOT EXISTS (SELECT FROM processes WHERE process_id = owner)"};
        // Everybody else is taken for alive, also who has joined and claimed since those two looked.
        static const Statement take{
            "UPDATE tenants SET owner = $1, epoch = epoch + 1 WHERE tenant_id IN (SELECT tenant_id FROM tenants"
            " WHERE tenant_id = ANY ($2) AND (owner = 0 OR owner = ANY ($3)) AND format <= $4 AND name <> ''"
            " ORDER BY tenant_id FOR UPDATE SKIP LOCKED)"
            " RETURNING " WAYBILL_TENANT_COLUMNS};
        connection.queue_control("BEGIN");
        connection.queue(lock_dead, {});
        connection.queue(find_gone, Values().add(ids_of(tenants)));
        auto found = connection.finish();
        if (!found) return fail(std::move(found.error()));
        for (const Rows& owners : {std::cref((*found)[0]), std::cref((*found)[1])}) {
            for (int row = 0; row < owners.size(); ++row) without_lease.add(owners.number(row, 0));
        }
        Values values;
        values.add(self).add(ids_of(tenants)).add(without_lease).add_integer(engine::known_format);
        connection.queue(take, values);
        connection.queue_control("COMMIT");
        auto taken = connection.finish();
        if (!taken) return fail(std::move(taken.error()));
        auto out = tenants_of(taken->front());
        std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.head.tenant < b.head.tenant; });
        return out;
    }

    Session session_;
};

}  // namespace

Result<std::unique_ptr<engine::Leases>, IoError> open_leases(const std::string& uri, Purpose purpose,
                                                             const StoreOptions& options) {
    auto leases = std::make_unique<PostgresLeases>(Session(uri, purpose, options));
    if (auto ready = leases->connect(); !ready) return fail(std::move(ready.error()));
    return std::unique_ptr<engine::Leases>(std::move(leases));
}

}  // namespace waybill::storage::postgres
