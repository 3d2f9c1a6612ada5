#pragma once
// CuttingProxy: stands between a client and a server on loopback, and cuts or silences what passes after so many bytes.
//
// Threads: its own one moves the bytes; the methods may be called from any other.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace waybill::conformance {

class CuttingProxy {
public:
    /// To the server at this port of 127.0.0.1.
    explicit CuttingProxy(std::uint16_t server_port);
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    enum class Way : std::uint8_t { to_server, to_client };
    /// When so many more bytes have passed this way, all connections are closed on both sides. New ones pass unharmed.
    void cut_after(Way way, std::int64_t bytes);
    /// As cut_after to the client, which gets this before its connection is closed.
    void cut_with_last_words(std::int64_t bytes, std::string last_words);
    /// When so many more bytes have passed to the client, nothing passes any more, and nobody is told.
    void silence_after(std::int64_t bytes);
    /// New connections are refused from now on; those that are there go on.
    void refuse_new();
    /// Neither cuts nor silences any more. Connections that were silenced are closed.
    void heal();
    /// Bytes that have passed this way since the proxy was made.
    [[nodiscard]] std::int64_t passed(Way way) const { return passed_[static_cast<int>(way)]; }

private:
    struct Pair {
        int client = -1;
        int server = -1;
        bool is_silent = false;
    };

    void set_last_words(std::string last_words);
    [[nodiscard]] std::string last_words();
    void run();
    /// False when the connection is over.
    bool move(Pair& pair, Way way);

    std::uint16_t server_port_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::atomic<bool> stops_{false};
    std::atomic<bool> refuses_new_{false};
    std::atomic<bool> closes_silent_{false};
    std::atomic<std::int64_t> left_[2];
    std::atomic<bool> silences_{false};
    std::atomic<std::int64_t> passed_[2];
    std::mutex last_words_mutex_;
    std::string last_words_;
    std::thread thread_;
};

}  // namespace waybill::conformance
