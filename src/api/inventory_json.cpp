#include "api/inventory_json.hpp"

#include <algorithm>

#include "engine/replies.hpp"
#include "json/read.hpp"

namespace waybill::api {
namespace {

/// Too many rows has a name of its own, so it is not a rule of the struct.
std::optional<Problem> check_rows(std::size_t rows) {
    if (rows <= core::limits::feed_rows_max) return std::nullopt;
    return Problem{core::Reject::too_many_rows,
                   "at most " + std::to_string(core::limits::feed_rows_max) + " rows; split the message",
                   {},
                   {}};
}

}  // namespace

LevelOutput render_level(const core::Level& level, core::ItemIx item, const engine::TenantView& view) {
    return {view.item(item).sku, view.location(level.location).code,
            level.on_hand,       level.reserved,
            level.safety,        level.unsellable,
            level.sellable()};
}

MovementOutput render_movement(const engine::MovementRow& row, const engine::TenantView& view) {
    const core::Movement& movement = row.movement;
    MovementOutput out;
    out.sequence = row.sequence;
    out.n = row.n;
    out.at = row.at;
    out.sku = view.item(movement.item).sku;
    out.location = view.location(movement.location).code;
    out.kind = movement.kind;
    out.on_hand = movement.on_hand;
    out.reserved = movement.reserved;
    out.safety = movement.safety;
    out.unsellable = movement.unsellable;
    if (!movement.reason.empty()) out.reason = movement.reason;
    if (row.order.is_set()) out.order_id = row.order;
    return out;
}

Result<core::MoveInventory, Problem> read_moves(std::string_view text) {
    auto input = json::read_text<json::Api, MovementsInput>(text);
    if (!input) return fail(problem_of(input.error()));
    if (auto problem = check_rows(input->moves.size())) return fail(std::move(*problem));
    core::MoveInventory out;
    out.reference = std::move(input->reference);
    out.moves.reserve(input->moves.size());
    for (MoveJson& move : input->moves) {
        out.moves.push_back({move.kind, std::move(move.sku), std::move(move.location), std::move(move.to_location),
                             std::move(move.unit), move.quantity, std::move(move.reason)});
    }
    return out;
}

Result<core::ApplyFeed, Problem> read_feed(std::string_view text, std::string_view path_source) {
    auto input = json::read_text<json::Api, FeedInput>(text);
    if (!input) return fail(problem_of(input.error()));
    if (auto problem = check_rows(input->rows.size())) return fail(std::move(*problem));
    FieldErrors errors;
    if (path_source.empty() && !input->source) {
        errors.push_back({"/source", std::string(json::rule::required), "is missing"});
    } else if (!path_source.empty() && input->source && *input->source != path_source) {
        errors.push_back({"/source", std::string(json::rule::one_of), "must be the source of the path, or left out"});
    }
    if (!errors.empty()) return fail(problem_of(std::move(errors)));
    core::ApplyFeed out;
    out.source = path_source.empty() ? std::move(*input->source) : std::string(path_source);
    out.sequence = input->sequence;
    out.mode = input->mode;
    out.rows.reserve(input->rows.size());
    for (FeedRowJson& row : input->rows) {
        out.rows.push_back({std::move(row.sku), std::move(row.location), row.quantity, row.safety});
    }
    return out;
}

FeedResult render_feed(const engine::Receipt& receipt, std::uint32_t rows) {
    const core::Outcome* outcome = &receipt.outcome;
    std::optional<core::Outcome> repeated;
    if (receipt.replayed) {
        if (auto decoded = engine::decode_reply(*receipt.replayed)) outcome = &repeated.emplace(std::move(*decoded));
    }
    FeedResult out;
    out.applied = !outcome->already_applied;
    out.already_applied = outcome->already_applied;
    for (const core::SkippedRow& row : outcome->skipped) {
        out.skipped.push_back({row.row, std::string(core::info_of(row.code).name), row.detail});
    }
    if (out.applied) out.rows_taken = rows - std::min(rows, static_cast<std::uint32_t>(out.skipped.size()));
    return out;
}

}  // namespace waybill::api
