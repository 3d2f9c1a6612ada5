#pragma once
// The sending of mail in a process that serves: its settings, its dispatcher, and what of it goes to the log.

#include <memory>
#include <string>

#include "app/log.hpp"
#include "app/settings.hpp"
#include "base/result.hpp"
#include "delivery/dispatcher.hpp"
#include "engine/engine.hpp"
#include "engine/mail_stats.hpp"
#include "engine/store.hpp"
#include "mail/mail_outlet.hpp"
#include "mail/smtp_sender.hpp"

namespace waybill::app {

/// What the settings say, with the password in its file; no URL: no mail is sent.
/// Errors: one line, which never shows the password.
[[nodiscard]] Result<mail::SmtpOptions, std::string> read_mail_settings(const MailSettings& settings, Log& log);

class MailService {
public:
    /// Errors: one line.
    [[nodiscard]] static Result<MailService, std::string> start(const mail::SmtpOptions& smtp, const Settings& settings,
                                                                engine::Engine& engine, engine::Store& store,
                                                                engine::Clock& clock, Log& log);

    void begin_stop();
    void stop();
    /// Any thread.
    [[nodiscard]] engine::MailStats stats() const;

private:
    std::shared_ptr<mail::MailCounts> counts_ = std::make_shared<mail::MailCounts>();
    std::unique_ptr<delivery::Dispatcher> dispatcher_;  ///< nullptr: no mail is sent
};

}  // namespace waybill::app
