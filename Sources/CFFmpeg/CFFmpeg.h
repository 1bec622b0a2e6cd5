// The parts of FFmpeg that maskstream calls, and what Swift cannot import of them: macros become
// functions here, and every difference between FFmpeg versions (5.1 and later) is settled here.
#ifndef CFFMPEG_H
#define CFFMPEG_H

#include <errno.h>
#include <math.h>
#include <string.h>
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavdevice/avdevice.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/cpu.h>
#include <libavutil/crc.h>
#include <libavutil/display.h>
#include <libavutil/hwcontext.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/stereo3d.h>
#include <libavutil/timecode.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

static inline int ms_averror(int posix_code) { return AVERROR(posix_code); }
static inline int ms_averror_eof(void) { return AVERROR_EOF; }
static inline int ms_averror_invalid_data(void) { return AVERROR_INVALIDDATA; }
static inline int ms_averror_exit(void) { return AVERROR_EXIT; }
static inline int ms_averror_decoder_not_found(void) { return AVERROR_DECODER_NOT_FOUND; }

// Errors of opening that no waiting mends.
static inline int ms_is_permanent_error(int code) {
    switch (code) {
    case AVERROR_PROTOCOL_NOT_FOUND: case AVERROR_DEMUXER_NOT_FOUND:
    case AVERROR_MUXER_NOT_FOUND: case AVERROR_DECODER_NOT_FOUND:
    case AVERROR_OPTION_NOT_FOUND: case AVERROR_HTTP_BAD_REQUEST:
    case AVERROR_HTTP_UNAUTHORIZED: case AVERROR_HTTP_FORBIDDEN:
        return 1;
    default: return 0;
    }
}

// Errors of opening that no waiting mends, unless it was open with the same words before.
static inline int ms_is_refusal(int code) {
    switch (code) {
    case AVERROR(EINVAL): case AVERROR(EACCES): case AVERROR(EPERM): case AVERROR(ENOSYS):
    case AVERROR_HTTP_NOT_FOUND: case AVERROR_HTTP_OTHER_4XX: case AVERROR_PATCHWELCOME:
        return 1;
    default: return 0;
    }
}
// Grey with alpha, 16 bits each in the machine's byte order.
static const enum AVPixelFormat ms_pix_fmt_ya16 = AV_PIX_FMT_YA16;
// 4:2:0 with 10 bits, both chroma samples in one plane, in the machine's byte order.
static const enum AVPixelFormat ms_pix_fmt_p010 = AV_PIX_FMT_P010;
static inline int64_t ms_nopts(void) { return AV_NOPTS_VALUE; }

// The four letters of a codec's tag as a number.
static inline uint32_t ms_fourcc(const char *letters) {
    return MKTAG(letters[0], letters[1], letters[2], letters[3]);
}

static inline int64_t ms_tell(AVIOContext *io) { return avio_tell(io); }

static inline int ms_frame_is_key(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 29, 100)
    return (frame->flags & AV_FRAME_FLAG_KEY) != 0;
#else
    return frame->key_frame;
#endif
}

static inline int64_t ms_frame_duration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    return frame->duration;
#else
    return frame->pkt_duration;
#endif
}

// ---- Video frames ----

static inline uint8_t *ms_frame_data(const AVFrame *frame, int plane) { return frame->data[plane]; }
static inline int ms_frame_stride(const AVFrame *frame, int plane) { return frame->linesize[plane]; }

// Gives a plane its memory; the frame owns `buffer`.
static inline void ms_frame_attach(
    AVFrame *frame, int plane, AVBufferRef *buffer, uint8_t *data, int stride) {
    frame->buf[plane] = buffer;
    frame->data[plane] = data;
    frame->linesize[plane] = stride;
}

// What frames on one side of a scaler have in common; `matrix` is a code point of H.273.
typedef struct ms_scaler_side {
    int width, height;
    enum AVPixelFormat format;
    int is_full, matrix;
} ms_scaler_side;

#define MS_SCALE_EXACT (SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_ACCURATE_RND)
static const int ms_scale_area = MS_SCALE_EXACT | SWS_AREA;
static const int ms_scale_bicubic = MS_SCALE_EXACT | SWS_BICUBIC;

// NULL where there is no way. The context's type differs between versions.
static inline void *ms_scaler_new(ms_scaler_side from, ms_scaler_side to, int flags) {
    struct SwsContext *scaler = sws_alloc_context();
    if (!scaler) return NULL;
    av_opt_set_int(scaler, "srcw", from.width, 0);
    av_opt_set_int(scaler, "srch", from.height, 0);
    av_opt_set_int(scaler, "dstw", to.width, 0);
    av_opt_set_int(scaler, "dsth", to.height, 0);
    av_opt_set_int(scaler, "src_format", from.format, 0);
    av_opt_set_int(scaler, "dst_format", to.format, 0);
    av_opt_set_int(scaler, "src_range", from.is_full, 0);
    av_opt_set_int(scaler, "dst_range", to.is_full, 0);
    av_opt_set_int(scaler, "sws_flags", flags, 0);
    if (sws_init_context(scaler, NULL, NULL) < 0) {
        sws_freeContext(scaler);
        return NULL;
    }
    // Fails for pairs that need no matrix, which is no error.
    sws_setColorspaceDetails(
        scaler, sws_getCoefficients(from.matrix), from.is_full, sws_getCoefficients(to.matrix),
        to.is_full, 0, 1 << 16, 1 << 16);
    return scaler;
}

static inline int ms_scaler_run(void *scaler, const AVFrame *from, AVFrame *to) {
    return sws_scale(
        (struct SwsContext *)scaler, (const uint8_t *const *)from->data, from->linesize, 0,
        from->height, to->data, to->linesize);
}

// Makes a frame black, its chroma neutral.
static inline void ms_frame_fill_black(AVFrame *frame, int is_full) {
    ptrdiff_t strides[4];
    for (int plane = 0; plane < 4; plane++) strides[plane] = frame->linesize[plane];
    av_image_fill_black(
        frame->data, strides, (enum AVPixelFormat)frame->format,
        is_full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG, frame->width, frame->height);
}

static inline void ms_scaler_free(void *scaler) { sws_freeContext((struct SwsContext *)scaler); }

// ---- Output ----

static inline int ms_averror_option_not_found(void) { return AVERROR_OPTION_NOT_FOUND; }
// Whether a resampler refuses a frame because it is of another form than those before it.
static inline int ms_is_changed_sound(int code) {
    return code == AVERROR_INPUT_CHANGED || code == AVERROR_OUTPUT_CHANGED
        || code == (AVERROR_INPUT_CHANGED | AVERROR_OUTPUT_CHANGED);
}

static inline void ms_frame_set_interlaced(AVFrame *frame, int top_field_first) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    frame->flags |= AV_FRAME_FLAG_INTERLACED;
    if (top_field_first) frame->flags |= AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
    frame->interlaced_frame = 1;
    frame->top_field_first = top_field_first;
#endif
}

// The pixel formats an encoder takes, ended by AV_PIX_FMT_NONE; NULL: any.
static inline const enum AVPixelFormat *ms_encoder_pixel_formats(const AVCodec *codec) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const void *formats = NULL;
    if (avcodec_get_supported_config(NULL, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, &formats, NULL) < 0)
        return NULL;
    return formats;
#else
    return codec->pix_fmts;
#endif
}

// The sample formats, sample rates and channel layouts an encoder takes, each list ended by what is
// none; NULL: any.
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
static inline const void *ms_encoder_config(const AVCodec *codec, enum AVCodecConfig kind) {
    const void *list = NULL;
    if (avcodec_get_supported_config(NULL, codec, kind, 0, &list, NULL) < 0) return NULL;
    return list;
}
static inline const enum AVSampleFormat *ms_encoder_sample_formats(const AVCodec *codec) {
    return ms_encoder_config(codec, AV_CODEC_CONFIG_SAMPLE_FORMAT);
}
static inline const int *ms_encoder_sample_rates(const AVCodec *codec) {
    return ms_encoder_config(codec, AV_CODEC_CONFIG_SAMPLE_RATE);
}
static inline const AVChannelLayout *ms_encoder_channel_layouts(const AVCodec *codec) {
    return ms_encoder_config(codec, AV_CODEC_CONFIG_CHANNEL_LAYOUT);
}
#else
static inline const enum AVSampleFormat *ms_encoder_sample_formats(const AVCodec *codec) {
    return codec->sample_fmts;
}
static inline const int *ms_encoder_sample_rates(const AVCodec *codec) {
    return codec->supported_samplerates;
}
static inline const AVChannelLayout *ms_encoder_channel_layouts(const AVCodec *codec) {
    return codec->ch_layouts;
}
#endif

// Appends a frame's samples to a queue, those from `skip` on.
static inline int ms_fifo_append(AVAudioFifo *fifo, const AVFrame *frame, int skip) {
    uint8_t *planes[64];
    int channels = frame->ch_layout.nb_channels;
    int is_planar = av_sample_fmt_is_planar(frame->format);
    int step = av_get_bytes_per_sample(frame->format) * (is_planar ? 1 : channels);
    int count = is_planar ? channels : 1;
    if (count > 64) return AVERROR(EINVAL);
    if (skip >= frame->nb_samples) return 0;
    for (int i = 0; i < count; i++) planes[i] = frame->extended_data[i] + (size_t)skip * step;
    return av_audio_fifo_write(fifo, (void **)planes, frame->nb_samples - skip);
}

// Fills a frame with the first samples of a queue, and with silence where there are not enough.
static inline int ms_fifo_take(AVAudioFifo *fifo, AVFrame *frame) {
    int read = av_audio_fifo_read(fifo, (void **)frame->extended_data, frame->nb_samples);
    if (read < 0) return read;
    return av_samples_set_silence(
        frame->extended_data, read, frame->nb_samples - read, frame->ch_layout.nb_channels,
        frame->format);
}

// Makes silence of samples that are no numbers, which encoders refuse.
static inline void ms_silence_nonfinite(AVFrame *frame) {
    int is_planar = av_sample_fmt_is_planar(frame->format);
    int channels = frame->ch_layout.nb_channels;
    int count = frame->nb_samples * (is_planar ? 1 : channels);
    enum AVSampleFormat format = av_get_packed_sample_fmt(frame->format);
    for (int plane = 0; plane < (is_planar ? channels : 1); plane++) {
        float *floats = (float *)frame->extended_data[plane];
        double *doubles = (double *)frame->extended_data[plane];
        for (int i = 0; format == AV_SAMPLE_FMT_FLT && i < count; i++)
            if (!isfinite(floats[i])) floats[i] = 0;
        for (int i = 0; format == AV_SAMPLE_FMT_DBL && i < count; i++)
            if (!isfinite(doubles[i])) doubles[i] = 0;
    }
}

typedef int (*ms_write_callback)(void *opaque, const uint8_t *data, int size);

// A writer that cannot seek; `buffer` must come from av_malloc and is owned by the writer.
static inline AVIOContext *ms_avio_writer(
    unsigned char *buffer, int size, void *opaque, ms_write_callback write) {
#if LIBAVFORMAT_VERSION_MAJOR >= 61
    AVIOContext *io = avio_alloc_context(buffer, size, 1, opaque, NULL, write, NULL);
#else
    AVIOContext *io = avio_alloc_context(
        buffer, size, 1, opaque, NULL, (int (*)(void *, uint8_t *, int))(void *)write, NULL);
#endif
    if (io) io->seekable = 0;
    return io;
}

// Reads what has come on a connection, at least a byte; 0 or an error at its end.
static inline int ms_connection_read(AVIOContext *io, unsigned char *buffer, int size) {
    return io->read_packet(io->opaque, buffer, size);
}

// Sends all bytes at once.
static inline int ms_connection_write(AVIOContext *io, const unsigned char *bytes, int size) {
    return io->write_packet(io->opaque, (unsigned char *)bytes, size);
}

// What is told of the files that a muxer opens for writing by itself.
typedef struct ms_io_guard {
    void *opaque;
    // Asks before one is opened; a negative answer is the error.
    int (*allow)(void *opaque, const char *url);
    // Tells what came of opening one: an error where `code` is negative.
    void (*opened)(void *opaque, const AVIOContext *io, const char *url, int code);
    // Tells that one is closed: the first error of writing it, and what closing it gave.
    void (*closed)(void *opaque, const AVIOContext *io, int error, int code);
    int (*open)(AVFormatContext *, AVIOContext **, const char *, int, AVDictionary **);
    int (*close)(AVFormatContext *, AVIOContext *);
} ms_io_guard;

static inline int ms_guarded_open(
    AVFormatContext *context, AVIOContext **io, const char *url, int flags,
    AVDictionary **options) {
    const ms_io_guard *guard = (const ms_io_guard *)context->opaque;
    if (!(flags & AVIO_FLAG_WRITE)) return guard->open(context, io, url, flags, options);
    int code = guard->allow(guard->opaque, url);
    if (code < 0) return code;
    code = guard->open(context, io, url, flags, options);
    guard->opened(guard->opaque, code < 0 ? NULL : *io, url, code);
    return code;
}

static inline int ms_guarded_close(AVFormatContext *context, AVIOContext *io) {
    const ms_io_guard *guard = (const ms_io_guard *)context->opaque;
    if (!io->write_flag) return guard->close(context, io);
    avio_flush(io);
    int error = io->error;
    int code = guard->close(context, io);
    guard->closed(guard->opaque, io, error, code);
    return error < 0 ? error : code;
}

// `guard` must outlive the context; muxers hand it on to the contexts that they make.
static inline void ms_guard_io(AVFormatContext *context, ms_io_guard *guard) {
    guard->open = context->io_open;
    guard->close = context->io_close2;
    context->opaque = guard;
    context->io_open = ms_guarded_open;
    context->io_close2 = ms_guarded_close;
}

// Side data of a whole stream; it moved from AVStream to AVCodecParameters in FFmpeg 6.1.
static inline int ms_stream_side_data_count(const AVStream *stream) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
    return stream->codecpar->nb_coded_side_data;
#else
    return stream->nb_side_data;
#endif
}

static inline const AVPacketSideData *ms_stream_side_data_at(const AVStream *stream, int index) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
    return &stream->codecpar->coded_side_data[index];
#else
    return &stream->side_data[index];
#endif
}

static inline int ms_stream_add_side_data(
    AVStream *stream, enum AVPacketSideDataType type, const uint8_t *data, size_t size) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
    AVPacketSideData *side = av_packet_side_data_new(
        &stream->codecpar->coded_side_data, &stream->codecpar->nb_coded_side_data, type, size, 0);
    if (!side) return AVERROR(ENOMEM);
    memcpy(side->data, data, size);
#else
    uint8_t *copy = av_stream_new_side_data(stream, type, size);
    if (!copy) return AVERROR(ENOMEM);
    memcpy(copy, data, size);
#endif
    return 0;
}

// Appends a chapter to an output; the output owns it and `metadata`.
static inline int ms_add_chapter(
    AVFormatContext *output, int64_t id, AVRational time_base, int64_t start, int64_t end,
    AVDictionary *metadata) {
    AVChapter **chapters = av_realloc_array(
        output->chapters, output->nb_chapters + 1, sizeof(*chapters));
    AVChapter *chapter = av_mallocz(sizeof(*chapter));
    if (chapters) output->chapters = chapters;
    if (!chapters || !chapter) {
        av_free(chapter);
        av_dict_free(&metadata);
        return AVERROR(ENOMEM);
    }
    chapter->id = id;
    chapter->time_base = time_base;
    chapter->start = start;
    chapter->end = end;
    chapter->metadata = metadata;
    chapters[output->nb_chapters++] = chapter;
    return 0;
}

// ---- Input ----

// The mark of the packet that a frame came from travels through the decoder in a field that the
// caller may use: `reordered_opaque` until FFmpeg 5.1, a packet's `opaque` later. A decoder's own
// `opaque` goes with each packet into the copies of it that its frame threads have.
static inline void ms_mark_packet(AVCodecContext *codec, AVPacket *packet, int64_t mark) {
    codec->opaque = (void *)(intptr_t)mark;
#if LIBAVCODEC_VERSION_MAJOR >= 60
    packet->opaque = (void *)(intptr_t)mark;
    codec->flags |= AV_CODEC_FLAG_COPY_OPAQUE;
#else
    codec->reordered_opaque = mark;
#endif
}

static inline int64_t ms_frame_mark(const AVFrame *frame) {
#if LIBAVCODEC_VERSION_MAJOR >= 60
    return (int64_t)(intptr_t)frame->opaque;
#else
    return frame->reordered_opaque;
#endif
}

// The mark of the packet that a video decoder works on while it logs; 0 for any other logger. In
// frame threads `context` is the thread's own copy, so the mark is exact. What others keep in
// their decoders is returned, too.
static inline int64_t ms_logging_mark(void *context) {
    const AVClass *klass = context ? *(const AVClass **)context : NULL;
    if (klass == NULL || klass != avcodec_get_class()) return 0;
    const AVCodecContext *codec = context;
    if (codec->codec_type != AVMEDIA_TYPE_VIDEO || !av_codec_is_decoder(codec->codec)) return 0;
    return (int64_t)(intptr_t)codec->opaque;
}

// Whether an object that logs is an open input.
static inline int ms_is_demuxer(void *context) {
    const AVClass *klass = context ? *(const AVClass **)context : NULL;
    return klass != NULL && klass == avformat_get_class()
        && ((const AVFormatContext *)context)->iformat != NULL;
}

// How far an open input was read, in bytes; -1 where nothing is.
static inline int64_t ms_demuxer_position(void *context) {
    AVIOContext *io = ((AVFormatContext *)context)->pb;
    return io ? avio_tell(io) : -1;
}

// The nine numbers of a stream's display matrix, or NULL.
static inline const int32_t *ms_stream_display_matrix(const AVStream *stream) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
    const AVPacketSideData *side = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data,
        AV_PKT_DATA_DISPLAYMATRIX);
    return side && side->size >= 9 * sizeof(int32_t) ? (const int32_t *)side->data : NULL;
#else
    size_t size = 0;
    uint8_t *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    return size >= 9 * sizeof(int32_t) ? (const int32_t *)data : NULL;
#endif
}

static inline const int32_t *ms_frame_display_matrix(const AVFrame *frame) {
    const AVFrameSideData *side = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
    return side && side->size >= 9 * sizeof(int32_t) ? (const int32_t *)side->data : NULL;
}

static inline int ms_frame_is_interlaced(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 29, 100)
    return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
    return frame->interlaced_frame;
#endif
}

static inline int ms_frame_is_top_first(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 29, 100)
    return (frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#else
    return frame->top_field_first;
#endif
}

static inline int ms_frame_has_hdr10_plus(const AVFrame *frame) {
    return av_frame_get_side_data(frame, AV_FRAME_DATA_DYNAMIC_HDR_PLUS) != NULL;
}

static inline int ms_frame_has_decode_errors(const AVFrame *frame) {
    return frame->decode_error_flags != 0;
}

static inline int ms_frame_is_corrupt(const AVFrame *frame) {
    return (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0;
}

#endif
