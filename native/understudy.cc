#include <node_api.h>

#include "thread.h"

// What the addon offers; one topic a file.
NAPI_MODULE_INIT() {
  const napi_property_descriptor exports_list[] = {
      {"enterIdlePolicy", nullptr, EnterIdlePolicy, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"nameThread", nullptr, NameThread, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, sizeof exports_list / sizeof *exports_list, exports_list);
  return exports;
}
