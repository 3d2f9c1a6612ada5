#pragma once
// A Store that passes everything on and keeps a copy of what was committed, so that the same bytes can be written again
// by a bare loop: the ceiling that an ingest benchmark is measured against.

#include <memory>
#include <string_view>
#include <vector>

#include "engine/store.hpp"

namespace waybill::bench {

class RecordingStore final : public engine::Store {
public:
    using Commit = std::vector<engine::TenantBatch>;

    explicit RecordingStore(engine::Store& inner) : inner_(inner) {}

    /// Everything since the beginning. REQUIRES: the engine on this store has ended.
    [[nodiscard]] const std::vector<Commit>& commits() const { return commits_; }

    [[nodiscard]] std::string_view kind() const override { return inner_.kind(); }
    Result<std::vector<engine::TenantHead>, engine::IoError> tenants() override { return inner_.tenants(); }
    Result<engine::Loaded, engine::IoError> load(core::TenantId tenant, const engine::LoadKeys& keys) override {
        return inner_.load(tenant, keys);
    }
    [[nodiscard]] bool loads_beside_commit() const override { return inner_.loads_beside_commit(); }
    Result<Unit, engine::IoError> commit(const Commit& batches) override {
        auto done = inner_.commit(batches);
        if (done) commits_.push_back(batches);
        return done;
    }
    Result<Unit, engine::IoError> drop_unfinished(core::TenantId tenant) override {
        return inner_.drop_unfinished(tenant);
    }
    Result<std::unique_ptr<engine::Reader>, engine::IoError> reader() override { return inner_.reader(); }
    Result<Unit, engine::IoError> backup(const std::string& path,
                                         const std::function<void(std::uint64_t, std::uint64_t)>& progress) override {
        return inner_.backup(path, progress);
    }
    Result<std::vector<std::string>, engine::IoError> check() override { return inner_.check(); }
    [[nodiscard]] engine::StoreStats stats() const override { return inner_.stats(); }

private:
    engine::Store& inner_;
    std::vector<Commit> commits_;
};

}  // namespace waybill::bench
