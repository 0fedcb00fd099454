#include <restat/detail/joint_descriptor.hpp>

#include "platform/files/poll_set.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace restat::detail {

struct joint_descriptor::members {
    std::vector<int> of;
    poll_set set;
};

joint_descriptor::joint_descriptor() noexcept = default;
joint_descriptor::joint_descriptor(joint_descriptor const&) noexcept {}
joint_descriptor::joint_descriptor(joint_descriptor&&) noexcept = default;
joint_descriptor& joint_descriptor::operator=(joint_descriptor const&) noexcept { return *this; }
joint_descriptor& joint_descriptor::operator=(joint_descriptor&&) noexcept = default;
joint_descriptor::~joint_descriptor() = default;

int joint_descriptor::of(std::initializer_list<int> descriptors) {
    std::vector<int> open;
    std::copy_if(descriptors.begin(), descriptors.end(), std::back_inserter(open),
                 [](int one) { return one >= 0; });
    if (open.size() <= 1) {
        m_ = {};
        return open.empty() ? -1 : open.front();
    }
    if (!m_ || m_->of != open) m_ = make_owned<members>();
    // A descriptor that was closed has left the set, and another may have its number by now.
    for (int const one : open) m_->set.add(one);
    m_->of = std::move(open);
    return m_->set.descriptor();
}

} // namespace restat::detail
