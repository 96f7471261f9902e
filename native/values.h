#pragma once

#include <optional>
#include <string>
#include <vector>

#include <node_api.h>

// Between JavaScript's values and C++'s.

// What a call was given; those left out are undefined.
napi_value FirstArgument(napi_env env, napi_callback_info info);

// Each is empty where the value is of another kind; nothing is coerced.
std::optional<std::string> StringFrom(napi_env env, napi_value value);
std::optional<double> WholeNumberFrom(napi_env env, napi_value value);
std::optional<std::vector<double>> WholeNumbersFrom(napi_env env, napi_value value);
bool IsUndefined(napi_env env, napi_value value);

napi_value ToString(napi_env env, const std::string& text);
napi_value ToNumber(napi_env env, double number);
napi_value ToNumberOrNull(napi_env env, const std::optional<double>& number);
napi_value NewObject(napi_env env);
napi_value NewArray(napi_env env);
void Set(napi_env env, napi_value object, const char* name, napi_value value);
void Push(napi_env env, napi_value array, napi_value value);
