#include "truth_table/styles.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace truth_table {

std::vector<style> const styles{
    {"in place", "echo $i >a"},
    {"in place, mtime put back", "echo $i >a; touch -r ../r a"},
    {"in place, mtime of long ago", "echo $i >a; touch -d 2001-01-01 a"},
    {"in place, mtime to come", "echo $i >a; touch -d 2100-01-01 a"},
    {"appended", "echo $i >>a"},
    {"the same size, no truncation", "printf $i | dd of=a conv=notrunc status=none"},
    {"truncated, then written", ": >a; echo $i >a"},
    {"written in two parts", "{ printf $i; echo; } >a"},
    {"grown by truncate", "truncate -s +1 a"},
    {"dd", "echo $i | dd of=a status=none"},
    {"tee", "echo $i | tee a"},
    {"cp over", "echo $i >../n; cp ../n a"},
    {"cp -p over", "echo $i >../n; touch -r ../r ../n; cp -p ../n a"},
    {"cp --remove-destination", "echo $i >../n; cp --remove-destination ../n a"},
    {"install", "echo $i >../n; install -m 644 ../n a"},
    {"out of an archive", "echo $i >../a; touch -r ../r ../a; tar cC .. a | tar x"},
    {"rename over", "echo $i >n; mv n a"},
    {"rename over, mtime put back", "echo $i >n; touch -r ../r n; mv n a"},
    {"rename over from elsewhere", "echo $i >../n; mv ../n a"},
    {"rename over, hidden temporary name",
     "echo $i >.a.Xy12; touch -r ../r .a.Xy12; mv .a.Xy12 a"},
    {"mv -b", "echo $i >n; mv -b n a; rm a~"},
    {"backup and rename", "mv a a~; echo $i >a; rm a~"},
    {"backup by a hard link", "ln a a~; echo $i >n; mv n a; rm a~"},
    {"backup by a copy", "cp -p a a~; echo $i >a; rm a~"},
    {"hard link over", "echo $i >n; ln -f n a; rm n"},
    {"remove and write", "rm a; echo $i >a"},
    {"sed -i", "sed -i 1s/.*/$i/ a"},
    {"perl -i", "perl -pi -e s/.*/$i/ a"},
    {"copy, edit, copy back", "cp a n; echo $i >>n; cat n >a; rm n"},
    {"with lock, swap and probe files",
     "echo >.a.swp; ln -s who@host.1 .#a; echo >4913; rm 4913; mv a a~; echo $i >a; rm a~ .#a; "
     "rm .a.swp"},
    {"read", "cat a", false},
    {"searched", "grep -r 1 .", false},
    {"listed", "ls -la . a", false},
    {"copied elsewhere", "cp -p a ../copy", false},
    {"opened for writing", ": >>a", false},
    {"archived", "tar cf - a | wc -c", false},
    {"a swap file made and removed", "echo >.a.swp; rm .a.swp", false},
    {"a lock made and removed", "ln -s who@host.1 .#a; rm .#a", false},
    {"a directory made and removed", "mkdir d; rmdir d", false},
};

namespace {

std::string place_of(std::size_t number) { return "t/" + std::to_string(100 + number) + "/w"; }

bool shell(std::string const& commands) {
    auto const line = "{ " + commands + "; } >/dev/null 2>&1";
    return std::system(line.c_str()) == 0; // NOLINT: a test, of commands that are its own
}

} // namespace

desk::desk(std::string top) : top_{std::move(top)} {
    for (std::size_t n = 0; n < styles.size(); ++n) {
        auto const place = top_ + '/' + place_of(n);
        std::filesystem::create_directories(place);
        std::ofstream{place + "/a"} << "100\n";
    }
    shell("cd " + top_ + "/t && for d in *; do touch -r $d/w/a $d/r; done");
}

bool desk::save_all() {
    std::string all = "i=" + std::to_string(++content_);
    for (std::size_t n = 0; n < styles.size(); ++n) {
        all += " && cd " + top_ + '/' + place_of(n) + " && { " + styles[n].commands + "; }";
    }
    return shell(all);
}

std::vector<std::string> desk::files() const {
    std::vector<std::string> all;
    for (std::size_t n = 0; n < styles.size(); ++n) all.push_back(place_of(n) + "/a");
    return all;
}

std::string desk::wrong_of(std::vector<std::string> const& delivered) const {
    std::string wrong;
    for (std::size_t n = 0; n < styles.size(); ++n) {
        std::string seen;
        auto const directory = place_of(n) + '/';
        for (auto const& line : delivered) {
            if (line.find(directory) != line.npos)
                seen += line.substr(0, line.find(' ')) + ' ' +
                        line.substr(line.find(directory) + directory.size()) + "; ";
        }
        std::string const expected = styles[n].is_save ? "modified a; " : "";
        if (seen != expected)
            wrong +=
                std::string{styles[n].name} + ": " + (seen.empty() ? "nothing" : seen) + '\n';
    }
    return wrong;
}

} // namespace truth_table
