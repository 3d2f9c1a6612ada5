#include "engine/tenant_export.hpp"

#include <algorithm>
#include <utility>

#include "engine/codec.hpp"
#include "engine/stored_hash.hpp"
#include "engine/tenant_file.hpp"

namespace waybill::engine {
namespace {

using Step = Result<Unit, ExportFailure>;

class Exporter {
public:
    Exporter(Reader& reader, const TenantHead& tenant, const TakeText& take,
             const std::function<void(std::uint64_t, std::uint64_t)>& progress)
        : reader_(reader), tenant_(tenant), take_(take), progress_(progress) {}

    Result<TenantExport, ExportFailure> run() {
        const auto moment = reader_.hold_moment();
        if (!moment) return fail(ExportFailure(moment.error()));
        auto head = reader_.head(tenant_.tenant);
        if (!head) return fail(ExportFailure(std::move(head.error())));
        head_ = *head;
        add(TenantFileHead{tenant_file_version, event_schema_version, tenant_.name, tenant_.tenant.raw(), head_.raw()});
        for (const auto step : {&Exporter::write_events, &Exporter::write_persons, &Exporter::write_replies}) {
            if (auto done = (this->*step)(); !done) return fail(std::move(done.error()));
        }
        auto hash = stored_state_hash(reader_, tenant_.tenant, head_);
        if (!hash) return fail(ExportFailure(std::move(hash.error())));
        out_.state_hash = *std::move(hash);
        add(TenantFileEnd{out_.events, out_.persons, out_.replies, out_.state_hash});
        if (auto done = hand_over(); !done) return fail(std::move(done.error()));
        return std::move(out_);
    }

private:
    void add(const TenantFileLine& line) { append_line(text_, sums_, line); }

    Step hand_over() {
        auto taken = take_(text_);
        text_.clear();
        if (!taken) return fail(ExportFailure(std::move(taken.error())));
        return Unit{};
    }

    Step write_events() {
        EventQuery query;
        query.limit = page_rows;
        while (out_.events < head_.raw()) {
            // Both ends are named: a store that knows nothing of its rows yet would else sort all of them for a page.
            query.until = core::Sequence(std::min(query.after.raw() + page_rows, head_.raw()));
            auto page = reader_.events(tenant_.tenant, query);
            if (!page) return fail(ExportFailure(std::move(page.error())));
            for (const EventRow& row : *page) {
                if (row.sequence.raw() != ++out_.events) break;
                add(line_of(row));
                query.after = row.sequence;
            }
            if (query.after.raw() != out_.events || page->empty()) {
                return fail(ExportFailure(
                    IoError{IoFailure::corrupt, "the log has a gap after event " + std::to_string(query.after.raw())}));
            }
            if (auto done = hand_over(); !done) return done;
            if (progress_) progress_(out_.events, head_.raw());
        }
        return Unit{};
    }

    Step write_persons() {
        core::PersonId after;
        while (true) {
            auto page = reader_.scan_persons(tenant_.tenant, after, page_rows);
            if (!page) return fail(ExportFailure(std::move(page.error())));
            for (const PersonRow& row : *page) add(line_of(row));
            out_.persons += page->size();
            if (auto done = hand_over(); !done) return done;
            if (page->size() < page_rows) return Unit{};
            after = page->back().id;
        }
    }

    Step write_replies() {
        std::string after;
        while (true) {
            auto page = reader_.scan_replies(tenant_.tenant, after, page_rows);
            if (!page) return fail(ExportFailure(std::move(page.error())));
            for (const ReplyRow& row : *page) add(line_of(row));
            out_.replies += page->size();
            if (auto done = hand_over(); !done) return done;
            if (page->size() < page_rows) return Unit{};
            after = page->back().key;
        }
    }

    Reader& reader_;
    const TenantHead& tenant_;
    const TakeText& take_;
    const std::function<void(std::uint64_t, std::uint64_t)>& progress_;
    core::Sequence head_;
    LineSums sums_;
    std::string text_;
    TenantExport out_;
};

}  // namespace

Result<TenantExport, ExportFailure> export_tenant(Reader& reader, const TenantHead& tenant, const TakeText& take,
                                                  const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    return Exporter(reader, tenant, take, progress).run();
}

}  // namespace waybill::engine
