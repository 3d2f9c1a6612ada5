#pragma once
// The routes as data: method, path, the permission that they need, and the function that answers. Tests walk the table
// with every role; the contract is compared with it.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.hpp"

namespace waybill::api {

using Handle = void (*)(CallPtr call);
using Open = std::unique_ptr<http::StreamIn> (*)(StreamCall call);

/// What the answer is made of. `rows`: of the tenant's configuration and rows of the store, so that any process can
/// give it; the handler answers by `answer_from_store` or refuses.
enum class MadeOf { memory, rows };

/// Exactly one of `handle` and `open` is set.
struct Route {
    std::string_view method;
    /// "/v1/orders/{id}/cancel". A last segment "{sku+}" takes the rest of the path: SKUs may have slashes.
    std::string_view pattern;
    std::optional<core::Permission> permission;  ///< none: no key is needed
    Handle handle = nullptr;
    Open open = nullptr;
    MadeOf made_of = MadeOf::memory;
};

/// All routes of the API.
[[nodiscard]] std::span<const Route> routes();

struct Match {
    const Route* route = nullptr;  ///< null: the path is unknown, or does not have the method
    std::vector<std::string> parameters;
    std::string allow;  ///< methods of the path, "GET, PUT"; empty: the path is unknown
};
[[nodiscard]] Match match_route(std::string_view method, std::string_view path);

/// "/v1/orders/{id}" against "/v1/orders/ord_7".
[[nodiscard]] std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path);

}  // namespace waybill::api
