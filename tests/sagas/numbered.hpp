// Numbers for values, so that a moment of a model is a few small numbers: a million of them fit
// into memory and compare fast.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <vector>

namespace souk::test {

// Numbers values in the order in which they are first seen. For tables of some hundred values.
template <class T>
class Numbered {
 public:
  std::size_t number_of(const T& value) {
    for (std::size_t number = 0; number < values_.size(); ++number)
      if (values_[number] == value) return number;
    values_.push_back(value);
    return values_.size() - 1;
  }
  const T& operator[](std::size_t number) const { return values_[number]; }
  std::size_t size() const { return values_.size(); }

 private:
  std::vector<T> values_;
};

// The number in fewer bits. The largest one stands for none; a table that needs it is too large for
// its model.
template <class To>
To narrow(std::size_t number) {
  if (number >= static_cast<To>(-1)) throw std::length_error("The model's table is full.");
  return static_cast<To>(number);
}

}  // namespace souk::test
