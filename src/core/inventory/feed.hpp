#pragma once
// Feeds: streams of stock messages from one source, each with a sequence number. Messages may come late or twice.
//
// A repeated message is recognised by its number and changes nothing. A late message of deltas is applied once,
// whenever it comes. A late message of counts is applied to those levels only that no newer message of the source has
// counted.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace waybill::core {

/// Which messages of a source were applied: all up to `complete_to`, and the listed ones above it.
struct FeedSource {
    std::string source;
    std::uint64_t newest = 0;
    std::uint64_t complete_to = 0;
    std::vector<std::uint64_t> above;  ///< ascending, at most limits::feed_window of them

    [[nodiscard]] bool applied(std::uint64_t sequence) const;
    /// Older than the window that is remembered: it can not be told whether it was applied.
    [[nodiscard]] bool too_old(std::uint64_t sequence) const;
    void mark_applied(std::uint64_t sequence);
    bool operator==(const FeedSource&) const = default;
};
BOOST_DESCRIBE_STRUCT(FeedSource, (), (source, newest, complete_to, above))

}  // namespace waybill::core
