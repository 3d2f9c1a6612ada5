#include "app/webhook_key.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "app/key_file.hpp"

namespace waybill::app {
namespace {

std::string random_key() {
    std::array<unsigned char, 32> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, 2 * 32 + 1> text{};
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    return text.data();
}

bool write_all(int file, const std::string& text) {
    return ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
}

/// Errors: the system's reason.
Result<Unit, std::string> write_key(const std::string& path, const std::string& key) {
    // What a process left behind that died here is nobody's key.
    const std::string fresh = path + ".new";
    ::unlink(fresh.c_str());
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return fail("can not write " + fresh + ": " + std::strerror(errno));
    bool is_written = write_all(file, key + "\n");
    int reason = errno;
    ::close(file);
    // A link fails where there is a file by now; a rename would take its place.
    if (is_written && ::link(fresh.c_str(), path.c_str()) != 0) {
        is_written = false;
        reason = errno;
    }
    ::unlink(fresh.c_str());
    if (!is_written) return fail("can not write " + path + ": " + std::strerror(reason));
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) return Unit{};  // it is written; only a power cut could still lose it
    static_cast<void>(::fsync(opened));
    ::close(opened);
    return Unit{};
}

}  // namespace

std::string webhook_key_path(const std::string& store_path) { return store_path + ".webhook-key"; }

Result<WebhookKey, std::string> read_or_make_webhook_key(const std::string& path) {
    if (::access(path.c_str(), F_OK) == 0 || errno != ENOENT) {
        auto key = read_key_file("webhooks.key_file", path);
        if (!key) return fail(std::move(key.error()));
        return WebhookKey{std::move(*key), path, false};
    }
    WebhookKey made{random_key(), path, true};
    if (const auto written = write_key(path, made.key); !written) return fail("webhooks.key_file: " + written.error());
    return made;
}

WebhookKey passing_webhook_key() { return {random_key(), {}, true}; }

}  // namespace waybill::app
