#include <restat/testing/memory_module_loader.hpp>

#include <restat/error.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::testing;
using namespace std::chrono_literals;

namespace {

using calls = std::vector<std::string>;

struct loader_fixture {
    loader_fixture() {
        loader.define("v1", memory_module{}.with(
                                "answer", +[] { return 42; }));
    }
    void write(std::string const& content) const {
        files.write("game.so", content);
        files.advance(1s);
    }

    memory_file_system files;
    memory_module_loader loader{files};
    std::error_code error;
    std::string reason;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(memory_module_loaders, loader_fixture)

BOOST_AUTO_TEST_CASE(content_of_a_file_selects_the_module) {
    write("v1");
    void* const image = loader.copy("game.so", error);
    BOOST_TEST_REQUIRE(image);
    BOOST_TEST(loader.copies() == 1U);
    BOOST_TEST(loader.load(image, reason));
    auto const answer = reinterpret_cast<int (*)()>(loader.find(image, "answer"));
    BOOST_TEST_REQUIRE((answer != nullptr));
    BOOST_TEST(answer() == 42);
    BOOST_TEST(!loader.find(image, "question"));
    BOOST_TEST(loader.release(image, module_memory::unload));
    BOOST_TEST(loader.copies() == 0U);
    BOOST_TEST(loader.take() == (calls{"load v1", "unload v1"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(file_that_is_missing_empty_or_not_final_has_no_copy) {
    BOOST_TEST(!loader.copy("game.so", error));
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
    write("");
    BOOST_TEST(!loader.copy("game.so", error));
    BOOST_TEST((error == errc::incomplete));
    files.write("game.so", "v1");
    BOOST_TEST(!loader.copy("game.so", error));
    BOOST_TEST((error == errc::incomplete));
    BOOST_TEST(loader.copies() == 0U);
}

BOOST_AUTO_TEST_CASE(unknown_content_is_copied_and_not_loaded) {
    write("noise");
    void* const image = loader.copy("game.so", error);
    BOOST_TEST_REQUIRE(image);
    BOOST_TEST(!loader.load(image, reason));
    BOOST_TEST(reason == "invalid ELF header");
    BOOST_TEST(loader.release(image, module_memory::unload));
    BOOST_TEST(loader.take() == calls{"drop noise"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
