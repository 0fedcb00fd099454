#include <restat/run.hpp>

int main() {
    return restat::run_with_reloader([] { return 0; });
}
