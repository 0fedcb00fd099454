#include "conformance/report.hpp"

#include <restat/testing/archetypes.hpp>

using namespace restat;
using namespace restat::testing;

namespace {

constexpr stat_record file{.type = file_type::regular};

// A tree of four files, listed as it should be; the broken ones differ in one place.
enum class fault {
    none,
    deaf,
    nosy,
    opens,
    counts_down,
    directories,
    typeless,
    gives_up,
    overdoes,
    beyond,
    odd_cancel
};

struct toy_enumerator {
    void enumerate(matcher_ref matches, snapshot_builder& into, std::error_code& error) {
        if (into.stop_requested()) {
            error = std::make_error_code(
                how == fault::odd_cancel ? std::errc::io_error : std::errc::operation_canceled);
            return;
        }
        if (how == fault::gives_up) error = std::make_error_code(std::errc::io_error);
        std::size_t const beyond = how == fault::beyond ? 99 : 0;
        add("a", matches, into);
        bool const open = watches(matches({"d", beyond, file_type::directory}));
        if (how == fault::directories) into.add("d", {.type = file_type::directory});
        if (open || how == fault::opens) {
            add("d/b", matches, into);
            add("d/c", matches, into);
        }
        if (how != fault::counts_down || times++ == 0) add("e", matches, into);
    }

    void add(std::string_view path, matcher_ref matches, snapshot_builder& into) {
        bool const asks = how != fault::nosy;
        bool wanted = !asks || watches(matches({path}));
        if (how == fault::overdoes && !wanted) omits = true;
        if (how == fault::overdoes && omits) return;
        if (how == fault::deaf) wanted = true;
        if (wanted) into.add(path, how == fault::typeless ? stat_record{} : file);
    }

    fault how = fault::none;
    int times = 0;
    bool omits = false;
};

sentences check(fault how) {
    toy_enumerator toy{how};
    return check_enumerator(toy);
}

} // namespace

BOOST_AUTO_TEST_SUITE(enumerator_conformance)

BOOST_AUTO_TEST_CASE(the_archetype_conforms) {
    enumerator_archetype nothing{0};
    expect_good("enumerator_archetype", check_enumerator(nothing));
    expect_good("toy_enumerator", check(fault::none));
}

BOOST_AUTO_TEST_CASE(each_broken_rule_has_its_sentence) {
    expect_sentence(check(fault::deaf), "adds 'a' though the matcher excludes it");
    expect_sentence(check(fault::nosy), "adds 'a' without asking the matcher");
    expect_sentence(check(fault::opens), "opens an excluded directory: asks about 'd/b'");
    expect_sentence(check(fault::counts_down), "lists other paths the second time");
    expect_sentence(check(fault::directories), "adds the directory 'd'");
    expect_sentence(check(fault::typeless), "adds 'a' with a record of no type");
    expect_sentence(check(fault::gives_up), "gives up: Input/output error");
    expect_sentence(check(fault::overdoes), "leaves out 'd/b' because others are excluded");
    expect_sentence(check(fault::beyond), "asks about 'd' with `below` beyond its end");
    expect_sentence(check(fault::odd_cancel), "when it is told to stop");
}

BOOST_AUTO_TEST_SUITE_END()
