#include "restart/handoff_state.hpp"

#include "values/byte_format.hpp"
#include "values/snapshot_encoding.hpp"

#include <restat/snapshot_builder.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;

namespace {

snapshot sample() {
    snapshot_builder builder;
    stat_record record{.device = 1,
                       .inode = 1ULL << 40,
                       .size = 5'000'000'000,
                       .mtime = {-1, 999'999'999},
                       .ctime = {14'000'000'000, 1},
                       .mode = 0644,
                       .owner = 10,
                       .group = 20,
                       .links = 2,
                       .type = file_type::regular,
                       .final = false};
    builder.add("a\n\xff", record);
    stat_record link{.inode = 3, .type = file_type::symlink};
    builder.add("b", record, link);
    builder.add(entry{"c", record, {}, true});
    builder.add("", {});
    builder.add_error("d", std::make_error_code(std::errc::permission_denied), "open");
    builder.add_error("e", errc::match_gave_up, "match");
    return builder.finish();
}

std::string encoded(snapshot const& of) {
    detail::byte_writer to;
    detail::write_snapshot(to, of);
    return to.bytes.substr(sizeof(std::uint64_t)); // without its length
}

detail::handoff_state everything() {
    auto const at = [](int n) { return time_point{std::chrono::nanoseconds{n}}; };
    detail::restart_loop_guard::mark const proven{
        .earliest = 7ns,
        .latest = 8ns,
        .state = detail::restart_loop_guard::suspicion::proven,
        .guard_starts = 3,
        .absences = 1,
        .soon_runs = 200,
        .returned = false,
        .is_new = false,
        .least_run = 9ns,
        .content = "id",
        .content_at_start = "other"};
    detail::restart_loop_guard::mark const own_stream{
        .by_timestamp = false, .is_streaming = true, .returned = false, .is_new = false};
    change const edit{
        .path = "a\n",
        .changed = fields::size | fields::target,
        .history = {at(1), at(-2), at(3), awaited::quiet | awaited::retry, true, true}};
    change const end{.kind = change_kind::removed, .path = "b"};
    change const move{.kind = change_kind::renamed, .path = "c", .from = "d\377"};
    return {
        .pid = 7,
        .generation = 1ULL << 40,
        .cause = change_set{{edit, end, move}},
        .guard = {true, at(4), {5, 6}, true, 10ns, 2, {{"s", {proven, own_stream}}, {"t", {}}}},
        .selection = std::string{"x\0y", 3},
        .contents = {{"p", "id"}},
        .blobs = {{"level", std::string(3, '\0')}, {"", ""}},
        .known = encoded(sample())};
}

bool same(detail::handoff_state const& a, detail::handoff_state const& b) {
    auto const same_blobs = [](auto const& x, auto const& y) {
        return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](auto& i, auto& j) {
            return i.name == j.name && i.bytes == j.bytes;
        });
    };
    bool const same_cause = std::equal(
        a.cause.begin(), a.cause.end(), b.cause.begin(), b.cause.end(), [](auto& i, auto& j) {
            return i.kind == j.kind && i.path == j.path && i.changed == j.changed &&
                   i.from == j.from && i.history.first_seen == j.history.first_seen &&
                   i.history.last_changed == j.history.last_changed &&
                   i.history.delivered == j.history.delivered &&
                   i.history.waited_for == j.history.waited_for &&
                   i.history.forced == j.history.forced &&
                   i.history.redelivered == j.history.redelivered;
        });
    return a.guard == b.guard && a.pid == b.pid && a.generation == b.generation && same_cause &&
           a.selection == b.selection && same_blobs(a.contents, b.contents) &&
           same_blobs(a.blobs, b.blobs) && a.known == b.known;
}

bool same(snapshot const& a, snapshot const& b) {
    if (a.size() != b.size() || a.is_final() != b.is_final()) return false;
    if (a.findings() != b.findings()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        bool const equal = a[i].path == b[i].path && changed_fields(a[i], b[i]) == fields::none &&
                           a[i].record.final == b[i].record.final &&
                           a[i].link.type == b[i].link.type && a[i].incidental == b[i].incidental;
        if (!equal) return false;
    }
    return true;
}

} // namespace

BOOST_AUTO_TEST_SUITE(handoff_state)

BOOST_AUTO_TEST_CASE(decoding_reverses_encoding) {
    snapshot read;
    BOOST_TEST(detail::decode(encoded(sample()), read));
    BOOST_TEST(same(read, sample()));
    BOOST_TEST(detail::decode(encoded(snapshot{}), read));
    BOOST_TEST(read.empty());
}

BOOST_AUTO_TEST_CASE(next_run_finds_the_state_of_the_previous_run) {
    detail::handoff_state read;
    BOOST_TEST(detail::decode(detail::encode(everything()), read));
    BOOST_TEST(same(read, everything()));
    snapshot known;
    BOOST_TEST(detail::decode(read.known, known));
    BOOST_TEST(same(known, sample()));
    auto const whole = detail::encode(everything());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST(!detail::decode(std::string_view{whole}.substr(0, size), read));
    }
    BOOST_TEST(!detail::decode(whole + 'x', read));
    BOOST_TEST(same(read, everything())); // unchanged
}

BOOST_AUTO_TEST_CASE(a_part_or_more_than_the_whole_is_refused) {
    auto const whole = encoded(sample());
    snapshot read = sample();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST(!detail::decode(std::string_view{whole}.substr(0, size), read));
    }
    BOOST_TEST(!detail::decode(whole + 'x', read));
    BOOST_TEST(same(read, sample())); // unchanged
}

BOOST_AUTO_TEST_CASE(any_damaged_byte_is_harmless) {
    auto const left = detail::encode(everything());
    for (std::size_t at = 0; at < left.size(); ++at) {
        auto damaged = left;
        damaged[at] = static_cast<char>(~damaged[at]);
        detail::handoff_state read;
        detail::decode(damaged, read);
    }
    auto const whole = encoded(sample());
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto damaged = whole;
        damaged[at] = static_cast<char>(~damaged[at]);
        snapshot read;
        bool const taken = detail::decode(damaged, read);
        if (at < 16) BOOST_TEST(!taken); // another version, or another count
    }
}

BOOST_AUTO_TEST_SUITE_END()
