// What a camera is asked before FFmpeg opens it: `ioctl` takes any arguments and the names of the
// questions are macros, neither of which Swift can import.
#ifndef CVIDEO4LINUX_H
#define CVIDEO4LINUX_H

#include <errno.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>

static inline int ms_v4l2_ask(int device, unsigned long question, void *answer) {
    int code;
    do code = ioctl(device, question, answer);
    while (code < 0 && errno == EINTR);
    return code;
}

static const unsigned long ms_v4l2_query_capabilities = VIDIOC_QUERYCAP;
static const unsigned long ms_v4l2_list_formats = VIDIOC_ENUM_FMT;
static const unsigned long ms_v4l2_list_sizes = VIDIOC_ENUM_FRAMESIZES;
static const unsigned long ms_v4l2_list_intervals = VIDIOC_ENUM_FRAMEINTERVALS;
static const unsigned long ms_v4l2_start_stream = VIDIOC_STREAMON;

#endif
