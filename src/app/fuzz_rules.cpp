// Fuzzes conditions: any text as a line of `waybill rules eval`, and its logic compiled against a small model. Nothing
// crashes, what is evaluated ends, and a typed condition takes no more steps than it was said to.

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "app/rule_lines.hpp"
#include "base/assert.hpp"
#include "core/rules/compile.hpp"
#include "core/rules/evaluate.hpp"
#include "core/rules/rules_test_model.hpp"
#include "json/json_value_of.hpp"
#include "json/parse.hpp"

namespace {

using namespace waybill;

const rules::NamedLists& lists() {
    static const rules::NamedLists out = [] {
        const rules::NamedList islands{"islands", rules::ListKind::postcodes, {"967*", "00901-00988", "99950"}};
        auto made = rules::NamedLists::make({&islands, 1});
        WAYBILL_ASSERT(made.has_value());
        return *std::move(made);
    }();
    return out;
}

/// What a reduce accumulates may grow beyond what was foreseen; all else may not.
bool is_bound_exact(const rules::Program& program) {
    return std::none_of(program.nodes().begin(), program.nodes().end(),
                        [](const rules::Node& node) { return node.op == rules::Operator::reduce; });
}

void evaluate_typed(const JsonValue& logic) {
    const auto program = rules::compile(logic, rules::sample::model, lists());
    if (!program) {
        WAYBILL_ASSERT(!program.error().empty() && !program.error().front().detail.empty());
        return;
    }
    static rules::Scratch scratch;
    scratch.reset();
    const rules::sample::OrderFacts facts;
    std::vector<rules::ReadFact> reads;
    const auto plain = rules::evaluate(*program, facts, scratch);
    const auto explained = rules::evaluate_explained(*program, facts, scratch, reads);
    WAYBILL_ASSERT(plain.has_value() == explained.has_value());
    if (!plain) {
        WAYBILL_ASSERT(plain.error() == explained.error());
        WAYBILL_ASSERT(plain.error() != rules::EvalFault::too_much_work || !is_bound_exact(*program));
        return;
    }
    std::string one;
    std::string other;
    append_json(one, *plain);
    append_json(other, *explained);
    WAYBILL_ASSERT(one == other);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const std::string answer = app::evaluate_line(text);
    WAYBILL_ASSERT(json::parse(answer, {.max_depth = 200}).has_value());
    const auto document = json::parse(text, {.max_depth = 200});
    if (!document) return 0;
    const boost::json::object* const members = document->root().if_object();
    const boost::json::value* const logic = members != nullptr ? members->if_contains("logic") : nullptr;
    evaluate_typed(json::json_value_of(logic != nullptr ? *logic : document->root()));
    return 0;
}
