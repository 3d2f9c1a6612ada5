#pragma once
// What the makers of transfers have in common. Only sources that speak to libcurl include it.

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

#include "base/assert.hpp"

namespace waybill::delivery {

inline constexpr std::chrono::milliseconds connect_wait_max{10'000};

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, FreeList>;

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy, option, value);
    WAYBILL_ASSERT(code == CURLE_OK);  // a transfer without one of these could go anywhere
}

/// False: no memory.
[[nodiscard]] inline bool append(CurlList& list, const char* line) {
    curl_slist* const longer = curl_slist_append(list.get(), line);
    if (longer == nullptr) return false;
    static_cast<void>(list.release());
    list.reset(longer);
    return true;
}

/// Certificates are checked, nobody stands between, and it ends in time. `error`: CURL_ERROR_SIZE bytes.
inline void set_bounds(CURL* easy, std::chrono::milliseconds wait, const std::string& certificates_file, char* error) {
    set(easy, CURLOPT_PROXY, "");  // not even that of the environment: it would connect for us, to anywhere
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!certificates_file.empty()) set(easy, CURLOPT_CAINFO, certificates_file.c_str());
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(wait.count()));
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(wait, connect_wait_max).count()));
    set(easy, CURLOPT_NOSIGNAL, 1L);
    // A name that is still being resolved when its time is up is left to its thread: waiting for that would hold up
    // everybody else.
    set(easy, CURLOPT_QUICK_EXIT, 1L);
    set(easy, CURLOPT_ERRORBUFFER, error);
}

}  // namespace waybill::delivery
