#include "thread-affinity.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>
#include <vector>

#include <sys/syscall.h>
#include <unistd.h>

#include "errors.h"
#include "values.h"

namespace {

// No kernel is built for more.
constexpr int most_cpus = 8192;

// The kernel's masks are arrays of long, whatever number of CPUs it was built for; cpu_set_t is fixed to 1024.
using Mask = std::vector<unsigned long>;
constexpr int bits = CHAR_BIT * sizeof(unsigned long);

}  // namespace

napi_value SetThreadAffinity(napi_env env, napi_callback_info info) {
  const auto cpus = WholeNumbersFrom(env, FirstArgument(env, info));
  if (!cpus) return ThrowWrongType(env, "setThreadAffinity takes an array of CPU numbers");
  Mask mask(most_cpus / bits, 0);
  for (const double cpu : *cpus) {
    if (cpu < 0 || cpu >= most_cpus) {
      return ThrowOutOfRange(env, "setThreadAffinity takes CPU numbers from 0 to " + std::to_string(most_cpus - 1));
    }
    const int number = static_cast<int>(cpu);
    mask[number / bits] |= 1UL << (number % bits);
  }
  if (syscall(SYS_sched_setaffinity, 0, mask.size() * sizeof mask[0], mask.data()) != 0) {
    return ThrowRefusal(env, "sched_setaffinity", errno);
  }
  return nullptr;
}

napi_value ThreadAffinity(napi_env env, napi_callback_info) {
  Mask mask(most_cpus / bits, 0);
  // The raw call says how many bytes it wrote.
  const long bytes = syscall(SYS_sched_getaffinity, 0, mask.size() * sizeof mask[0], mask.data());
  if (bytes < 0) return ThrowRefusal(env, "sched_getaffinity", errno);
  const int known = std::min<long>(most_cpus, bytes * CHAR_BIT);
  napi_value cpus = NewArray(env);
  for (int cpu = 0; cpu < known; cpu++) {
    if (mask[cpu / bits] & (1UL << (cpu % bits))) Push(env, cpus, ToNumber(env, cpu));
  }
  return cpus;
}
