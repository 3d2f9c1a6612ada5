#pragma once
// The key that the secrets of webhooks are derived from (webhooks/signing.hpp). It is beside the store and not in it,
// so that who has a copy of the store can not sign in its name.

#include <string>

#include "base/result.hpp"

namespace waybill::app {

struct WebhookKey {
    std::string key;
    std::string path;      ///< empty: nowhere
    bool is_made = false;  ///< just now
};

/// Where the key of a store in a file is unless a setting says otherwise.
[[nodiscard]] std::string webhook_key_path(const std::string& store_path);

/// The key in this file; where there is none, one is made with random bytes and written there, readable by the owner
/// only. Either the whole of it is in the file or there is no file. REQUIRES: no other process serves the store.
/// Errors: one line, which never shows the key.
[[nodiscard]] Result<WebhookKey, std::string> read_or_make_webhook_key(const std::string& path);

/// For a store that is gone at the end of the process.
[[nodiscard]] WebhookKey passing_webhook_key();

}  // namespace waybill::app
