#include "thread-clock.h"

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "errors.h"
#include "values.h"

namespace {

constexpr char task_folder[] = "/proc/self/task";

struct Times {
  pid_t thread;
  std::string name;
  double cpu_microseconds;
};

struct Closing {
  void operator()(DIR* folder) const { closedir(folder); }
};

// The kernel's clock of a thread's CPU time (linux/posix-timers_types.h): the complement of its id above three bits
// that say CPUCLOCK_PERTHREAD_MASK | CPUCLOCK_SCHED. It counts up to now, where /proc counts in ticks.
clockid_t ClockOf(pid_t thread) {
  return static_cast<clockid_t>((~static_cast<unsigned int>(thread) << 3) | 6);
}

// Empty, with errno set, where it cannot be read.
std::optional<std::string> NameOf(const char* thread) {
  const std::string path = std::string(task_folder) + "/" + thread + "/comm";
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  char name[64];
  const ssize_t length = read(file, name, sizeof name);
  const int error = errno;
  close(file);
  errno = error;
  if (length < 0) return std::nullopt;
  const bool has_newline = length > 0 && name[length - 1] == '\n';
  return std::string(name, has_newline ? length - 1 : length);
}

// How the kernel says so of its folder, and of a file in it that is open already.
bool HasEnded(int error) {
  return error == ENOENT || error == ESRCH;
}

}  // namespace

napi_value ThreadTimes(napi_env env, napi_callback_info) {
  const std::unique_ptr<DIR, Closing> folder(opendir(task_folder));
  if (!folder) return ThrowRefusal(env, "opendir", errno);
  std::vector<Times> all;
  while (true) {
    errno = 0;
    const dirent* entry = readdir(folder.get());
    if (!entry) {
      if (errno != 0) return ThrowRefusal(env, "readdir", errno);
      break;
    }
    if (entry->d_name[0] == '.') continue;
    const pid_t thread = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    timespec time = {};
    const int refusal = clock_gettime(ClockOf(thread), &time) == 0 ? 0 : errno;
    const auto name = NameOf(entry->d_name);
    if (!name) {
      if (HasEnded(errno)) continue;
      return ThrowRefusal(env, "open", errno);
    }
    // Of a thread that has ended the clock is refused with EINVAL, too; but this one has a name still.
    if (refusal != 0) return ThrowRefusal(env, "clock_gettime", refusal);
    all.push_back({thread, *name, static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec / 1000)});
  }
  napi_value result = NewArray(env);
  for (const Times& times : all) {
    napi_value object = NewObject(env);
    Set(env, object, "threadId", ToNumber(env, times.thread));
    Set(env, object, "name", ToString(env, times.name));
    Set(env, object, "cpuMicroseconds", ToNumber(env, times.cpu_microseconds));
    Push(env, result, object);
  }
  return result;
}
