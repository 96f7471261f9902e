#pragma once

#include <node_api.h>

// Puts the calling thread, and those it will create, under SCHED_IDLE: it runs when nothing else wants to.
napi_value EnterIdlePolicy(napi_env env, napi_callback_info info);

// Names the calling thread, as `top -H` shows it; the first 15 bytes.
napi_value NameThread(napi_env env, napi_callback_info info);
