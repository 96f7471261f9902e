// How many bytes this process has allocated and not freed. The size of the process says less: what is leaked fits for
// long into what others have given back.

#include <malloc.h>
#include <node_api.h>

napi_value BytesInUse(napi_env env, napi_callback_info) {
  const struct mallinfo2 info = mallinfo2();
  napi_value bytes = nullptr;
  napi_create_double(env, static_cast<double>(info.uordblks + info.hblkhd), &bytes);
  return bytes;
}

NAPI_MODULE_INIT() {
  napi_value function = nullptr;
  napi_create_function(env, "bytesInUse", NAPI_AUTO_LENGTH, BytesInUse, nullptr, &function);
  napi_set_named_property(env, exports, "bytesInUse", function);
  return exports;
}
