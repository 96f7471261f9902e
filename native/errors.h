#pragma once

#include <string>

#include <node_api.h>

// The one place where a JavaScript Error is made, whose stack then begins at the JavaScript caller. Each throws and
// returns nullptr, to be returned as it is.

// A system call that the kernel refused: message, `code`, `errno` (negative) and `syscall` as Node's own errors have them.
napi_value ThrowRefusal(napi_env env, const char* syscall, int error);

// Any other failure, with a code of its own; `call` names what failed, as `syscall` does for the kernel.
napi_value ThrowFailure(napi_env env, const std::string& code, const char* call, const std::string& sentence);

napi_value ThrowWrongType(napi_env env, const std::string& sentence);
napi_value ThrowOutOfRange(napi_env env, const std::string& sentence);
