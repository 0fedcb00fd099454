#include <restat/restart/module_state.hpp>

#include <boost/test/unit_test.hpp>

#include <string_view>

using namespace restat;

namespace {

char const* const state_marks[] = {"first", "second"};

void* find_mark(void const* module, std::size_t dependency, char const* symbol) {
    bool const is_known = module == &state_marks && std::string_view{symbol} == "mark";
    return is_known && dependency < 2 ? const_cast<char*>(state_marks[dependency]) : nullptr;
}

} // namespace

BOOST_AUTO_TEST_CASE(find_asks_the_host_and_is_null_without_a_host) {
    module_state state;
    BOOST_TEST(!state.find(0, "mark"));
    state.find_in = &find_mark;
    state.module = &state_marks;
    BOOST_TEST(state.find(1, "mark") == state_marks[1]);
    BOOST_TEST(!state.find(2, "mark"));
    BOOST_TEST(!state.find(0, "other"));
}
