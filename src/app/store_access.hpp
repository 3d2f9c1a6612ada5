#pragma once
// A store opened by a command of its own, without a server: what it is called, how it is opened, and what an error of
// it reads like.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "engine/store.hpp"
#include "storage/options.hpp"

namespace CLI {
class App;
}

namespace waybill::app {

enum class Missing {
    create,  ///< a store that is not there is made
    refuse,  ///< it is an error: the command has nothing to do on an empty store
};

/// Errors: one line that names the store.
[[nodiscard]] Result<std::unique_ptr<engine::Store>, std::string> open_store_at(const std::string& where,
                                                                                storage::Access access, Missing missing,
                                                                                storage::StoreOptions options = {});

/// For the process that serves: a store that another one has, or that can not be reached, is tried again for so long.
/// `waits` is told why, once. Errors: one line that names the store; empty when a stop signal came first.
[[nodiscard]] Result<std::unique_ptr<engine::Store>, std::string> open_store_when_free(
    const std::string& where, const storage::StoreOptions& options, std::chrono::milliseconds wait_max,
    const std::function<void(const std::string&)>& waits);

/// One line that names the store, what is wrong and, where there is one, what to do.
[[nodiscard]] std::string describe(const std::string& where, const engine::IoError& error);
[[nodiscard]] std::string describe(const std::string& where, const engine::Failure& failure);

/// --store, also from WAYBILL_STORE.
void add_store_option(CLI::App& command, std::string& where);

/// The machine's clock.
class SystemClock final : public engine::Clock {
public:
    Instant now() override {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        return Instant(std::chrono::duration_cast<std::chrono::microseconds>(since).count());
    }
};

/// An engine on a store for the length of one command.
class DirectEngine {
public:
    /// Takes the store's lock. Errors: one line.
    [[nodiscard]] static Result<DirectEngine, std::string> open(const std::string& where, Missing missing);
    DirectEngine(DirectEngine&&) = default;
    ~DirectEngine();

    [[nodiscard]] engine::Engine& engine() { return *engine_; }
    [[nodiscard]] engine::Store& store() { return *store_; }
    /// Waits until the change is durable. Errors: one line.
    [[nodiscard]] Result<engine::Receipt, std::string> submit(core::TenantId tenant, core::Command command);
    [[nodiscard]] Result<core::TenantId, std::string> create_tenant(core::TenantSettings settings);

private:
    DirectEngine() = default;

    std::string where_;
    // The engine is named last: it ends before what it uses.
    std::unique_ptr<engine::Store> store_;
    std::unique_ptr<SystemClock> clock_;
    std::unique_ptr<std::vector<core::ZoneRules>> zones_;
    std::unique_ptr<engine::Engine> engine_;
};

}  // namespace waybill::app
