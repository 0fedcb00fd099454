// What is restarted, and what restarts it:
//
//     run PIPE                                the first thing it does is to tell when
//     run PIPE exec|fork|command QUIET FILE...
//                                             the same, restarted when one of the files differs
#include "restarting/moments.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/observer.hpp>
#include <restat/restart/command_restart.hpp>
#include <restat/restart/exec_restart.hpp>
#include <restat/restart/fork_restart.hpp>

#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

using bench::moment;

class teller : public restat::observer {
public:
    explicit teller(std::string pipe) : pipe_{std::move(pipe)} {}

    void on_delivering(restat::change_set const& changes) noexcept override {
        auto const told = bench::now();
        auto const seen = changes[0].history.first_seen.time_since_epoch().count();
        bench::tell(pipe_, {moment::kind::seen, seen});
        bench::tell(pipe_, {moment::kind::told, told});
    }

private:
    std::string pipe_;
};

template <class Restart>
void watch(std::string const& pipe, std::chrono::nanoseconds quiet,
           std::vector<std::string> const& files, Restart restart) {
    teller tell{pipe};
    restat::basic_reloader reloader{
        restat::list_enumerator{files},
        [](restat::candidate const&) noexcept { return restat::verdict::none; },
        restat::interruptible_clock{}, std::move(restart),
        restat::schedule{.interval = std::chrono::milliseconds{1}, .quiet_period = quiet}};
    reloader.observe(&tell);
    reloader.run();
}

[[noreturn]] void live() {
    for (;;) ::pause();
}

} // namespace

int main(int count, char** words) {
    moment const begun{moment::kind::begun, bench::now()};
    std::string const pipe = count > 1 ? words[1] : "";
    std::string_view const how = count > 3 ? words[2] : "";
    if (how == "" || how == "exec") bench::tell(pipe, begun);
    if (how == "") live();
    std::chrono::nanoseconds const quiet = std::chrono::milliseconds{std::atoi(words[3])};
    std::vector<std::string> const files{words + 4, words + count};
    if (how == "exec") watch(pipe, quiet, files, restat::exec_restart{});
    if (how == "command") watch(pipe, quiet, files, restat::command_restart{{{words[0], pipe}}});
    if (how == "fork") {
        watch(pipe, quiet, files, restat::fork_restart{[&] {
                  bench::tell(pipe, {moment::kind::begun, bench::now()});
                  live();
              }});
    }
    return 0;
}
