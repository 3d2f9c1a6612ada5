#include "engine/tenant_file.hpp"

#include <utility>

#include "engine/state_hash.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace waybill::engine {
namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::size_t sum_digits = 16;
/// The last member of every line: ,"sum":"0123456789abcdef"}
constexpr std::string_view sum_begins = ",\"sum\":\"";
constexpr std::string_view sum_ends = "\"}";
constexpr std::size_t sum_bytes = sum_begins.size() + sum_digits + sum_ends.size();

template <class Bytes>
std::string hexadecimal(const Bytes& bytes) {
    std::string out;
    for (const unsigned char byte : bytes) {
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

}  // namespace

std::string LineSums::next(std::string_view text) {
    Blake2b blake;
    blake.text(before_);
    blake.text(text);
    before_ = hexadecimal(blake.finish());
    return before_.substr(0, sum_digits);
}

void append_line(std::string& out, LineSums& sums, const TenantFileLine& line) {
    const std::size_t begin = out.size();
    json::write<json::Stored>(out, line);
    out.pop_back();
    const std::string sum = sums.next(std::string_view(out).substr(begin));
    out += sum_begins;
    out += sum;
    out += sum_ends;
    out += '\n';
}

Result<TenantFileLine, std::string> read_line(std::string_view text, LineSums& sums) {
    const std::size_t text_bytes = text.size() < sum_bytes ? 0 : text.size() - sum_bytes;
    const std::string_view tail = text.substr(text_bytes);
    if (text_bytes == 0 || !tail.starts_with(sum_begins) || !tail.ends_with(sum_ends)) {
        return fail(std::string("does not end with a check number: it was cut short, or is of another kind of file"));
    }
    // What was written as the line's only copy of a text may be as long as a stored document may be.
    constexpr json::ParseLimits limits{.max_depth = 8, .bytes_max = std::size_t{1} << 30};
    auto line = json::read_text<json::Stored, TenantFileLine>(text, limits);
    if (const auto* head = line ? std::get_if<TenantFileHead>(&*line) : nullptr) {
        // Said first: a newer format may have other check numbers.
        if (head->version > tenant_file_version) {
            return fail("says format version " + std::to_string(head->version) + ": this program reads up to " +
                        std::to_string(tenant_file_version) + "; use the newer Waybill that wrote it");
        }
    }
    if (sums.next(text.substr(0, text_bytes)) != tail.substr(sum_begins.size(), sum_digits)) {
        return fail(std::string("is not as it was written, or not in its place: its check number does not fit"));
    }
    if (!line) {
        const json::Issue& issue = line.error().front();
        return fail("can not be read: " + issue.pointer + " " + issue.detail);
    }
    return *std::move(line);
}

TenantFileEvent line_of(const EventRow& row) {
    return {.sequence = row.sequence.raw(),
            .aggregate = row.aggregate.kind,
            .aggregate_id = row.aggregate.id,
            .aggregate_version = row.aggregate_version,
            .at = row.at,
            .actor = row.actor,
            .command = row.command,
            .correlation = row.correlation,
            .type = row.type,
            .schema_version = row.schema_version,
            .body = row.body};
}

TenantFilePerson line_of(const PersonRow& row) {
    return {.id = row.id.raw(), .customer = row.customer.raw(), .of_order = row.order.is_set(), .doc = row.doc};
}

TenantFileReply line_of(const ReplyRow& row) {
    return {.key = row.key,
            .body_hash = hexadecimal(row.body_hash),
            .status = row.status,
            .object = row.object.kind,
            .object_id = row.object.id,
            .sequence = row.sequence.raw(),
            .body = row.body,
            .at = row.at};
}

EventRow row_of(TenantFileEvent line) {
    return {.sequence = core::Sequence(line.sequence),
            .aggregate = {line.aggregate, line.aggregate_id},
            .aggregate_version = line.aggregate_version,
            .at = line.at,
            .actor = std::move(line.actor),
            .command = std::move(line.command),
            .correlation = std::move(line.correlation),
            .type = std::move(line.type),
            .schema_version = line.schema_version,
            .body = std::move(line.body)};
}

PersonRow row_of(TenantFilePerson line) {
    return {.id = core::PersonId(line.id),
            .customer = core::CustomerId(line.customer),
            .order = core::OrderId(line.of_order ? line.id : 0),
            .doc = std::move(line.doc)};
}

Result<ReplyRow, std::string> row_of(TenantFileReply line) {
    ReplyRow row;
    if (line.body_hash.size() != 2 * row.body_hash.size() ||
        line.body_hash.find_first_not_of(digits) != std::string::npos) {
        return fail(std::string("has a hash that is none"));
    }
    for (std::size_t at = 0; at < row.body_hash.size(); ++at) {
        const auto high = digits.find(line.body_hash[2 * at]);
        const auto low = digits.find(line.body_hash[2 * at + 1]);
        row.body_hash[at] = static_cast<unsigned char>(high << 4U | low);
    }
    row.key = std::move(line.key);
    row.status = line.status;
    row.object = {line.object, line.object_id};
    row.sequence = core::Sequence(line.sequence);
    row.body = std::move(line.body);
    row.at = line.at;
    return row;
}

}  // namespace waybill::engine
