#include "app/serve.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>

#include "api/api.hpp"
#include "app/key_file.hpp"
#include "app/listen_address.hpp"
#include "app/log.hpp"
#include "app/mail_service.hpp"
#include "app/operator_key.hpp"
#include "app/stop_signals.hpp"
#include "app/store_access.hpp"
#include "app/version.hpp"
#include "app/webhook_key.hpp"
#include "app/webhook_sender.hpp"
#include "engine/backorder_retrier.hpp"
#include "storage/open_store.hpp"
#include "zones/load_zones.hpp"

namespace waybill::app {
namespace {

constexpr std::chrono::milliseconds readiness_interval{1000};
constexpr std::chrono::milliseconds between_tries{100};

struct Counts {
    std::uint64_t tenants = 0;  ///< without the system's
    std::uint64_t items = 0;
    std::uint64_t levels = 0;
};

Counts count_rows(engine::Engine& engine) {
    Counts out;
    for (const engine::TenantHead& tenant : engine.tenants()) {
        if (tenant.tenant == engine::system_tenant) continue;
        ++out.tenants;
        const auto view = engine.view(tenant.tenant);
        if (!view) continue;
        const auto items = static_cast<core::ItemIx>(view->state().items.rows.committed_size());
        out.items += items;
        for (core::ItemIx ix = 0; ix < items; ++ix) out.levels += view->levels(ix).levels.size();
    }
    return out;
}

/// A reader of the file sees the whole port or no file.
bool write_port_file(const std::string& path, std::uint16_t port) {
    const std::string fresh = path + ".new";
    {
        std::ofstream file(fresh, std::ios::trunc);
        file << port << '\n';
        file.close();
        if (!file) return false;
    }
    std::error_code error;
    std::filesystem::rename(fresh, path, error);
    return !error;
}

/// Everything of one process, in the order in which it is built; it is taken apart the other way round.
struct Process {
    std::unique_ptr<engine::Store> store;
    SystemClock clock;
    std::vector<core::ZoneRules> zones;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<delivery::Dispatcher> webhooks;        ///< nullptr: there is no key to sign with
    std::unique_ptr<engine::BackorderRetrier> backorders;  ///< nullptr: it is switched off
    std::optional<MailService> mail;
    std::unique_ptr<api::Api> api;
    std::unique_ptr<http::Server> server;
};

void log_ownership(Log& log, const engine::OwnershipNote& note) {
    using Kind = engine::OwnershipNote::Kind;
    const auto tenant = "ten_" + std::to_string(note.tenant.raw());
    switch (note.kind) {
        case Kind::taken:
            return log.debug("tenant_taken", {{"tenant", tenant}, {"epoch", note.epoch}});
        case Kind::handed_over:
            return log.info("tenant_handed_over", {{"tenant", tenant}, {"epoch", note.epoch}, {"to", note.detail}});
        case Kind::lost:
            return log.warn("tenant_lost", {{"tenant", tenant}, {"epoch", note.epoch}});
        case Kind::not_served:
            return log.error("tenant_not_served", {{"tenant", tenant}, {"reason", note.detail}});
    }
}

/// Store and engine, and what a fresh store needs. Errors: complained about.
Exit open_engine(const Settings& settings, Process& process, Log& log) {
    auto store =
        open_store_when_free(settings.store, settings.storage, settings.store_wait_max, [&log](const std::string& why) {
            log.warn("waiting", {{"reason", why}});
        });
    if (!store && store.error().empty()) return Exit::ok;  // asked to stop before there was anything to stop
    if (!store) {
        complain(store.error());
        return Exit::store;
    }
    process.store = std::move(*store);
    auto zones = zones::load_zones();
    if (!zones) {
        complain(zones.error());
        return Exit::failed;
    }
    process.zones = std::move(*zones);
    engine::EngineOptions options = settings.engine;
    options.version = version;
    options.on_ownership = [&log](const engine::OwnershipNote& note) { log_ownership(log, note); };
    // A store on a server is opened by many, and had by those who own its tenants.
    const auto until = std::chrono::steady_clock::now() + settings.store_wait_max;
    for (bool is_first = true; process.engine == nullptr; is_first = false) {
        auto engine = engine::Engine::open(*process.store, process.clock, process.zones, options);
        if (engine) {
            process.engine = std::move(*engine);
            break;
        }
        const std::string why = describe(settings.store, engine.error());
        if (engine.error().kind != engine::IoFailure::locked || std::chrono::steady_clock::now() >= until) {
            complain(why);
            return Exit::store;
        }
        if (is_first) log.warn("waiting", {{"reason", why}});
        if (stop_asked_within(between_tries)) {
            process.store.reset();
            return Exit::ok;
        }
    }
    if (!settings.bootstrap_key_file.empty()) {
        const auto made =
            bootstrap_operator_key(*process.engine, *process.store, settings.store, settings.bootstrap_key_file);
        if (!made) {
            complain(made.error());
            return Exit::failed;
        }
    }
    return Exit::ok;
}

Exit open_server(const Settings& settings, ListenAddress& listen, Process& process) {
    api::ApiOptions options = settings.api;
    options.shares_store = process.engine->ownership().has_value();
    options.version = version;
    if (!options.webhook_key.empty()) {
        options.webhook_stats = [&process] { return webhook_stats(process.webhooks.get()); };
    }
    if (settings.retry_backorders) {
        options.backorder_stats = [&process] {
            return process.backorders ? process.backorders->stats() : engine::BackorderStats{};
        };
    }
    options.mail_stats = [&process] { return process.mail ? process.mail->stats() : engine::MailStats{}; };
    auto api = api::Api::open(*process.engine, *process.store, options);
    if (!api) {
        complain(describe(settings.store, api.error()));
        return Exit::store;
    }
    process.api = std::move(*api);
    auto server = http::Server::listen({listen.address, listen.port, settings.http}, *process.api);
    if (!server) {
        complain(server.error());
        return Exit::failed;
    }
    process.server = std::move(*server);
    process.api->attach(*process.server);
    listen.port = process.server->port();
    if (!settings.port_file.empty() && !write_port_file(settings.port_file, listen.port)) {
        complain("can not write " + settings.port_file);
        return Exit::failed;
    }
    return Exit::ok;
}

/// Says once when writes stop being taken and once when they are again.
void watch_readiness(Process& process, Log& log) {
    auto before = std::make_shared<std::string>();
    process.server->every(readiness_interval, [&process, &log, before] {
        std::string now = process.engine->not_ready();
        if (now == *before) return;
        if (now.empty()) {
            log.info("ready", {{"was", *before}});
        } else {
            log.error("not_ready", {{"reason", now}});
        }
        *before = std::move(now);
    });
}

}  // namespace

Exit serve(const Settings& given, const std::vector<std::string>& unknown_variables) {
    const auto began = std::chrono::steady_clock::now();
    auto listen = parse_listen_address(given.listen);
    if (!listen) {
        complain("listen: needs ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080, not \"" + given.listen + "\"");
        return Exit::usage;
    }
    Settings settings = given;
    if (!settings.cluster_key_file.empty()) {
        auto key = read_key_file("cluster.key_file", settings.cluster_key_file);
        if (!key) {
            complain(key.error());
            return Exit::usage;
        }
        settings.api.cluster_key = std::move(*key);
    }
    Log log(settings.log_format, settings.log_level);
    if (const auto read = read_webhook_key_file(settings, log); !read) {
        complain(read.error());
        return Exit::usage;
    }
    auto mail = read_mail_settings(settings.mail, log);
    if (!mail) {
        complain(mail.error());
        return Exit::usage;
    }
    Process process;
    if (const Exit opened = open_engine(settings, process, log); opened != Exit::ok) return opened;
    if (!process.store) return Exit::ok;
    if (const auto found = find_webhook_key(settings, *process.engine, log); !found) {
        complain(found.error());
        process.engine->stop();
        return Exit::failed;
    }
    if (const Exit opened = open_server(settings, *listen, process); opened != Exit::ok) {
        process.engine->stop();
        return opened;
    }
    auto webhooks = start_webhooks(settings, *process.engine, *process.store, process.clock, log);
    if (!webhooks) {
        complain(webhooks.error());
        process.engine->stop();
        return Exit::failed;
    }
    process.webhooks = std::move(*webhooks);
    if (settings.retry_backorders) {
        auto retrier = engine::BackorderRetrier::start(*process.engine, *process.store, {});
        if (!retrier) {
            complain(describe(settings.store, retrier.error()));
            process.webhooks.reset();
            process.engine->stop();
            return Exit::store;
        }
        process.backorders = std::move(*retrier);
    }
    auto sending = MailService::start(*mail, settings, *process.engine, *process.store, process.clock, log);
    if (!sending) {
        complain(sending.error());
        process.backorders.reset();
        process.webhooks.reset();
        process.engine->stop();
        return Exit::failed;
    }
    process.mail = std::move(*sending);
    watch_readiness(process, log);
    if (const std::uint64_t most = process.server->stats().connections_max; most < settings.http.connections_max) {
        log.warn("open_files_limit", {{"connections_max", most}, {"wanted", settings.http.connections_max}});
    }
    for (const std::string& variable : unknown_variables)
        log.warn("unknown_environment_variable", {{"name", variable}});

    const Counts counts = count_rows(*process.engine);
    const auto took = std::chrono::steady_clock::now() - began;
    log.info("started", {{"version", version},
                         {"address", url_of(*listen)},
                         {"store", storage::shown(settings.store)},
                         {"store_kind", process.store->kind()},
                         {"tenants", counts.tenants},
                         {"items", counts.items},
                         {"levels", counts.levels},
                         {"took_ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()},
                         {"pid", static_cast<std::int64_t>(::getpid())}});
    fmt::print("Waybill {} listening on {}\n", version, url_of(*listen));
    std::fflush(stdout);

    {
        const StopSignals signals([&](const char* signal) {
            log.info("stopping", {{"signal", signal}});
            if (process.webhooks) process.webhooks->begin_stop();
            process.mail->begin_stop();
            process.server->stop(settings.shutdown_wait_max);
            process.server->post([&process] { process.api->end_streams(); });
        });
        process.server->run();
        // What was delivered is recorded while commands are taken.
        if (process.webhooks) process.webhooks->stop();
        if (process.backorders) process.backorders->stop();
        process.mail->stop();
        // What is queued is still decided, made durable and answered; only then is the store let go.
        process.engine->stop();
    }
    const engine::EngineStats stats = process.engine->stats();
    log.info("stopped", {{"commands", stats.commands}, {"accepted", stats.accepted}, {"rejected", stats.rejected}});
    return Exit::ok;
}

}  // namespace waybill::app
