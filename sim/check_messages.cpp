// Which templates the events of the log make go out, as core reads it from the events, against what the model foretold.

#include <fmt/format.h>

#include <algorithm>

#include "core/messages/messages_of.hpp"
#include "engine/codec.hpp"
#include "engine/decision_history.hpp"
#include "sim/check_state.hpp"

namespace waybill::sim {

void check_messages(engine::Reader& reader, core::TenantId tenant, const Model& model,
                    std::vector<std::string>& problems) {
    if (model.messages.empty()) return;
    const auto state = engine::configuration_as_of(reader, tenant, model.config_sequence);
    engine::EventQuery query;
    query.limit = 1'000'000;
    const auto rows = reader.events(tenant, query);
    if (!state || !rows) return problems.push_back("the log can not be read");
    const std::vector<std::string> read = core::types_with_messages(**state);
    for (const engine::EventRow& row : *rows) {
        const auto event = engine::decode_event(row.type, row.schema_version, row.body);
        if (!event) return problems.push_back("an event can not be read: " + event.error());
        for (const char* reads : {"de-AT", "de", "fr"}) {
            const auto wanted = model.mails_of(row.type, row.sequence.raw(), reads);
            if (core::messages_of(*event, row.sequence, reads, **state) != wanted) {
                problems.push_back(fmt::format("other mails than should go out at event {}", row.sequence.raw()));
            }
            if (!wanted.empty() && std::find(read.begin(), read.end(), row.type) == read.end()) {
                problems.push_back("events that make mail are not read: " + row.type);
            }
        }
    }
}

}  // namespace waybill::sim
