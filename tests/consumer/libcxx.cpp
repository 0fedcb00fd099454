// Compiles where the standard library is libc++ and has what restat needs of it.
#include <stop_token>
#ifndef _LIBCPP_VERSION
#error "not libc++"
#endif
std::stop_source source;
