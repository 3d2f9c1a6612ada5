// Boost.URL's own functions, compiled once here, so that no library has to be linked.
#include <boost/url/src.hpp>
