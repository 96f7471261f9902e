#pragma once

#include <node_api.h>

// The CPUs that the calling thread may run on, inherited by the threads it creates.
napi_value SetThreadAffinity(napi_env env, napi_callback_info info);
napi_value ThreadAffinity(napi_env env, napi_callback_info info);
