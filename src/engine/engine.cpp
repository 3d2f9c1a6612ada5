#include "engine/engine.hpp"

#include "engine/leases.hpp"
#include "engine/writer.hpp"

namespace waybill::engine {

Result<std::unique_ptr<Engine>, IoError> Engine::open(Store& store, Clock& clock,
                                                      const std::vector<core::ZoneRules>& zones,
                                                      EngineOptions options) {
    auto reader = store.reader();
    if (!reader) return fail(std::move(reader.error()));
    auto leases = store.leases();
    if (!leases) return fail(std::move(leases.error()));
    auto writer = std::make_unique<Writer>(store, clock, zones, options, *std::move(reader));
    if (*leases) {
        auto loading = store.reader();
        if (!loading) return fail(std::move(loading.error()));
        writer->start();
        if (auto shared = writer->share(*std::move(leases), *std::move(loading)); !shared) {
            return fail(std::move(shared.error()));
        }
        return std::unique_ptr<Engine>(std::move(writer));
    }
    if (auto loaded = writer->load_tenants(); !loaded) return fail(std::move(loaded.error()));
    if (auto made = writer->make_system_tenant(); !made) return fail(std::move(made.error()));
    writer->start();
    return std::unique_ptr<Engine>(std::move(writer));
}

std::optional<core::ItemIx> TenantView::find_item(std::string_view sku) const {
    return state_->items.codes.find_committed(sku);
}

std::optional<core::LocationIx> TenantView::find_location(std::string_view code) const {
    return state_->locations.codes.find_committed(code);
}

std::optional<core::ChannelIx> TenantView::find_channel(std::string_view code) const {
    return state_->channels.codes.find_committed(code);
}

}  // namespace waybill::engine
