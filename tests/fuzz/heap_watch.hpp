// How many bytes were allocated, for targets that promise to allocate little. Counts with
// AddressSanitizer only (clang's); without it, always nothing.
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/allocator_interface.h>
#define SOUK_FUZZ_COUNTS_HEAP 1
#endif
#endif

namespace souk::fuzz {

class HeapWatch {
 public:
  // Allocated since this object was made, freed again or not. One thread.
  std::size_t bytes() const { return allocated() - before_; }

 private:
  static std::size_t& allocated() {
    static std::size_t bytes = 0;
#ifdef SOUK_FUZZ_COUNTS_HEAP
    static const int installed = __sanitizer_install_malloc_and_free_hooks(
        [](const volatile void*, std::size_t size) { bytes += size; }, [](const volatile void*) {});
    (void)installed;
#endif
    return bytes;
  }

  std::size_t before_ = allocated();
};

}  // namespace souk::fuzz
