#pragma once
// Everything that `waybill serve` can be told, by one name each: `http.connections_max` is that in the configuration
// file, WAYBILL_HTTP_CONNECTIONS_MAX in the environment and --http-connections-max on the command line. The file comes
// first, the environment overrides it, flags override both.

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/options.hpp"
#include "app/log.hpp"
#include "base/result.hpp"
#include "engine/engine.hpp"
#include "http/server.hpp"
#include "storage/options.hpp"

namespace waybill::app {

struct WebhookSettings {
    std::string key_file;
    bool allow_private = false;
    std::chrono::milliseconds request_wait_max{15'000};
    std::chrono::milliseconds give_up_after{5 * 24 * 3'600'000};
    std::size_t requests_at_once = 64;
};

struct MailSettings {
    std::string smtp_url;  ///< empty: no mail is sent
    std::string user;
    std::string password_file;
    std::string from;
    std::string from_name;
    std::string reply_to;
    bool require_tls = true;
    std::chrono::milliseconds wait_max{30'000};
    std::chrono::milliseconds give_up_after{5 * 24 * 3'600'000};
    std::size_t connections_max = 4;
};

struct Settings {
    std::string store = "./waybill.db";
    std::string listen = "127.0.0.1:8080";
    std::string port_file;
    std::string bootstrap_key_file;
    std::string cluster_key_file;
    std::chrono::milliseconds shutdown_wait_max{30'000};
    std::chrono::milliseconds store_wait_max{0};
    LogFormat log_format = LogFormat::text;
    LogLevel log_level = LogLevel::info;
    http::Limits http;
    api::ApiOptions api;
    engine::EngineOptions engine;
    WebhookSettings webhooks;
    bool retry_backorders = true;
    MailSettings mail;
    storage::StoreOptions storage;
};

/// One named setting.
struct Setting {
    std::string name;   ///< "http.connections_max"
    std::string group;  ///< heading in --help
    std::string help;
    /// What is wrong with the text, or nullopt when it was taken.
    std::function<std::optional<std::string>(Settings&, std::string_view)> set;
    std::function<std::string(const Settings&)> get;

    [[nodiscard]] std::string flag() const;         ///< "--http-connections-max"
    [[nodiscard]] std::string environment() const;  ///< "WAYBILL_HTTP_CONNECTIONS_MAX"
};

[[nodiscard]] const std::vector<Setting>& all_settings();

/// Names and texts as one source gives them. `origin` says where a value stands, for errors: "waybill.toml:3".
struct GivenValue {
    std::string text;
    std::string origin;
};
using Given = std::map<std::string, GivenValue>;

/// Reads a TOML file. Tables are sections; numbers, texts and true/false are values.
/// Errors: one line with file, line and what is wrong; an unknown name with the nearest known one.
[[nodiscard]] Result<Given, std::string> read_config_file(const std::string& path);

/// The settings named by WAYBILL_ variables. Variables of no setting are left to others; `unknown` gets their names.
[[nodiscard]] Given read_environment(const std::vector<std::string>& environment, std::vector<std::string>& unknown);

/// Errors: one line with the origin and what is wrong.
[[nodiscard]] Result<Unit, std::string> apply_settings(Settings& settings, const Given& given);

/// The known name that is nearest to a misspelt one; empty when none is near.
[[nodiscard]] std::string nearest_setting(std::string_view name);

}  // namespace waybill::app
