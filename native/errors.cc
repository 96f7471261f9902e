#include "errors.h"

#include <cerrno>
#include <cstring>

namespace {

// strerrorname_np would say it, but not every C library has it.
std::string NameOf(int error) {
  switch (error) {
    case EPERM: return "EPERM";
    case ENOENT: return "ENOENT";
    case ESRCH: return "ESRCH";
    case EIO: return "EIO";
    case E2BIG: return "E2BIG";
    case EBADF: return "EBADF";
    case EAGAIN: return "EAGAIN";
    case ENOMEM: return "ENOMEM";
    case EACCES: return "EACCES";
    case EFAULT: return "EFAULT";
    case EBUSY: return "EBUSY";
    case EINVAL: return "EINVAL";
    case ENFILE: return "ENFILE";
    case EMFILE: return "EMFILE";
    case ENOSYS: return "ENOSYS";
    case EOVERFLOW: return "EOVERFLOW";
    case EOPNOTSUPP: return "EOPNOTSUPP";
    default: return "ERRNO_" + std::to_string(error);
  }
}

napi_value Text(napi_env env, const std::string& text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

using Create = napi_status (*)(napi_env, napi_value, napi_value, napi_value*);

napi_value Made(napi_env env, Create create, const std::string& code, const std::string& message) {
  napi_value error = nullptr;
  create(env, Text(env, code), Text(env, message), &error);
  return error;
}

}  // namespace

napi_value ThrowRefusal(napi_env env, const char* syscall, int error) {
  const std::string code = NameOf(error);
  napi_value thrown = Made(env, napi_create_error, code, code + ": " + std::strerror(error) + ", " + syscall);
  napi_value number = nullptr;
  napi_create_int32(env, -error, &number);
  napi_set_named_property(env, thrown, "errno", number);
  napi_set_named_property(env, thrown, "syscall", Text(env, syscall));
  napi_throw(env, thrown);
  return nullptr;
}

napi_value ThrowFailure(napi_env env, const std::string& code, const char* call, const std::string& sentence) {
  napi_value thrown = Made(env, napi_create_error, code, sentence);
  napi_set_named_property(env, thrown, "syscall", Text(env, call));
  napi_throw(env, thrown);
  return nullptr;
}

napi_value ThrowWrongType(napi_env env, const std::string& sentence) {
  napi_throw(env, Made(env, napi_create_type_error, "ERR_INVALID_ARG_TYPE", sentence));
  return nullptr;
}

napi_value ThrowOutOfRange(napi_env env, const std::string& sentence) {
  napi_throw(env, Made(env, napi_create_range_error, "ERR_OUT_OF_RANGE", sentence));
  return nullptr;
}
