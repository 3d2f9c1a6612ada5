#include "mail/smtp_sender.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "delivery/curl_easy.hpp"
#include "delivery/transfers.hpp"

namespace waybill::mail {
namespace {

using delivery::Delivery;
using delivery::set;

struct FreeMime {
    void operator()(curl_mime* mime) const { curl_mime_free(mime); }
};
using Mime = std::unique_ptr<curl_mime, FreeMime>;

bool add_part(curl_mime* to, const std::string& text, const char* type) {
    curl_mimepart* const part = curl_mime_addpart(to);
    return part != nullptr && curl_mime_data(part, text.data(), text.size()) == CURLE_OK &&
           curl_mime_type(part, type) == CURLE_OK && curl_mime_encoder(part, "quoted-printable") == CURLE_OK;
}

/// One mail under way.
class Letter final : public delivery::Transfer {
public:
    Letter(Mail mail, delivery::Sent done, const SmtpOptions& options)
        : Transfer(std::move(done)), mail_(std::move(mail)), options_(options) {}

    bool prepare(void* easy) override {
        if (!add_headers() || !delivery::append(recipients_, ("<" + mail_.to + ">").c_str()) || !add_body(easy)) {
            return false;
        }
        const std::string from = "<" + options_.from + ">";
        delivery::set_bounds(easy, options_.wait_max, options_.certificates_file, error_.data());
        set(easy, CURLOPT_URL, options_.url.c_str());
        set(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        set(easy, CURLOPT_USE_SSL, static_cast<long>(options_.require_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
        if (!options_.user.empty()) {
            set(easy, CURLOPT_USERNAME, options_.user.c_str());
            set(easy, CURLOPT_PASSWORD, options_.password.c_str());
        }
        set(easy, CURLOPT_MAIL_FROM, from.c_str());
        set(easy, CURLOPT_MAIL_RCPT, recipients_.get());
        set(easy, CURLOPT_HTTPHEADER, headers_.get());
        set(easy, CURLOPT_MIMEPOST, mime_.get());
        return true;
    }

    /// What the server says of its own state, or of us, may be mended by somebody; what it says of the recipient or of
    /// the mail, by nobody.
    Delivery judge(void* easy, int code) override {
        if (code == CURLE_OK) return {};
        long reply = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply);
        const std::string_view said = error_.data();
        const bool is_of_mail =
            said.starts_with("RCPT") || said.starts_with("DATA") || code == CURLE_WEIRD_SERVER_REPLY;
        Delivery out{Delivery::Kind::failed, {}, {}};
        if (reply >= 500 && reply < 600 && is_of_mail) {
            out.kind = Delivery::Kind::gone;
            out.failure = "the mail server refused it: SMTP " + std::to_string(reply);
        } else if (reply >= 400 && reply < 600) {
            out.failure = "SMTP " + std::to_string(reply) + ": " + curl_easy_strerror(static_cast<CURLcode>(code));
        } else if (code == CURLE_OPERATION_TIMEDOUT) {
            out.failure = "no answer of the mail server in time";
        } else {
            out.failure = said.empty() ? curl_easy_strerror(static_cast<CURLcode>(code)) : error_.data();
        }
        out.failure = delivery::shown_failure(out.failure);
        return out;
    }

private:
    bool add_headers() {
        std::vector<std::string> lines = {
            "Date: " + header_date(mail_.at),
            "From: " + header_address(mail_.from_name, options_.from),
            "To: " + header_address(mail_.to_name, mail_.to),
            "Subject: " + header_text(mail_.subject),
            "Message-ID: " + mail_.message_id,
            "Auto-Submitted: auto-generated",
        };
        if (!mail_.reply_to.empty()) lines.push_back("Reply-To: " + header_address({}, mail_.reply_to));
        bool is_made = true;
        for (const std::string& line : lines) is_made = is_made && delivery::append(headers_, line.c_str());
        return is_made;
    }

    bool add_body(void* easy) {
        mime_.reset(curl_mime_init(easy));
        Mime both(curl_mime_init(easy));
        if (mime_ == nullptr || both == nullptr) return false;
        if (!add_part(both.get(), with_crlf(mail_.text), "text/plain; charset=utf-8")) return false;
        if (!mail_.html.empty() && !add_part(both.get(), with_crlf(mail_.html), "text/html; charset=utf-8")) {
            return false;
        }
        curl_mimepart* const part = curl_mime_addpart(mime_.get());
        if (part == nullptr || curl_mime_subparts(part, both.get()) != CURLE_OK) return false;
        static_cast<void>(both.release());  // the part owns it
        return curl_mime_type(part, "multipart/alternative") == CURLE_OK;
    }

    const Mail mail_;
    const SmtpOptions& options_;
    delivery::CurlList headers_;
    delivery::CurlList recipients_;
    Mime mime_;
    std::array<char, CURL_ERROR_SIZE> error_{};
};

class CurlMailSender final : public MailSender {
public:
    CurlMailSender(SmtpOptions options, std::unique_ptr<delivery::Transfers> transfers)
        : options_(std::move(options)), transfers_(std::move(transfers)) {}
    ~CurlMailSender() override { stop(); }
    CurlMailSender(const CurlMailSender&) = delete;
    CurlMailSender& operator=(const CurlMailSender&) = delete;

    void send(Mail mail, delivery::Sent sent) override {
        transfers_->begin(std::make_unique<Letter>(std::move(mail), std::move(sent), options_));
    }
    void stop() override { transfers_->stop(); }

private:
    const SmtpOptions options_;
    const std::unique_ptr<delivery::Transfers> transfers_;
};

}  // namespace

Result<std::unique_ptr<MailSender>, std::string> MailSender::start(SmtpOptions options) {
    auto transfers = delivery::Transfers::start(options.connections_max);
    if (!transfers) return fail(std::move(transfers.error()));
    return std::unique_ptr<MailSender>(std::make_unique<CurlMailSender>(std::move(options), std::move(*transfers)));
}

}  // namespace waybill::mail
