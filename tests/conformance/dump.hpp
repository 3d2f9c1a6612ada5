#pragma once
// Answers of a store as text, so that two stores can be compared and a difference can be read.

#include <string>

#include "conformance/random_history.hpp"
#include "engine/store.hpp"

namespace waybill::conformance {

/// Everything that a reader can tell about a tenant, and everything that the writer can load.
[[nodiscard]] std::string dump_tenant(engine::Store& store, engine::Reader& reader, core::TenantId tenant);

[[nodiscard]] std::string dump(const engine::Reader::Answer<engine::OrderPage>& answer);
[[nodiscard]] std::string dump(const engine::Reader::Answer<std::vector<engine::EventRow>>& answer);
[[nodiscard]] std::string dump(const engine::Reader::Answer<std::vector<engine::MovementRow>>& answer);
[[nodiscard]] std::string dump(const engine::Reader::Answer<std::vector<std::string>>& answer);
[[nodiscard]] std::string dump(const engine::Reader::Answer<std::vector<engine::ExceptionRow>>& answer);
[[nodiscard]] std::string dump(const engine::Reader::Answer<std::vector<engine::FulfillmentRow>>& answer);
[[nodiscard]] std::string dump(const engine::Reader::Answer<std::vector<engine::ReturnRow>>& answer);
[[nodiscard]] std::string dump(const engine::OrderQuery& query);

}  // namespace waybill::conformance
