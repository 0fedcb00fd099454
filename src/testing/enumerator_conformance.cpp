#include <restat/testing/conformance.hpp>

#include "base/quoted.hpp"

#include <iterator>
#include <mutex>
#include <set>

namespace restat::testing::detail {
namespace {

void append(sentences& to, sentences more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()),
              std::make_move_iterator(more.end()));
}

// Applies a rule and records the questions of an enumerator.
class recorder {
public:
    explicit recorder(std::function<verdict(candidate const&)> rule) : rule_{std::move(rule)} {}

    verdict ask(candidate const& path) noexcept {
        auto const answer = rule_(path);
        std::lock_guard const lock{mutex_};
        if (path.below > path.path.size()) misplaced_.emplace(path.path);
        if (is_below_closed(path.path)) opened_.emplace(path.path);
        auto& group = watches(answer) ? allowed_ : denied_;
        group.emplace(path.path);
        if (!watches(answer) && path.is_directory()) closed_.emplace(path.path);
        return answer;
    }

    sentences check(snapshot const& listed) const {
        sentences wrong;
        for (auto const& path : misplaced_) {
            wrong.push_back("asks about " + restat::detail::quoted(path) +
                            " with `below` beyond its end");
        }
        for (auto const& path : opened_) {
            wrong.push_back("opens an excluded directory: asks about " +
                            restat::detail::quoted(path));
        }
        for (entry const e : listed) {
            std::string const path{e.path};
            if (allowed_.contains(path)) continue;
            wrong.push_back(
                denied_.contains(path)
                    ? "adds " + restat::detail::quoted(path) + " though the matcher excludes it"
                    : "adds " + restat::detail::quoted(path) + " without asking the matcher");
        }
        return wrong;
    }

private:
    bool is_below_closed(std::string_view path) const {
        for (auto end = path.find('/', 1); end != path.npos; end = path.find('/', end + 1)) {
            if (closed_.contains(std::string{path.substr(0, end)})) return true;
        }
        return false;
    }

    std::function<verdict(candidate const&)> rule_;
    std::mutex mutex_;
    std::set<std::string> allowed_, denied_, closed_, opened_, misplaced_;
};

struct listing {
    snapshot found;
    std::error_code error;
    sentences wrong;
};

listing list_under(enumerate const& list, std::function<verdict(candidate const&)> rule) {
    recorder asked{std::move(rule)};
    auto const matcher = [&](candidate const& path) noexcept { return asked.ask(path); };
    snapshot_builder builder;
    listing result;
    list(matcher_ref{matcher}, builder, result.error);
    result.found = builder.finish();
    result.wrong = asked.check(result.found);
    if (result.error) result.wrong.push_back("stops with an error: " + result.error.message());
    return result;
}

std::set<std::string> paths_of(snapshot const& of) {
    std::set<std::string> paths;
    for (entry const e : of) paths.emplace(e.path);
    return paths;
}

void check_records(snapshot const& found, sentences& wrong) {
    for (entry const e : found) {
        if (e.record.type == file_type::none) {
            wrong.push_back("adds " + restat::detail::quoted(e.path.str()) +
                            " with a record of no type");
        } else if (e.record.type == file_type::directory) {
            wrong.push_back("adds the directory " + restat::detail::quoted(e.path.str()));
        }
    }
}

// Excludes every second path and requires a listing of exactly the other paths. Directories
// remain included.
void check_choice(enumerate const& list, snapshot const& all, sentences& wrong) {
    std::set<std::string> unwanted;
    for (std::size_t i = 0; i < all.size(); i += 2) unwanted.emplace(all.path(i));
    auto const some = list_under(list, [&](candidate const& path) {
        bool const out = !path.is_directory() && unwanted.contains(std::string{path.path});
        return out ? verdict::exclude : verdict::none;
    });
    append(wrong, some.wrong);
    auto const listed = paths_of(some.found);
    for (std::size_t i = 1; i < all.size(); i += 2) {
        if (listed.contains(std::string{all.path(i)})) continue;
        wrong.push_back("omits " + restat::detail::quoted(all.path(i).str()) +
                        " because other paths are excluded");
    }
}

// A rename is reported on the evidence of `birth_time`, so `birth_time` must not answer for objects
// the enumerator has not seen.
void check_births(snapshot const& all, birth_time const& birth_of, sentences& wrong) {
    for (entry const e : all) {
        auto const path = e.path.str();
        stamp made;
        stamp again;
        bool const is_known = birth_of(path, e.record, made);
        if (is_known != birth_of(path, e.record, again) || (is_known && made != again)) {
            wrong.push_back("reports a different birth time of " + restat::detail::quoted(path) +
                            " on the second call");
        }
        auto other = e.record;
        ++other.inode;
        if (birth_of(path, other, made)) {
            wrong.push_back("reports the birth time of " + restat::detail::quoted(path) +
                            " for a different object");
        }
        if (birth_of(path + "-that-is-not-there", e.record, made)) {
            wrong.push_back("reports the birth time of " + restat::detail::quoted(path) +
                            " for a missing path");
        }
    }
}

void check_giving_up(enumerate const& list, sentences& wrong) {
    std::stop_source source;
    source.request_stop();
    auto const all = [](candidate const&) noexcept { return verdict::none; };
    snapshot_builder builder{source.get_token()};
    std::error_code error;
    list(matcher_ref{all}, builder, error);
    if (!error || error == std::errc::operation_canceled) return;
    wrong.push_back("reports '" + error.message() + "' after a stop request");
}

} // namespace

sentences check_enumerator(enumerate const& list, birth_time const& birth_of) {
    auto all = list_under(list, [](candidate const&) { return verdict::none; });
    sentences wrong = std::move(all.wrong);
    check_records(all.found, wrong);
    auto const again = list_under(list, [](candidate const&) { return verdict::include; });
    if (paths_of(again.found) != paths_of(all.found)) {
        wrong.emplace_back("lists different paths the second time, or under `include`");
    }
    auto const nothing = list_under(list, [](candidate const&) { return verdict::exclude; });
    append(wrong, nothing.wrong);
    append(wrong, list_under(list, [](candidate const& path) {
                      return path.is_directory() ? verdict::exclude : verdict::none;
                  }).wrong);
    check_choice(list, all.found, wrong);
    check_births(all.found, birth_of, wrong);
    check_giving_up(list, wrong);
    return wrong;
}

} // namespace restat::testing::detail
