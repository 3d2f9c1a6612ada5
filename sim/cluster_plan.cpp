// The plan of a cluster's seed: commands as in the plan of one process, and between them what befalls processes.

#include <array>
#include <numeric>

#include "sim/dice.hpp"
#include "sim/script.hpp"
#include "sim/spans.hpp"

namespace waybill::sim {
namespace {

constexpr std::uint32_t processes_wanted_max = 4;

/// Tenants are not made on the way, and answers are asked for again more often than in one process.
constexpr std::array<std::uint32_t, does_kinds> cluster_shares{1, 4, 2, 1, 1, 1, 1, 13, 9, 7, 2, 2, 28, 9, 6,
                                                               6, 8, 0, 3, 4, 1, 3, 6,  2, 1, 2, 2, 6,  2, 6,
                                                               5, 2, 5, 2, 1, 5, 2, 3,  6, 2, 1, 6, 1,  2, 3};
constexpr std::uint64_t cluster_shares_total =
    std::accumulate(cluster_shares.begin(), cluster_shares.end(), std::uint64_t{0});

class ClusterPlanner {
public:
    ClusterPlanner(std::uint64_t seed, std::uint32_t steps) : dice_(seed * 0x9E6C63D0876A9A47ULL + 1), steps_(steps) {
        script_.tenants = static_cast<std::uint32_t>(1 + dice_.below(3));
        script_.processes = static_cast<std::uint32_t>(2 + dice_.below(2));
        processes_ = script_.processes;
    }

    Script plan() {
        for (std::uint32_t tenant = 0; tenant < script_.tenants; ++tenant) open_shop(tenant);
        for (std::uint32_t done = 0; done < steps_;) {
            befall();
            const auto commands = static_cast<std::uint32_t>(dice_.one_in(3) ? 2 + dice_.below(5) : 1);
            for (std::uint32_t i = 0; i < commands; ++i) command(throw_kind(), tenant());
            done += commands;
            if (dice_.one_in(3)) happen(HappeningKind::look, tenant(), 0);
            run(dice_.one_in(4) ? dice_.between(0, 2 * second) : dice_.between(0, second / 5));
        }
        Op op;
        op.kind = OpKind::check;
        script_.ops.push_back(op);
        return std::move(script_);
    }

private:
    Happening& happen(HappeningKind kind, std::uint64_t which, std::int64_t micros) {
        Op op;
        op.kind = OpKind::happening;
        op.happening.kind = kind;
        op.happening.which = static_cast<std::uint32_t>(which);
        op.happening.micros = micros;
        const bool is_thrown =
            kind == HappeningKind::run || kind == HappeningKind::start || kind == HappeningKind::look;
        if (is_thrown) op.happening.dice = dice_.next() & 0xFFFFFFFFU;
        script_.ops.push_back(op);
        return script_.ops.back().happening;
    }

    void run(std::int64_t micros) { happen(HappeningKind::run, 0, micros); }

    void command(Does does, std::uint64_t tenant) {
        Op op;
        op.kind = OpKind::command;
        op.does = does;
        op.tenant = static_cast<std::uint32_t>(tenant);
        op.dice = dice_.next() & 0xFFFFFFFFU;
        script_.ops.push_back(op);
    }

    /// Each sees the one before.
    void open_shop(std::uint32_t tenant) {
        for (const auto& [does, times] : {std::pair(Does::put_location, 3), std::pair(Does::put_item, 6),
                                          std::pair(Does::put_channel, 2), std::pair(Does::move_inventory, 3)}) {
            for (int i = 0; i < times; ++i) {
                command(does, tenant);
                run(second / 20);
            }
        }
    }

    [[nodiscard]] std::uint64_t tenant() { return dice_.below(script_.tenants); }
    [[nodiscard]] std::uint64_t process() { return dice_.below(processes_); }

    /// Mostly nothing, or one thing; now and then several at once.
    void befall() {
        if (dice_.one_in(3)) return;
        do befall_once();
        while (dice_.one_in(2));
    }

    void befall_once() {
        switch (dice_.below(16)) {
            case 0:
                return end_one(HappeningKind::crash);
            case 1:
                return end_one(HappeningKind::leave);
            case 2:
                return start_one();
            case 3:
            case 4:
                happen(HappeningKind::pause, process(), dice_.between(0, dice_.one_in(2) ? 4 * second : second));
                return;
            case 5:
                happen(HappeningKind::cut, process(), 0);
                return;
            case 6:
                happen(HappeningKind::mute, process(), 0);
                return;
            case 7:
            case 8:
                happen(HappeningKind::heal, process(), 0);
                return;
            case 9:
                happen(HappeningKind::wall, process(), dice_.between(-6 * 3'600, 6 * 3'600) * second);
                return;
            case 10:
                if (dice_.one_in(3)) happen(HappeningKind::store_clock, 0, dice_.between(0, second / 2));
                return;
            default:
                return fail_call();
        }
    }

    void end_one(HappeningKind how) {
        happen(how, process(), 0);
        --processes_;
        if (processes_ < 2 || dice_.one_in(2)) start_one();
    }

    void start_one() {
        if (processes_ >= processes_wanted_max) return;
        happen(HappeningKind::start, 0, 0);
        ++processes_;
    }

    void fail_call() {
        Happening& fault = happen(HappeningKind::fault, process(), 0);
        const std::uint64_t call = dice_.below(5);
        fault.call = call < 3 ? Call::commit : call == 3 ? Call::lease : Call::read;
        fault.fault = static_cast<NetFault>(1 + dice_.below(net_fault_kinds - 1));
        const bool may_be_full = fault.call == Call::commit;
        if (fault.fault == NetFault::full && !may_be_full) fault.fault = NetFault::late;
    }

    Does throw_kind() {
        std::uint64_t left = dice_.below(cluster_shares_total);
        for (std::size_t i = 0; i < does_kinds; ++i) {
            if (left < cluster_shares[i]) return static_cast<Does>(i);
            left -= cluster_shares[i];
        }
        return Does::place_order;
    }

    Dice dice_;
    std::uint32_t steps_;
    std::uint32_t processes_ = 0;
    Script script_;
};

}  // namespace

Script plan_cluster(std::uint64_t seed, std::uint32_t steps) { return ClusterPlanner(seed, steps).plan(); }

}  // namespace waybill::sim
