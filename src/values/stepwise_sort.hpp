#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace restat::detail {

/// Sorts a vector a few elements at a time; equal elements keep their order. Elements in order cost
/// a single pass. Otherwise runs of some elements are sorted, then neighbors are merged until a
/// single run is left.
template <class T>
class stepwise_sort {
public:
    /// Takes the next step. Returns false if the elements are in order. The elements must not
    /// change between two steps. \errors throws `std::bad_alloc`
    template <class Before>
    bool step(std::vector<T>& items, Before before) {
        switch (stage_) {
        case stage::checking: check_some(items, before); break;
        case stage::sorting: sort_run(items, before); break;
        case stage::merging: merge_some(items, before); break;
        case stage::done: break;
        }
        return stage_ != stage::done;
    }
    /// Returns the elements of an unfinished sort that are not in the vector.
    std::vector<T>& merged() noexcept { return merged_; }

private:
    enum class stage : std::uint8_t { checking, sorting, merging, done };
    static constexpr std::size_t first_run = 16;
    static constexpr std::size_t items_a_step = 64;

    template <class Before>
    void check_some(std::vector<T> const& items, Before before) {
        for (std::size_t n = 0; n < items_a_step; ++n) {
            if (at_ + 1 >= items.size()) {
                stage_ = stage::done;
                return;
            }
            if (before(items[at_ + 1], items[at_])) {
                stage_ = stage::sorting;
                at_ = 0;
                return;
            }
            ++at_;
        }
    }

    template <class Before>
    void sort_run(std::vector<T>& items, Before before) {
        auto const first = items.begin() + static_cast<std::ptrdiff_t>(at_);
        at_ = std::min(at_ + first_run, items.size());
        auto const last = items.begin() + static_cast<std::ptrdiff_t>(at_);
        for (auto one = first; one != last; ++one)
            std::rotate(std::upper_bound(first, one, *one, before), one, one + 1);
        if (at_ == items.size()) begin_merging(items, first_run);
    }

    void begin_merging(std::vector<T> const& items, std::size_t run) {
        stage_ = run < items.size() ? stage::merging : stage::done;
        run_ = run;
        left_ = 0;
        right_ = run;
        merged_.clear();
        if (stage_ == stage::merging) merged_.reserve(items.size());
    }

    // Moves some elements from two runs to the merged run.
    template <class Before>
    void merge_some(std::vector<T>& items, Before before) {
        std::size_t const all = items.size();
        for (std::size_t n = 0; n < items_a_step && merged_.size() < all; ++n) {
            std::size_t const pair = merged_.size() / (2 * run_) * (2 * run_);
            std::size_t const middle = std::min(pair + run_, all);
            std::size_t const end = std::min(pair + 2 * run_, all);
            bool const takes_right =
                right_ < end && (left_ == middle || before(items[right_], items[left_]));
            merged_.push_back(std::move(items[takes_right ? right_++ : left_++]));
            if (merged_.size() < end) continue;
            left_ = end;
            right_ = std::min(end + run_, all);
        }
        if (merged_.size() < all) return;
        items.swap(merged_);
        begin_merging(items, 2 * run_);
    }

    stage stage_ = stage::checking;
    std::size_t at_ = 0;    // next element to be checked, or first element of the next run
    std::size_t run_ = 0;   // length of the sorted runs
    std::size_t left_ = 0;  // next element of the left run
    std::size_t right_ = 0; // next element of the right run
    std::vector<T> merged_; // the runs of twice this length
};

} // namespace restat::detail
