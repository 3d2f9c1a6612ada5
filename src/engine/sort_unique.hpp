#pragma once
// A list as a set: in order, each value once.

#include <algorithm>
#include <vector>

namespace waybill::engine {

template <class T>
void sort_unique(std::vector<T>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace waybill::engine
