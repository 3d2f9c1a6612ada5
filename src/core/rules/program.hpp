#pragma once
// Program: a condition that was checked and flattened: nodes in one array, each after its children, literals in a pool,
// names resolved to places. Immutable, so any number of threads may evaluate it; it owns or shares all it needs but the
// FactModel it was compiled against.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/rules/fact_model.hpp"
#include "core/rules/named_lists.hpp"
#include "core/rules/operators.hpp"
#include "core/rules/scratch.hpp"
#include "core/rules/value.hpp"

namespace waybill::rules {

/// What is known of a value before it is computed. `any`: nothing.
enum class StaticKind : std::uint8_t { any, null, boolean, number, text, list, object, record };

/// One step of a `var` path.
struct PathStep {
    enum class Kind : std::uint8_t { field, item, length, key };
    Kind kind = Kind::key;
    std::uint32_t at = 0;   ///< the field of a record, the index of an item
    std::string_view name;  ///< as it was written
};

struct Path {
    /// What the first step starts from: the value of the innermost scope, or a part of the scope of a `reduce`.
    enum class From : std::uint8_t { scope, current, accumulator };
    From from = From::scope;
    std::uint16_t steps = 0;
    std::uint32_t first = 0;  ///< in Program::steps
    std::uint32_t name = 0;   ///< in Program::constants: the whole name, as it was written
    /// Of the steps, those that were gone when it was compiled: they lead from the root to `record` whatever the facts.
    std::uint16_t known = 0;
    RecordRef record;  ///< where the rest begins, after known steps
};

struct Node {
    Operator op = Operator::constant;
    std::uint16_t count = 0;  ///< of children; of paths, for missing_paths
    std::uint32_t first = 0;  ///< in Program::children
    std::uint32_t data = 0;   ///< constant, path, first path or list, as `op` says

    // Of read_fact and read_field, which have no children, `first` says what is read, so that nothing else is looked
    // at.
    static constexpr std::uint32_t of_field(std::uint16_t record, std::uint16_t field) {
        return std::uint32_t{record} << 16 | field;
    }
    [[nodiscard]] std::uint16_t record() const { return static_cast<std::uint16_t>(first >> 16); }
    [[nodiscard]] std::uint16_t field() const { return static_cast<std::uint16_t>(first); }
};

class Program {
public:
    Program(Program&&) noexcept = default;
    Program& operator=(Program&&) noexcept = default;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() = default;

    /// Of the value, in typed mode; `any` in untyped mode.
    [[nodiscard]] StaticKind result_kind() const { return result_kind_; }
    /// Steps it takes at most, in typed mode; 0 in untyped mode.
    [[nodiscard]] std::uint64_t work_bound() const { return work_bound_; }

    [[nodiscard]] std::span<const Node> nodes() const { return nodes_; }  ///< the last is the root
    [[nodiscard]] std::span<const std::uint32_t> children() const { return children_; }
    [[nodiscard]] std::span<const Value> constants() const { return constants_; }
    [[nodiscard]] std::span<const Path> paths() const { return paths_; }
    [[nodiscard]] std::span<const PathStep> steps() const { return steps_; }
    [[nodiscard]] const CompiledList& list(std::uint32_t at) const { return *lists_[at]; }
    [[nodiscard]] const FactModel& model() const { return model_; }

private:
    friend class Compiler;
    Program() = default;

    // All in `memory_`, in one piece: a rule set has hundreds of programs that are looked at one after another, and
    // what that costs is fetching them.
    std::span<const Node> nodes_;
    std::span<const std::uint32_t> children_;
    std::span<const Value> constants_;
    std::span<const Path> paths_;
    std::span<const PathStep> steps_;
    std::vector<std::shared_ptr<const CompiledList>> lists_;
    Scratch memory_;  ///< also what constants and names point to
    FactModel model_;
    StaticKind result_kind_ = StaticKind::any;
    std::uint64_t work_bound_ = 0;
};

}  // namespace waybill::rules
