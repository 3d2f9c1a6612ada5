#include "api/look.hpp"

namespace waybill::api {

Problem unseen(const Call& call) {
    const bool is_here = call.engine().placement(call.caller.tenant).where == engine::Placement::Where::here;
    return {is_here ? core::Reject::store_unavailable : core::Reject::no_owner, {}, {}, {}};
}

}  // namespace waybill::api
