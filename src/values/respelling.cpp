#include "respelling.hpp"

#include <algorithm>
#include <utility>

namespace restat::detail {
namespace {

constexpr std::size_t respelled_rows_a_step = 32;

std::string_view without_slash(std::string_view key) noexcept {
    if (key.size() > 1 && key.ends_with('/')) key.remove_suffix(1);
    return key.empty() ? "." : key;
}

// Returns the new path of a directory, with its slash; empty for ".".
std::string new_key(std::string_view key, path_names const& names) {
    auto name = names.name_of(without_slash(key));
    if (name == ".") return {};
    if (!name.ends_with('/')) name += '/';
    return name;
}

} // namespace

std::string new_name(std::string path, bool is_listed, path_names const& names) {
    return is_listed || names.was_root(path) ? names.name_of(path) : path;
}

respelling::respelling(snapshot::contents const& known, path_names names)
    : known_{known}, unfinal_{known.unfinal}, names_{std::move(names)} {}

bool respelling::step() {
    bool goes_on = false;
    switch (stage_) {
    case stage::checking: goes_on = check_some(); break;
    case stage::gathering: goes_on = gather_some(); break;
    case stage::ordering: goes_on = order_some(); break;
    case stage::ordering_loose: goes_on = loose_order_.step(loose_); break;
    case stage::preparing: goes_on = assembly_->step(); break;
    case stage::expecting: goes_on = expect_next(); break;
    case stage::copying: goes_on = copy_next(); break;
    case stage::finishing: goes_on = assembly_->step(); break;
    case stage::freeing: goes_on = free_part(made_); break;
    case stage::done: return false;
    }
    if (goes_on || stage_ == stage::done) return goes_on;
    if (stage_ == stage::ordering_loose) assembly_.emplace(loose_);
    if (stage_ == stage::finishing) {
        copy_ = make_owned<snapshot::contents>(assembly_->take());
        assembly_.reset();
    }
    stage_ = static_cast<stage>(static_cast<unsigned>(stage_) + 1);
    directory_ = 0;
    row_ = 0;
    return stage_ != stage::done;
}

bool respelling::has_new_name(std::uint32_t directory, row const& one) const {
    split_path const old{known_.path(directory), known_.name(directory, one)};
    return new_name(old.str(), !known_.kinds[one.kind].named, names_) != old;
}

// Returns false at the first path with a new name. Without any, the copy is done.
bool respelling::check_some() {
    if (directory_ == known_.directories.size()) {
        stage_ = stage::done;
        return false;
    }
    auto const path = known_.path(directory_);
    auto const rows = known_.rows_of(directory_);
    if (row_ == 0) {
        bool const is_listed = known_.directories[directory_].mark.known != listing::none;
        if (is_listed && new_key(path, names_) != path) return false;
        may_differ_ =
            !is_listed || known_.named > 0 || names_.may_have_root_in(without_slash(path));
    }
    auto const end =
        may_differ_ ? std::min(rows.size(), row_ + respelled_rows_a_step) : rows.size();
    for (; may_differ_ && row_ < end; ++row_) {
        if (has_new_name(directory_, rows[row_])) return false;
    }
    if (end < rows.size()) return true;
    ++directory_;
    row_ = 0;
    return true;
}

// Adds a listed directory with its rows, except for roots. All rows of other directories are roots.
bool respelling::gather_some() {
    if (directory_ == known_.directories.size()) return false;
    if (!has_begun_) begin_directory(directory_);
    bool const is_apart = known_.directories[directory_].mark.known == listing::none;
    auto const rows = known_.rows_of(directory_);
    auto const end = std::min(rows.size(), row_ + respelled_rows_a_step);
    for (; row_ < end; ++row_) {
        row const& one = rows[row_];
        char const* const name = known_.name(directory_, one);
        bool const is_root =
            is_apart || known_.kinds[one.kind].named ||
            (may_differ_ &&
             names_.name_of(split_path{known_.path(directory_), name}.str()) != key_ + name);
        is_root ? add_loose(directory_, one)
                : made_.add(name, made_.kinds.take(one, known_.kinds));
    }
    if (row_ < rows.size()) return true;
    has_begun_ = false;
    ++directory_;
    row_ = 0;
    return true;
}

void respelling::begin_directory(std::uint32_t at) {
    has_begun_ = true;
    if (pieces_.empty()) {
        made_.rows.reserve(known_.rows.size());
        made_.names.reserve(known_.names.size());
    }
    auto const& mark = known_.directories[at].mark;
    if (mark.known == listing::none) return;
    auto const path = known_.path(at);
    may_differ_ = names_.may_have_root_in(without_slash(path));
    key_ = new_key(path, names_);
    pieces_.push_back({&made_, narrow(made_.directories.size())});
    made_.begin(key_).mark = mark;
}

void respelling::add_loose(std::uint32_t at, row const& one) {
    bool const is_named = known_.kinds[one.kind].named;
    entry const old = known_.at(at, one);
    auto const name = new_name(old.path.str(), !is_named, names_);
    loose_.add({std::string_view{name}, old.record, old.link, old.incidental}, is_named);
}

bool respelling::order_some() {
    return piece_sort_.step(pieces_, [](piece const& a, piece const& b) {
        return path_less(a.from->path(a.directory), b.from->path(b.directory));
    });
}

// Of two directories with the same new name, the first counts.
bool respelling::is_repeated(std::size_t at) const noexcept {
    return at > 0 && made_.path(pieces_[at].directory) == made_.path(pieces_[at - 1].directory);
}

bool respelling::expect_next() {
    if (directory_ == pieces_.size()) return false;
    if (!is_repeated(directory_)) assembly_->expect(pieces_[directory_]);
    ++directory_;
    return true;
}

bool respelling::copy_next() {
    if (assembly_->step()) return true;
    if (directory_ == pieces_.size()) {
        assembly_->finish();
        return false;
    }
    if (!is_repeated(directory_)) assembly_->add(pieces_[directory_]);
    ++directory_;
    return true;
}

} // namespace restat::detail
