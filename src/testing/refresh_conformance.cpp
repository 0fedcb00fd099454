#include <restat/testing/conformance.hpp>

#include "base/quoted.hpp"

#include <restat/diff.hpp>
#include <restat/escape.hpp>

#include <algorithm>
#include <set>

namespace restat::testing::detail {
namespace {

std::string listed(change_set const& changes) {
    std::string text;
    for (change const& one : changes) {
        text += std::string{to_string(one.kind)} + " " + one.path + '\0' +
                std::to_string(static_cast<unsigned>(one.changed)) + '\n';
    }
    return text;
}

// Compares two scans: they must agree in everything but the `final` flag of a record.
void compare(snapshot const& fresh, snapshot const& known, sentences& wrong) {
    for (entry const e : fresh) {
        auto const at = known.find(e.path);
        if (at == known.end()) {
            wrong.push_back("misses " + restat::detail::quoted(e.path.str()) +
                            ", which enumerate() finds");
        } else if (changed_fields(*at, e) != fields::none || (*at).incidental != e.incidental) {
            wrong.push_back("has a different record of " + restat::detail::quoted(e.path.str()) +
                            " than enumerate()");
        }
    }
    for (entry const e : known) {
        if (fresh.contains(e.path)) continue;
        wrong.push_back("has " + restat::detail::quoted(e.path.str()) +
                        ", which enumerate() does not find");
    }
    if (known.findings() != fresh.findings()) {
        wrong.emplace_back("has different findings than enumerate()");
    }
}

// Excludes each file named in the set. After a change of the set, it is a different rule at the
// same address.
struct choice {
    verdict operator()(candidate const& path) const noexcept {
        bool const out = !path.is_directory() && unwanted.contains(path.path);
        return out ? verdict::exclude : verdict::none;
    }
    std::set<std::string, std::less<>> unwanted = {};
};

class refreshing {
public:
    refreshing(enumerate const& list, refresh const& update) : list_{list}, refresh_{update} {}

    void step(matcher_ref matcher, std::string const& when);
    void stop(matcher_ref matcher);
    void list_all() { update_.list_all(); }
    snapshot const& known() const noexcept { return known_; }
    sentences wrong() && { return std::move(wrong_); }

private:
    enumerate const& list_;
    refresh const& refresh_;
    snapshot known_;
    snapshot_update update_;
    sentences wrong_;
};

void refreshing::step(matcher_ref matcher, std::string const& when) {
    snapshot_builder builder;
    std::error_code error;
    list_(matcher, builder, error);
    snapshot const fresh = builder.finish(known_);

    snapshot const before = known_;
    update_.begin(known_);
    error = std::make_error_code(std::errc::owner_dead);
    refresh_(matcher, update_, error);
    sentences wrong;
    if (error) {
        wrong.push_back("stops, or keeps a stale error: " + error.message());
    } else {
        auto const changes = update_.changes();
        update_.apply(known_);
        compare(fresh, known_, wrong);
        if (listed(changes) != listed(diff(before, known_))) {
            wrong.emplace_back("reports changes different from its own update");
        }
    }
    for (auto const& sentence : wrong) wrong_.push_back(when + ": " + sentence);
}

void refreshing::stop(matcher_ref matcher) {
    std::stop_source source;
    source.request_stop();
    update_.begin(known_, source.get_token());
    std::error_code error;
    refresh_(matcher, update_, error);
    if (error == std::errc::operation_canceled) return;
    wrong_.push_back("reports '" + error.message() + "' after a stop request");
}

} // namespace

sentences check_refresh(enumerate const& list, refresh const& update,
                        std::vector<std::function<void()>> const& edits) {
    refreshing run{list, update};
    choice const all;
    run.step(matcher_ref{all}, "at first");
    run.step(matcher_ref{all}, "again");
    for (std::size_t i = 0; i < edits.size(); ++i) {
        edits[i]();
        run.step(matcher_ref{all}, "after edit " + std::to_string(i + 1));
    }
    choice some;
    for (std::size_t i = 0; i < run.known().size(); i += 2) {
        some.unwanted.emplace(run.known().path(i));
    }
    run.step(matcher_ref{some}, "under another matcher");
    some.unwanted.clear();
    run.list_all();
    run.step(matcher_ref{some}, "under another rule");
    run.stop(matcher_ref{some});
    run.step(matcher_ref{all}, "after it was stopped");
    return std::move(run).wrong();
}

} // namespace restat::testing::detail
