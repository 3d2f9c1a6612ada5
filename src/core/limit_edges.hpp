#pragma once
// How tests try a limit: the command at the limit is accepted, the same command one above it is refused by name at the
// right place. Nothing is evolved, so every edge starts from the same state.

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/core_test_shop.hpp"
#include "core/limits.hpp"

namespace waybill::core::testing {

template <class C>
struct Edge {
    std::string pointer;  ///< of the only fault; empty: the command is refused as a whole
    std::int64_t most = 0;
    std::function<void(C&, std::int64_t)> set;  ///< gives the field that value, or the list that many rows
    Reject code = Reject::invalid_request;
};

inline std::string text_of(std::int64_t bytes) { return std::string(static_cast<std::size_t>(bytes), 'x'); }
inline std::size_t size_of(std::int64_t count) { return static_cast<std::size_t>(count); }

inline void expect_accepted(Shop& shop, const Command& command) {
    const auto decision = decide(command, *shop.state, shop.context());
    if (decision) return;
    const std::vector<Fault>& faults = decision.error().faults;
    ADD_FAILURE() << info_of(decision.error().code).name << " " << decision.error().detail << " "
                  << (faults.empty() ? "" : faults.front().pointer);
}

inline void expect_refused(Shop& shop, const Command& command, Reject code, const std::string& pointer) {
    const auto decision = decide(command, *shop.state, shop.context());
    ASSERT_FALSE(decision);
    const Rejection& rejection = decision.error();
    EXPECT_EQ(rejection.code, code) << info_of(rejection.code).name << " " << rejection.detail;
    ASSERT_EQ(rejection.faults.size(), pointer.empty() ? 0U : 1U);
    EXPECT_EQ(pointer.empty() ? "" : rejection.faults.front().pointer, pointer);
    EXPECT_NE(rejection.detail, "");
}

template <class C>
void expect_edges(Shop& shop, const C& base, const std::vector<Edge<C>>& edges) {
    for (const Edge<C>& edge : edges) {
        SCOPED_TRACE(std::string(C::name) + " " + edge.pointer + " " + std::to_string(edge.most));
        C at_limit = base;
        edge.set(at_limit, edge.most);
        expect_accepted(shop, at_limit);
        C above = base;
        edge.set(above, edge.most + 1);
        expect_refused(shop, above, edge.code, edge.pointer);
    }
}

}  // namespace waybill::core::testing
