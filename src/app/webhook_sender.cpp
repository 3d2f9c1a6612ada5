#include "app/webhook_sender.hpp"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "api/event_json.hpp"
#include "app/key_file.hpp"
#include "app/store_access.hpp"
#include "app/version.hpp"
#include "app/webhook_key.hpp"
#include "storage/open_store.hpp"
#include "webhooks/webhook_outlet.hpp"

namespace waybill::app {
namespace {

void warn_when_open(const std::string& path, Log& log) {
    if (is_open_to_others(path))
        log.warn("key_file_open_to_others", {{"setting", "webhooks.key_file"}, {"file", path}});
}

std::uint64_t count_webhooks(engine::Engine& engine) {
    std::uint64_t out = 0;
    for (const engine::TenantHead& tenant : engine.tenants()) {
        if (const auto view = engine.view(tenant.tenant)) out += view->state().webhooks.rows.committed_size();
    }
    return out;
}

void log_note(Log& log, const delivery::DispatchNote& note) {
    using Kind = delivery::DispatchNote::Kind;
    const std::vector<LogField> fields{
        {"tenant", "ten_" + std::to_string(note.tenant.raw())}, {"webhook", note.receiver}, {"reason", note.failure}};
    switch (note.kind) {
        case Kind::failing:
            return log.warn("webhook_failing", fields);
        case Kind::recovered:
            return log.info("webhook_recovered", {fields[0], fields[1]});
        case Kind::paused:
            return log.error("webhook_paused", fields);
        case Kind::unread:
            return log.error("webhook_events_unread", fields);
    }
}

/// As anybody may see it who reads the log: a receiver has no business with the addresses of others.
webhooks::RenderEvent renderer() {
    return [](std::string& out, const engine::EventRow& event, std::span<const std::string_view> rules,
              const engine::TenantView& view) {
        api::Caller caller;
        caller.tenant = view.state().id;
        caller.key.role = core::Role::viewer;
        api::append_event(out, event, caller, view, rules);
    };
}

}  // namespace

Result<Unit, std::string> read_webhook_key_file(Settings& settings, Log& log) {
    const std::string& path = settings.webhooks.key_file;
    if (path.empty()) return Unit{};
    auto key = read_key_file("webhooks.key_file", path);
    if (!key) return fail(std::move(key.error()));
    warn_when_open(path, log);
    settings.api.webhook_key = std::move(*key);
    return Unit{};
}

Result<Unit, std::string> find_webhook_key(Settings& settings, engine::Engine& engine, Log& log) {
    if (!settings.api.webhook_key.empty() || storage::is_on_server(settings.store)) return Unit{};
    const auto file = storage::file_of(settings.store);
    if (!file) {
        settings.api.webhook_key = passing_webhook_key().key;
        return Unit{};
    }
    const std::string path = webhook_key_path(*file);
    auto key = read_or_make_webhook_key(path);
    if (!key) {
        // An order can be taken without it.
        if (!std::filesystem::exists(path)) {
            log.error("webhooks_off", {{"reason", key.error()}});
            return Unit{};
        }
        return fail(std::move(key.error()));
    }
    if (key->is_made) {
        const std::uint64_t webhooks = count_webhooks(engine);
        if (webhooks != 0) log.warn("webhook_secrets_changed", {{"new_key_file", path}, {"webhooks", webhooks}});
    } else {
        warn_when_open(path, log);
    }
    settings.api.webhook_key = std::move(key->key);
    return Unit{};
}

Result<std::unique_ptr<delivery::Dispatcher>, std::string> start_webhooks(const Settings& settings,
                                                                          engine::Engine& engine, engine::Store& store,
                                                                          engine::Clock& clock, Log& log) {
    if (settings.api.webhook_key.empty()) {
        const std::uint64_t webhooks = count_webhooks(engine);
        if (webhooks != 0)
            log.error("webhooks_not_sent", {{"reason", "set webhooks.key_file"}, {"webhooks", webhooks}});
        return std::unique_ptr<delivery::Dispatcher>();
    }
    webhooks::HttpSenderOptions http;
    http.allow_private = settings.webhooks.allow_private;
    http.request_wait_max = settings.webhooks.request_wait_max;
    http.connections_kept_max = settings.webhooks.requests_at_once;
    // As OpenSSL's own programs do; libcurl leaves it to its user.
    if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr) http.certificates_file = file;
    auto sender = webhooks::HttpSender::start(std::move(http));
    if (!sender) return fail(std::move(sender.error()));
    delivery::DispatcherOptions options;
    options.at_once = settings.webhooks.requests_at_once;
    options.give_up_after = settings.webhooks.give_up_after;
    options.on_note = [&log](const delivery::DispatchNote& note) { log_note(log, note); };
    auto outlet = webhooks::make_webhook_outlet(clock, std::move(*sender), renderer(),
                                                {settings.api.webhook_key, std::string(version)});
    auto dispatcher = delivery::Dispatcher::start(engine, store, clock, std::move(outlet), std::move(options));
    if (!dispatcher) return fail(describe(settings.store, dispatcher.error()));
    return std::move(*dispatcher);
}

engine::WebhookStats webhook_stats(const delivery::Dispatcher* dispatcher) {
    if (dispatcher == nullptr) return {};
    const delivery::DispatchStats stats = dispatcher->stats();
    return {stats.taken, stats.failed, stats.events_sent, stats.events_waiting, stats.failing, stats.paused};
}

}  // namespace waybill::app
