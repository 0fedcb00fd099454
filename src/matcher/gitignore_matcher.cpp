#include <restat/matcher/gitignore_matcher.hpp>

#include "entered_directories.hpp"
#include "gitignore_level.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <optional>

// A frame for each directory with rules, found by its path. Each frame points to the next frame
// outwards:
//
//     ""           .gitignore, a repository   <---+
//     "src/"       .gitignore                 <---+---+
//     "src/deep/"                                 |   |   no rules, no frame
//     "lib/"       .git: a repository of its own -+   |
//     "src/deep/x/"  .ignore  ------------------------+
//
// A path excluded by a rule of git is still watched if the index of its repository has the path.
// Its directories must then be entered too: an excluded directory is entered if the index has
// paths below. Such a directory gets a frame with `may_be_closed`: below, only paths of the index
// are watched.
//
// A frame never changes. A directory whose rules change gets a new frame, which keeps the rules
// of the previous scan until the next scan enters the directory.

namespace restat {
namespace {

using detail::git_index;
using detail::gitignore_file;
using detail::gitignore_level;
using detail::gitignore_rule;
using detail::gitignore_rules;
using detail::gitignore_subject;

enum class scan : unsigned char { now, before };

struct frame : detail::entered_directory {
    detail::gitignore_names names;
    gitignore_level now;
    std::optional<gitignore_level> before; // if different
    std::shared_ptr<frame const> outer;
    bool may_be_closed = false; // now or in the previous scan

    gitignore_level const& level(scan when) const noexcept {
        return when == scan::before && before ? *before : now;
    }
};
using frame_ptr = std::shared_ptr<frame const>;

struct decision {
    gitignore_rule const* rule = nullptr;
    gitignore_rules const* of = nullptr;
    bool is_of_git = false;             // not from an `.ignore` file
    git_index const* tracked = nullptr; // the index with this path, which overrides the rule

    verdict says() const noexcept {
        if (tracked != nullptr) return verdict::include;
        if (rule == nullptr) return verdict::none;
        return rule->negated ? verdict::include : verdict::exclude;
    }
    bool is_excluded_by_git() const noexcept { return is_of_git && says() == verdict::exclude; }
};

// The concatenation of `lead` and `below`; in a local buffer unless the path is very long.
class joined_path {
public:
    joined_path(std::string_view lead, std::string_view below) {
        auto const size = lead.size() + below.size();
        char* to = buffer_.data();
        if (size > buffer_.size()) {
            spilled_.resize(size);
            to = spilled_.data();
        }
        std::copy(below.begin(), below.end(), std::copy(lead.begin(), lead.end(), to));
        path_ = {to, size};
    }
    joined_path(joined_path const&) = delete;
    joined_path& operator=(joined_path const&) = delete;

    std::string_view path() const noexcept { return path_; }

private:
    std::array<char, 512> buffer_;
    std::string spilled_;
    std::string_view path_;
};

// Searches the ignore files for a path, in order of precedence.
class search {
public:
    search(candidate const& path, std::string_view name, scan when) noexcept
        : path_{path}, when_{when}, subject_{name, path.is_directory()} {}

    decision run(frame const* innermost) {
        for (auto at = innermost; at != nullptr && !found_.rule; at = at->outer.get()) {
            auto const& level = at->level(when_);
            ask(level.ignore, below(*at));
            if (!level.above.empty()) ask_above(*at, &detail::gitignore_above::ignore);
        }
        found_.is_of_git = found_.rule == nullptr;
        for (auto at = innermost; at != nullptr && !found_.rule; at = at->outer.get()) {
            auto const& level = at->level(when_);
            ask(level.gitignore, below(*at));
            if (!level.above.empty()) ask_above(*at, &detail::gitignore_above::gitignore);
            if (!level.repository) continue;
            ask_repository(*at);
            break;
        }
        return found_;
    }

private:
    std::string_view below(frame const& in) const noexcept {
        return path_.path.substr(in.key.size());
    }

    void ask(gitignore_file const& file, std::string_view path) {
        if (!file.rules || found_.rule) return;
        found_.rule = file.rules->match(subject_, path);
        found_.of = file.rules.get();
    }

    void ask_above(frame const& root, gitignore_file detail::gitignore_above::*which) {
        auto const& level = root.level(when_);
        joined_path const whole{level.lead, below(root)};
        for (auto const& above : level.above) {
            ask(above.*which, whole.path().substr(above.offset));
        }
    }

    void ask_repository(frame const& in) {
        auto const& level = in.level(when_);
        if (!level.exclude.rules && !level.user.rules) return;
        joined_path const whole{level.lead, below(in)};
        ask(level.exclude, whole.path());
        ask(level.user, whole.path());
    }

    candidate const& path_;
    scan when_;
    gitignore_subject subject_;
    decision found_;
};

detail::gitignore_names names_in(directory_reader const& reader) {
    return {reader.may_hold(".git"), reader.may_hold(".ignore"), reader.may_hold(".gitignore")};
}

// Returns the frame at the top of the repository; null outside of repositories.
frame const* repository_of(frame const* innermost, scan when) noexcept {
    auto at = innermost;
    while (at != nullptr && !at->level(when).repository) at = at->outer.get();
    return at;
}

// Returns the index that has a path, or null.
git_index const* tracked_by(candidate const& path, scan when, frame const* innermost) {
    auto const* const top = repository_of(innermost, when);
    if (top == nullptr || !top->level(when).index.paths) return nullptr;
    auto const& level = top->level(when);
    joined_path const whole{level.lead, path.path.substr(top->key.size())};
    auto const& index = *level.index.paths;
    bool const has =
        path.is_directory() ? index.has_below(whole.path()) : index.has_file(whole.path());
    return has ? &index : nullptr;
}

// Returns the rule of git by which a directory is closed except for paths of the index; none if
// it is open.
decision closed_by(candidate const& directory, std::string_view name, scan when,
                   frame const* outer) {
    auto const found = search{directory, name, when}.run(outer);
    bool const closed = found.is_excluded_by_git() && tracked_by(directory, when, outer);
    return closed ? found : decision{};
}

candidate directory_of(frame const& which) noexcept {
    auto const key = std::string_view{which.key};
    return {key.substr(0, key.size() - 1), which.root, file_type::directory};
}

// Returns this rule for the outermost closed directory around a path, as git does.
decision closed_above(scan when, frame const* innermost) {
    decision found;
    for (auto at = innermost; at != nullptr; at = at->outer.get()) {
        if (at->level(when).repository) break;
        if (!at->may_be_closed) continue;
        auto const directory = directory_of(*at);
        auto const why = closed_by(directory, directory.name(), when, at->outer.get());
        if (why.rule != nullptr) found = why;
    }
    return found;
}

decision decide_in_order(candidate const& path, std::string_view name, scan when,
                         frame const* innermost) {
    auto found = search{path, name, when}.run(innermost);
    if (!found.is_of_git && found.says() == verdict::exclude) return found;
    auto const closed = closed_above(when, innermost);
    if (closed.rule != nullptr) found = closed;
    if (found.is_excluded_by_git()) found.tracked = tracked_by(path, when, innermost);
    return found;
}

// Decides without any rule if there is no memory for the path.
decision decide(candidate const& path, std::string_view name, scan when,
                frame const* innermost) noexcept {
    if (innermost == nullptr) return {};
    try {
        return decide_in_order(path, name, when, innermost);
    } catch (std::bad_alloc const&) {
        return {};
    }
}

} // namespace

struct gitignore_matcher::store {
    explicit store(gitignore_options given) : from{std::move(given)} {}

    verdict says(candidate const& path, scan when) const noexcept {
        return frames.ask(path, [&](frame const* innermost, std::string_view name) noexcept {
            return decide(path, name, when, innermost).says();
        });
    }
    directory_rules on_directory(candidate const& directory, directory_reader& reader);
    bool may_be_closed(candidate const& directory, frame const* outer) const;
    bool differs(frame const& made, gitignore_level const& before) const;
    bool is_excluded(std::string_view path, frame const& top) const;
    bool put(frame_ptr const& old, std::shared_ptr<frame> made);

    gitignore_options const from;
    detail::entered_directories<frame> frames;
};

// Returns whether some path may have another verdict than in the previous scan. A path that came
// into the index or left it has another verdict only if a rule of git excludes the path. So after
// `git add` of usual files, the next scan does not list every directory.
bool gitignore_matcher::store::differs(frame const& made, gitignore_level const& before) const {
    constexpr std::size_t most_paths = 1000; // more take longer than the listings
    if (!same_rules(made.now, before)) return true;
    auto const& now = made.now.index.paths;
    if (now == before.index.paths) return false;
    auto const paths = detail::differing_paths(before.index.paths.get(), now.get(), most_paths);
    return !paths || std::any_of(paths->begin(), paths->end(),
                                 [&](std::string_view path) { return is_excluded(path, made); });
}

// Returns whether a rule of git excludes a path of the index of `top`, or a directory above, now
// or in the previous scan. The path of a submodule ends with a slash.
bool gitignore_matcher::store::is_excluded(std::string_view path, frame const& top) const {
    auto const& lead = top.now.lead;
    if (!path.starts_with(lead)) return std::string_view{lead}.starts_with(path);
    auto const whole = top.key + std::string{path.substr(lead.size())};
    for (auto end = top.key.size(); end < whole.size(); ++end) {
        end = std::min(whole.find('/', end), whole.size());
        bool const is_directory = end < whole.size();
        candidate const at{std::string_view{whole}.substr(0, end), top.root,
                           is_directory ? file_type::directory : file_type::regular};
        auto const nearest = frames.nearest(at);
        for (auto const when : {scan::now, scan::before}) {
            if (search{at, at.name(), when}.run(nearest.get()).is_excluded_by_git()) return true;
        }
    }
    return false;
}

// Stores a new frame; returns whether its rules differ from the previous scan. The first scan of
// a root has no previous rules.
bool gitignore_matcher::store::put(frame_ptr const& old, std::shared_ptr<frame> made) {
    bool const same_place = old && old->outer == made->outer && old->names == made->names &&
                            old->may_be_closed == made->may_be_closed;
    if (same_place && !old->before && same_files(old->now, made->now)) return false;
    auto const before =
        !old ? gitignore_level{}
             : old->level(frames.is_of_same_scan(*old, *made) ? scan::before : scan::now);
    bool const changed = !made->is_first && differs(*made, before);
    if (changed) made->before = before;
    if (changed || made->may_be_closed || made->names.any() || !made->now.empty()) {
        frames.put(std::move(made));
    } else {
        frames.erase(made->key);
    }
    return changed;
}

bool gitignore_matcher::store::may_be_closed(candidate const& directory,
                                             frame const* outer) const {
    return closed_by(directory, directory.name(), scan::now, outer).rule != nullptr ||
           closed_by(directory, directory.name(), scan::before, outer).rule != nullptr;
}

directory_rules gitignore_matcher::store::on_directory(candidate const& directory,
                                                       directory_reader& reader) {
    bool const is_root = frames.is_root(directory);
    auto const old = frames.visit_directory(directory, reader);
    auto const names = frames.is_listed(reader) ? names_in(reader)
                       : old                    ? old->names
                                                : detail::gitignore_names{};
    auto const outer = is_root ? nullptr : frames.nearest(directory);
    bool const closes = outer && may_be_closed(directory, outer.get());
    if (!is_root && !closes && !names.any() && !old) return directory_rules::no_rules;
    auto made = frames.make(directory, reader);
    made->names = names;
    made->outer = outer;
    made->may_be_closed = closes;
    auto const letters = made->outer ? made->outer->now.letters : letter_case::sensitive;
    std::vector<finding> faults;
    made->now = read_level({made->key, is_root, letters, names},
                           old ? old->now : gitignore_level{}, from, reader, faults);
    frames.add_faults(faults);
    if (put(old, std::move(made))) return directory_rules::changed;
    return is_root || closes || names.any() ? directory_rules::rules : directory_rules::no_rules;
}

gitignore_matcher::gitignore_matcher(gitignore_options from)
    : store_{detail::make_owned<store>(std::move(from))} {}

gitignore_matcher::gitignore_matcher(gitignore_matcher const& other)
    : store_{detail::make_owned<store>(*other.store_)} {}

gitignore_matcher& gitignore_matcher::operator=(gitignore_matcher other) noexcept {
    store_ = std::move(other.store_);
    return *this;
}

void gitignore_matcher::add(std::string_view rules, std::string_view directory) {
    auto made = std::make_shared<frame>();
    made->key = detail::directory_key(directory);
    made->now.gitignore.rules = std::make_shared<gitignore_rules>(
        std::string{rules}, made->key + ".gitignore", letter_case::sensitive);
    if (!made->key.empty()) made->outer = store_->frames.nearest({directory, 0});
    store_->frames.put(std::move(made));
}

verdict gitignore_matcher::operator()(candidate const& path) const noexcept {
    return store_->says(path, scan::now);
}

verdict gitignore_matcher::previous_verdict(candidate const& path) const noexcept {
    return store_->says(path, scan::before);
}

directory_rules gitignore_matcher::on_directory(candidate const& directory,
                                                directory_reader& reader) const {
    return store_->on_directory(directory, reader);
}

explanation gitignore_matcher::explain(candidate const& path) const {
    return store_->frames.ask(path, [&](frame const* innermost, auto name) -> explanation {
        auto const why = decide(path, name, scan::now, innermost);
        if (why.tracked) return {why.says(), "tracked by git", why.tracked->origin()};
        if (why.rule == nullptr) return {};
        return {why.says(), std::string{why.rule->text},
                why.of->origin() + ":" + std::to_string(why.rule->line)};
    });
}

void gitignore_matcher::faults(std::vector<finding>& into) const { store_->frames.faults(into); }

} // namespace restat
