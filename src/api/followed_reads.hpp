#pragma once
// Reads of rows, of a tenant that another process serves, answered here: by the store's rows and the configuration that
// is followed (engine/followed_tenants.hpp). What this process can not answer so goes to the owner.

#include <string>

#include "api/call.hpp"
#include "api/forwarding.hpp"
#include "api/router.hpp"

namespace waybill::api {

/// `hash` is that of the caller's key, which is looked up in the configuration. `otherwise` is called on the HTTP
/// thread when the configuration that is kept is not the one in force, or the client asks for later rows than there
/// are.
void read_followed(const CallPtr& call, const Route& route, core::TenantId tenant, const std::string& hash,
                   Forwarding::ServeHere otherwise);

}  // namespace waybill::api
