#include "webhooks/http_sender.hpp"

#include <sys/socket.h>

#include <array>
#include <utility>

#include "delivery/curl_easy.hpp"
#include "delivery/transfers.hpp"
#include "webhooks/address_guard.hpp"

namespace waybill::webhooks {
namespace {

using delivery::set;

/// One request under way.
class Exchange final : public delivery::Transfer {
public:
    Exchange(HttpRequest request, Sent done, const HttpSenderOptions& options)
        : Transfer(std::move(done)), request_(std::move(request)), options_(options) {}

    bool prepare(void* easy) override {
        bool is_made = delivery::append(headers_, "Expect:");  // no 100-continue
        for (const std::string& header : request_.headers) {
            is_made = is_made && delivery::append(headers_, header.c_str());
        }
        if (is_made) set_up(easy);
        return is_made;
    }

    /// Whoever has begun to answer has decided: what is wrong with the rest of the answer does not change that.
    Delivery judge(void* easy, int code) override {
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (status >= 200 && status < 300) return {};
        Delivery out{Delivery::Kind::failed, {}, {}};
        if (status < 200) {
            out.failure = delivery::shown_failure(failure_of(static_cast<CURLcode>(code)));
            return out;
        }
        out.failure = "HTTP " + std::to_string(status);
        if (status >= 300 && status < 400) out.failure += ": redirects are not followed";
        if (status == 410) out.kind = Delivery::Kind::gone;
        curl_off_t seconds = 0;
        if (curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0) {
            out.retry_after = std::chrono::seconds(seconds);
        }
        return out;
    }

private:
    /// As libcurl's default, with the question before.
    static curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* address) {
        auto& exchange = *static_cast<Exchange*>(context);
        if (!exchange.options_.allow_private && !is_public(address->addr)) {
            exchange.is_kept_out_ = true;
            return CURL_SOCKET_BAD;
        }
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }

    static std::size_t take_header(char*, std::size_t size, std::size_t count, void* context) {
        auto& exchange = *static_cast<Exchange*>(context);
        exchange.header_bytes_ += size * count;
        return exchange.header_bytes_ > answer_headers_bytes_max ? 0 : size * count;
    }

    static std::size_t take_body(char*, std::size_t size, std::size_t count, void* context) {
        auto& exchange = *static_cast<Exchange*>(context);
        exchange.body_bytes_ += size * count;
        return exchange.body_bytes_ > answer_body_bytes_max ? 0 : size * count;
    }

    void set_up(CURL* easy) {
        delivery::set_bounds(easy, options_.request_wait_max, options_.certificates_file, error_.data());
        set(easy, CURLOPT_URL, request_.url.c_str());
        set(easy, CURLOPT_PROTOCOLS_STR, options_.allow_private ? "http,https" : "https");
        set(easy, CURLOPT_PATH_AS_IS, 1L);
        set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
        set(easy, CURLOPT_FOLLOWLOCATION, 0L);
        set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(easy, CURLOPT_HTTPHEADER, headers_.get());
        set(easy, CURLOPT_POST, 1L);
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(easy, CURLOPT_POSTFIELDS, request_.body.data());
        set(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
        set(easy, CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
        set(easy, CURLOPT_HEADERFUNCTION, &take_header);
        set(easy, CURLOPT_HEADERDATA, static_cast<void*>(this));
        set(easy, CURLOPT_WRITEFUNCTION, &take_body);
        set(easy, CURLOPT_WRITEDATA, static_cast<void*>(this));
    }

    /// Why there is no status.
    [[nodiscard]] std::string failure_of(CURLcode code) const {
        if (code == CURLE_OPERATION_TIMEDOUT) return "no answer in time";
        if (code == CURLE_UNSUPPORTED_PROTOCOL) return "only https:// is allowed (webhooks.allow_private)";
        if (is_kept_out_) return "the address is not public (webhooks.allow_private)";
        return error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
    }

    const HttpRequest request_;
    const HttpSenderOptions& options_;
    delivery::CurlList headers_;
    std::array<char, CURL_ERROR_SIZE> error_{};
    std::size_t header_bytes_ = 0;
    std::size_t body_bytes_ = 0;
    bool is_kept_out_ = false;  ///< the name has an address that is not public
};

class CurlSender final : public HttpSender {
public:
    CurlSender(HttpSenderOptions options, std::unique_ptr<delivery::Transfers> transfers)
        : options_(std::move(options)), transfers_(std::move(transfers)) {}
    ~CurlSender() override { stop(); }
    CurlSender(const CurlSender&) = delete;
    CurlSender& operator=(const CurlSender&) = delete;

    void send(HttpRequest request, Sent sent) override {
        transfers_->begin(std::make_unique<Exchange>(std::move(request), std::move(sent), options_));
    }
    void stop() override { transfers_->stop(); }

private:
    const HttpSenderOptions options_;
    const std::unique_ptr<delivery::Transfers> transfers_;
};

}  // namespace

Result<std::unique_ptr<HttpSender>, std::string> HttpSender::start(HttpSenderOptions options) {
    auto transfers = delivery::Transfers::start(options.connections_kept_max);
    if (!transfers) return fail(std::move(transfers.error()));
    return std::unique_ptr<HttpSender>(std::make_unique<CurlSender>(std::move(options), std::move(*transfers)));
}

}  // namespace waybill::webhooks
