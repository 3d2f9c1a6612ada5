#pragma once
// read_enum: an enumerator of the domain by its own name, "3pl" for third_party.

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <string>
#include <string_view>

#include "tests/scenarios/words.hpp"

namespace waybill::scenarios {

/// Throws BadWord with all the names.
template <class Enum>
Enum read_enum(const std::string& word) {
    Enum out{};
    std::string_view wanted = word;
    if (wanted == "3pl") wanted = "third_party";
    bool found = false;
    std::string names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto described) {
        names += std::string(" ") + described.name;
        if (wanted == described.name) {
            out = described.value;
            found = true;
        }
    });
    if (!found) throw BadWord{"'" + word + "' is none of" + names};
    return out;
}

}  // namespace waybill::scenarios
