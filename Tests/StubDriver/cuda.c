// A stand-in for libcuda.so.1, NVIDIA's driver: the device's memory is the program's own. It is what
// FFmpeg needs to make frames on a device and to bring them back; all else does nothing.
//
// STUB_DRIVER=no-device: there is no device.
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define NOTHING(name) int name(void) { return 0; }
NOTHING(cuDeviceGetName) NOTHING(cuDeviceComputeCapability) NOTHING(cuCtxSetLimit)
NOTHING(cuCtxPushCurrent_v2) NOTHING(cuCtxPopCurrent_v2) NOTHING(cuCtxDestroy_v2)
NOTHING(cuMemAllocPitch_v2) NOTHING(cuMemAllocManaged) NOTHING(cuMemsetD8Async)
NOTHING(cuMemcpy) NOTHING(cuMemcpyAsync)
NOTHING(cuMemcpyHtoD_v2) NOTHING(cuMemcpyHtoDAsync_v2)
NOTHING(cuMemcpyDtoH_v2) NOTHING(cuMemcpyDtoHAsync_v2)
NOTHING(cuMemcpyDtoD_v2) NOTHING(cuMemcpyDtoDAsync_v2)
NOTHING(cuCtxGetDevice) NOTHING(cuCtxGetCurrent)
NOTHING(cuDevicePrimaryCtxRetain) NOTHING(cuDevicePrimaryCtxRelease)
NOTHING(cuDevicePrimaryCtxSetFlags) NOTHING(cuDevicePrimaryCtxGetState)
NOTHING(cuDevicePrimaryCtxReset)
NOTHING(cuStreamCreate) NOTHING(cuStreamQuery) NOTHING(cuStreamSynchronize)
NOTHING(cuStreamDestroy_v2) NOTHING(cuStreamAddCallback)
NOTHING(cuEventCreate) NOTHING(cuEventDestroy_v2) NOTHING(cuEventSynchronize)
NOTHING(cuEventQuery) NOTHING(cuEventRecord)
NOTHING(cuLaunchKernel) NOTHING(cuLinkCreate) NOTHING(cuLinkAddData) NOTHING(cuLinkComplete)
NOTHING(cuLinkDestroy) NOTHING(cuModuleLoadData) NOTHING(cuModuleUnload)
NOTHING(cuModuleGetFunction) NOTHING(cuModuleGetGlobal)
NOTHING(cuTexObjectCreate) NOTHING(cuTexObjectDestroy)
NOTHING(cuGLGetDevices_v2) NOTHING(cuGraphicsGLRegisterImage)
NOTHING(cuGraphicsUnregisterResource) NOTHING(cuGraphicsMapResources)
NOTHING(cuGraphicsUnmapResources) NOTHING(cuGraphicsSubResourceGetMappedArray)
NOTHING(cuGraphicsResourceGetMappedPointer_v2)
NOTHING(cuArray3DCreate_v2) NOTHING(cuArrayCreate_v2) NOTHING(cuArrayDestroy)

enum { NO_DEVICE = 100, DEVICE_MEMORY = 2 };

int cuInit(unsigned flags) {
    const char *mode = getenv("STUB_DRIVER");
    return mode && !strcmp(mode, "no-device") ? NO_DEVICE : 0;
}
int cuDeviceGetCount(int *count) { return *count = 1, 0; }
int cuDeviceGet(int *device, int ordinal) { return *device = ordinal, 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) { return *value = 256, 0; }
int cuCtxCreate_v2(void **context, unsigned flags, int device) {
    static int only;
    return *context = &only, 0;
}
int cuGetErrorName(int error, const char **name) {
    return *name = error == NO_DEVICE ? "CUDA_ERROR_NO_DEVICE" : "CUDA_ERROR", 0;
}
int cuGetErrorString(int error, const char **text) { return *text = "of the stub", 0; }

int cuMemAlloc_v2(unsigned long long *pointer, size_t size) {
    return *pointer = (size_t)malloc(size), *pointer ? 0 : 2;
}
int cuMemFree_v2(unsigned long long pointer) { return free((void *)(size_t)pointer), 0; }

struct side {
    size_t x, y;
    int kind;
    void *host;
    unsigned long long device;
    void *array;
    size_t pitch;
};

struct copy {
    struct side from, to;
    size_t width, height;
};

int cuMemcpy2D_v2(const struct copy *copy) {
    const struct side *from = &copy->from, *to = &copy->to;
    const char *source = from->kind == DEVICE_MEMORY ? (char *)(size_t)from->device : from->host;
    char *target = to->kind == DEVICE_MEMORY ? (char *)(size_t)to->device : to->host;
    for (size_t row = 0; row < copy->height; row++)
        memcpy(target + (to->y + row) * to->pitch + to->x,
            source + (from->y + row) * from->pitch + from->x, copy->width);
    return 0;
}
int cuMemcpy2DAsync_v2(const struct copy *copy, void *stream) { return cuMemcpy2D_v2(copy); }
