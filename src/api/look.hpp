#pragma once
// Looking at a tenant's state on the writer thread, where stock, rules and the instant of decisions are one: previews
// and checks. What is found goes back to the HTTP thread.

#include <type_traits>
#include <utility>

#include "api/call.hpp"

namespace waybill::api {

/// The caller's tenant exists, but the engine can not vouch for its state now, or it has gone to another process.
[[nodiscard]] Problem unseen(const Call& call);

/// `look(state, context)` gives a Result<T, Problem> on the writer thread; `finish(call, result)` answers on that of
/// HTTP. Answers engine_overloaded when too many looks wait.
template <class Look, class Finish>
void look(CallPtr call, Look look_at, Finish finish) {
    engine::Engine& engine = call->engine();
    const core::TenantId tenant = call->caller.tenant;
    const bool taken = engine.inspect(tenant, [call, look_at = std::move(look_at), finish = std::move(finish)](
                                                  const core::TenantState* state, const core::Context& context) {
        using Found = std::invoke_result_t<const Look&, const core::TenantState&, const core::Context&>;
        Found found = state == nullptr ? Found(fail(unseen(*call))) : look_at(*state, context);
        call->services.completions.push(
            [call, finish, found = std::move(found)]() mutable { finish(call, std::move(found)); });
    });
    if (!taken) answer(call, refuse(core::Reject::engine_overloaded, "too many previews are waiting"));
}

}  // namespace waybill::api
