#include "nvml.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "errors.h"
#include "nvml-library.h"
#include "values.h"

namespace {

// NVML_DEVICE_UUID_V2_BUFFER_SIZE and NVML_DEVICE_NAME_V2_BUFFER_SIZE; versions are shorter.
constexpr unsigned int text_size = 96;
// NVML_VALUE_NOT_AVAILABLE
constexpr unsigned long long not_available = ~0ULL;

struct Failure {
  const char* call;
  nvmlReturn_t status;
  std::string where;
};

napi_value Throw(napi_env env, const Nvml& nvml, const char* call, nvmlReturn_t status, const std::string& where = "") {
  return ThrowFailure(env, NvmlCode(status), call, where + call + " failed: " + nvml.ErrorString(status));
}

// Empty where this GPU or driver does not say. A GPU that is lost shows as such when its handle or name is asked for.
template <typename Value>
std::optional<double> Said(nvmlReturn_t (*function)(nvmlDevice_t, Value*), nvmlDevice_t device) {
  Value value = 0;
  if (!function || function(device, &value) != NVML_SUCCESS) return std::nullopt;
  return static_cast<double>(value);
}

struct Memory {
  std::optional<double> total;
  std::optional<double> used;
};

// The second version tells what the driver keeps for itself from what is used, and so agrees with nvidia-smi.
Memory MemoryOf(const Nvml& nvml, nvmlDevice_t device) {
  nvmlMemory_v2_t second = {};
  second.version = sizeof second | (2 << 24);
  if (nvml.DeviceGetMemoryInfo_v2 && nvml.DeviceGetMemoryInfo_v2(device, &second) == NVML_SUCCESS) {
    return {static_cast<double>(second.total), static_cast<double>(second.used)};
  }
  nvmlMemory_t first = {};
  if (nvml.DeviceGetMemoryInfo(device, &first) != NVML_SUCCESS) return {};
  return {static_cast<double>(first.total), static_cast<double>(first.used)};
}

using Processes = std::map<unsigned int, std::optional<double>>;
using ListProcesses = nvmlReturn_t (*)(nvmlDevice_t, unsigned int*, nvmlProcessInfo_v2_t*);

void AddProcesses(ListProcesses list, nvmlDevice_t device, Processes& processes) {
  if (!list) return;
  std::vector<nvmlProcessInfo_v2_t> infos(16);
  unsigned int count = 0;
  nvmlReturn_t status = NVML_ERROR_INSUFFICIENT_SIZE;
  // More may come between two calls; so many that four calls do not keep up are not worth waiting for.
  for (int attempt = 0; attempt < 4 && status == NVML_ERROR_INSUFFICIENT_SIZE; attempt++) {
    if (count > infos.size()) infos.resize(count + 16);
    count = static_cast<unsigned int>(infos.size());
    status = list(device, &count, infos.data());
  }
  if (status != NVML_SUCCESS) return;
  for (unsigned int index = 0; index < count; index++) {
    const nvmlProcessInfo_v2_t& info = infos[index];
    std::optional<double>& bytes = processes[info.pid];
    if (info.usedGpuMemory == not_available) continue;
    // One that computes and draws is in both lists with the same memory; with MIG, once for each instance.
    const double used = static_cast<double>(info.usedGpuMemory);
    if (!bytes || used > *bytes) bytes = used;
  }
}

napi_value Described(napi_env env, const Processes& processes) {
  napi_value array = NewArray(env);
  for (const auto& [pid, bytes] : processes) {
    napi_value object = NewObject(env);
    Set(env, object, "pid", ToNumber(env, pid));
    Set(env, object, "memoryBytes", ToNumberOrNull(env, bytes));
    Push(env, array, object);
  }
  return array;
}

// Null, with the failure noted, where not even its identity is known.
napi_value Described(napi_env env, const Nvml& nvml, unsigned int index, std::optional<Failure>& failure) {
  const std::string where = "GPU " + std::to_string(index) + ": ";
  nvmlDevice_t device = nullptr;
  nvmlReturn_t status = nvml.DeviceGetHandleByIndex(index, &device);
  // A GPU that belongs to somebody else is no failure.
  if (status == NVML_ERROR_NO_PERMISSION) return nullptr;
  const auto failed = [&](const char* call) -> napi_value {
    if (!failure) failure = Failure{call, status, where};
    return nullptr;
  };
  if (status != NVML_SUCCESS) return failed("nvmlDeviceGetHandleByIndex_v2");
  char uuid[text_size] = {}, name[text_size] = {};
  status = nvml.DeviceGetUUID(device, uuid, sizeof uuid);
  if (status != NVML_SUCCESS) return failed("nvmlDeviceGetUUID");
  status = nvml.DeviceGetName(device, name, sizeof name);
  if (status != NVML_SUCCESS) return failed("nvmlDeviceGetName");
  const Memory memory = MemoryOf(nvml, device);
  nvmlUtilization_t utilization = {};
  const bool has_utilization = nvml.DeviceGetUtilizationRates(device, &utilization) == NVML_SUCCESS;
  Processes processes;
  AddProcesses(nvml.DeviceGetComputeRunningProcesses, device, processes);
  AddProcesses(nvml.DeviceGetGraphicsRunningProcesses, device, processes);

  napi_value object = NewObject(env);
  Set(env, object, "index", ToNumber(env, index));
  Set(env, object, "uuid", ToString(env, uuid));
  Set(env, object, "name", ToString(env, name));
  Set(env, object, "memoryTotalBytes", ToNumberOrNull(env, memory.total));
  Set(env, object, "memoryUsedBytes", ToNumberOrNull(env, memory.used));
  Set(env, object, "utilizationPercent",
      ToNumberOrNull(env, has_utilization ? std::optional<double>(utilization.gpu) : std::nullopt));
  Set(env, object, "powerMilliwatts", ToNumberOrNull(env, Said(nvml.DeviceGetPowerUsage, device)));
  Set(env, object, "powerLimitMilliwatts", ToNumberOrNull(env, Said(nvml.DeviceGetEnforcedPowerLimit, device)));
  Set(env, object, "energyMillijoules", ToNumberOrNull(env, Said(nvml.DeviceGetTotalEnergyConsumption, device)));
  Set(env, object, "processes", Described(env, processes));
  return object;
}

napi_value ThrowNotOpen(napi_env env) {
  return ThrowFailure(env, NvmlCode(1), "nvmlInit_v2", "NVIDIA's management library is not open: call openNvml first");
}

}  // namespace

napi_value OpenNvml(napi_env env, napi_callback_info info) {
  napi_value argument = FirstArgument(env, info);
  std::string library = "libnvidia-ml.so.1";
  if (!IsUndefined(env, argument)) {
    const auto given = StringFrom(env, argument);
    if (!given) return ThrowWrongType(env, "openNvml takes the path of a library, or nothing");
    library = *given;
  }
  const auto failure = OpenNvmlLibrary(library);
  if (failure) return ThrowFailure(env, failure->code, failure->call, failure->sentence);
  return nullptr;
}

napi_value GpuVersions(napi_env env, napi_callback_info) {
  const Nvml* nvml = OpenedNvml();
  if (!nvml) return ThrowNotOpen(env);
  char driver[text_size] = {}, own[text_size] = {};
  int cuda = 0;
  nvmlReturn_t status = nvml->SystemGetDriverVersion(driver, sizeof driver);
  if (status != NVML_SUCCESS) return Throw(env, *nvml, "nvmlSystemGetDriverVersion", status);
  status = nvml->SystemGetNVMLVersion(own, sizeof own);
  if (status != NVML_SUCCESS) return Throw(env, *nvml, "nvmlSystemGetNVMLVersion", status);
  status = nvml->SystemGetCudaDriverVersion(&cuda);
  if (status != NVML_SUCCESS) return Throw(env, *nvml, "nvmlSystemGetCudaDriverVersion", status);
  napi_value object = NewObject(env);
  Set(env, object, "driver", ToString(env, driver));
  // 12080 is 12.8.
  Set(env, object, "cuda", ToString(env, std::to_string(cuda / 1000) + "." + std::to_string(cuda % 1000 / 10)));
  Set(env, object, "nvml", ToString(env, own));
  return object;
}

napi_value GpuReadings(napi_env env, napi_callback_info) {
  const Nvml* nvml = OpenedNvml();
  if (!nvml) return ThrowNotOpen(env);
  unsigned int count = 0;
  nvmlReturn_t status = nvml->DeviceGetCount(&count);
  if (status != NVML_SUCCESS) return Throw(env, *nvml, "nvmlDeviceGetCount_v2", status);
  napi_value readings = NewArray(env);
  std::optional<Failure> failure;
  unsigned int described = 0;
  for (unsigned int index = 0; index < count; index++) {
    napi_value reading = Described(env, *nvml, index, failure);
    if (!reading) continue;
    Push(env, readings, reading);
    described++;
  }
  // One GPU that is lost must not hide the others; where it is the only one, why nothing is known is worth saying.
  if (described == 0 && failure) return Throw(env, *nvml, failure->call, failure->status, failure->where);
  return readings;
}
