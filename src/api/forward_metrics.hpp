#pragma once
// What became of forwarded requests. The HTTP thread only.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "api/histogram.hpp"

namespace waybill::api {

enum class ForwardResult : std::uint8_t {
    answered,         ///< by the owner, whatever it said
    served_here,      ///< the tenant came here while the request waited
    no_owner,         ///< refused: nobody serves the tenant
    outcome_unknown,  ///< refused: the owner may have carried it out
    overloaded,       ///< refused: too many are under way
    cut,              ///< of a stream: broken off by the owner's side
    left,             ///< of a stream: by the client
};
inline constexpr std::size_t forward_results = 7;

class ForwardMetrics {
public:
    enum class What { request, stream };

    void begin(What what) { ++(what == What::request ? requests_ : streams_); }
    /// REQUIRES: begun.
    void end(What what, ForwardResult result, std::chrono::steady_clock::duration took);
    void refuse() { count(ForwardResult::overloaded); }
    /// One more attempt than one.
    void repeat() { ++repeated_; }
    [[nodiscard]] std::size_t under_way(What what) const { return what == What::request ? requests_ : streams_; }
    void append_to(std::string& out) const;

private:
    void count(ForwardResult result) { ++results_[static_cast<std::size_t>(result)]; }

    std::size_t requests_ = 0;
    std::size_t streams_ = 0;
    std::uint64_t repeated_ = 0;
    std::array<std::uint64_t, forward_results> results_{};
    Histogram seconds_;  ///< of requests
};

}  // namespace waybill::api
