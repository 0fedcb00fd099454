#include "platform/process/signal.hpp"

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat::detail;

namespace {

void handle(int) {}

bool has_handler(int signal) {
    struct sigaction now {};
    ::sigaction(signal, nullptr, &now);
    return now.sa_handler == handle;
}

} // namespace

// The functions change the signals of the process, so each check runs in a child.
BOOST_AUTO_TEST_SUITE(signals)

BOOST_AUTO_TEST_CASE(state_holds_the_mask_and_the_ignored_signals) {
    BOOST_TEST(tests::in_child([] {
                   ::signal(SIGUSR1, SIG_IGN);
                   sigset_t mask;
                   ::sigemptyset(&mask);
                   ::sigaddset(&mask, SIGUSR2);
                   ::pthread_sigmask(SIG_BLOCK, &mask, nullptr);
                   auto const state = current_signals();
                   if (::sigismember(&state.ignored, SIGUSR1) != 1) return 1;
                   if (::sigismember(&state.ignored, SIGUSR2) != 0) return 2;
                   if (!is_ignored(SIGUSR1) || is_ignored(SIGUSR2)) return 3;
                   return ::sigismember(&state.mask, SIGUSR2) == 1 ? 0 : 4;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(mask_is_set_for_the_calling_thread) {
    BOOST_TEST(tests::in_child([] {
                   auto state = current_signals();
                   ::sigaddset(&state.mask, SIGUSR1);
                   set_mask(state);
                   auto const now = current_signals();
                   return ::sigismember(&now.mask, SIGUSR1) == 1 ? 0 : 1;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(reset_removes_handlers_and_ignores_the_signals_of_the_state) {
    BOOST_TEST(tests::in_child([] {
                   ::signal(SIGUSR1, SIG_DFL);
                   ::signal(SIGUSR2, SIG_DFL);
                   auto state = current_signals();
                   ::sigaddset(&state.ignored, SIGUSR2);
                   ::signal(SIGUSR1, handle);
                   reset_dispositions(state);
                   return !has_handler(SIGUSR1) && !is_ignored(SIGUSR1) && is_ignored(SIGUSR2)
                              ? 0
                              : 1;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(failed_exec_restores_the_handlers) {
    BOOST_TEST(tests::in_child([] {
                   ::signal(SIGUSR1, SIG_DFL);
                   auto state = current_signals();
                   ::sigaddset(&state.ignored, SIGUSR1);
                   ::signal(SIGUSR1, handle);
                   {
                       ignored_for_exec const before{state};
                       if (!is_ignored(SIGUSR1)) return 1;
                   }
                   return has_handler(SIGUSR1) ? 0 : 2;
               }) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
