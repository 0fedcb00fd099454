#pragma once

#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace tests {

/// A repository made by git itself, in a temporary directory, without settings of the user.
struct live_git {
    restat::testing::temp_tree tree;

    explicit live_git(std::string const& how = "") { run("init -q " + how + " ."); }

    /// Runs git in a directory of the tree and returns its output.
    std::string run(std::string const& arguments, std::string const& in = "") const {
        auto const command =
            "cd '" + tree.path() + "/" + in +
            "' && env -u GIT_DIR -u GIT_INDEX_FILE -u GIT_WORK_TREE HOME='" + tree.path() +
            "/.git' XDG_CONFIG_HOME= GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null "
            "git -c user.name=n -c user.email=e@x -c protocol.file.allow=always "
            "-c advice.addIgnoredFile=false " +
            arguments + " 2>'" + tree.path() + "/.git-errors'";
        std::unique_ptr<FILE, int (*)(FILE*)> pipe{popen(command.c_str(), "r"), pclose};
        BOOST_REQUIRE(pipe != nullptr);
        std::string output;
        for (int c = 0; (c = std::fgetc(pipe.get())) != EOF;) output += static_cast<char>(c);
        auto const status = pclose(pipe.release());
        BOOST_TEST(status == 0, "git " << arguments << ": " << read(".git-errors"));
        tree.remove(".git-errors");
        return output;
    }
    std::string read(std::string const& name) const {
        std::ifstream from{tree / name, std::ios::binary};
        return {std::istreambuf_iterator<char>{from}, {}};
    }
    std::string index() const { return read(".git/index"); }
};

} // namespace tests
