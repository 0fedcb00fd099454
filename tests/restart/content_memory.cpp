#include "restart/content_memory.hpp"

#include <restat/snapshot_builder.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>

namespace {

using namespace restat;
namespace fs = std::filesystem;

/// Returns to the current directory at the end.
struct same_directory_again {
    ~same_directory_again() { fs::current_path(before); }

    fs::path before = fs::current_path();
};

stat_record record_of_file() {
    stat_record one;
    one.type = file_type::regular;
    return one;
}

change rewritten(std::string path) {
    change what;
    what.kind = change_kind::modified;
    what.path = std::move(path);
    what.after = record_of_file();
    what.changed = fields::mtime | fields::ctime;
    return what;
}

} // namespace

BOOST_AUTO_TEST_SUITE(content_memory)

BOOST_AUTO_TEST_CASE(relative_path_keeps_its_meaning_in_another_directory) {
    testing::temp_tree there;
    there.write("file", "same");
    there.write("elsewhere/file", "other");
    same_directory_again const at_the_end;
    fs::current_path(there.path());
    detail::content_memory memory{comparison::content};
    snapshot_builder builder;
    builder.add({"file", record_of_file()});
    memory.learn(builder.finish());
    fs::current_path("elsewhere");
    std::error_code error;
    BOOST_TEST(memory.changed(change_set{{rewritten("file")}}, error).empty());
    there.write("file", "different");
    BOOST_TEST(memory.changed(change_set{{rewritten("file")}}, error).size() == 1U);
    BOOST_TEST(!error);
}

BOOST_AUTO_TEST_SUITE_END()
