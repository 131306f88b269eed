#pragma once

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace spindle {

/// Names the calling thread for `top -H`, `perf` and debuggers. At most 15 characters.
inline void name_this_thread(const char* name) { ::pthread_setname_np(::pthread_self(), name); }

/// The calling thread gives way to the others where cores are short: for work that nobody waits
/// for, so that it does not hold up a question. Where this is refused all stays as it was.
inline void put_this_thread_behind() {
  static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10));
}

}  // namespace spindle
