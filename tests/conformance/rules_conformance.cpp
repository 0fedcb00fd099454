#include "conformance/report.hpp"

#include "base/unread.hpp"

#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/directory_reader.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/matcher/marker_matcher.hpp>
#include <restat/matcher/matcher_ref.hpp>

#include <string>
#include <vector>

using namespace restat;
using namespace restat::testing;

namespace {

// The faults of a matcher whose rules file excludes all files beside it. Each faulty matcher
// differs from the correct matcher in a single place.
enum class fault {
    none,
    blind,       // excludes nothing
    silent,      // does not report new rules
    nagging,     // reports rules as changed in each scan
    hasty,       // reports each directory as one with rules
    present,     // has no previous verdict of its own
    slow,        // keeps the previous rules forever
    restarting,  // takes the rules of the same scan for the previous rules
    listing,     // drops the rules of a directory whose names are unknown
    dropping,    // drops unreadable rules
    keeping,     // keeps the rules of a removed file
    quiet,       // reports no error
    complaining, // reports an error of readable rules
    lying,       // explains by the previous rules
};

class toy_matcher {
public:
    explicit toy_matcher(fault how = fault::none) : how_{how} {}

    verdict operator()(candidate const& path) const noexcept { return verdict_by(now_, path); }
    verdict previous_verdict(candidate const& path) const noexcept {
        return verdict_by(how_ == fault::present ? now_ : before_, path);
    }
    explanation explain(candidate const& path) const {
        return {.says = verdict_by(how_ == fault::lying ? before_ : now_, path)};
    }
    void faults(std::vector<finding>& into) const {
        into.insert(into.end(), faults_.begin(), faults_.end());
        faults_.clear();
    }
    directory_rules on_directory(candidate const& directory, directory_reader& reader) const {
        if (directory.relative().empty()) return directory_rules::no_rules;
        bool const found = is_found(reader);
        bool const is_next = scan_ != reader.scan() || how_ == fault::restarting;
        if (is_next && (how_ != fault::slow || !now_)) before_ = now_;
        scan_ = reader.scan();
        now_ = found;
        bool const changed = now_ != before_ || (now_ && how_ == fault::nagging);
        if (changed && how_ != fault::silent) return directory_rules::changed;
        bool const has_any = now_ || how_ == fault::hasty;
        return has_any ? directory_rules::rules : directory_rules::no_rules;
    }

private:
    verdict verdict_by(bool rules, candidate const& path) const noexcept {
        bool const excludes = rules && how_ != fault::blind && path.path.ends_with("below/x");
        return excludes ? verdict::exclude : verdict::none;
    }

    bool is_found(directory_reader& reader) const {
        bool const is_listed = !reader.may_hold({});
        if (!is_listed && how_ == fault::listing) return false;
        std::error_code error;
        reader.read("rules", last_link::keep, 100, error);
        if (!error && how_ == fault::complaining) note(std::make_error_code(std::errc::io_error));
        if (!error) return true;
        if (restat::detail::is_absence(error)) return now_ && how_ == fault::keeping;
        if (how_ != fault::quiet) note(error);
        return now_ && how_ != fault::dropping;
    }

    void note(std::error_code error) const { faults_.push_back({"rules", error, "read"}); }

    fault how_;
    mutable std::uint64_t scan_ = 0;
    mutable bool now_ = false;
    mutable bool before_ = false;
    mutable std::vector<finding> faults_;
};

rules_file const toy_rules{"rules", "text", "x"};

} // namespace

BOOST_AUTO_TEST_SUITE(rules_conformance)

BOOST_AUTO_TEST_CASE(correct_matcher_of_rules_gets_no_sentence) {
    expect_good("toy_matcher", check_rules(toy_matcher{}, toy_rules));
    expect_good("toy_matcher", check_matcher(toy_matcher{}));
}

BOOST_AUTO_TEST_CASE(each_broken_rule_of_on_directory_is_reported) {
    struct {
        fault of;
        char const* sentence;
    } const each[] = {
        {fault::blind, "has the same verdict with and without the rules"},
        {fault::silent, "returns `rules` instead of `changed` when a rules file appears"},
        {fault::nagging, "returns `changed` instead of `rules` when the rules stay"},
        {fault::hasty, "returns `rules` instead of `no_rules` without a rules file"},
        {fault::present, "has a wrong previous verdict when a rules file appears"},
        {fault::slow, "has a wrong previous verdict when the rules stay"},
        {fault::restarting, "appears and the scan starts over"},
        {fault::listing, "has another verdict than expected without the names of a directory"},
        {fault::dropping, "has another verdict than expected when the rules are unreadable"},
        {fault::keeping, "has another verdict than expected when the rules file disappears"},
        {fault::quiet, "reports no fault when the rules are unreadable"},
        {fault::complaining, "reports a fault when the rules stay"},
        {fault::lying, "explains a different verdict when a rules file appears"},
    };
    for (auto const& [of, sentence] : each)
        expect_sentence(check_rules(toy_matcher{of}, toy_rules), sentence);
}

BOOST_AUTO_TEST_CASE(each_shipped_matcher_of_rules_conforms) {
    rules_file const ignore{".ignore", "x\n", "x"};
    rules_file const marker{"CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55", "x"};
    expect_good("gitignore_matcher", check_rules(gitignore_matcher{}, ignore));
    expect_good("marker_matcher", check_rules(marker_matcher{}, marker));
    expect_good("any_matcher", check_rules(any_matcher{gitignore_matcher{}}, ignore));
    gitignore_matcher const rules;
    expect_good("matcher_ref", check_rules(matcher_ref{rules}, ignore));
    expect_good("not_matcher", check_rules(!marker_matcher{}, marker));
    expect_good("and_matcher", check_rules(gitignore_matcher{} & marker_matcher{}, marker));
    expect_good("then_matcher", check_rules(then(marker_matcher{}, gitignore_matcher{}), ignore));
}

BOOST_AUTO_TEST_SUITE_END()
