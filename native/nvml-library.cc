#include "nvml-library.h"

#include <atomic>
#include <mutex>

#include <dlfcn.h>

namespace {

std::mutex opening;
std::atomic<const Nvml*> opened = nullptr;

// The first of the required functions that is not there; null where all are.
template <typename Function>
bool Find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(handle, name));
  return function != nullptr;
}

const char* FindAll(void* handle, Nvml& nvml) {
  if (!Find(handle, "nvmlErrorString", nvml.ErrorString)) return "nvmlErrorString";
  if (!Find(handle, "nvmlInit_v2", nvml.Init)) return "nvmlInit_v2";
  if (!Find(handle, "nvmlSystemGetDriverVersion", nvml.SystemGetDriverVersion)) return "nvmlSystemGetDriverVersion";
  if (!Find(handle, "nvmlSystemGetNVMLVersion", nvml.SystemGetNVMLVersion)) return "nvmlSystemGetNVMLVersion";
  if (!Find(handle, "nvmlSystemGetCudaDriverVersion", nvml.SystemGetCudaDriverVersion)) {
    return "nvmlSystemGetCudaDriverVersion";
  }
  if (!Find(handle, "nvmlDeviceGetCount_v2", nvml.DeviceGetCount)) return "nvmlDeviceGetCount_v2";
  if (!Find(handle, "nvmlDeviceGetHandleByIndex_v2", nvml.DeviceGetHandleByIndex)) {
    return "nvmlDeviceGetHandleByIndex_v2";
  }
  if (!Find(handle, "nvmlDeviceGetUUID", nvml.DeviceGetUUID)) return "nvmlDeviceGetUUID";
  if (!Find(handle, "nvmlDeviceGetName", nvml.DeviceGetName)) return "nvmlDeviceGetName";
  if (!Find(handle, "nvmlDeviceGetUtilizationRates", nvml.DeviceGetUtilizationRates)) {
    return "nvmlDeviceGetUtilizationRates";
  }
  if (!Find(handle, "nvmlDeviceGetPowerUsage", nvml.DeviceGetPowerUsage)) return "nvmlDeviceGetPowerUsage";
  if (!Find(handle, "nvmlDeviceGetMemoryInfo", nvml.DeviceGetMemoryInfo)) return "nvmlDeviceGetMemoryInfo";
  Find(handle, "nvmlDeviceGetMemoryInfo_v2", nvml.DeviceGetMemoryInfo_v2);
  Find(handle, "nvmlDeviceGetEnforcedPowerLimit", nvml.DeviceGetEnforcedPowerLimit);
  Find(handle, "nvmlDeviceGetTotalEnergyConsumption", nvml.DeviceGetTotalEnergyConsumption);
  // Not _v3: drivers 535.43 to 535.86 filled a longer struct under that name, 535.98 has none, others the one of _v2.
  Find(handle, "nvmlDeviceGetComputeRunningProcesses_v2", nvml.DeviceGetComputeRunningProcesses);
  Find(handle, "nvmlDeviceGetGraphicsRunningProcesses_v2", nvml.DeviceGetGraphicsRunningProcesses);
  return nullptr;
}

std::unique_ptr<NvmlFailure> Failure(std::string code, const char* call, std::string sentence) {
  return std::make_unique<NvmlFailure>(NvmlFailure{std::move(code), call, std::move(sentence)});
}

}  // namespace

const Nvml* OpenedNvml() {
  return opened.load(std::memory_order_acquire);
}

std::unique_ptr<NvmlFailure> OpenNvmlLibrary(const std::string& library) {
  const std::lock_guard<std::mutex> lock(opening);
  if (OpenedNvml()) return nullptr;
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    return Failure("ERR_DLOPEN_FAILED", "dlopen",
                   std::string("NVIDIA's management library cannot be opened: ") + dlerror() +
                       "; it comes with the driver, and into a container with the NVIDIA container toolkit");
  }
  auto nvml = std::make_unique<Nvml>();
  if (const char* missing = FindAll(handle, *nvml)) {
    dlclose(handle);
    return Failure("ERR_DLOPEN_FAILED", "dlsym",
                   library + " has no " + missing + ": it is not NVML, or of a driver too old; 450 or newer is right");
  }
  if (const nvmlReturn_t status = nvml->Init(); status != NVML_SUCCESS) {
    const std::string reason = nvml->ErrorString(status);
    dlclose(handle);
    return Failure(NvmlCode(status), "nvmlInit_v2", "NVIDIA's management library does not start: " + reason);
  }
  opened.store(nvml.release(), std::memory_order_release);
  return nullptr;
}

std::string NvmlCode(nvmlReturn_t status) {
  const auto name = [status]() -> std::string {
    switch (status) {
      case 1: return "UNINITIALIZED";
      case 2: return "INVALID_ARGUMENT";
      case 3: return "NOT_SUPPORTED";
      case 4: return "NO_PERMISSION";
      case 6: return "NOT_FOUND";
      case 7: return "INSUFFICIENT_SIZE";
      case 8: return "INSUFFICIENT_POWER";
      case 9: return "DRIVER_NOT_LOADED";
      case 10: return "TIMEOUT";
      case 11: return "IRQ_ISSUE";
      case 12: return "LIBRARY_NOT_FOUND";
      case 13: return "FUNCTION_NOT_FOUND";
      case 14: return "CORRUPTED_INFOROM";
      case 15: return "GPU_IS_LOST";
      case 16: return "RESET_REQUIRED";
      case 17: return "OPERATING_SYSTEM";
      case 18: return "LIB_RM_VERSION_MISMATCH";
      case 19: return "IN_USE";
      case 20: return "MEMORY";
      case 21: return "NO_DATA";
      case 23: return "INSUFFICIENT_RESOURCES";
      case 25: return "ARGUMENT_VERSION_MISMATCH";
      case 26: return "DEPRECATED";
      case 27: return "NOT_READY";
      case 28: return "GPU_NOT_FOUND";
      case 29: return "INVALID_STATE";
      case 999: return "UNKNOWN";
      default: return std::to_string(status);
    }
  }();
  return "NVML_ERROR_" + name;
}
