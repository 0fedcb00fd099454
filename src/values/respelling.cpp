#include "respelling.hpp"

#include <algorithm>
#include <vector>

namespace restat::detail {
namespace {

using piece = snapshot::contents::piece;

// Returns the new path of a directory, with its slash; empty for ".".
std::string new_key(std::string_view key, path_names const& names) {
    if (key.size() > 1 && key.ends_with('/')) key.remove_suffix(1);
    auto name = names.name_of(key.empty() ? "." : key);
    if (name == ".") return {};
    if (!name.ends_with('/')) name += '/';
    return name;
}

void copy_stamps(directory_row& to, directory_row const& from) noexcept {
    to.device = from.device;
    to.inode = from.inode;
    to.mtime = from.mtime;
    to.ctime = from.ctime;
    to.known = from.known;
    to.followed = from.followed;
    to.ruled = from.ruled;
}

class respeller {
public:
    respeller(snapshot::contents const& known, path_names const& names)
        : known_{known}, names_{names} {}

    snapshot::contents run() {
        for (std::uint32_t i = 0; i < known_.directories.size(); ++i) {
            known_.directories[i].known == listing::none ? add_apart(i) : add(i);
        }
        auto const before = [&](piece const& a, piece const& b) {
            return path_less(made_.path(a.directory), made_.path(b.directory));
        };
        auto const same = [&](piece const& a, piece const& b) {
            return made_.path(a.directory) == made_.path(b.directory);
        };
        std::stable_sort(pieces_.begin(), pieces_.end(), before);
        pieces_.erase(std::unique(pieces_.begin(), pieces_.end(), same), pieces_.end());
        loose_.order();
        return snapshot::contents::assemble(pieces_, loose_);
    }

private:
    // Adds a listed directory with its rows, except for roots.
    void add(std::uint32_t at) {
        auto const path = known_.path(at);
        bool const may_differ = names_.may_have_root_in(path.empty() ? "." : path);
        auto const key = new_key(path, names_);
        pieces_.push_back({&made_, narrow(made_.directories.size())});
        copy_stamps(made_.begin(key), known_.directories[at]);
        for (row const& one : known_.rows_of(at)) {
            char const* const name = known_.name(at, one);
            bool const is_named = known_.kinds[one.kind].named;
            if (is_named || (may_differ && new_name(split_path{path, name}.str(), true, names_) !=
                                               key + name)) {
                add_loose(at, one);
            } else {
                made_.add(name, made_.kinds.take(one, known_.kinds));
            }
        }
    }

    void add_apart(std::uint32_t at) {
        for (row const& one : known_.rows_of(at)) add_loose(at, one);
    }

    void add_loose(std::uint32_t at, row const& one) {
        bool const is_named = known_.kinds[one.kind].named;
        entry const old = known_.at(at, one);
        auto const name = new_name(old.path.str(), !is_named, names_);
        loose_.add({std::string_view{name}, old.record, old.link, old.incidental}, is_named);
    }

    snapshot::contents const& known_;
    path_names const& names_;
    row_store made_;
    loose_rows loose_;
    std::vector<piece> pieces_;
};

} // namespace

std::string new_name(std::string path, bool is_listed, path_names const& names) {
    return is_listed || names.was_root(path) ? names.name_of(path) : path;
}

snapshot::contents respelled(snapshot::contents const& known, path_names const& names) {
    return respeller{known, names}.run();
}

bool is_respelled(snapshot::contents const& known, path_names const& names) {
    for (std::uint32_t i = 0; i < known.directories.size(); ++i) {
        auto const path = known.path(i);
        bool const is_listed = known.directories[i].known != listing::none;
        if (is_listed && new_key(path, names) != path) return true;
        if (is_listed && known.named == 0 && !names.may_have_root_in(path.empty() ? "." : path))
            continue;
        for (row const& one : known.rows_of(i)) {
            split_path const old{path, known.name(i, one)};
            if (new_name(old.str(), !known.kinds[one.kind].named, names) != old) return true;
        }
    }
    return false;
}

} // namespace restat::detail
