// A stand-in for libnvcuvid.so.1, NVIDIA's decoder. It decodes nothing: the pictures that it gives
// are a pattern, by which tests tell that they came from here and whole.
//
// Picture n, counted from 0 in the order of decoding, has at column x and row y of a plane
//     Y = 3 x + 5 y + n,  U = x + 2 y + n,  V = 2 x + y + n,
// as 8 bits; with 10 bits each sample is four times that.
//
// STUB_DRIVER=create: no decoder is made; decode=N: picture N fails; picture=N: no picture from N
// on can be brought out.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SURFACES = 32, NOT_SUPPORTED = 801 };

// NVIDIA's structures, as far as they are looked at.
struct capabilities {
    int codec, chroma;
    unsigned depth, reserved[3];
    uint8_t is_supported, engines;
    uint16_t outputs;
    unsigned width, height, blocks;
    uint16_t least_width, least_height;
};
struct creation {
    unsigned long width, height, surfaces;
    int codec, chroma;
    unsigned long flags, depth_minus_8;
};
struct picture { int blocks_x, blocks_y, surface; };

struct decoder {
    size_t width, height, pitch, depth;
    int count;
    uint8_t *surfaces[SURFACES];
};

static int mode(const char *name, int otherwise) {
    const char *text = getenv("STUB_DRIVER");
    size_t length = strlen(name);
    if (!text || strncmp(text, name, length)) return otherwise;
    return text[length] == '=' ? atoi(text + length + 1) : 1;
}

int cuvidGetDecoderCaps(struct capabilities *found) {
    found->is_supported = 1;
    found->outputs = 3;
    found->width = found->height = 8192;
    found->blocks = 8192 * 8192 / 256;
    return 0;
}

int cuvidCreateDecoder(struct decoder **made, const struct creation *info) {
    if (mode("create", 0)) return NOT_SUPPORTED;
    struct decoder *decoder = calloc(1, sizeof *decoder);
    decoder->width = (info->width + 1) & ~1ul;
    decoder->height = (info->height + 1) & ~1ul;
    decoder->depth = info->depth_minus_8 ? 2 : 1;
    decoder->pitch = (decoder->width * decoder->depth + 255) & ~255ul;
    for (int i = 0; i < SURFACES; i++)
        decoder->surfaces[i] = calloc(decoder->height * 3 / 2, decoder->pitch);
    return *made = decoder, 0;
}

int cuvidDestroyDecoder(struct decoder *decoder) {
    for (int i = 0; i < SURFACES; i++) free(decoder->surfaces[i]);
    return free(decoder), 0;
}

static void put(struct decoder *decoder, uint8_t *row, size_t place, int value) {
    if (decoder->depth == 1) row[place] = (uint8_t)value;
    else ((uint16_t *)row)[place] = (uint16_t)((value & 255) << 2 << 6);
}

int cuvidDecodePicture(struct decoder *decoder, const struct picture *info) {
    int n = decoder->count++;
    if (n == mode("decode", -1)) return NOT_SUPPORTED;
    if (info->surface < 0 || info->surface >= SURFACES) return 1;
    uint8_t *surface = decoder->surfaces[info->surface];
    for (size_t y = 0; y < decoder->height; y++)
        for (size_t x = 0; x < decoder->width; x++)
            put(decoder, surface + y * decoder->pitch, x, (int)(3 * x + 5 * y) + n);
    surface += decoder->height * decoder->pitch;
    for (size_t y = 0; y < decoder->height / 2; y++)
        for (size_t x = 0; x < decoder->width / 2; x++) {
            put(decoder, surface + y * decoder->pitch, 2 * x, (int)(x + 2 * y) + n);
            put(decoder, surface + y * decoder->pitch, 2 * x + 1, (int)(2 * x + y) + n);
        }
    return 0;
}

int cuvidMapVideoFrame64(
    struct decoder *decoder, int surface, unsigned long long *pointer, unsigned *pitch,
    void *parameters) {
    if (mode("picture", 1 << 30) < decoder->count) return NOT_SUPPORTED;
    *pointer = (size_t)decoder->surfaces[surface];
    *pitch = (unsigned)decoder->pitch;
    return 0;
}

#define NOTHING(name) int name(void) { return 0; }
NOTHING(cuvidUnmapVideoFrame64) NOTHING(cuvidGetDecodeStatus) NOTHING(cuvidReconfigureDecoder)
NOTHING(cuvidCtxLockCreate) NOTHING(cuvidCtxLockDestroy) NOTHING(cuvidCtxLock)
NOTHING(cuvidCtxUnlock) NOTHING(cuvidCreateVideoSource) NOTHING(cuvidCreateVideoSourceW)
NOTHING(cuvidDestroyVideoSource) NOTHING(cuvidSetVideoSourceState)
NOTHING(cuvidGetVideoSourceState) NOTHING(cuvidGetSourceVideoFormat)
NOTHING(cuvidGetSourceAudioFormat) NOTHING(cuvidCreateVideoParser) NOTHING(cuvidParseVideoData)
NOTHING(cuvidDestroyVideoParser)
