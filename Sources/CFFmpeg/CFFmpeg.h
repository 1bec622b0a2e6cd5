// The parts of FFmpeg that maskstream calls, and what Swift cannot import of them: macros become
// functions here, and every difference between FFmpeg versions (5.1 and later) is settled here.
#ifndef CFFMPEG_H
#define CFFMPEG_H

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavdevice/avdevice.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

static inline int ms_averror(int posix_code) { return AVERROR(posix_code); }
static inline int ms_averror_eof(void) { return AVERROR_EOF; }
static inline int ms_averror_invalid_data(void) { return AVERROR_INVALIDDATA; }
static inline int ms_averror_exit(void) { return AVERROR_EXIT; }
static inline int64_t ms_nopts(void) { return AV_NOPTS_VALUE; }

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

#endif
