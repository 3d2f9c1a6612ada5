#pragma once
// KeyIndex: text key to dense index. It can be asked but not walked, so the order of the hash can reach nobody: this is
// the one hash container that core may use. Like PendingTable it keeps what a batch adds apart, pending and then
// sealed, until it is accepted, so that other threads may look up committed keys while the writer works.

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/assert.hpp"

namespace waybill {

class KeyIndex {
public:
    /// For the writer: committed and pending keys.
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view key) const {
        if (const auto at = map_.find(key); at != map_.end()) return at->second;
        if (pending_.empty()) return std::nullopt;
        const auto at = pending_.find(key);
        if (at == pending_.end()) return std::nullopt;
        return at->second;
    }
    [[nodiscard]] std::optional<std::uint32_t> find_committed(std::string_view key) const {
        const auto at = map_.find(key);
        if (at == map_.end()) return std::nullopt;
        return at->second;
    }
    /// REQUIRES: the key is new.
    std::uint32_t add(std::string_view key) {
        const auto at = size();
        pending_keys_.emplace_back(key);
        const bool fresh = !map_.contains(key) && pending_.emplace(pending_keys_.back(), at).second;
        WAYBILL_ASSERT(fresh);
        return at;
    }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(keys_.size() + pending_keys_.size()); }
    [[nodiscard]] const std::string& key(std::uint32_t at) const {
        return at < keys_.size() ? keys_[at] : pending_keys_[at - keys_.size()];
    }

    /// Sets the pending keys aside. REQUIRES: none are sealed.
    void seal() {
        WAYBILL_ASSERT(sealed_ == 0);
        sealed_ = pending_keys_.size();
    }
    /// Sealed keys become committed ones.
    void accept_sealed() {
        for (; sealed_ > 0; --sealed_) {
            std::string& key = pending_keys_.front();
            pending_.erase(key);
            const auto at = static_cast<std::uint32_t>(keys_.size());
            keys_.push_back(std::move(key));
            map_.emplace(keys_.back(), at);
            pending_keys_.pop_front();
        }
    }
    /// Pending keys become committed ones. REQUIRES: none are sealed.
    void accept() {
        seal();
        accept_sealed();
    }
    /// Takes the pending keys back.
    void drop() {
        while (pending_keys_.size() > sealed_) {
            pending_.erase(pending_keys_.back());
            pending_keys_.pop_back();
        }
    }
    /// Takes the sealed keys back. REQUIRES: none are pending.
    void drop_sealed() {
        WAYBILL_ASSERT(pending_keys_.size() == sealed_);
        sealed_ = 0;
        drop();
    }

private:
    std::deque<std::string> keys_;          // stable addresses: the maps' keys point into these
    std::deque<std::string> pending_keys_;  // the sealed ones first
    std::size_t sealed_ = 0;
    boost::unordered_flat_map<std::string_view, std::uint32_t> map_;
    boost::unordered_flat_map<std::string_view, std::uint32_t> pending_;
};

}  // namespace waybill
