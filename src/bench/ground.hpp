#pragma once
// What every workload stands on: a clock, zones, stores of its own, an engine fed with commands.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "bench/retailer.hpp"
#include "engine/engine.hpp"
#include "engine/store.hpp"
#include "storage/options.hpp"

namespace waybill::bench {

/// The machine's clock.
class SystemClock final : public engine::Clock {
public:
    Instant now() override;
};

struct Ground {
    SystemClock clock;
    std::vector<core::ZoneRules> zones;
    engine::EngineOptions options;
};
/// Errors: one line.
[[nodiscard]] Result<std::unique_ptr<Ground>, std::string> make_ground(std::size_t batch_commands_max);

[[nodiscard]] std::string describe(const engine::IoError& error);
[[nodiscard]] std::string describe(const engine::Failure& failure);

/// Errors: one line.
[[nodiscard]] Result<std::unique_ptr<engine::Store>, std::string> open_store(const std::string& path);
void remove_store(const std::string& path);
[[nodiscard]] std::uint64_t file_bytes(const std::string& path);

/// A folder of the run's own: the one asked for, or a temporary one that goes with this object.
class Folder {
public:
    /// Errors: one line.
    [[nodiscard]] static Result<Folder, std::string> open(const std::string& wanted);
    Folder(Folder&& other) noexcept;
    Folder& operator=(Folder&&) = delete;
    ~Folder();
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    Folder() = default;
    std::string path_;
    bool is_own_ = false;
};

/// Sends commands and waits for their answers, a bounded number of them under way.
class Feeder {
public:
    Feeder(engine::Engine& engine, core::TenantId tenant, std::size_t under_way_max)
        : engine_(engine), tenant_(tenant), under_way_max_(under_way_max) {}

    using OnReceipt = std::function<void(const engine::Receipt&)>;
    /// `on_receipt` runs on the writer's thread.
    void send(core::Command command, std::optional<engine::PersonData> person = {}, OnReceipt on_receipt = {});
    void wait();

    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    std::string first_failure;

private:
    void answered(const Result<engine::Receipt, engine::Failure>& result);

    engine::Engine& engine_;
    core::TenantId tenant_;
    const std::size_t under_way_max_;
    std::mutex mutex_;
    std::condition_variable room_;
    std::size_t under_way_ = 0;
};

inline constexpr std::string_view tenant_name = "bench";
/// Of an admin key that set_up_tenant makes, so that a server on the store can be spoken to.
inline constexpr std::string_view tenant_secret = "wb_benchmark-key-of-a-store-without-secrets-0000000";

/// The tenant, its key, and the commands of a retailer. Errors: one line.
[[nodiscard]] Result<core::TenantId, std::string> set_up_tenant(engine::Store& store, Ground& ground,
                                                                std::vector<core::Command> commands);

}  // namespace waybill::bench
