#include "api/followed_reads.hpp"

#include <utility>

#include "api/authentication.hpp"
#include "engine/followed_tenants.hpp"

namespace waybill::api {
namespace {

/// On a reader's thread. False: it was not answered.
bool answered(const CallPtr& call, const Route& route, core::TenantId tenant, const std::string& hash,
              engine::Reader& reader) {
    const auto moment = reader.hold_moment();
    if (!moment) return false;
    const auto position = reader.position(tenant);
    if (!position || !has_come_to(call->request, position->head)) return false;
    call->followed = call->services.followed.find(tenant, position->configured);
    if (!call->followed) return false;
    call->services.followed_reads.fetch_add(1, std::memory_order_relaxed);
    call->reader = &reader;
    call->head = position->head;
    auto caller = admit(engine::find_key(*call->followed, hash), *route.permission);
    if (caller) {
        call->caller = std::move(*caller);
        route.handle(call);
    } else {
        answer(call, fail(std::move(caller.error())));
    }
    call->reader = nullptr;
    return true;
}

}  // namespace

void read_followed(const CallPtr& call, const Route& route, core::TenantId tenant, const std::string& hash,
                   Forwarding::ServeHere otherwise) {
    const bool taken = call->services.readers->submit(
        [call, &route, tenant, hash, otherwise = std::move(otherwise)](engine::Reader& reader) {
            Services& services = call->services;
            if (answered(call, route, tenant, hash, reader)) return;
            services.completions.push([call, otherwise] { otherwise(call); });
            // For the next one. What fails is noticed by whoever owns the tenant.
            static_cast<void>(services.followed.refresh(reader, tenant));
        });
    if (!taken) answer(call, refuse(core::Reject::engine_overloaded, "too many reads are waiting"));
}

}  // namespace waybill::api
