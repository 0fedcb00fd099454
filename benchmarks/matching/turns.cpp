#include "contenders.hpp"

#include <algorithm>
#include <stdexcept>

#include <sys/resource.h>

namespace bench {

double processor_seconds() {
    double sum = 0;
    for (auto const whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage used{};
        ::getrusage(whose, &used);
        for (auto const& time : {used.ru_utime, used.ru_stime}) {
            sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
        }
    }
    return sum;
}

void take_turns(std::vector<contender*> const& who, std::size_t rounds) {
    auto const run = [](contender* one) {
        auto const start = processor_seconds();
        auto const found = one->run();
        one->seconds.push_back(processor_seconds() - start);
        if (found != one->expected) throw std::runtime_error{one->name + " is not sure"};
    };
    for (std::size_t round = 0; round < rounds; ++round) {
        if (round % 2 == 0) {
            std::for_each(who.begin(), who.end(), run);
        } else {
            std::for_each(who.rbegin(), who.rend(), run);
        }
    }
}

} // namespace bench
