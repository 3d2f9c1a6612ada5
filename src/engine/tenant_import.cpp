#include "engine/tenant_import.hpp"

#include <algorithm>
#include <utility>

#include "core/evolve.hpp"
#include "engine/codec.hpp"
#include "engine/engine.hpp"
#include "engine/stored_hash.hpp"
#include "engine/tenant_rows.hpp"

namespace waybill::engine {
namespace {

/// A secret leads to one tenant, so a store has the hash of a key once.
class KeyHashes final : public ConfigurationSink {
public:
    std::vector<std::string> hashes;
    void on_doc(DocRow row) override {
        if (row.kind == DocKind::key) hashes.push_back(std::move(row.code));
    }
    void on_level(const LevelRow&) override {}
    void on_capacity(const CapacityRow&) override {}
};

}  // namespace

TenantImport::TenantImport(Store& store, ImportOptions options)
    : store_(store), options_(std::move(options)), state_(std::make_unique<core::TenantState>()) {}

ImportFailure TenantImport::fault_at(std::uint64_t line, const std::string& what) {
    return "line " + std::to_string(line) + " " + what;
}

TenantImport::Step TenantImport::begin() {
    // Two at once would take each other's beginnings for what a dead one has left.
    if (auto alone = store_.lock_imports(); !alone) return fail(ImportFailure(std::move(alone.error())));
    auto heads = store_.tenants();
    if (!heads) return fail(ImportFailure(std::move(heads.error())));
    auto reader = store_.reader();
    if (!reader) return fail(ImportFailure(std::move(reader.error())));
    core::TenantId last = system_tenant;
    for (const TenantHead& head : *heads) {
        if (head.is_unfinished()) {
            if (auto dropped = store_.drop_unfinished(head.tenant); !dropped) {
                return fail(ImportFailure(std::move(dropped.error())));
            }
            continue;
        }
        last = std::max(last, head.tenant);
        names_.push_back(head.name);
        KeyHashes sink;
        if (auto read = (*reader)->configuration(head.tenant, sink); !read) {
            return fail(ImportFailure(std::move(read.error())));
        }
        for (std::string& hash : sink.hashes) keys_.emplace(std::move(hash), head.name);
    }
    state_->id = core::TenantId(last.raw() + 1);
    counts_.tenant = state_->id;
    return Unit{};
}

TenantImport::Step TenantImport::take(std::string_view text) {
    ++line_;
    auto line = read_line(text, sums_);
    if (!line) return fail(fault(line.error()));
    const bool is_head = std::holds_alternative<TenantFileHead>(*line);
    if (is_head != (line_ == 1)) {
        return fail(
            fault(is_head ? "begins a tenant's file a second time" : "is not the beginning of a tenant's file"));
    }
    if (end_) return fail(fault("follows after the end of the tenant"));
    if (auto* head = std::get_if<TenantFileHead>(&*line)) return take_head(std::move(*head));
    if (auto* event = std::get_if<TenantFileEvent>(&*line)) return take_event(std::move(*event));
    if (counts_.events < head_->head) {
        return fail(
            fault("comes before event " + std::to_string(counts_.events + 1) + " of " + std::to_string(head_->head)));
    }
    if (auto* person = std::get_if<TenantFilePerson>(&*line)) return take_person(std::move(*person));
    if (auto* reply = std::get_if<TenantFileReply>(&*line)) return take_reply(std::move(*reply));
    return take_end(std::get<TenantFileEnd>(std::move(*line)));
}

TenantImport::Step TenantImport::take_head(TenantFileHead head) {
    if (head.event_schema > event_schema_version) {
        return fail(fault("says that events have schema versions up to " + std::to_string(head.event_schema) +
                          ": this program reads up to " + std::to_string(event_schema_version) +
                          "; use the newer Waybill that wrote it"));
    }
    if (head.version == 0 || head.head == 0 || head.name.empty()) return fail(fault("names no tenant with events"));
    counts_.name = options_.name.empty() ? head.name : options_.name;
    if (std::find(names_.begin(), names_.end(), counts_.name) != names_.end()) {
        return fail(fault("is of a tenant " + counts_.name + ", which the store has already: give it another name"));
    }
    head_ = std::move(head);
    return Unit{};
}

TenantImport::Step TenantImport::take_event(TenantFileEvent line) {
    EventRow row = row_of(std::move(line));
    const std::string name = "(event " + std::to_string(row.sequence.raw()) + ") ";
    if (row.sequence.raw() != counts_.events + 1) {
        return fail(fault(name + "follows event " + std::to_string(counts_.events) + ": the log has a gap"));
    }
    if (row.sequence.raw() > head_->head) return fail(fault(name + "is above the head that line 1 names"));
    auto event = decode_event(row.type, row.schema_version, row.body);
    if (!event) return fail(fault(name + "can not be read: " + event.error()));
    if (!(row.aggregate == core::aggregate_of(*event))) return fail(fault(name + "is listed under another aggregate"));
    if (const auto* issued = std::get_if<core::KeyIssued>(&*event)) {
        if (const auto at = keys_.find(issued->key.hash); at != keys_.end()) {
            return fail(fault(name + "issues an API key that the store's tenant " + at->second + " has"));
        }
    }
    ++counts_.events;
    pending_bytes_ += row.body.size();
    pending_.push_back({line_, std::move(row), *std::move(event)});
    const bool is_last = counts_.events == head_->head;
    const bool is_full = pending_.size() >= options_.batch_events || pending_bytes_ >= options_.batch_bytes;
    return is_full || is_last ? flush_events() : Unit{};
}

TenantImport::Step TenantImport::take_person(TenantFilePerson line) {
    PersonRow row = row_of(std::move(line));
    if (row.id <= last_person_ || counts_.replies > 0) return fail(fault("has a person out of order"));
    last_person_ = row.id;
    ++counts_.persons;
    pending_bytes_ += row.doc.size();
    side_.persons.push_back(std::move(row));
    const bool is_full = side_.persons.size() >= options_.batch_events || pending_bytes_ >= options_.batch_bytes;
    return is_full ? flush_side() : Unit{};
}

TenantImport::Step TenantImport::take_reply(TenantFileReply line) {
    auto row = row_of(std::move(line));
    if (!row) return fail(fault(row.error()));
    if (row->key <= last_reply_) return fail(fault("has a reply out of order"));
    if (row->sequence.raw() > head_->head) return fail(fault("is the reply to what comes after the head"));
    // The answer to the request that made the tenant names it by its id.
    if (row->object == core::Aggregate{core::AggregateKind::tenant, head_->id}) row->object.id = state_->id.raw();
    last_reply_ = row->key;
    ++counts_.replies;
    pending_bytes_ += row->body.size();
    side_.replies.push_back(*std::move(row));
    const bool is_full = side_.replies.size() >= options_.batch_events || pending_bytes_ >= options_.batch_bytes;
    return is_full ? flush_side() : Unit{};
}

TenantImport::Step TenantImport::take_end(TenantFileEnd line) {
    const auto same = [](std::uint64_t says, std::uint64_t has) { return says == has; };
    if (!same(line.events, counts_.events) || !same(line.persons, counts_.persons) ||
        !same(line.replies, counts_.replies)) {
        return fail(fault("counts other lines than there were"));
    }
    counts_.state_hash = line.state_hash;
    end_ = std::move(line);
    return flush_side();
}

Result<TenantImported, ImportFailure> TenantImport::finish() {
    if (!end_) {
        const std::string last = line_ == 0 ? "the file is empty" : "the file ends after line " + std::to_string(line_);
        return fail(ImportFailure(last + ", before the last line of a tenant's file: it was cut short"));
    }
    if (auto same = check_hash(); !same) return fail(std::move(same.error()));
    if (auto named = give_name(); !named) return fail(std::move(named.error()));
    return counts_;
}

TenantImport::Step TenantImport::check_hash() {
    auto reader = store_.reader();
    if (!reader) return fail(ImportFailure(std::move(reader.error())));
    const auto hash = stored_state_hash(**reader, state_->id, state_->head);
    if (!hash) return fail(ImportFailure(hash.error()));
    if (*hash != end_->state_hash) {
        return fail(fault("says state hash " + end_->state_hash + ", but what was stored has " + *hash));
    }
    if (state_->tenant().name != head_->name) return fail(fault_at(1, "names the tenant otherwise than its settings"));
    return Unit{};
}

TenantImport::Step TenantImport::give_name() {
    TenantRows rows;
    rows.batch.tenant = state_->id;
    rows.batch.head_before = state_->head;
    rows.batch.ends_import_as = counts_.name;
    if (counts_.name != head_->name) {
        // History is left as it was: that the tenant is called otherwise from now on is one more event.
        core::TenantConfigured renamed{state_->tenant()};
        const core::EventStamp stamp{core::Sequence(state_->head.raw() + 1),
                                     std::max(options_.now, state_->last_instant)};
        renamed.settings.name = counts_.name;
        renamed.settings.version = stamp.sequence.raw();
        rows.happen(renamed, stamp, {"cli", "import_tenant", ""}, *state_);
        rows.project(*state_);
    }
    return commit(std::move(rows.batch));
}

Result<Unit, IoError> TenantImport::abandon() {
    if (!is_begun_) return Unit{};
    return store_.drop_unfinished(state_->id);
}

}  // namespace waybill::engine
