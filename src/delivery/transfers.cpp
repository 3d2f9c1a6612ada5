#include "delivery/transfers.hpp"

#include <curl/curl.h>
#include <signal.h>

#include <algorithm>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "core/limits.hpp"

namespace waybill::delivery {
namespace {

constexpr int poll_wait_ms = 1'000;

struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

/// A transfer, and the handle that it ends after.
struct UnderWay {
    std::unique_ptr<Transfer> transfer;
    std::unique_ptr<CURL, FreeEasy> easy;
};

class CurlTransfers final : public Transfers {
public:
    CurlTransfers(std::size_t connections_kept_max, CURLM* multi) : multi_(multi) {
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(connections_kept_max));
        thread_ = std::thread([this] { run(); });
    }
    ~CurlTransfers() override { stop(); }
    CurlTransfers(const CurlTransfers&) = delete;
    CurlTransfers& operator=(const CurlTransfers&) = delete;

    void begin(std::unique_ptr<Transfer> transfer) override {
        {
            const std::lock_guard lock(mutex_);
            if (!is_stopping_) {
                waiting_.push_back(std::move(transfer));
                curl_multi_wakeup(multi_.get());
                return;
            }
        }
        transfer->sent({Delivery::Kind::cut_off, {}, {}});
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
            std::vector<std::unique_ptr<Transfer>> fresh;
            bool ends = false;
            {
                const std::lock_guard lock(mutex_);
                fresh.swap(waiting_);
                ends = is_stopping_;
            }
            for (auto& transfer : fresh) take_up(std::move(transfer));
            if (ends) return cut_off_all();
            int running = 0;
            curl_multi_perform(multi_.get(), &running);
            finish_done();
            curl_multi_poll(multi_.get(), nullptr, 0, poll_wait_ms, nullptr);
        }
    }

    void take_up(std::unique_ptr<Transfer> transfer) {
        UnderWay made{std::move(transfer), nullptr};
        made.easy.reset(curl_easy_init());
        CURL* const easy = made.easy.get();
        const bool is_made =
            easy != nullptr && made.transfer->prepare(easy) && curl_multi_add_handle(multi_.get(), easy) == CURLM_OK;
        if (!is_made) return made.transfer->sent({Delivery::Kind::failed, "out of memory", {}});
        under_way_.emplace(easy, std::move(made));
    }

    void finish_done() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            const CURLcode code = message->data.result;
            const auto at = under_way_.find(message->easy_handle);
            WAYBILL_ASSERT(at != under_way_.end());
            const UnderWay done = std::move(at->second);
            under_way_.erase(at);
            Delivery delivery = done.transfer->judge(done.easy.get(), static_cast<int>(code));
            curl_multi_remove_handle(multi_.get(), done.easy.get());
            done.transfer->sent(std::move(delivery));
        }
    }

    void cut_off_all() {
        for (const auto& [easy, cut] : under_way_) {
            curl_multi_remove_handle(multi_.get(), easy);
            cut.transfer->sent({Delivery::Kind::cut_off, {}, {}});
        }
        under_way_.clear();
    }

    std::mutex mutex_;
    std::vector<std::unique_ptr<Transfer>> waiting_;
    bool is_stopping_ = false;
    const std::unique_ptr<CURLM, FreeMulti> multi_;
    std::map<CURL*, UnderWay> under_way_;  // of the thread; ends before multi_
    std::thread thread_;
};

}  // namespace

std::string shown_failure(std::string_view failure) {
    std::string out(failure.substr(0, core::limits::webhook_failure_bytes_max));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return out;
}

Result<std::unique_ptr<Transfers>, std::string> Transfers::start(std::size_t connections_kept_max) {
    static const CURLcode made_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (made_ready != CURLE_OK) return fail(std::string("libcurl: ") + curl_easy_strerror(made_ready));
    CURLM* const multi = curl_multi_init();
    if (multi == nullptr) return fail(std::string("libcurl: out of memory"));
    return std::unique_ptr<Transfers>(std::make_unique<CurlTransfers>(connections_kept_max, multi));
}

}  // namespace waybill::delivery
