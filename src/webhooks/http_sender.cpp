#include "webhooks/http_sender.hpp"

#include <curl/curl.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "core/limits.hpp"
#include "webhooks/address_guard.hpp"

namespace waybill::webhooks {
namespace {

constexpr int poll_wait_ms = 1'000;
constexpr std::chrono::milliseconds connect_wait_max{10'000};

struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// One request under way.
struct Exchange {
    HttpRequest request;
    Sent sent;
    bool allow_private = false;
    std::unique_ptr<CURL, FreeEasy> easy;
    std::unique_ptr<curl_slist, FreeList> headers;
    std::array<char, CURL_ERROR_SIZE> error{};
    std::size_t header_bytes = 0;
    std::size_t body_bytes = 0;
    bool is_kept_out = false;  ///< the name has an address that is not public
};

/// As libcurl's default, with the question before.
curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* address) {
    auto& exchange = *static_cast<Exchange*>(context);
    if (!exchange.allow_private && !is_public(address->addr)) {
        exchange.is_kept_out = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t take_header(char*, std::size_t size, std::size_t count, void* context) {
    auto& exchange = *static_cast<Exchange*>(context);
    exchange.header_bytes += size * count;
    return exchange.header_bytes > answer_headers_bytes_max ? 0 : size * count;
}

std::size_t take_body(char*, std::size_t size, std::size_t count, void* context) {
    auto& exchange = *static_cast<Exchange*>(context);
    exchange.body_bytes += size * count;
    return exchange.body_bytes > answer_body_bytes_max ? 0 : size * count;
}

template <class Value>
void set(Exchange& exchange, CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(exchange.easy.get(), option, value);
    WAYBILL_ASSERT(code == CURLE_OK);  // a request without one of these could go anywhere
}

void set_up(Exchange& exchange, const HttpSenderOptions& options) {
    set(exchange, CURLOPT_URL, exchange.request.url.c_str());
    set(exchange, CURLOPT_PROTOCOLS_STR, options.allow_private ? "http,https" : "https");
    set(exchange, CURLOPT_PATH_AS_IS, 1L);
    set(exchange, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set(exchange, CURLOPT_PROXY, "");  // not even that of the environment: it would connect for us, to anywhere
    set(exchange, CURLOPT_FOLLOWLOCATION, 0L);
    set(exchange, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(exchange, CURLOPT_HTTPHEADER, exchange.headers.get());
    set(exchange, CURLOPT_POST, 1L);
    set(exchange, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(exchange.request.body.size()));
    set(exchange, CURLOPT_POSTFIELDS, exchange.request.body.data());
    set(exchange, CURLOPT_SSL_VERIFYPEER, 1L);
    set(exchange, CURLOPT_SSL_VERIFYHOST, 2L);
    set(exchange, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options.certificates_file.empty()) set(exchange, CURLOPT_CAINFO, options.certificates_file.c_str());
    const auto wait = options.request_wait_max;
    set(exchange, CURLOPT_TIMEOUT_MS, static_cast<long>(wait.count()));
    set(exchange, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(wait, connect_wait_max).count()));
    set(exchange, CURLOPT_NOSIGNAL, 1L);
    // A name that is still being resolved when its time is up is left to its thread: waiting for that would hold up
    // everybody else.
    set(exchange, CURLOPT_QUICK_EXIT, 1L);
    set(exchange, CURLOPT_ERRORBUFFER, exchange.error.data());
    set(exchange, CURLOPT_PRIVATE, static_cast<void*>(&exchange));
    set(exchange, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    set(exchange, CURLOPT_OPENSOCKETDATA, static_cast<void*>(&exchange));
    set(exchange, CURLOPT_HEADERFUNCTION, &take_header);
    set(exchange, CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
    set(exchange, CURLOPT_WRITEFUNCTION, &take_body);
    set(exchange, CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
}

/// False: no memory.
bool add_header(std::unique_ptr<curl_slist, FreeList>& list, const char* line) {
    curl_slist* const longer = curl_slist_append(list.get(), line);
    if (longer == nullptr) return false;
    static_cast<void>(list.release());
    list.reset(longer);
    return true;
}

/// Why there is no status.
std::string failure_of(const Exchange& exchange, CURLcode code) {
    if (code == CURLE_OPERATION_TIMEDOUT) return "no answer in time";
    if (code == CURLE_UNSUPPORTED_PROTOCOL) return "only https:// is allowed (webhooks.allow_private)";
    if (exchange.is_kept_out) return "the address is not public (webhooks.allow_private)";
    return exchange.error[0] != '\0' ? exchange.error.data() : curl_easy_strerror(code);
}

/// Whoever has begun to answer has decided: what is wrong with the rest of the answer does not change that.
Delivery delivery_of(const Exchange& exchange, CURLcode code) {
    long status = 0;
    curl_easy_getinfo(exchange.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status < 300) return {};
    Delivery out{Delivery::Kind::failed, {}, {}};
    if (status < 200) {
        out.failure = failure_of(exchange, code).substr(0, core::limits::webhook_failure_bytes_max);
        // It may quote a certificate.
        std::replace_if(
            out.failure.begin(), out.failure.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
        return out;
    }
    out.failure = "HTTP " + std::to_string(status);
    if (status >= 300 && status < 400) out.failure += ": redirects are not followed";
    if (status == 410) out.kind = Delivery::Kind::gone;
    curl_off_t seconds = 0;
    if (curl_easy_getinfo(exchange.easy.get(), CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0) {
        out.retry_after = std::chrono::seconds(seconds);
    }
    return out;
}

class CurlSender final : public HttpSender {
public:
    CurlSender(HttpSenderOptions options, CURLM* multi) : options_(std::move(options)), multi_(multi) {
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.connections_kept_max));
        thread_ = std::thread([this] { run(); });
    }
    ~CurlSender() override { stop(); }
    CurlSender(const CurlSender&) = delete;
    CurlSender& operator=(const CurlSender&) = delete;

    void send(HttpRequest request, Sent sent) override {
        auto exchange = std::make_unique<Exchange>();
        exchange->request = std::move(request);
        exchange->sent = std::move(sent);
        {
            const std::lock_guard lock(mutex_);
            if (!is_stopping_) {
                waiting_.push_back(std::move(exchange));
                curl_multi_wakeup(multi_.get());
                return;
            }
        }
        exchange->sent({Delivery::Kind::cut_off, {}, {}});
    }

    void stop() override {
        {
            const std::lock_guard lock(mutex_);
            is_stopping_ = true;
            curl_multi_wakeup(multi_.get());
        }
        if (thread_.joinable()) thread_.join();
    }

private:
    void run() {
        // A receiver may close while it is written to.
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        while (true) {
            std::vector<std::unique_ptr<Exchange>> fresh;
            bool ends = false;
            {
                const std::lock_guard lock(mutex_);
                fresh.swap(waiting_);
                ends = is_stopping_;
            }
            for (auto& exchange : fresh) begin(std::move(exchange));
            if (ends) return cut_off_all();
            int running = 0;
            curl_multi_perform(multi_.get(), &running);
            finish_done();
            curl_multi_poll(multi_.get(), nullptr, 0, poll_wait_ms, nullptr);
        }
    }

    void begin(std::unique_ptr<Exchange> exchange) {
        exchange->allow_private = options_.allow_private;
        exchange->easy.reset(curl_easy_init());
        bool is_made = exchange->easy != nullptr && add_header(exchange->headers, "Expect:");  // no 100-continue
        for (const std::string& header : exchange->request.headers) {
            is_made = is_made && add_header(exchange->headers, header.c_str());
        }
        if (is_made) {
            set_up(*exchange, options_);
            is_made = curl_multi_add_handle(multi_.get(), exchange->easy.get()) == CURLM_OK;
        }
        if (!is_made) return exchange->sent({Delivery::Kind::failed, "out of memory", {}});
        CURL* const easy = exchange->easy.get();
        under_way_.emplace(easy, std::move(exchange));
    }

    void finish_done() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            const CURLcode code = message->data.result;
            const auto at = under_way_.find(message->easy_handle);
            WAYBILL_ASSERT(at != under_way_.end());
            const std::unique_ptr<Exchange> exchange = std::move(at->second);
            under_way_.erase(at);
            Delivery delivery = delivery_of(*exchange, code);
            curl_multi_remove_handle(multi_.get(), exchange->easy.get());
            exchange->sent(std::move(delivery));
        }
    }

    void cut_off_all() {
        for (const auto& [easy, exchange] : under_way_) {
            curl_multi_remove_handle(multi_.get(), easy);
            exchange->sent({Delivery::Kind::cut_off, {}, {}});
        }
        under_way_.clear();
    }

    const HttpSenderOptions options_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Exchange>> waiting_;
    bool is_stopping_ = false;
    const std::unique_ptr<CURLM, FreeMulti> multi_;
    std::map<CURL*, std::unique_ptr<Exchange>> under_way_;  // of the thread; ends before multi_
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<HttpSender>, std::string> HttpSender::start(HttpSenderOptions options) {
    static const CURLcode made_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (made_ready != CURLE_OK) return fail(std::string("libcurl: ") + curl_easy_strerror(made_ready));
    CURLM* const multi = curl_multi_init();
    if (multi == nullptr) return fail(std::string("libcurl: out of memory"));
    return std::unique_ptr<HttpSender>(std::make_unique<CurlSender>(std::move(options), multi));
}

}  // namespace waybill::webhooks
