#pragma once

#include <node_api.h>

// Scheduling policy and nice value of the calling thread, inherited by the threads it creates.
napi_value SetThreadPolicy(napi_env env, napi_callback_info info);
napi_value ThreadPolicy(napi_env env, napi_callback_info info);
napi_value SetThreadNice(napi_env env, napi_callback_info info);
napi_value ThreadNice(napi_env env, napi_callback_info info);
