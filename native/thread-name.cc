#include "thread-name.h"

#include <cerrno>
#include <string>

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "errors.h"
#include "values.h"

namespace {

// TASK_COMM_LEN of the kernel, with its closing zero.
constexpr size_t name_size = 16;

}  // namespace

napi_value NameThread(napi_env env, napi_callback_info info) {
  const auto name = StringFrom(env, FirstArgument(env, info));
  if (!name) return ThrowWrongType(env, "nameThread takes a string");
  if (name->size() >= name_size) return ThrowOutOfRange(env, "nameThread takes at most 15 bytes of UTF-8");
  if (name->find('\0') != std::string::npos) return ThrowOutOfRange(env, "nameThread takes no NUL character");
  if (prctl(PR_SET_NAME, name->c_str()) != 0) return ThrowRefusal(env, "prctl", errno);
  return nullptr;
}

napi_value ThreadName(napi_env env, napi_callback_info) {
  char name[name_size] = {};
  if (prctl(PR_GET_NAME, name) != 0) return ThrowRefusal(env, "prctl", errno);
  return ToString(env, name);
}

napi_value ThreadId(napi_env env, napi_callback_info) {
  return ToNumber(env, syscall(SYS_gettid));
}
