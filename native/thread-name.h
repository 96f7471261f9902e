#pragma once

#include <node_api.h>

// Name and id of the calling thread, as `top -H` shows them; the name is inherited by the threads it creates.
napi_value NameThread(napi_env env, napi_callback_info info);
napi_value ThreadName(napi_env env, napi_callback_info info);
napi_value ThreadId(napi_env env, napi_callback_info info);
