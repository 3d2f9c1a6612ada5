#pragma once
// Inventory as JSON: levels, the ledger of movements, what people move and what feeds report.

#include <array>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/bulk.hpp"
#include "api/problem.hpp"
#include "core/commands.hpp"
#include "core/inventory/level.hpp"
#include "core/limits.hpp"
#include "engine/engine.hpp"
#include "engine/store.hpp"
#include "json/rules.hpp"

namespace waybill::api {

struct LevelOutput {
    static constexpr std::string_view schema_name = "Level";
    std::string sku;
    std::string location;
    std::int64_t on_hand = 0;
    std::int64_t reserved = 0;
    std::int64_t safety = 0;
    std::int64_t unsellable = 0;
    std::int64_t sellable = 0;
};
BOOST_DESCRIBE_STRUCT(LevelOutput, (), (sku, location, on_hand, reserved, safety, unsellable, sellable))

struct MovementOutput {
    static constexpr std::string_view schema_name = "Movement";
    core::Sequence sequence;
    std::uint32_t n = 0;
    Instant at;
    std::string sku;
    std::string location;
    core::MovementKind kind = core::MovementKind::receive;
    std::int64_t on_hand = 0;
    std::int64_t reserved = 0;
    std::int64_t safety = 0;
    std::int64_t unsellable = 0;
    std::optional<std::string> reason;
    std::optional<core::OrderId> order_id;
};
BOOST_DESCRIBE_STRUCT(MovementOutput, (),
                      (sequence, n, at, sku, location, kind, on_hand, reserved, safety, unsellable, reason, order_id))

struct MoveJson {
    static constexpr std::string_view schema_name = "MoveInput";
    core::MoveKind kind = core::MoveKind::receive;
    std::string sku;
    std::string location;
    std::string to_location;
    std::string unit;
    std::int64_t quantity = 0;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(MoveJson, (), (kind, sku, location, to_location, unit, quantity, reason))

struct MovementsInput {
    std::string reference;
    std::vector<MoveJson> moves;
};
BOOST_DESCRIBE_STRUCT(MovementsInput, (), (reference, moves))

struct MovementsResult {
    core::Sequence sequence;
    std::string reference;
};
BOOST_DESCRIBE_STRUCT(MovementsResult, (), (sequence, reference))

struct FeedRowJson {
    static constexpr std::string_view schema_name = "FeedRow";
    std::string sku;
    std::string location;
    std::int64_t quantity = 0;
    std::optional<std::int64_t> safety;
};
BOOST_DESCRIBE_STRUCT(FeedRowJson, (), (sku, location, quantity, safety))

struct FeedInput {
    std::optional<std::string> source;
    std::uint64_t sequence = 0;
    core::FeedMode mode = core::FeedMode::count;
    std::vector<FeedRowJson> rows;
};
BOOST_DESCRIBE_STRUCT(FeedInput, (), (source, sequence, mode, rows))

struct FeedResult {
    bool applied = true;
    bool already_applied = false;
    std::uint32_t rows_taken = 0;
    std::vector<SkippedRowOutput> skipped;
};
BOOST_DESCRIBE_STRUCT(FeedResult, (), (applied, already_applied, rows_taken, skipped))

[[nodiscard]] LevelOutput render_level(const core::Level& level, core::ItemIx item, const engine::TenantView& view);
[[nodiscard]] MovementOutput render_movement(const engine::MovementRow& row, const engine::TenantView& view);

/// Errors: malformed_json, invalid_request, too_many_rows.
[[nodiscard]] Result<core::MoveInventory, Problem> read_moves(std::string_view text);
/// `path_source` is the source of the path; in bulk it is empty and each line names its own.
[[nodiscard]] Result<core::ApplyFeed, Problem> read_feed(std::string_view text, std::string_view path_source);
[[nodiscard]] FeedResult render_feed(const engine::Receipt& receipt, std::uint32_t rows);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::MoveJson> {
    static constexpr auto fields =
        std::array{text("sku", 1, core::limits::sku_bytes_max),
                   text("location", 1, core::limits::code_bytes_max),
                   text("to_location", 0, core::limits::code_bytes_max).defaulted(),
                   text("unit", 0, core::limits::code_bytes_max).defaulted(),
                   integer("quantity", -core::limits::quantity_max, core::limits::quantity_max),
                   text("reason", 0, core::limits::name_bytes_max).defaulted()};
};
template <>
struct Rules<api::MovementsInput> {
    static constexpr auto fields =
        std::array{text("reference", 0, core::limits::name_bytes_max).defaulted(), items("moves", 1, SIZE_MAX)};
};
template <>
struct Rules<api::FeedRowJson> {
    static constexpr auto fields =
        std::array{text("sku", 1, core::limits::sku_bytes_max), text("location", 1, core::limits::code_bytes_max),
                   integer("quantity", -core::limits::quantity_max, core::limits::quantity_max),
                   integer("safety", 0, core::limits::quantity_max)};
};
template <>
struct Rules<api::FeedInput> {
    static constexpr auto fields =
        std::array{text("source", 1, core::limits::code_bytes_max), integer("sequence", 1, INT64_MAX),
                   defaulted("mode"), items("rows", 1, SIZE_MAX)};
};

}  // namespace waybill::json
