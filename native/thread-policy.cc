#include "thread-policy.h"

#include <cerrno>
#include <map>
#include <string>

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "errors.h"
#include "values.h"

namespace {

const std::map<std::string, int> policies = {
    {"other", SCHED_OTHER}, {"batch", SCHED_BATCH}, {"idle", SCHED_IDLE}};

#ifndef SCHED_RESET_ON_FORK
constexpr int SCHED_RESET_ON_FORK = 0x40000000;
#endif

}  // namespace

napi_value SetThreadPolicy(napi_env env, napi_callback_info info) {
  const auto name = StringFrom(env, FirstArgument(env, info));
  const auto policy = name ? policies.find(*name) : policies.end();
  if (policy == policies.end()) return ThrowWrongType(env, "setThreadPolicy takes 'other', 'batch' or 'idle'");
  sched_param parameter = {};
  // As a raw call: POSIX means processes by it, and musl refuses it therefore; for Linux 0 is the calling thread.
  if (syscall(SYS_sched_setscheduler, 0, policy->second, &parameter) != 0) {
    return ThrowRefusal(env, "sched_setscheduler", errno);
  }
  return nullptr;
}

napi_value ThreadPolicy(napi_env env, napi_callback_info) {
  const long policy = syscall(SYS_sched_getscheduler, 0);
  if (policy < 0) return ThrowRefusal(env, "sched_getscheduler", errno);
  constexpr int sched_deadline = 6;
  switch (policy & ~SCHED_RESET_ON_FORK) {
    case SCHED_BATCH: return ToString(env, "batch");
    case SCHED_IDLE: return ToString(env, "idle");
    case SCHED_FIFO:
    case SCHED_RR:
    case sched_deadline: return ToString(env, "realtime");
    default: return ToString(env, "other");
  }
}

napi_value SetThreadNice(napi_env env, napi_callback_info info) {
  const auto nice = WholeNumberFrom(env, FirstArgument(env, info));
  if (!nice) return ThrowWrongType(env, "setThreadNice takes a whole number");
  // The kernel would take the nearest that is allowed.
  if (*nice < -20 || *nice > 19) return ThrowOutOfRange(env, "setThreadNice takes a number from -20 to 19");
  // For Linux, other than for POSIX, process 0 is the calling thread.
  if (setpriority(PRIO_PROCESS, 0, static_cast<int>(*nice)) != 0) return ThrowRefusal(env, "setpriority", errno);
  return nullptr;
}

napi_value ThreadNice(napi_env env, napi_callback_info) {
  // -1 is a nice value, too.
  errno = 0;
  const int nice = getpriority(PRIO_PROCESS, 0);
  if (errno != 0) return ThrowRefusal(env, "getpriority", errno);
  return ToNumber(env, nice);
}
