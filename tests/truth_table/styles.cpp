#include "truth_table/styles.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace truth_table {

std::vector<style> const styles{
    {"in place", "echo $i >a", [](fake_place const& p) { p.write("a"); }},
    {"in place, mtime put back", "echo $i >a; touch -r ../r a",
     [](fake_place const& p) {
         auto const before = p.time_of_a();
         p.write("a");
         p.set_time("a", before);
     }},
    {"in place, mtime of long ago", "echo $i >a; touch -d 2001-01-01 a",
     [](fake_place const& p) {
         p.write("a");
         p.set_time("a", {978'307'200, 0});
     }},
    {"in place, mtime to come", "echo $i >a; touch -d 2100-01-01 a",
     [](fake_place const& p) {
         p.write("a");
         p.set_time("a", {4'102'444'800, 0});
     }},
    {"appended", "echo $i >>a",
     [](fake_place const& p) { p.files.write(p.at("a"), p.files.read(p.at("a")) + p.content); }},
    {"the same size, no truncation", "printf $i | dd of=a conv=notrunc status=none",
     [](fake_place const& p) { p.write("a"); }},
    {"truncated, then written", ": >a; echo $i >a",
     [](fake_place const& p) {
         p.write_empty("a");
         p.write("a");
     }},
    {"written in two parts", "{ printf $i; echo; } >a",
     [](fake_place const& p) {
         p.files.write(p.at("a"), p.content.substr(1));
         p.write("a");
     }},
    {"grown by truncate", "truncate -s +1 a",
     [](fake_place const& p) { p.files.resize(p.at("a"), p.files.record(p.at("a")).size + 1); }},
    {"dd", "echo $i | dd of=a status=none",
     [](fake_place const& p) {
         p.write_empty("a");
         p.write("a");
     }},
    {"tee", "echo $i | tee a",
     [](fake_place const& p) {
         p.write_empty("a");
         p.write("a");
     }},
    {"cp over", "echo $i >../n; cp ../n a",
     [](fake_place const& p) {
         p.files.write(p.elsewhere, p.content);
         p.write_empty("a");
         p.write("a");
     }},
    {"cp -p over", "echo $i >../n; touch -r ../r ../n; cp -p ../n a",
     [](fake_place const& p) {
         auto const before = p.time_of_a();
         p.write("a");
         p.set_time("a", before);
         p.files.set_mode(p.at("a"), 0644);
     }},
    {"cp --remove-destination", "echo $i >../n; cp --remove-destination ../n a",
     [](fake_place const& p) {
         p.remove("a");
         p.write("a");
     }},
    {"install", "echo $i >../n; install -m 644 ../n a",
     [](fake_place const& p) {
         p.remove("a");
         p.write("a");
         p.files.set_mode(p.at("a"), 0644);
     }},
    {"out of an archive", "echo $i >../a; touch -r ../r ../a; tar cC .. a | tar x",
     [](fake_place const& p) {
         auto const before = p.time_of_a();
         p.remove("a");
         p.write("a");
         p.set_time("a", before);
     }},
    {"rename over", "echo $i >n; mv n a",
     [](fake_place const& p) {
         p.write("n");
         p.rename("n", "a");
     }},
    {"rename over, mtime put back", "echo $i >n; touch -r ../r n; mv n a",
     [](fake_place const& p) {
         p.write("n");
         p.set_time("n", p.time_of_a());
         p.rename("n", "a");
     }},
    {"rename over from elsewhere", "echo $i >../n; mv ../n a",
     [](fake_place const& p) {
         p.files.write(p.elsewhere, p.content);
         p.files.rename(p.elsewhere, p.at("a"));
     }},
    {"rename over, hidden temporary name",
     "echo $i >.a.Xy12; touch -r ../r .a.Xy12; mv .a.Xy12 a",
     [](fake_place const& p) {
         p.write(".a.Xy12");
         p.set_time(".a.Xy12", p.time_of_a());
         p.rename(".a.Xy12", "a");
     }},
    {"mv -b", "echo $i >n; mv -b n a; rm a~",
     [](fake_place const& p) {
         p.write("n");
         p.rename("a", "a~");
         p.rename("n", "a");
         p.remove("a~");
     }},
    {"backup and rename", "mv a a~; echo $i >a; rm a~",
     [](fake_place const& p) {
         p.rename("a", "a~");
         p.write("a");
         p.remove("a~");
     }},
    {"backup by a hard link", "ln a a~; echo $i >n; mv n a; rm a~",
     [](fake_place const& p) {
         p.files.link(p.at("a"), p.at("a~"));
         p.write("n");
         p.rename("n", "a");
         p.remove("a~");
     }},
    {"backup by a copy", "cp -p a a~; echo $i >a; rm a~",
     [](fake_place const& p) {
         p.files.write(p.at("a~"), p.files.read(p.at("a")));
         p.set_time("a~", p.time_of_a());
         p.write("a");
         p.remove("a~");
     }},
    {"hard link over", "echo $i >n; ln -f n a; rm n",
     [](fake_place const& p) {
         p.write("n");
         p.remove("a");
         p.files.link(p.at("n"), p.at("a"));
         p.remove("n");
     }},
    {"remove and write", "rm a; echo $i >a",
     [](fake_place const& p) {
         p.remove("a");
         p.write("a");
     }},
    {"sed -i", "sed -i 1s/.*/$i/ a",
     [](fake_place const& p) {
         p.write_empty("sedX1y2Zz");
         p.write("sedX1y2Zz");
         p.files.set_mode(p.at("sedX1y2Zz"), 0644);
         p.rename("sedX1y2Zz", "a");
     }},
    {"perl -i", "perl -pi -e s/.*/$i/ a",
     [](fake_place const& p) {
         p.remove("a");
         p.write_empty("a");
         p.write("a");
     }},
    {"copy, edit, copy back", "cp a n; echo $i >>n; cat n >a; rm n",
     [](fake_place const& p) {
         p.write_empty("n");
         p.write("n");
         p.write_empty("a");
         p.write("a");
         p.remove("n");
     }},
    {"with lock, swap and probe files",
     "echo >.a.swp; ln -s who@host.1 .#a; echo >4913; rm 4913; mv a a~; echo $i >a; rm a~ .#a; "
     "rm .a.swp",
     [](fake_place const& p) {
         p.write(".a.swp");
         p.files.symlink("who@host.1", p.at(".#a"));
         p.write("4913");
         p.remove("4913");
         p.rename("a", "a~");
         p.write("a");
         p.remove("a~");
         p.remove(".#a");
         p.remove(".a.swp");
     }},
    {"read", "cat a", [](fake_place const& p) { (void)p.files.read(p.at("a")); }, false},
    {"searched", "grep -r 1 .", [](fake_place const& p) { (void)p.files.read(p.at("a")); },
     false},
    {"listed", "ls -la . a", [](fake_place const& p) { (void)p.files.record(p.at("a")); }, false},
    {"copied elsewhere", "cp -p a ../copy",
     [](fake_place const& p) {
         p.files.write(p.elsewhere, p.files.read(p.at("a")));
         p.files.set_mtime(p.elsewhere, p.time_of_a());
     },
     false},
    {"opened for writing", ": >>a", [](fake_place const& p) { (void)p.files.record(p.at("a")); },
     false},
    {"archived", "tar cf - a | wc -c", [](fake_place const& p) { (void)p.files.read(p.at("a")); },
     false},
    {"a swap file made and removed", "echo >.a.swp; rm .a.swp",
     [](fake_place const& p) {
         p.write(".a.swp");
         p.remove(".a.swp");
     },
     false},
    {"a lock made and removed", "ln -s who@host.1 .#a; rm .#a",
     [](fake_place const& p) {
         p.files.symlink("who@host.1", p.at(".#a"));
         p.remove(".#a");
     },
     false},
    {"a directory made and removed", "mkdir d; rmdir d",
     [](fake_place const& p) {
         p.files.make_directory(p.at("d"));
         p.remove("d");
     },
     false},
};

namespace {

std::string root_prefix(std::size_t number) { return "t/" + std::to_string(100 + number) + "/w"; }

bool shell(std::string const& commands) {
    auto const line = "{ " + commands + "; } >/dev/null 2>&1";
    return std::system(line.c_str()) == 0; // NOLINT: a test, of commands that are its own
}

} // namespace

desk::desk(std::string top) : top_{std::move(top)} {
    for (std::size_t n = 0; n < styles.size(); ++n) {
        auto const place = top_ + '/' + root_prefix(n);
        std::filesystem::create_directories(place);
        std::ofstream{place + "/a"} << "100\n";
    }
    shell("cd " + top_ + "/t && for d in *; do touch -r $d/w/a $d/r; done");
}

bool desk::save_all() {
    std::string all = "i=" + std::to_string(++content_);
    for (std::size_t n = 0; n < styles.size(); ++n) {
        all += " && cd " + top_ + '/' + root_prefix(n) + " && { " + styles[n].commands + "; }";
    }
    return shell(all);
}

std::vector<std::string> desk::files() const {
    std::vector<std::string> all;
    for (std::size_t n = 0; n < styles.size(); ++n) all.push_back(root_prefix(n) + "/a");
    return all;
}

std::string desk::wrong_of(std::vector<std::string> const& delivered) const {
    std::string wrong;
    for (std::size_t n = 0; n < styles.size(); ++n) {
        std::string seen;
        auto const directory = root_prefix(n) + '/';
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

fake_desk::fake_desk(restat::testing::memory_file_system files) : files_{std::move(files)} {
    for (std::size_t n = 0; n < styles.size(); ++n) files_.write(directory_of(n) + "/a", "100\n");
    files_.make_directory("x");
}

void fake_desk::save_all() {
    auto const content = std::to_string(++content_) + '\n';
    for (std::size_t n = 0; n < styles.size(); ++n) {
        styles[n].act({files_, directory_of(n), "x/" + std::to_string(100 + n), content});
    }
}

std::string fake_desk::directory_of(std::size_t style) {
    return "t/" + std::to_string(100 + style);
}

} // namespace truth_table
