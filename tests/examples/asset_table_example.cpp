// A user-defined enumerator: an engine has a table of the assets in use, and watches these assets
// alone. An asset loaded later is watched from then on.
#include <restat/basic_reloader.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/range_enumerator.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/conformance.hpp>
#include <restat/testing/temp_tree.hpp>

#include <cstdio>
#include <string>
#include <thread>
#include <unordered_map>

using namespace std::chrono_literals;

namespace {

struct asset {
    int references = 0;
};

using asset_table = std::unordered_map<std::string, asset>;

/// A `file_enumerator` of the referenced assets.
class asset_enumerator {
public:
    explicit asset_enumerator(asset_table const& table) : table_{&table} {}

    void enumerate(restat::matcher_ref matcher, restat::snapshot_builder& into,
                   std::error_code& error) {
        std::vector<std::string_view> used;
        for (auto const& [path, what] : *table_) {
            if (what.references > 0) used.push_back(path);
        }
        restat::range_enumerator{std::move(used)}.enumerate(matcher, into, error);
    }

private:
    asset_table const* table_;
};

} // namespace

int main() {
    restat::testing::temp_tree const files;
    for (auto const* const name : {"hero.mesh", "tree.mesh", "unused.mesh"}) files.write(name);
    asset_table table{{files / "hero.mesh", {1}}, {files / "unused.mesh", {0}}};

    asset_enumerator model{table};
    auto const wrong = restat::testing::check_enumerator(model);
    for (auto const& sentence : wrong) std::printf("asset_enumerator %s\n", sentence.c_str());

    std::vector<std::string> told;
    restat::basic_reloader reloader{
        asset_enumerator{table}, restat::glob_matcher{"*.mesh"}, restat::sleep_clock{},
        restat::callback_restart{[&](restat::change_set const& changes) {
            for (auto const& change : changes) {
                told.push_back(std::string{to_string(change.kind)} + ' ' + change.path);
            }
        }},
        restat::schedule{.interval = 20ms, .quiet_period = 20ms}};
    auto const poll_until_told = [&](std::size_t count) {
        for (int i = 0; i < 1000 && told.size() < count; ++i) {
            std::this_thread::sleep_until(reloader.poll().next);
        }
    };

    reloader.baseline();
    files.write("hero.mesh", "taller");
    files.write("unused.mesh", "nobody looks");
    poll_until_told(1);
    table[files / "tree.mesh"].references = 1; // reports an addition, once
    poll_until_told(2);
    for (auto const& line : told) std::printf("%s\n", line.c_str());
    bool const right = told == std::vector<std::string>{"modified " + files / "hero.mesh",
                                                        "added " + files / "tree.mesh"};
    return wrong.empty() && right ? 0 : 1;
}
