#pragma once

#include <node_api.h>

// Ends the process at once with a status: no thread is asked to end first, and nothing that was registered for the end is run.
napi_value EndProcess(napi_env env, napi_callback_info info);
