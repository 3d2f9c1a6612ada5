#pragma once
// Place: where a workload keeps the stores that it makes and takes away again: files in a folder, or schemas of a
// PostgreSQL database. Each has a name of its own in it.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "bench/ground.hpp"

namespace waybill::bench {

class Place {
public:
    /// `folder`: a folder on the disk that is measured, or empty for a temporary one. `server`: the address of a
    /// PostgreSQL database in which schemas may be made; empty: stores are files. Errors: one line.
    [[nodiscard]] static Result<Place, std::string> open(const std::string& folder, std::string server);

    /// The address of the store with this name.
    [[nodiscard]] std::string store(std::string_view name) const;
    /// Nothing of that store is left; on a server an empty schema is. Errors: one line.
    [[nodiscard]] Result<Unit, std::string> clear(std::string_view name) const;
    void remove(std::string_view name) const;
    [[nodiscard]] std::uint64_t bytes(std::string_view name) const;

    [[nodiscard]] std::string_view kind() const { return server_.empty() ? "sqlite" : "postgres"; }
    /// Where probes of the disk write.
    [[nodiscard]] const std::string& folder() const { return folder_.path(); }

private:
    Place(Folder folder, std::string server) : folder_(std::move(folder)), server_(std::move(server)) {}

    [[nodiscard]] std::string file(std::string_view name) const;

    Folder folder_;
    std::string server_;
};

/// A store that is cleared now and removed at the end.
class PlacedStore {
public:
    /// Errors: one line.
    [[nodiscard]] static Result<PlacedStore, std::string> make(const Place& place, std::string name);
    PlacedStore(PlacedStore&& other) noexcept
        : place_(std::exchange(other.place_, nullptr)), name_(std::move(other.name_)) {}
    PlacedStore& operator=(PlacedStore&&) = delete;
    ~PlacedStore() {
        if (place_ != nullptr) place_->remove(name_);
    }

    [[nodiscard]] std::string address() const { return place_->store(name_); }
    [[nodiscard]] std::uint64_t bytes() const { return place_->bytes(name_); }

private:
    PlacedStore(const Place& place, std::string name) : place_(&place), name_(std::move(name)) {}

    const Place* place_;
    std::string name_;
};

}  // namespace waybill::bench
