#pragma once

#include <node_api.h>

// What NVIDIA's management library says of the machine's GPUs. It is opened at run time, since most machines have none.
napi_value OpenNvml(napi_env env, napi_callback_info info);
napi_value GpuVersions(napi_env env, napi_callback_info info);
napi_value GpuReadings(napi_env env, napi_callback_info info);
