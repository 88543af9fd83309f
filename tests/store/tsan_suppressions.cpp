// ThreadSanitizer sees only half of what RocksDB does, since Debian's library is not built with it,
// and takes its lock-free reads for races.
#ifdef __SANITIZE_THREAD__
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:librocksdb.so\nrace:librocksdb.so\n";
}
#endif
