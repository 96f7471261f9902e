#pragma once

#include <node_api.h>

// The CPU clocks of all threads of the process.
napi_value ThreadTimes(napi_env env, napi_callback_info info);
