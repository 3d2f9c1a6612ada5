// Asio's own functions, compiled once here: every other source that includes Asio then builds in half the time.
#include <boost/asio/impl/src.hpp>
