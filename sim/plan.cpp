// The plan of a seed. Nothing here looks at the state: what a command says in detail is thrown when it runs.

#include <array>
#include <numeric>

#include "sim/dice.hpp"
#include "sim/script.hpp"
#include "sim/spans.hpp"
#include "sim/world.hpp"

namespace waybill::sim {
namespace {

constexpr std::int64_t day = 86'400 * second;

/// Orders lead; configuration changes now and then.
constexpr std::array<std::uint32_t, does_kinds> shares{1, 4, 3, 2, 1, 1, 1, 13, 9, 7, 3, 3, 26, 9, 6, 6,
                                                       6, 2, 3, 4, 1, 3, 6, 2,  1, 2, 2, 6, 2,  6, 5, 2,
                                                       5, 2, 1, 6, 2, 3, 7, 3,  2, 7, 2, 3, 4,  5, 1};

constexpr std::uint64_t shares_total = std::accumulate(shares.begin(), shares.end(), std::uint64_t{0});

/// What people do with orders that are in work.
constexpr std::array at_work{Does::accept_fulfillment, Does::pick_fulfillment,   Does::pick_fulfillment,
                             Does::reject_fulfillment, Does::reject_fulfillment, Does::recall_fulfillment,
                             Does::ship_fulfillment,   Does::ship_order,         Does::cancel_order,
                             Does::reroute_order,      Does::hold_order,         Does::release_hold};

/// And with what is picked.
constexpr std::array at_packing{Does::pack_fulfillment, Does::pack_fulfillment,   Does::pack_fulfillment,
                                Does::unpack_parcel,    Does::pick_fulfillment,   Does::reject_fulfillment,
                                Does::ship_fulfillment, Does::ship_fulfillment,   Does::ship_order,
                                Does::cancel_order,     Does::recall_fulfillment, Does::configure_tenant};

/// And with what has left.
constexpr std::array at_returns{Does::request_return, Does::approve_return, Does::decline_return,
                                Does::receive_return, Does::receive_return, Does::receive_return,
                                Does::cancel_return,  Does::hold_order,     Does::put_channel};

/// And what may bring supply to an order.
constexpr std::array for_those_who_wait{Does::move_inventory, Does::move_inventory, Does::apply_feed,
                                        Does::cancel_order,   Does::put_location,   Does::put_channel,
                                        Does::reroute_order,  Does::put_item};

class Planner {
public:
    Planner(std::uint64_t seed, std::uint32_t steps) : dice_(seed * 0x2545F4914F6CDD1DULL + 1), steps_(steps) {
        script_.tenants = dice_.one_in(3) ? 2 : 1;
        if (seed % 2 == 0) script_.overlap = 2;
    }

    Script plan() {
        open_shops();
        std::uint32_t done = 0;
        while (done < steps_) {
            between_rounds();
            if (dice_.one_in(12)) work_through(any_tenant());
            if (dice_.one_in(12)) pack_and_send(any_tenant());
            if (dice_.one_in(12)) take_back(any_tenant());
            if (dice_.one_in(12)) let_wait(any_tenant());
            if (dice_.one_in(24)) meet_customers(any_tenant());
            if (dice_.one_in(24)) alone(Does::apply_feed, any_tenant(), 5);
            if (dice_.one_in(40)) turn_secrets(any_tenant());
            const std::uint32_t commands = throw_commands();
            open_round();
            for (std::uint32_t i = 0; i < commands; ++i) command(throw_kind(), any_tenant());
            done += commands;
        }
        if (blind_) turn_blind(false);
        add(OpKind::check);
        return std::move(script_);
    }

private:
    void add(OpKind kind) {
        Op op;
        op.kind = kind;
        script_.ops.push_back(op);
    }

    void command(Does does, std::uint32_t tenant) {
        Op op;
        op.kind = OpKind::command;
        op.does = does;
        op.tenant = tenant;
        op.dice = dice_.next() & 0xFFFFFFFFU;
        if (does == Does::create_tenant) creates_ = true;
        script_.ops.push_back(op);
    }

    /// One, mostly; a few together; now and then more than the queue takes.
    std::uint32_t throw_commands() {
        if (dice_.one_in(16)) return static_cast<std::uint32_t>(queue_commands_max + 1 + dice_.below(4));
        return static_cast<std::uint32_t>(dice_.one_in(3) ? 2 + dice_.below(5) : 1);
    }

    void open_shops() {
        for (std::uint32_t tenant = 0; tenant < script_.tenants; ++tenant) {
            if (dice_.one_in(2)) alone(Does::put_rate_table, tenant, 2);
            alone(Does::put_location, tenant, 4);
            alone(Does::put_item, tenant, 8);
            alone(Does::put_channel, tenant, 2);
            alone(Does::move_inventory, tenant, 3);
            if (dice_.one_in(2)) alone(Does::put_webhook, tenant, 1);
            if (dice_.one_in(2)) alone(Does::put_message, tenant, 2);
            if (dice_.one_in(2)) alone(Does::put_demand, tenant, 1);
            if (!dice_.one_in(2)) continue;
            alone(Does::save_rule_set, tenant, 1);
            alone(Does::activate_rule_set, tenant, 1);
        }
    }

    /// Each in a round of its own, so that it sees the one before.
    void alone(Does does, std::uint32_t tenant, int times) {
        for (int i = 0; i < times; ++i) {
            add(OpKind::round);
            command(does, tenant);
        }
    }

    /// Orders, and people at work on them. Not counted as steps: commands that come at random seldom get as far.
    void work_through(std::uint32_t tenant) {
        alone(Does::place_order, tenant, 3);
        alone(Does::release_order, tenant, 1);
        for (std::uint64_t i = 2 + dice_.below(4); i > 0; --i) alone(at_work[dice_.below(at_work.size())], tenant, 1);
    }

    void pack_and_send(std::uint32_t tenant) {
        alone(Does::place_order, tenant, 2);
        alone(Does::release_order, tenant, 1);
        alone(Does::pick_fulfillment, tenant, 2);
        for (std::uint64_t i = 3 + dice_.below(5); i > 0; --i) {
            alone(at_packing[dice_.below(at_packing.size())], tenant, 1);
        }
    }

    /// Goods that leave, and come back.
    void take_back(std::uint32_t tenant) {
        alone(Does::place_order, tenant, 2);
        alone(Does::ship_order, tenant, 2);
        for (std::uint64_t i = 2 + dice_.below(4); i > 0; --i) {
            alone(Does::request_return, tenant, 1);
            alone(at_returns[dice_.below(at_returns.size())], tenant, 1);
        }
    }

    /// More orders than there is stock, and then what some of them may find.
    void let_wait(std::uint32_t tenant) {
        if (dice_.one_in(3)) {
            alone(Does::save_rule_set, tenant, 1);
            alone(Does::activate_rule_set, tenant, 1);
        }
        alone(Does::place_order, tenant, 4);
        retry(tenant);
        for (std::uint64_t i = 1 + dice_.below(3); i > 0; --i) {
            alone(for_those_who_wait[dice_.below(for_those_who_wait.size())], tenant, 1);
            if (dice_.one_in(3)) jump();
            retry(tenant);
        }
    }

    /// The same person twice, who then wants to be forgotten.
    void meet_customers(std::uint32_t tenant) {
        alone(Does::put_customer, tenant, 2);
        alone(Does::place_order, tenant, 1);
        alone(Does::merge_customers, tenant, 3);
        alone(Does::erase_person, tenant, 1);
    }

    void turn_secrets(std::uint32_t tenant) {
        alone(Does::put_webhook, tenant, 1);
        alone(Does::rotate_webhook_secret, tenant, 1);
        alone(Does::put_webhook, tenant, 2);
    }

    void retry(std::uint32_t tenant) {
        Op op;
        op.kind = OpKind::retry;
        op.tenant = tenant;
        script_.ops.push_back(op);
    }

    void jump() {
        Op op;
        op.kind = OpKind::clock;
        op.micros = throw_jump();
        script_.ops.push_back(op);
    }

    void between_rounds() {
        if (dice_.one_in(3)) jump();
        if (blind_ && dice_.one_in(2)) turn_blind(false);
        if (dice_.one_in(24)) {
            add(OpKind::restart);
            blind_ = false;
        }
        if (dice_.one_in(12)) add(OpKind::probe);
        if (dice_.one_in(6)) retry(any_tenant());
        if (dice_.one_in(60)) add(OpKind::check);
    }

    /// Minutes, mostly; hours, days, a gap longer than replies are kept; and backwards.
    std::int64_t throw_jump() {
        switch (dice_.below(12)) {
            case 0:
                return dice_.between(-3 * day, -1);
            case 1:
                return dice_.between(8, 40) * day;
            case 2:
            case 3:
                return dice_.between(0, 2 * day);
            case 4:
            case 5:
            case 6:
                return dice_.between(0, 6 * 3'600 * second);
            default:
                return dice_.between(0, 600 * second);
        }
    }

    void turn_blind(bool on) {
        Op op;
        op.kind = OpKind::blind;
        op.on = on;
        script_.ops.push_back(op);
        blind_ = on;
    }

    void open_round() {
        Op op;
        if (dice_.one_in(7)) op.fault = static_cast<Fault>(1 + dice_.below(fault_kinds - 1));
        const bool unknown = op.fault == Fault::unknown_kept || op.fault == Fault::unknown_lost;
        if (unknown && dice_.one_in(2)) turn_blind(true);
        if (is_crash(op.fault)) blind_ = false;
        script_.ops.push_back(op);
    }

    Does throw_kind() {
        std::uint64_t left = dice_.below(shares_total);
        for (std::size_t i = 0; i < does_kinds; ++i) {
            if (left < shares[i]) return static_cast<Does>(i);
            left -= shares[i];
        }
        return Does::place_order;
    }

    /// Once tenants are made on the way, some commands are for them.
    std::uint32_t any_tenant() {
        return static_cast<std::uint32_t>(dice_.below(script_.tenants + (creates_ && dice_.one_in(4) ? 2U : 0U)));
    }

    Dice dice_;
    std::uint32_t steps_;
    Script script_;
    bool blind_ = false;
    bool creates_ = false;
};

}  // namespace

Script plan(std::uint64_t seed, std::uint32_t steps) { return Planner(seed, steps).plan(); }

}  // namespace waybill::sim
