#include <restat/testing/conformance.hpp>

#include <restat/matcher/directory_reader.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace restat::testing::detail {
namespace {

enum class rules_state : std::uint8_t {
    absent,
    present,
    unlisted,   ///< present, in a directory whose names are unknown
    unreadable, ///< listed, but each read fails
};

/// A directory with at most a file of rules, and a directory `below`.
class ruled_directory final : public directory_reader {
public:
    ruled_directory(rules_file const& file, std::string location)
        : file_{file}, location_{std::move(location)} {}

    void begin_scan(rules_state state) noexcept {
        ++scan_;
        state_ = state;
    }

    bool may_hold(std::string_view name) const noexcept override {
        if (state_ == rules_state::unlisted) return true;
        return name == "below" || (state_ != rules_state::absent && name == file_.name);
    }
    std::uint64_t scan() const noexcept override { return scan_; }
    std::string location(std::error_code& error) override {
        error.clear();
        return location_;
    }
    stat_record stat(std::string const& path, last_link, std::error_code& error) override {
        error = fault_of(path);
        if (error) return {};
        return {.device = 1,
                .inode = 2,
                .size = file_.text.size(),
                .mtime = {1, 0},
                .ctime = {1, 0},
                .mode = 0644,
                .links = 1,
                .type = file_type::regular};
    }
    std::string read(std::string const& path, last_link, std::size_t limit,
                     std::error_code& error) override {
        error = fault_of(path);
        if (!error && file_.text.size() > limit)
            error = std::make_error_code(std::errc::file_too_large);
        return error ? std::string{} : file_.text;
    }

private:
    std::error_code fault_of(std::string const& path) const {
        if (path != file_.name || state_ == rules_state::absent)
            return std::make_error_code(std::errc::no_such_file_or_directory);
        if (state_ == rules_state::unreadable) return std::make_error_code(std::errc::io_error);
        return {};
    }

    rules_file const& file_;
    std::string location_;
    std::uint64_t scan_ = 0;
    rules_state state_ = rules_state::absent;
};

struct step {
    rules_state state;
    directory_rules result;
    bool has_rules;
    bool had_rules; ///< by the scan before
    char const* when;
};

// Each step is a scan.
constexpr step steps[] = {
    {rules_state::absent, directory_rules::no_rules, false, false, "without a rules file"},
    {rules_state::present, directory_rules::changed, true, false, "when a rules file appears"},
    {rules_state::unlisted, directory_rules::rules, true, true,
     "without the names of a directory"},
    {rules_state::present, directory_rules::rules, true, true, "when the rules stay"},
    {rules_state::unreadable, directory_rules::rules, true, true,
     "when the rules are unreadable"},
    {rules_state::present, directory_rules::rules, true, true,
     "when the rules are readable again"},
    {rules_state::absent, directory_rules::changed, false, true,
     "when the rules file disappears"},
    {rules_state::absent, directory_rules::no_rules, false, false, "when it stays away"},
    {rules_state::present, directory_rules::changed, true, false, "when it appears again"},
};

/// Enters a root and a directory in it, scan after scan, and compares the verdicts on a file there.
class rules_check {
public:
    rules_check(rules_calls const& matcher, rules_file const& file)
        : matcher_{matcher}
        , root_{file, "/top"}
        , below_{file, "/top/below"}
        , path_{"top/below/" + file.affected}
        , without_{matcher.ask(affected())} {}

    sentences run() {
        for (step const& one : steps) {
            root_.begin_scan(rules_state::absent);
            below_.begin_scan(one.state);
            auto const result = enter();
            if (one.has_rules && !with_) with_ = matcher_.ask(affected());
            if (with_ == without_) return {"has the same verdict with and without the rules"};
            check(one, result, one.when);
            check(one, enter(), std::string{one.when} + " and the scan starts over");
            check_reports(one);
        }
        return std::move(wrong_);
    }

private:
    candidate affected() const noexcept { return {path_, 4}; }

    directory_rules enter() {
        matcher_.enter({"top", 3, file_type::directory}, root_);
        return matcher_.enter({"top/below", 4, file_type::directory}, below_);
    }

    void check(step const& of, directory_rules result, std::string const& when) {
        auto const now = matcher_.ask(affected());
        if (result != of.result) {
            wrong_.push_back("returns `" + std::string{to_string(result)} + "` instead of `" +
                             std::string{to_string(of.result)} + "` " + when);
        }
        if (now != (of.has_rules ? *with_ : without_))
            wrong_.push_back("has another verdict than expected " + when);
        if (matcher_.previous(affected()) != (of.had_rules ? *with_ : without_))
            wrong_.push_back("has a wrong previous verdict " + when);
        if (matcher_.explain(affected()).says != now)
            wrong_.push_back("explains a different verdict " + when);
    }

    void check_reports(step const& of) {
        std::vector<finding> found;
        matcher_.faults(found);
        bool const is_expected = of.state == rules_state::unreadable;
        if (found.empty() == is_expected)
            wrong_.push_back(std::string{is_expected ? "reports no fault " : "reports a fault "} +
                             of.when);
    }

    rules_calls const& matcher_;
    ruled_directory root_;
    ruled_directory below_;
    std::string path_; // of the affected file
    verdict without_;
    std::optional<verdict> with_;
    sentences wrong_;
};

} // namespace

sentences check_rules(rules_calls const& matcher, rules_file const& file) {
    return rules_check{matcher, file}.run();
}

} // namespace restat::testing::detail
