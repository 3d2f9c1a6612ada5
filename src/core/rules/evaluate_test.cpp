// Typed conditions on facts: results, what is reported as read, and what an evaluation takes of the heap.

#include "core/rules/evaluate.hpp"

#include <gtest/gtest.h>
#include <cstdlib>
#include <new>

#include "core/rules/compile.hpp"
#include "core/rules/limits.hpp"
#include "core/rules/rules_test_model.hpp"
#include "json/json_value_of.hpp"
#include "json/parse.hpp"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define WAYBILL_COUNTS_ALLOCATIONS
namespace {
std::size_t allocations = 0;
}
void* operator new(std::size_t size) {
    ++allocations;
    if (void* const out = std::malloc(size)) return out;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace waybill::rules {
namespace {

Program program_of(std::string_view logic) {
    const NamedList islands{"islands", ListKind::postcodes, {"902*"}};
    const auto document = json::parse(logic);
    auto program = compile(json::json_value_of(document->root()), sample::model, *NamedLists::make({&islands, 1}));
    EXPECT_TRUE(program) << logic << ": " << program.error().front().detail;
    return *std::move(program);
}

std::string result_of(std::string_view logic, const sample::OrderFacts& facts = {}) {
    Scratch scratch;
    const Program program = program_of(logic);
    const auto value = evaluate(program, facts, scratch);
    if (!value) return "! " + std::string(fault_text(value.error()));
    std::string out;
    append_json(out, *value);
    return out;
}

std::string reads_of(std::string_view logic) {
    Scratch scratch;
    std::vector<ReadFact> reads;
    const Program program = program_of(logic);
    EXPECT_TRUE(evaluate_explained(program, sample::OrderFacts(), scratch, reads));
    std::string out;
    for (const ReadFact& read : reads) out += read.path + "=" + read.value + "; ";
    return out;
}

/// What is asked of the facts, as "record.field".
class AskedFacts final : public Facts {
public:
    Value get(RecordRef record, std::uint16_t field, Scratch& scratch) const override {
        const FactRecord& of = sample::records[record.type];
        asked += std::string(of.name) + "." + std::string(of.fields[field].name) + " ";
        return facts.get(record, field, scratch);
    }
    sample::OrderFacts facts;
    mutable std::string asked;
};

std::string asked_by(std::string_view logic) {
    Scratch scratch;
    AskedFacts facts;
    const Program program = program_of(logic);
    EXPECT_TRUE(evaluate(program, facts, scratch));
    return facts.asked;
}

/// Where a name leads whatever the facts are is known before there are any.
TEST(RulesEvaluate, AsksForWhatItCanNotKnow) {
    EXPECT_EQ(asked_by(R"({"var":"order.total"})"), "order.total ");
    EXPECT_EQ(asked_by(R"({"var":["order.note","none"]})"), "order.note ");
    EXPECT_EQ(asked_by(R"({"var":"order.tags.0"})"), "order.tags ");
    EXPECT_EQ(asked_by(R"({"missing":["order.note","order.total"]})"), "order.note order.total ");
    // What may be null has to be asked for.
    EXPECT_EQ(asked_by(R"({"var":"order.ship_to.country"})"), "order.ship_to address.country ");
    EXPECT_EQ(asked_by(R"({"var":"previous.total"})"), "facts.previous ");
    EXPECT_EQ(asked_by(R"({"some":[{"var":"order.lines"},{"==":[{"var":"sku"},"B"]}]})"),
              "order.lines order_line.sku order_line.sku ");
    // Inside of loops names are those of the item, also where it is all of the facts.
    EXPECT_EQ(asked_by(R"({"map":[[{"var":""},{"var":""}],{"var":"order.gift"}]})"),
              "facts.order order.gift facts.order order.gift ");
    EXPECT_EQ(asked_by(R"({"map":[{"merge":[null,{"var":"order.lines"}]},{"var":"sku"}]})"),
              "order.lines order_line.sku order_line.sku order_line.sku ");
}

TEST(RulesEvaluate, ReadsFacts) {
    EXPECT_EQ(result_of(R"({">":[{"var":"order.total"},125.49]})"), "true");
    EXPECT_EQ(result_of(R"({"in_list":[{"var":"order.ship_to.postcode"},"islands"]})"), "true");
    EXPECT_EQ(result_of(R"({"var":["order.note","-"]})"), R"("-")");
    EXPECT_EQ(result_of(R"({"var":"previous.total"})"), "null");
    EXPECT_EQ(result_of(R"({"var":["previous.ship_to.country","none"]})"), R"("none")");
    EXPECT_EQ(result_of(R"({"missing":["order.note","order.total","previous.total"]})"),
              R"(["order.note","previous.total"])");
    EXPECT_EQ(result_of(R"({"missing_some":[1,["order.note","order.total"]]})"), "[]");
    EXPECT_EQ(result_of(R"({"missing_some":[2,["order.note","order.total"]]})"), R"(["order.note"])");
    EXPECT_EQ(result_of(R"({"var":"order.lines.length"})"), "3");
    EXPECT_EQ(result_of(R"({"var":"order.lines.2.sku"})"), R"("C")");
    EXPECT_EQ(result_of(R"({"var":"order.lines.3.sku"})"), "null");
    EXPECT_EQ(result_of(R"({"var":"order"})"), R"({"record":1,"index":0})");
    EXPECT_EQ(result_of(R"({"===":[{"var":"order.lines.0"},{"var":"order.lines.0"}]})"), "true");
}

TEST(RulesEvaluate, LoopsOverFacts) {
    EXPECT_EQ(result_of(R"({"map":[{"var":"order.lines"},{"var":"sku"}]})"), R"(["A","B","C"])");
    EXPECT_EQ(result_of(R"({"map":[{"filter":[{"var":"order.lines"},{">":[{"var":"quantity"},1]}]},{"var":"sku"}]})"),
              R"(["A","C"])");
    EXPECT_EQ(result_of(R"({"some":[{"var":"order.lines"},{"in":["cold",{"var":"tags"}]}]})"), "true");
    EXPECT_EQ(result_of(R"({"all":[{"var":"order.lines"},{"some":[{"var":"tags"},{"==":[{"var":""},"cold"]}]}]})"),
              "false");
    EXPECT_EQ(result_of(R"({"reduce":[{"var":"order.lines"},{"+":[{"var":"accumulator"},
                        {"*":[{"var":"current.quantity"},{"var":["current.weight",0.5]}]}]},0]})"),
              "6");
    EXPECT_EQ(result_of(R"({"reduce":[{"map":[{"var":"order.lines"},{"var":"quantity"}]},
                        {"max":[{"var":"accumulator"},{"var":"current"}]},0]})"),
              "10");
    EXPECT_EQ(result_of(R"({"reduce":[{"var":"order.lines"},{"if":[{">":[{"var":"current.quantity"},
                        {"var":["accumulator.quantity",0]}]},{"var":"current"},{"var":"accumulator"}]},null]})"),
              R"({"record":3,"index":2})");
}

TEST(RulesEvaluate, FaultsAreNotFalse) {
    EXPECT_EQ(result_of(R"({">":[{"+":[{"var":"order.reference"}]},5]})"),
              "! calculates with something that is not a number");
    EXPECT_EQ(result_of(R"({"+":[{"var":"order.lines.1.weight"},1]})"),
              "! calculates with something that is not a number");
    EXPECT_EQ(result_of(R"({"/":[1,{"-":[{"var":"order.lines.length"},3]}]})"), "! divides by zero");
    EXPECT_EQ(result_of(R"({"or":[true,{"/":[1,0]}]})"), "true");
}

TEST(RulesEvaluate, ReportsWhatItRead) {
    EXPECT_EQ(reads_of(R"({"and":[{">":[{"var":"order.total"},1000]},{"var":"order.gift"}]})"), "order.total=125.5; ");
    EXPECT_EQ(reads_of(R"({"or":[{"==":[{"var":"order.note"},"x"]},{"==":[{"var":"order.note"},"y"]},
                       {"in":["eu",{"var":"order.tags"}]}]})"),
              R"(order.note=null; order.tags=["vip","eu"]; )");
    EXPECT_EQ(reads_of(R"({"some":[{"var":"order.lines"},{"<":[{"var":"quantity"},2]}]})"),
              R"(order.lines="3 items"; order.lines.0.quantity=2; order.lines.1.quantity=1; )");
    EXPECT_EQ(reads_of(R"({"some":[{"var":"order.tags"},{"==":[{"var":""},"vip"]}]})"),
              R"(order.tags=["vip","eu"]; order.tags.0="vip"; )");
    EXPECT_EQ(
        reads_of(R"({"map":[{"filter":[{"var":"order.lines"},{"==":[{"var":"sku"},"C"]}]},{"var":"quantity"}]})"),
        R"(order.lines="3 items"; order.lines.0.sku="A"; order.lines.1.sku="B"; order.lines.2.sku="C"; order_line[2].quantity=10; )");
    EXPECT_EQ(
        reads_of(R"({"reduce":[{"var":"order.lines"},{"+":[{"var":"accumulator"},{"var":"current.quantity"}]},0]})"),
        R"(order.lines="3 items"; order.lines.0.quantity=2; order.lines.1.quantity=1; order.lines.2.quantity=10; )");
    EXPECT_EQ(reads_of(R"({"missing":["order.note","previous.total"]})"), "order.note=null; previous.total=null; ");
}

TEST(RulesEvaluate, LongFactsAreCutBetweenLetters) {
    sample::OrderFacts facts;
    std::string note(read_value_bytes_max - 2, 'x');
    note += "üü";
    facts.note = note;
    Scratch scratch;
    std::vector<ReadFact> reads;
    const Program program = program_of(R"({"var":"order.note"})");
    ASSERT_TRUE(evaluate_explained(program, facts, scratch, reads));
    EXPECT_EQ(reads[0].value, "\"" + note.substr(0, read_value_bytes_max - 2) + "...");
}

TEST(RulesEvaluate, TakesNoMoreOfTheHeapOnceItIsWarm) {
    const Program program = program_of(R"({"and":[
        {"some":[{"var":"order.lines"},{"in":["bulk",{"var":"tags"}]}]},
        {"!":[{"missing":["order.total"]}]},
        {"==":["W-1001-125.5-false",
               {"cat":[{"var":"order.reference"},"-",{"var":"order.total"},"-",{"var":"order.gift"}]}]},
        {">":[{"reduce":[{"map":[{"var":"order.lines"},{"var":"quantity"}]},
                         {"+":[{"var":"accumulator"},{"var":"current"}]},0]},12]},
        {"in_list":[{"var":"order.ship_to.postcode"},"islands"]}]})");
    const sample::OrderFacts facts;
    Scratch scratch;
    ASSERT_TRUE(truthy(*evaluate(program, facts, scratch)));
    const std::size_t warm = scratch.capacity_bytes();
#ifdef WAYBILL_COUNTS_ALLOCATIONS
    const std::size_t before = allocations;
#endif
    for (int i = 0; i < 1'000; ++i) {
        scratch.reset();
        if (!truthy(*evaluate(program, facts, scratch))) FAIL();
    }
#ifdef WAYBILL_COUNTS_ALLOCATIONS
    EXPECT_EQ(allocations, before);
#endif
    EXPECT_EQ(scratch.capacity_bytes(), warm);
}

TEST(RulesEvaluate, ScratchKeepsWhatItHas) {
    Scratch scratch;
    const std::string_view kept = scratch.copy("kept");
    for (std::size_t size = 1; size < 100'000; size *= 3) (void)scratch.make<Value>(size);
    EXPECT_EQ(kept, "kept");
    const std::size_t grown = scratch.capacity_bytes();
    Scratch moved = std::move(scratch);
    EXPECT_EQ(kept, "kept");
    moved.reset();
    for (std::size_t size = 1; size < 100'000; size *= 3) (void)moved.make<Value>(size);
    EXPECT_EQ(moved.capacity_bytes(), grown);
}

}  // namespace
}  // namespace waybill::rules
