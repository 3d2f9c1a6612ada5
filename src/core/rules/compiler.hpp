#pragma once
// Compiler: the state of one compilation, behind compile.hpp. compile.cpp walks the logic and puts nodes together,
// compile_literals.cpp has what is data, compile_paths.cpp resolves names, compile_checks.cpp knows what each operator
// takes and gives, foresee.cpp what a reduce accumulates.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_value.hpp"
#include "core/rules/compile.hpp"
#include "core/rules/operators.hpp"
#include "core/rules/program.hpp"
#include "core/rules/static_type.hpp"

namespace waybill::rules {

/// A place in the logic, as a chain of steps on the stack. REQUIRES: the parent and the key outlive it.
struct LogicPlace {
    const LogicPlace* parent = nullptr;
    std::string_view key;
    std::size_t index = 0;
    bool is_index = false;

    [[nodiscard]] LogicPlace operator/(std::string_view name) const { return {this, name, 0, false}; }
    [[nodiscard]] LogicPlace operator/(std::size_t at) const { return {this, {}, at, true}; }
    [[nodiscard]] std::string pointer() const;
};

/// What names mean where a piece of logic stands.
struct NameScope {
    StaticType value;        ///< of the data, the item, or `current`
    StaticType accumulator;  ///< of a reduce
    bool is_loop = false;    ///< not the whole data
    bool is_reduce = false;  ///< names begin with `current` or `accumulator`
};

/// A piece that was compiled.
struct Piece {
    std::uint32_t node = 0;
    StaticType type;
    std::uint64_t work = 0;  ///< steps it takes at most, in typed mode
};

/// A name in a sentence.
[[nodiscard]] inline std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

/// 200000 as "200,000".
[[nodiscard]] std::string grouped_number(std::uint64_t number);

class Compiler {
public:
    /// Untyped without a model.
    Compiler(const FactModel* model, const NamedLists& lists) : model_(model), lists_(&lists) {}

    [[nodiscard]] Result<Program, CompileIssues> run(const JsonValue& logic);

private:
    /// One operator with its arguments, while it is compiled.
    struct Call {
        const OperatorRow* row = nullptr;
        std::string_view name;  ///< as it was written
        std::span<const JsonValue> arguments;
        bool is_list = true;                 ///< the arguments stand in a list
        const LogicPlace* place = nullptr;   ///< of the object
        const LogicPlace* inside = nullptr;  ///< of what the operator's name leads to
        const NameScope* scope = nullptr;
        std::size_t depth = 0;
    };

    // compile.cpp
    Piece compile_value(const JsonValue& logic, const LogicPlace& place, const NameScope& scope, std::size_t depth);
    Piece compile_list(const JsonValue& logic, const LogicPlace& place, const NameScope& scope, std::size_t depth);
    Piece compile_object(const JsonValue& logic, const LogicPlace& place, const NameScope& scope, std::size_t depth);
    Piece compile_call(const Call& call);
    Piece compile_plain(const Call& call);
    Piece compile_loop(const Call& call);
    Piece compile_in_list(const Call& call);
    Piece compile_argument(const Call& call, std::size_t at);
    Piece compile_argument(const Call& call, std::size_t at, const NameScope& scope);
    bool check_count(const Call& call);
    bool count_node(const LogicPlace& place);
    Piece literal(const JsonValue& logic, const LogicPlace& place);
    bool keep_literal(const Result<Value, EvalFault>& value, const LogicPlace& place, Value& out);
    bool literal_value(const JsonValue& logic, const LogicPlace& place, std::size_t depth, Value& out);
    StaticType literal_type(const JsonValue& logic);
    Piece constant(const Value& value, const StaticType& type);
    std::uint32_t add_node(Operator op, std::span<const std::uint32_t> children, std::uint32_t data);
    std::uint32_t add_constant(const Value& value);

    // compile_paths.cpp
    Piece compile_var(const Call& call);
    Piece compile_missing(const Call& call);
    Piece compile_missing_paths(const Call& call, const JsonValue& names, const LogicPlace& place);
    Piece compile_path(const Call& call, std::string_view name, const LogicPlace& place);
    std::uint64_t resolve(const Call& call, std::string_view name, const LogicPlace& place, Path& path,
                          StaticType& type);
    bool resolve_step(std::string_view step, PathStep& out, StaticType& type);
    RecordRef begin_known(const Call& call, Path& path) const;
    void unknown_name(const Call& call, std::string_view name, std::string_view known, std::string_view step,
                      const StaticType& type, const LogicPlace& place);
    bool exists_outside(std::string_view name);

    // compile_checks.cpp
    StaticType check_call(const Call& call, std::span<const Piece> pieces);
    StaticType check_numbers(const Call& call, std::span<const Piece> pieces);
    StaticType check_branches(const Call& call, std::span<const Piece> pieces);
    void check_equality(const Call& call, std::span<const Piece> pieces);
    void check_order(const Call& call, std::span<const Piece> pieces);
    void check_in(const Call& call, std::span<const Piece> pieces);
    void check_text(const Call& call, std::span<const Piece> pieces);
    StaticType merged_type(std::span<const Piece> pieces);
    /// What the accumulator of a reduce may be, told from its first value and from what its body gives.
    StaticType accumulator_type(const StaticType& initial, const JsonValue& body, const NameScope& scope);
    StaticType foreseen_type(const JsonValue& logic, const NameScope& scope, std::size_t depth);
    StaticType foreseen_var(const JsonValue& arguments, const NameScope& scope);
    std::uint64_t work_of(const Call& call, std::span<const Piece> pieces);
    bool may_equal(const StaticType& a, const StaticType& b, bool strict) const;

    void add_issue(const LogicPlace& place, std::string detail);
    [[nodiscard]] std::string describe_type(const StaticType& type) const;
    [[nodiscard]] bool is_typed() const { return model_ != nullptr; }

    /// Of the program, as long as they grow.
    struct Parts {
        std::vector<Node> nodes;
        std::vector<std::uint32_t> children;
        std::vector<Value> constants;
        std::vector<Path> paths;
        std::vector<PathStep> steps;
    };
    void pack_parts();

    const FactModel* model_;
    const NamedLists* lists_;
    Parts parts_;
    Program program_;
    StaticTypes types_;
    CompileIssues issues_;
    std::size_t nodes_ = 0;
    bool is_too_large_ = false;
};

}  // namespace waybill::rules
