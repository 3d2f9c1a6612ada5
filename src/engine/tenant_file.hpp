#pragma once
// A tenant as lines of text: what moves it from store to store. docs/formats/tenant.md is the format.
//
// Every line but the last of its values is JSON in the compact profile and ends with a check number over all lines up
// to it, so that a changed byte and a line that is missing, doubled or in another place are noticed where they are. It
// finds damage and mistakes: who can write the file can make check numbers, too.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

inline constexpr std::uint32_t tenant_file_version = 1;

/// The first line.
struct TenantFileHead {
    static constexpr std::string_view type_name = "waybill_tenant";
    std::uint32_t version = 0;       ///< of the format
    std::uint32_t event_schema = 0;  ///< the highest schema_version of an event that may follow
    std::string name;
    std::uint64_t id = 0;  ///< in the store that it was written from
    std::uint64_t head = 0;
};
BOOST_DESCRIBE_STRUCT(TenantFileHead, (), (version, event_schema, name, id, head))

/// An EventRow. The body is text in text, so that it comes back byte by byte.
struct TenantFileEvent {
    static constexpr std::string_view type_name = "event";
    std::uint64_t sequence = 0;
    core::AggregateKind aggregate = core::AggregateKind::tenant;
    std::uint64_t aggregate_id = 0;
    std::uint64_t aggregate_version = 0;
    Instant at;
    std::string actor;
    std::string command;
    std::string correlation;
    std::string type;
    std::uint32_t schema_version = 1;
    std::string body;
};
BOOST_DESCRIBE_STRUCT(TenantFileEvent, (),
                      (sequence, aggregate, aggregate_id, aggregate_version, at, actor, command, correlation, type,
                       schema_version, body))

/// A PersonRow. One of an order has the order's id.
struct TenantFilePerson {
    static constexpr std::string_view type_name = "person";
    std::uint64_t id = 0;
    std::uint64_t customer = 0;
    bool of_order = false;
    std::string doc;
};
BOOST_DESCRIBE_STRUCT(TenantFilePerson, (), (id, customer, of_order, doc))

/// A ReplyRow.
struct TenantFileReply {
    static constexpr std::string_view type_name = "reply";
    std::string key;
    std::string body_hash;  ///< hexadecimal
    std::uint16_t status = 0;
    core::AggregateKind object = core::AggregateKind::tenant;
    std::uint64_t object_id = 0;
    std::uint64_t sequence = 0;
    std::string body;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(TenantFileReply, (), (key, body_hash, status, object, object_id, sequence, body, at))

/// The last line: a file without it was cut short.
struct TenantFileEnd {
    static constexpr std::string_view type_name = "end";
    std::uint64_t events = 0;
    std::uint64_t persons = 0;
    std::uint64_t replies = 0;
    std::string state_hash;
};
BOOST_DESCRIBE_STRUCT(TenantFileEnd, (), (events, persons, replies, state_hash))

using TenantFileLine = std::variant<TenantFileHead, TenantFileEvent, TenantFilePerson, TenantFileReply, TenantFileEnd>;

/// The check numbers of a file's lines, one after the other.
class LineSums {
public:
    /// Of the next line, whose text without its check number this is; 16 hexadecimal digits.
    [[nodiscard]] std::string next(std::string_view text);

private:
    std::string before_;  ///< the digest of all lines so far
};

/// With its check number and its line feed.
void append_line(std::string& out, LineSums& sums, const TenantFileLine& line);
/// `text` is without its line feed. Errors: what is wrong with it, in words that follow "line 7 ".
[[nodiscard]] Result<TenantFileLine, std::string> read_line(std::string_view text, LineSums& sums);

[[nodiscard]] TenantFileEvent line_of(const EventRow& row);
[[nodiscard]] TenantFilePerson line_of(const PersonRow& row);
[[nodiscard]] TenantFileReply line_of(const ReplyRow& row);
[[nodiscard]] EventRow row_of(TenantFileEvent line);
[[nodiscard]] PersonRow row_of(TenantFilePerson line);
/// Errors: in words that follow "line 7 ".
[[nodiscard]] Result<ReplyRow, std::string> row_of(TenantFileReply line);

}  // namespace waybill::engine
