// A management library of the tests' own. It writes at the byte offsets that NVIDIA's nvml.h gives the fields on 64-bit
// Linux, and knows nothing of the addon's structs. Which machine it plays is said at compile time.
//
//   GPU 0 says everything, GPU 1 what it must, GPU 2 may not be read, GPU 3 has many processes.

#include <cstdint>
#include <cstring>

namespace {

[[maybe_unused]] constexpr int success = 0, not_supported = 3, no_permission = 4, insufficient_size = 7,
                               driver_not_loaded = 9, gpu_is_lost = 15, argument_version_mismatch = 25;
constexpr std::uint64_t mebibyte = 1 << 20;

int gpus[4] = {0, 1, 2, 3};

int NumberOf(void* device) { return *static_cast<int*>(device); }

template <typename Value>
void Write(void* base, int offset, Value value) {
  std::memcpy(static_cast<char*>(base) + offset, &value, sizeof value);
}

void Copy(char* to, unsigned int size, const char* text) {
  std::strncpy(to, text, size - 1);
  to[size - 1] = '\0';
}

#ifndef OLD_DRIVER

// nvmlProcessInfo_v2_t: pid 0, usedGpuMemory 8, gpuInstanceId 16, computeInstanceId 20; 24 bytes each.
void WriteProcess(void* list, unsigned int index, unsigned int pid, std::uint64_t bytes) {
  Write<std::uint32_t>(list, index * 24, pid);
  Write<std::uint64_t>(list, index * 24 + 8, bytes);
  Write<std::uint32_t>(list, index * 24 + 16, 0xFFFFFFFF);
  Write<std::uint32_t>(list, index * 24 + 20, 0xFFFFFFFF);
}

int Fits(unsigned int* count, unsigned int needed) {
  const bool fits = *count >= needed;
  *count = needed;
  return fits ? success : insufficient_size;
}

#endif

}  // namespace

extern "C" {

const char* nvmlErrorString(int status) {
  return status == driver_not_loaded ? "Driver Not Loaded" : status == gpu_is_lost ? "GPU is lost" : "Some Error";
}

#ifdef WITHOUT_DRIVER
int nvmlInit_v2() { return driver_not_loaded; }
#else
int nvmlInit_v2() { return success; }
#endif

int nvmlSystemGetDriverVersion(char* to, unsigned int size) { return Copy(to, size, "570.133.20"), success; }
int nvmlSystemGetNVMLVersion(char* to, unsigned int size) { return Copy(to, size, "12.570.133.20"), success; }
int nvmlSystemGetCudaDriverVersion(int* version) { return *version = 12080, success; }
int nvmlDeviceGetCount_v2(unsigned int* count) { return *count = 4, success; }

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void** device) {
  if (index == 2) return no_permission;
#ifdef WITH_LOST_GPU
  if (index == 1) return gpu_is_lost;
#endif
#ifdef WITH_ALL_LOST
  return gpu_is_lost;
#endif
  *device = &gpus[index];
  return success;
}

int nvmlDeviceGetUUID(void* device, char* to, unsigned int size) {
  Copy(to, size, "GPU-00000000-0000-0000-0000-000000000000");
  to[4] = static_cast<char>('0' + NumberOf(device));
  return success;
}

int nvmlDeviceGetName(void* device, char* to, unsigned int size) {
#ifdef WITH_NAMELESS_GPU
  if (NumberOf(device) == 1) return gpu_is_lost;
#endif
  return Copy(to, size, NumberOf(device) == 0 ? "NVIDIA H100 80GB HBM3" : "NVIDIA GB10"), success;
}

// nvmlUtilization_t: gpu 0, memory 4.
int nvmlDeviceGetUtilizationRates(void* device, void* to) {
  if (NumberOf(device) == 1) return not_supported;
  Write<std::uint32_t>(to, 0, 37);
  Write<std::uint32_t>(to, 4, 99);
  return success;
}

int nvmlDeviceGetPowerUsage(void* device, unsigned int* milliwatts) {
  if (NumberOf(device) == 1) return not_supported;
  return *milliwatts = 123456, success;
}

int nvmlDeviceGetEnforcedPowerLimit(void* device, unsigned int* milliwatts) {
  if (NumberOf(device) == 1) return not_supported;
  return *milliwatts = 700000, success;
}

// nvmlMemory_t: total 0, free 8, used 16; used holds what is reserved.
int nvmlDeviceGetMemoryInfo(void* device, void* to) {
  if (NumberOf(device) == 1) return not_supported;
  Write<std::uint64_t>(to, 0, 81559 * mebibyte);
  Write<std::uint64_t>(to, 8, 79559 * mebibyte);
  Write<std::uint64_t>(to, 16, 2000 * mebibyte);
  return success;
}

#ifndef OLD_DRIVER

// nvmlMemory_v2_t: version 0, total 8, reserved 16, free 24, used 32; 40 bytes, which its version says.
int nvmlDeviceGetMemoryInfo_v2(void* device, void* to) {
  std::uint32_t version;
  std::memcpy(&version, to, sizeof version);
  if (version != (40 | (2 << 24))) return argument_version_mismatch;
  if (NumberOf(device) == 1) return not_supported;
  Write<std::uint64_t>(to, 8, 81559 * mebibyte);
  Write<std::uint64_t>(to, 16, 500 * mebibyte);
  Write<std::uint64_t>(to, 24, 79559 * mebibyte);
  Write<std::uint64_t>(to, 32, 1500 * mebibyte);
  return success;
}

// More than 32 bits hold.
int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* millijoules) {
  if (NumberOf(device) == 1) return not_supported;
  return *millijoules = 9'876'543'210, success;
}

int nvmlDeviceGetComputeRunningProcesses_v2(void* device, unsigned int* count, void* list) {
  if (NumberOf(device) == 1) return not_supported;
  const unsigned int needed = NumberOf(device) == 3 ? 100 : 2;
  if (const int status = Fits(count, needed); status != success) return status;
  if (NumberOf(device) == 3) {
    for (unsigned int index = 0; index < needed; index++) WriteProcess(list, index, 1000 + index, index * mebibyte);
    return success;
  }
  WriteProcess(list, 0, 100, 1024 * mebibyte);
  // NVML_VALUE_NOT_AVAILABLE
  WriteProcess(list, 1, 4'000'000'000, ~0ULL);
  return success;
}

int nvmlDeviceGetGraphicsRunningProcesses_v2(void* device, unsigned int* count, void* list) {
  if (NumberOf(device) != 0) return *count = 0, success;
  if (const int status = Fits(count, 2); status != success) return status;
  WriteProcess(list, 0, 100, 1024 * mebibyte);
  WriteProcess(list, 1, 300, 5 * mebibyte);
  return success;
}

#endif
}
