#include "values.h"

#include <cmath>
#include <cstdint>

napi_value FirstArgument(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  return argument;
}

std::optional<std::string> StringFrom(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) return std::nullopt;
  std::string text(length + 1, '\0');
  napi_get_value_string_utf8(env, value, text.data(), text.size(), &length);
  text.resize(length);
  return text;
}

std::optional<double> WholeNumberFrom(napi_env env, napi_value value) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) != napi_ok) return std::nullopt;
  if (!std::isfinite(number) || std::trunc(number) != number) return std::nullopt;
  return number;
}

std::optional<std::vector<double>> WholeNumbersFrom(napi_env env, napi_value value) {
  bool is_array = false;
  uint32_t length = 0;
  if (napi_is_array(env, value, &is_array) != napi_ok || !is_array) return std::nullopt;
  napi_get_array_length(env, value, &length);
  std::vector<double> numbers;
  for (uint32_t index = 0; index < length; index++) {
    napi_value element = nullptr;
    // A getter may throw; its error is then what the caller gets.
    if (napi_get_element(env, value, index, &element) != napi_ok) return std::nullopt;
    const std::optional<double> number = WholeNumberFrom(env, element);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return numbers;
}

bool IsUndefined(napi_env env, napi_value value) {
  napi_valuetype type = napi_null;
  napi_typeof(env, value, &type);
  return type == napi_undefined;
}

napi_value ToString(napi_env env, const std::string& text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

napi_value ToNumber(napi_env env, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  return value;
}

napi_value ToNumberOrNull(napi_env env, const std::optional<double>& number) {
  if (number) return ToNumber(env, *number);
  napi_value value = nullptr;
  napi_get_null(env, &value);
  return value;
}

napi_value NewObject(napi_env env) {
  napi_value value = nullptr;
  napi_create_object(env, &value);
  return value;
}

napi_value NewArray(napi_env env) {
  napi_value value = nullptr;
  napi_create_array(env, &value);
  return value;
}

void Set(napi_env env, napi_value object, const char* name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

void Push(napi_env env, napi_value array, napi_value value) {
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  napi_set_element(env, array, length, value);
}
