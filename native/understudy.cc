#include <node_api.h>

#include "nvml.h"
#include "process-end.h"
#include "thread-affinity.h"
#include "thread-clock.h"
#include "thread-name.h"
#include "thread-policy.h"

namespace {

constexpr napi_property_descriptor Export(const char* name, napi_callback call) {
  return {name, nullptr, call, nullptr, nullptr, nullptr, napi_enumerable, nullptr};
}

}  // namespace

// What the addon offers; one topic a file. `addon.ts` says what each does.
NAPI_MODULE_INIT() {
  const napi_property_descriptor list[] = {
      Export("setThreadPolicy", SetThreadPolicy),
      Export("threadPolicy", ThreadPolicy),
      Export("setThreadNice", SetThreadNice),
      Export("threadNice", ThreadNice),
      Export("setThreadAffinity", SetThreadAffinity),
      Export("threadAffinity", ThreadAffinity),
      Export("nameThread", NameThread),
      Export("threadName", ThreadName),
      Export("threadId", ThreadId),
      Export("threadTimes", ThreadTimes),
      Export("openNvml", OpenNvml),
      Export("gpuVersions", GpuVersions),
      Export("gpuReadings", GpuReadings),
      Export("endProcess", EndProcess),
  };
  napi_define_properties(env, exports, sizeof list / sizeof *list, list);
  return exports;
}
