#pragma once

#include "glob_parser.hpp"

#include <utility>
#include <vector>

namespace restat::detail {

// The expansion of a glob while it is parsed from left to right. Holds the sequences so far, and
// the sequences of each open brace. An operation returns false if the result exceeds a limit.
// Nested braces live on the heap, so no depth of nesting overflows the stack.
class brace_product {
public:
    bool append(glob_token const& token) {
        auto& current = levels_.back().current;
        if ((held_ += current.size()) > max_glob_tokens) return false;
        for (auto& sequence : current) sequence.push_back(token);
        return true;
    }

    void open() { levels_.emplace_back(); }

    bool next() {
        auto& [done, current] = levels_.back();
        if (done.size() + current.size() > max_glob_alternatives) return false;
        done.insert(done.end(), std::make_move_iterator(current.begin()),
                    std::make_move_iterator(current.end()));
        current.assign(1, {});
        return true;
    }

    bool close() {
        if (!next()) return false;
        auto const choices = std::move(levels_.back().done);
        levels_.pop_back();
        return multiply(levels_.back().current, choices);
    }

    std::vector<glob_sequence> take() { return std::move(levels_.front().current); }

private:
    struct level {
        std::vector<glob_sequence> done; // before the last comma
        std::vector<glob_sequence> current{std::size_t{1}, glob_sequence{}}; // after it
    };

    static std::size_t count(std::vector<glob_sequence> const& in) noexcept {
        std::size_t tokens = 0;
        for (auto const& sequence : in) tokens += sequence.size();
        return tokens;
    }

    bool multiply(std::vector<glob_sequence>& heads, std::vector<glob_sequence> const& tails) {
        if (heads.size() * tails.size() > max_glob_alternatives) return false;
        auto const before = count(heads) + count(tails);
        auto const after = count(heads) * tails.size() + count(tails) * heads.size();
        if ((held_ = held_ - before + after) > max_glob_tokens) return false;
        std::vector<glob_sequence> product;
        product.reserve(heads.size() * tails.size());
        for (auto const& head : heads) {
            for (auto const& tail : tails) {
                auto& both = product.emplace_back(head);
                both.insert(both.end(), tail.begin(), tail.end());
            }
        }
        heads = std::move(product);
        return true;
    }

    std::vector<level> levels_{1};
    std::size_t held_ = 0; // tokens in all levels
};

} // namespace restat::detail
