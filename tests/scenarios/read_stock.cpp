#include "tests/scenarios/action_readers.hpp"

#include <utility>

#include "tests/scenarios/read_enum.hpp"

namespace waybill::scenarios {

std::size_t read_times(Words& words) {
    if (words.peek(1) != "x") return 1;
    const auto times = static_cast<std::size_t>(words.number("number of times"));
    words.expect("x");
    return times;
}

bool is_move(const std::string& verb) {
    return verb == "stock" || verb == "receive" || verb == "adjust" || verb == "count" || verb == "transfer" ||
           verb == "safety" || verb == "quarantine";
}

namespace {

/// "at dc1" or, for a transfer, "from dc1 to dc2".
void read_where(Words& words, core::MoveInput& move) {
    if (move.kind == core::MoveKind::transfer) {
        words.expect("from");
        move.location = words.take("a location");
        words.expect("to");
        move.to_location = words.take("a location");
    } else {
        words.expect("at");
        move.location = words.take("a location");
    }
}

}  // namespace

Action read_moves(const std::string& verb, Words& words) {
    Action out;
    core::MoveInventory command;
    std::string kind = verb;
    while (true) {
        core::MoveInput move;
        // "stock" is how a scenario says what lies there at its beginning.
        move.kind = kind == "stock" ? core::MoveKind::count : read_enum<core::MoveKind>(kind);
        const std::size_t times = read_times(words);
        move.sku = words.take("a SKU");
        read_where(words, move);
        move.quantity = words.number("quantity");
        while (!words.at_end() && !words.at(";")) {
            if (words.take_if("unit")) {
                move.unit = words.take("a unit");
            } else if (words.take_if("reason")) {
                move.reason = words.take("a reason");
            } else if (words.take_if("reference")) {
                command.reference = words.take("a reference");
            } else {
                words.expect_end();
            }
        }
        command.moves.insert(command.moves.end(), times, move);
        if (!words.take_if(";")) break;
        kind = words.take("a kind of move");
    }
    out.command = std::move(command);
    return out;
}

Action read_feed(Words& words) {
    Action out;
    core::ApplyFeed feed;
    feed.source = words.take("a source");
    words.expect("sequence");
    feed.sequence = static_cast<std::uint64_t>(words.number("sequence"));
    const std::string mode = words.take("counts or deltas");
    if (mode != "counts" && mode != "deltas") throw BadWord{"'" + mode + "' is neither counts nor deltas"};
    feed.mode = mode == "counts" ? core::FeedMode::count : core::FeedMode::delta;
    if (words.at_end()) {
        out.command = std::move(feed);
        return out;
    }
    do {
        const std::size_t times = read_times(words);
        core::FeedRowInput row;
        row.sku = words.take("a SKU");
        words.expect("at");
        row.location = words.take("a location");
        row.quantity = words.number("quantity");
        if (words.take_if("safety")) row.safety = words.number("quantity");
        feed.rows.insert(feed.rows.end(), times, row);
    } while (words.take_if(";"));
    out.command = std::move(feed);
    return out;
}

}  // namespace waybill::scenarios
