// Linked into every test: a definition in a header that is not inline collides here.
#include <restat/basic_reloader.hpp>
