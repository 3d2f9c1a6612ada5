#include "app/mail_service.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include "app/key_file.hpp"
#include "app/store_access.hpp"
#include "core/messages/check_template.hpp"

namespace waybill::app {
namespace {

std::uint64_t count_templates(engine::Engine& engine) {
    std::uint64_t out = 0;
    for (const engine::TenantHead& tenant : engine.tenants()) {
        if (const auto view = engine.view(tenant.tenant)) {
            out += view->state().message_templates.rows.committed_size();
        }
    }
    return out;
}

void log_note(Log& log, const delivery::DispatchNote& note) {
    using Kind = delivery::DispatchNote::Kind;
    const std::vector<LogField> fields{{"tenant", "ten_" + std::to_string(note.tenant.raw())},
                                       {"reason", note.failure}};
    switch (note.kind) {
        case Kind::failing:
        case Kind::paused:
            return log.warn("mail_failing", fields);
        case Kind::recovered:
            return log.info("mail_recovered", {fields[0]});
        case Kind::unread:
            return log.error("mail_events_unread", fields);
    }
}

Result<std::string, std::string> read_password(const std::string& path) {
    std::ifstream file(path);
    if (!file) return fail("mail.password_file: can not read " + path + ": " + std::strerror(errno));
    std::string out;
    std::getline(file, out);
    while (!out.empty() && out.back() == '\r') out.pop_back();
    if (out.empty()) return fail("mail.password_file: the first line of " + path + " is empty");
    return out;
}

}  // namespace

Result<mail::SmtpOptions, std::string> read_mail_settings(const MailSettings& settings, Log& log) {
    mail::SmtpOptions out;
    if (settings.smtp_url.empty()) return out;
    if (!settings.smtp_url.starts_with("smtp://") && !settings.smtp_url.starts_with("smtps://")) {
        return fail(std::string("mail.smtp_url: must be smtp://HOST:PORT or smtps://HOST:PORT"));
    }
    if (settings.smtp_url.find('@') != std::string::npos) {
        return fail(std::string("mail.smtp_url: must not name a user: set mail.user and mail.password_file"));
    }
    if (!core::is_mail_address(settings.from)) return fail(std::string("mail.from: needs an address to send from"));
    if (!settings.reply_to.empty() && !core::is_mail_address(settings.reply_to)) {
        return fail(std::string("mail.reply_to: is no mail address"));
    }
    if (settings.user.empty() != settings.password_file.empty()) {
        return fail(std::string("mail.user, mail.password_file: the one needs the other"));
    }
    if (!settings.password_file.empty()) {
        auto password = read_password(settings.password_file);
        if (!password) return fail(std::move(password.error()));
        if (is_open_to_others(settings.password_file)) {
            log.warn("key_file_open_to_others", {{"setting", "mail.password_file"}, {"file", settings.password_file}});
        }
        out.password = std::move(*password);
    }
    out.url = settings.smtp_url;
    out.user = settings.user;
    out.from = settings.from;
    out.require_tls = settings.require_tls;
    out.wait_max = settings.wait_max;
    out.connections_max = settings.connections_max;
    // As OpenSSL's own programs do; libcurl leaves it to its user.
    if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr) out.certificates_file = file;
    return out;
}

Result<MailService, std::string> MailService::start(const mail::SmtpOptions& smtp, const Settings& settings,
                                                    engine::Engine& engine, engine::Store& store, engine::Clock& clock,
                                                    Log& log) {
    MailService out;
    if (smtp.url.empty()) {
        const std::uint64_t templates = count_templates(engine);
        if (templates != 0) log.warn("mail_off", {{"reason", "set mail.smtp_url"}, {"templates", templates}});
        return out;
    }
    auto sender = mail::MailSender::start(smtp);
    if (!sender) return fail(std::move(sender.error()));
    mail::MailOptions wanted;
    wanted.from_name = settings.mail.from_name;
    wanted.reply_to = settings.mail.reply_to;
    wanted.domain = smtp.from.substr(smtp.from.find('@') + 1);
    wanted.give_up_after = settings.mail.give_up_after;
    auto outlet = mail::make_mail_outlet(clock, std::move(*sender), std::move(wanted), out.counts_);
    delivery::DispatcherOptions options;
    options.at_once = settings.mail.connections_max;
    // What is too old is passed by itself, so that the queue of a tenant never has to be set going again.
    options.give_up_after = std::chrono::milliseconds::max();
    options.on_note = [&log](const delivery::DispatchNote& note) { log_note(log, note); };
    auto dispatcher = delivery::Dispatcher::start(engine, store, clock, std::move(outlet), std::move(options));
    if (!dispatcher) return fail(describe(settings.store, dispatcher.error()));
    out.dispatcher_ = std::move(*dispatcher);
    return out;
}

void MailService::begin_stop() {
    if (dispatcher_) dispatcher_->begin_stop();
}

void MailService::stop() {
    if (dispatcher_) dispatcher_->stop();
}

engine::MailStats MailService::stats() const {
    engine::MailStats out;
    out.is_configured = dispatcher_ != nullptr;
    out.sent = counts_->sent.load();
    out.tried_again = counts_->tried_again.load();
    out.refused = counts_->refused.load();
    out.no_address = counts_->no_address.load();
    out.too_old = counts_->too_old.load();
    if (!dispatcher_) return out;
    const delivery::DispatchStats stats = dispatcher_->stats();
    out.events_waiting = stats.events_waiting;
    out.tenants_failing = stats.failing;
    return out;
}

}  // namespace waybill::app
