/// Encoders that people ask for, and what for.
enum UsualEncoders {
    static let all = [
        (name: "libx264", purpose: "H.264, the default"), (name: "libx265", purpose: "HEVC"),
        (name: "libvpx-vp9", purpose: "VP9 in WebM"), (name: "libsvtav1", purpose: "AV1"),
        (name: "prores_ks", purpose: "ProRes"), (name: "ffv1", purpose: "lossless"),
    ]
}
