#include "process-end.h"

#include <unistd.h>

#include "errors.h"
#include "values.h"

napi_value EndProcess(napi_env env, napi_callback_info info) {
  const auto status = WholeNumberFrom(env, FirstArgument(env, info));
  if (!status) return ThrowWrongType(env, "endProcess takes a whole number");
  if (*status < 0 || *status > 255) return ThrowOutOfRange(env, "endProcess takes a status from 0 to 255");
  _exit(static_cast<int>(*status));
}
