#include <cstdio>

#include "app/commands.hpp"

namespace waybill::app {

void complain(const std::string& text) { std::fprintf(stderr, "waybill: %s\n", text.c_str()); }

}  // namespace waybill::app
