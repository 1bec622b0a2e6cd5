// The part of ONNX Runtime's C interface that maskstream calls, declared anew so that neither a
// header nor a library of it is needed to build. The library is opened at run time and gives out
// one symbol, `OrtGetApiBase`.
//
// `OrtApi` is a table of function pointers that only ever grows at its end. Calls we make have
// their types here; the slots between them are skipped over. The asserts below the table hold each
// call to its slot number, so a miscounted gap does not compile.
#ifndef C_ONNX_RUNTIME_H
#define C_ONNX_RUNTIME_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

// The newest table these declarations were checked against: that of 1.23.
enum { MS_ORT_API_VERSION = 23 };
// The first minor version whose table holds everything we call with the meaning we rely on.
enum { MS_ORT_OLDEST_MINOR = 12 };
// The first minor version whose plugins are used.
enum { MS_ORT_OLDEST_MINOR_WITH_PLUGINS = 24 };

typedef struct OrtEnv OrtEnv;
typedef struct OrtStatus OrtStatus;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtIoBinding OrtIoBinding;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtValue OrtValue;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;
typedef struct OrtModelMetadata OrtModelMetadata;
typedef struct OrtArenaCfg OrtArenaCfg;
typedef struct OrtEpDevice OrtEpDevice;
typedef struct OrtHardwareDevice OrtHardwareDevice;

// Enumerations cross the interface as C ints; only the values we name are listed.
typedef int OrtErrorCode;
typedef int OrtLoggingLevel;
enum { MS_ORT_LOG_ERROR = 3 };
typedef int OrtGraphOptimizationLevel;
enum { MS_ORT_OPTIMIZE_ALL = 99 };
typedef int OrtAllocatorType;
enum { MS_ORT_ALLOCATOR_ARENA = 1 };
typedef int OrtMemType;
enum { MS_ORT_MEMORY_DEFAULT = 0 };
typedef int OrtValueKind;
enum { MS_ORT_KIND_TENSOR = 1 };
typedef int OrtElementType;
enum { MS_ORT_FLOAT32 = 1, MS_ORT_INT64 = 7 };
typedef int OrtHardwareType;

// Receives a line of the library's log; the strings live as long as the call.
typedef void (*OrtLogSink)(void *context, OrtLoggingLevel level, const char *category,
                           const char *session, const char *place, const char *text);

// A call that can fail answers NULL or a status, which the caller reads and releases.
#define ORT_CALL(name, ...) OrtStatus *(*name)(__VA_ARGS__)
// Slots first...last, which maskstream does not call.
#define ORT_SKIP(first, last) void *skipped_##first[(last) - (first) + 1]

typedef struct OrtApi {
    ORT_SKIP(0, 0);
    OrtErrorCode (*GetErrorCode)(const OrtStatus *status);
    const char *(*GetErrorMessage)(const OrtStatus *status);
    ORT_SKIP(3, 3);
    ORT_CALL(CreateEnvWithCustomLogger, OrtLogSink sink, void *context, OrtLoggingLevel least,
             const char *name, OrtEnv **env);
    ORT_SKIP(5, 5);
    ORT_CALL(DisableTelemetryEvents, const OrtEnv *env);
    ORT_SKIP(7, 7);
    ORT_CALL(CreateSessionFromArray, const OrtEnv *env, const void *model, size_t byte_count,
             const OrtSessionOptions *options, OrtSession **session);
    ORT_SKIP(9, 9);
    ORT_CALL(CreateSessionOptions, OrtSessionOptions **options);
    ORT_SKIP(11, 21);
    ORT_CALL(SetSessionLogSeverityLevel, OrtSessionOptions *options, int least);
    ORT_CALL(SetSessionGraphOptimizationLevel, OrtSessionOptions *options,
             OrtGraphOptimizationLevel level);
    ORT_CALL(SetIntraOpNumThreads, OrtSessionOptions *options, int count);
    ORT_CALL(SetInterOpNumThreads, OrtSessionOptions *options, int count);
    ORT_SKIP(26, 29);
    ORT_CALL(SessionGetInputCount, const OrtSession *session, size_t *count);
    ORT_CALL(SessionGetOutputCount, const OrtSession *session, size_t *count);
    ORT_SKIP(32, 32);
    ORT_CALL(SessionGetInputTypeInfo, const OrtSession *session, size_t index, OrtTypeInfo **info);
    ORT_CALL(SessionGetOutputTypeInfo, const OrtSession *session, size_t index, OrtTypeInfo **info);
    ORT_SKIP(35, 35);
    ORT_CALL(SessionGetInputName, const OrtSession *session, size_t index, OrtAllocator *allocator,
             char **name);
    ORT_CALL(SessionGetOutputName, const OrtSession *session, size_t index, OrtAllocator *allocator,
             char **name);
    ORT_SKIP(38, 48);
    ORT_CALL(CreateTensorWithDataAsOrtValue, const OrtMemoryInfo *place, void *data,
             size_t byte_count, const int64_t *shape, size_t rank, OrtElementType type,
             OrtValue **value);
    ORT_SKIP(50, 50);
    // Belongs to the value; nothing to release.
    ORT_CALL(GetTensorMutableData, OrtValue *value, void **data);
    ORT_SKIP(52, 54);
    ORT_CALL(CastTypeInfoToTensorInfo, const OrtTypeInfo *info,
             const OrtTensorTypeAndShapeInfo **tensor);
    ORT_CALL(GetOnnxTypeFromTypeInfo, const OrtTypeInfo *info, OrtValueKind *kind);
    ORT_SKIP(57, 59);
    ORT_CALL(GetTensorElementType, const OrtTensorTypeAndShapeInfo *info, OrtElementType *type);
    ORT_CALL(GetDimensionsCount, const OrtTensorTypeAndShapeInfo *info, size_t *rank);
    ORT_CALL(GetDimensions, const OrtTensorTypeAndShapeInfo *info, int64_t *shape, size_t rank);
    ORT_SKIP(63, 64);
    ORT_CALL(GetTensorTypeAndShape, const OrtValue *value, OrtTensorTypeAndShapeInfo **info);
    ORT_SKIP(66, 68);
    ORT_CALL(CreateCpuMemoryInfo, OrtAllocatorType allocator, OrtMemType type,
             OrtMemoryInfo **info);
    ORT_SKIP(70, 75);
    ORT_CALL(AllocatorFree, OrtAllocator *allocator, void *memory);
    ORT_SKIP(77, 77);
    ORT_CALL(GetAllocatorWithDefaultOptions, OrtAllocator **allocator);
    ORT_SKIP(79, 91);
    void (*ReleaseEnv)(OrtEnv *env);
    void (*ReleaseStatus)(OrtStatus *status);
    void (*ReleaseMemoryInfo)(OrtMemoryInfo *info);
    void (*ReleaseSession)(OrtSession *session);
    void (*ReleaseValue)(OrtValue *value);
    ORT_SKIP(97, 97);
    void (*ReleaseTypeInfo)(OrtTypeInfo *info);
    void (*ReleaseTensorTypeAndShapeInfo)(OrtTensorTypeAndShapeInfo *info);
    void (*ReleaseSessionOptions)(OrtSessionOptions *options);
    ORT_SKIP(101, 110);
    ORT_CALL(SessionGetModelMetadata, const OrtSession *session, OrtModelMetadata **metadata);
    ORT_SKIP(112, 115);
    ORT_CALL(ModelMetadataLookupCustomMetadataMap, const OrtModelMetadata *metadata,
             OrtAllocator *allocator, const char *key, char **value);
    ORT_SKIP(117, 117);
    void (*ReleaseModelMetadata)(OrtModelMetadata *metadata);
    ORT_SKIP(119, 129);
    ORT_CALL(AddSessionConfigEntry, OrtSessionOptions *options, const char *key, const char *value);
    ORT_SKIP(131, 132);
    ORT_CALL(RunWithBinding, OrtSession *session, const OrtRunOptions *options,
             const OrtIoBinding *binding);
    ORT_CALL(CreateIoBinding, OrtSession *session, OrtIoBinding **binding);
    void (*ReleaseIoBinding)(OrtIoBinding *binding);
    ORT_CALL(BindInput, OrtIoBinding *binding, const char *name, const OrtValue *value);
    ORT_CALL(BindOutput, OrtIoBinding *binding, const char *name, const OrtValue *value);
    ORT_CALL(BindOutputToDevice, OrtIoBinding *binding, const char *name,
             const OrtMemoryInfo *place);
    ORT_SKIP(139, 139);
    ORT_CALL(GetBoundOutputValues, const OrtIoBinding *binding, OrtAllocator *allocator,
             OrtValue ***values, size_t *count);
    ORT_SKIP(141, 141);
    void (*ClearBoundOutputs)(OrtIoBinding *binding);
    ORT_SKIP(143, 143);
    ORT_CALL(CreateAndRegisterAllocator, OrtEnv *env, const OrtMemoryInfo *place,
             const OrtArenaCfg *arena);
    ORT_SKIP(145, 155);
    // The numbers after the first may be -1 for the library's own choice.
    ORT_CALL(CreateArenaCfg, size_t most_bytes, int growth, int first_chunk_bytes,
             int most_unused_bytes, OrtArenaCfg **arena);
    void (*ReleaseArenaCfg)(OrtArenaCfg *arena);
} OrtApi;

// The calls for plugins, apart from the others because the tables of older libraries end before them.
enum { MS_ORT_FIRST_PLUGIN_SLOT = 301 };
typedef struct OrtPluginApi {
    ORT_CALL(RegisterExecutionProviderLibrary, OrtEnv *env, const char *name, const char *path);
    ORT_SKIP(302, 302);
    // The list belongs to the environment and holds until the next plugin is registered; the
    // devices live as long as the environment.
    ORT_CALL(GetEpDevices, const OrtEnv *env, const OrtEpDevice *const **devices, size_t *count);
    ORT_CALL(SessionOptionsAppendExecutionProvider_V2, OrtSessionOptions *options, OrtEnv *env,
             const OrtEpDevice *const *devices, size_t device_count, const char *const *keys,
             const char *const *values, size_t option_count);
    ORT_SKIP(305, 306);
    OrtHardwareType (*HardwareDevice_Type)(const OrtHardwareDevice *device);
    ORT_SKIP(308, 308);
    const char *(*HardwareDevice_Vendor)(const OrtHardwareDevice *device);
    uint32_t (*HardwareDevice_DeviceId)(const OrtHardwareDevice *device);
    ORT_SKIP(311, 311);
    const char *(*EpDevice_EpName)(const OrtEpDevice *device);
    ORT_SKIP(313, 315);
    const OrtHardwareDevice *(*EpDevice_Device)(const OrtEpDevice *device);
} OrtPluginApi;

// The calls for plugins of a library that has them.
static inline const OrtPluginApi *ms_ort_plugin_api(const OrtApi *api) {
    return (const OrtPluginApi *)((const char *)api + MS_ORT_FIRST_PLUGIN_SLOT * sizeof(void *));
}

#undef ORT_CALL
#undef ORT_SKIP

#define ORT_SLOT(number, name) \
    static_assert(offsetof(OrtApi, name) == (number) * sizeof(void *), #name " is slot " #number)
ORT_SLOT(1, GetErrorCode);
ORT_SLOT(2, GetErrorMessage);
ORT_SLOT(4, CreateEnvWithCustomLogger);
ORT_SLOT(6, DisableTelemetryEvents);
ORT_SLOT(8, CreateSessionFromArray);
ORT_SLOT(10, CreateSessionOptions);
ORT_SLOT(22, SetSessionLogSeverityLevel);
ORT_SLOT(23, SetSessionGraphOptimizationLevel);
ORT_SLOT(24, SetIntraOpNumThreads);
ORT_SLOT(25, SetInterOpNumThreads);
ORT_SLOT(30, SessionGetInputCount);
ORT_SLOT(31, SessionGetOutputCount);
ORT_SLOT(33, SessionGetInputTypeInfo);
ORT_SLOT(34, SessionGetOutputTypeInfo);
ORT_SLOT(36, SessionGetInputName);
ORT_SLOT(37, SessionGetOutputName);
ORT_SLOT(49, CreateTensorWithDataAsOrtValue);
ORT_SLOT(51, GetTensorMutableData);
ORT_SLOT(55, CastTypeInfoToTensorInfo);
ORT_SLOT(56, GetOnnxTypeFromTypeInfo);
ORT_SLOT(60, GetTensorElementType);
ORT_SLOT(61, GetDimensionsCount);
ORT_SLOT(62, GetDimensions);
ORT_SLOT(65, GetTensorTypeAndShape);
ORT_SLOT(69, CreateCpuMemoryInfo);
ORT_SLOT(76, AllocatorFree);
ORT_SLOT(78, GetAllocatorWithDefaultOptions);
ORT_SLOT(92, ReleaseEnv);
ORT_SLOT(93, ReleaseStatus);
ORT_SLOT(94, ReleaseMemoryInfo);
ORT_SLOT(95, ReleaseSession);
ORT_SLOT(96, ReleaseValue);
ORT_SLOT(98, ReleaseTypeInfo);
ORT_SLOT(99, ReleaseTensorTypeAndShapeInfo);
ORT_SLOT(100, ReleaseSessionOptions);
ORT_SLOT(111, SessionGetModelMetadata);
ORT_SLOT(116, ModelMetadataLookupCustomMetadataMap);
ORT_SLOT(118, ReleaseModelMetadata);
ORT_SLOT(130, AddSessionConfigEntry);
ORT_SLOT(133, RunWithBinding);
ORT_SLOT(134, CreateIoBinding);
ORT_SLOT(135, ReleaseIoBinding);
ORT_SLOT(136, BindInput);
ORT_SLOT(137, BindOutput);
ORT_SLOT(138, BindOutputToDevice);
ORT_SLOT(140, GetBoundOutputValues);
ORT_SLOT(142, ClearBoundOutputs);
ORT_SLOT(144, CreateAndRegisterAllocator);
ORT_SLOT(156, CreateArenaCfg);
ORT_SLOT(157, ReleaseArenaCfg);
#undef ORT_SLOT

#define ORT_PLUGIN_SLOT(number, name) \
    static_assert(offsetof(OrtPluginApi, name) == \
                      ((number) - MS_ORT_FIRST_PLUGIN_SLOT) * sizeof(void *), \
                  #name " is slot " #number)
ORT_PLUGIN_SLOT(301, RegisterExecutionProviderLibrary);
ORT_PLUGIN_SLOT(303, GetEpDevices);
ORT_PLUGIN_SLOT(304, SessionOptionsAppendExecutionProvider_V2);
ORT_PLUGIN_SLOT(307, HardwareDevice_Type);
ORT_PLUGIN_SLOT(309, HardwareDevice_Vendor);
ORT_PLUGIN_SLOT(310, HardwareDevice_DeviceId);
ORT_PLUGIN_SLOT(312, EpDevice_EpName);
ORT_PLUGIN_SLOT(316, EpDevice_Device);
#undef ORT_PLUGIN_SLOT

// What `OrtGetApiBase` answers: a table by version, and the library's own version as "1.28.0".
typedef struct OrtApiBase {
    const OrtApi *(*GetApi)(uint32_t version);
    const char *(*GetVersionString)(void);
} OrtApiBase;

typedef const OrtApiBase *(*OrtGetApiBaseCall)(void);

#endif
