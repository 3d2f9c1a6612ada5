#pragma once
// One reader a kind of statement; read_actions.cpp chooses among them. Each takes the words after the verb and throws
// BadWord.

#include <string>

#include "tests/scenarios/read_actions.hpp"
#include "tests/scenarios/words.hpp"

namespace waybill::scenarios {

enum class ItemKind { item, kit };
enum class CustomerVerb { make, change };

[[nodiscard]] Action read_tenant(Words& words, FileContext& file);
[[nodiscard]] Action read_item(Words& words, ItemKind kind);
[[nodiscard]] Action read_location(Words& words);
[[nodiscard]] Action read_channel(Words& words);
[[nodiscard]] Action read_areas(Words& words);
[[nodiscard]] Action read_rates(Words& words);
/// "message CODE LOCALE …", and "mailed …": what became of mail.
[[nodiscard]] Action read_message(Words& words);
[[nodiscard]] Action read_mailing(Words& words);
[[nodiscard]] Action read_webhook(Words& words);
/// "rotate webhook …", "resume webhook …", "deliver to …", after the verb.
[[nodiscard]] Action read_rotation(Words& words);
[[nodiscard]] Action read_resumption(Words& words);
[[nodiscard]] Action read_delivery(Words& words);
[[nodiscard]] Action read_demand(Words& words);
[[nodiscard]] Action read_key(Words& words);
[[nodiscard]] Action read_revoke(Words& words);

[[nodiscard]] bool is_move(const std::string& verb);
[[nodiscard]] Action read_moves(const std::string& verb, Words& words);
[[nodiscard]] Action read_feed(Words& words);

[[nodiscard]] Action read_customer(Words& words, CustomerVerb verb);
[[nodiscard]] Action read_merge(Words& words);
[[nodiscard]] Action read_erase(Words& words);

[[nodiscard]] Action read_rules(Words& words);
[[nodiscard]] Action read_activate(Words& words);
[[nodiscard]] Action read_deactivate(Words& words);
[[nodiscard]] Action read_roll_back(Words& words);

[[nodiscard]] Action read_cancel(Words& words);
[[nodiscard]] Action read_reroute(Words& words);
[[nodiscard]] Action read_ship(Words& words);
[[nodiscard]] Action read_hold(Words& words);
[[nodiscard]] Action read_release(Words& words);
/// `what work N of ORDER …`, after "work".
[[nodiscard]] Action read_work(const std::string& what, Words& words);
/// `what return …`, after "return".
[[nodiscard]] Action read_return(const std::string& what, Words& words);
/// "within 30 for too_small,broken by-person", of a channel.
void read_return_policy(Words& words, core::ReturnPolicy& policy);
[[nodiscard]] Action read_raise(Words& words);
[[nodiscard]] Action read_assign(Words& words);
[[nodiscard]] Action read_resolve(Words& words);

/// "line 2"
[[nodiscard]] core::LineNo read_line_no(Words& words);
/// "line 1 quantity 2, line 2 quantity 1 carrier C tracking T", to the end.
template <class Ship>
void read_parcel(Words& words, Ship& ship) {
    while (!words.at_end()) {
        if (words.at("line")) {
            core::ShipLineInput line;
            line.line_no = read_line_no(words);
            words.expect("quantity");
            line.quantity = words.number("quantity");
            ship.lines.push_back(line);
            (void)words.take_if(",");
        } else if (words.take_if("carrier")) {
            ship.carrier = words.take("a carrier");
        } else if (words.take_if("tracking")) {
            ship.tracking = words.take("a number");
        } else {
            words.expect_end();
        }
    }
}
/// "1001 x" before a row repeats it, for limits.
[[nodiscard]] std::size_t read_times(Words& words);
/// Whether the next word is of the form a:b.
[[nodiscard]] bool is_pair(const Words& words);
/// name, email or phone; false when the next word is none of them.
[[nodiscard]] bool read_person_word(Words& words, PersonText& person);

}  // namespace waybill::scenarios
