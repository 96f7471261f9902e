#include "thread.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <sched.h>
#include <sys/prctl.h>

namespace {

// An Error with the call that was refused in its message, and errno as `code` and `errno`, as Node's own have them.
napi_value Throw(napi_env env, const char* call, int error) {
  napi_value message, code, number, thrown;
  std::string text = std::string(call) + ": " + std::strerror(error);
  napi_create_string_utf8(env, text.c_str(), text.size(), &message);
  const char* name = error == EPERM ? "EPERM" : error == EINVAL ? "EINVAL" : "EUNKNOWN";
  napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &code);
  napi_create_error(env, code, message, &thrown);
  napi_create_int32(env, error, &number);
  napi_set_named_property(env, thrown, "errno", number);
  napi_throw(env, thrown);
  return nullptr;
}

}  // namespace

napi_value EnterIdlePolicy(napi_env env, napi_callback_info) {
  sched_param parameter = {};
  if (sched_setscheduler(0, SCHED_IDLE, &parameter) != 0) return Throw(env, "sched_setscheduler", errno);
  return nullptr;
}

napi_value NameThread(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  // 15 bytes and a zero is what the kernel keeps.
  char name[16] = {};
  size_t length = 0;
  if (count != 1 || napi_get_value_string_utf8(env, argument, name, sizeof name, &length) != napi_ok) {
    napi_throw_type_error(env, nullptr, "nameThread takes a string");
    return nullptr;
  }
  if (prctl(PR_SET_NAME, name) != 0) return Throw(env, "prctl(PR_SET_NAME)", errno);
  return nullptr;
}
