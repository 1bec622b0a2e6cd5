// swift-tools-version: 6.2
import PackageDescription

let features: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// `.ci/run` sets the variable: warnings in our own targets are errors then, in dependencies not.
let isStrict = Context.environment["MASKSTREAM_WERROR"] != nil
let settings = features + (isStrict ? [.treatAllWarnings(as: .error)] : [])

let package = Package(
    name: "maskstream",
    products: [
        .executable(name: "maskstream", targets: ["maskstream-cli"]),
        .library(name: "MaskStream", targets: ["MaskStream"]),
        .library(name: "MaskStreamFFmpeg", targets: ["MaskStreamFFmpeg"]),
        .library(name: "MaskStreamOnnx", targets: ["MaskStreamOnnx"]),
        .library(name: "MaskStreamPreview", targets: ["MaskStreamPreview"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CFFmpeg", pkgConfig: "libavformat",
            providers: [
                .apt([
                    "libavformat-dev", "libavcodec-dev", "libavdevice-dev", "libswscale-dev",
                    "libswresample-dev",
                ])
            ]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "COnnxRuntime"),
        .systemLibrary(name: "CVideo4Linux"),
        .systemLibrary(name: "CGlibc"),
        .target(
            name: "MaskStream",
            dependencies: [
                "CGlibc", "COpenSSL",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                "Yams",
            ],
            swiftSettings: settings),
        .target(
            name: "MaskStreamFFmpeg", dependencies: ["MaskStream", "CFFmpeg", "CVideo4Linux"],
            swiftSettings: settings),
        .target(
            name: "MaskStreamOnnx",
            dependencies: ["MaskStream", "COnnxRuntime"], swiftSettings: settings),
        .target(
            name: "MaskStreamWeb", resources: [.embedInCode("Assets")], swiftSettings: settings),
        .target(
            name: "MaskStreamReports", dependencies: ["MaskStream", "MaskStreamWeb"],
            swiftSettings: settings),
        .target(
            name: "MaskStreamAnnotations",
            dependencies: ["MaskStream", "MaskStreamFFmpeg", "MaskStreamWeb"],
            swiftSettings: settings),
        .target(
            name: "MaskStreamPreview",
            dependencies: [
                "MaskStream", "MaskStreamWeb",
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "maskstream-cli",
            dependencies: [
                "MaskStream", "MaskStreamAnnotations", "MaskStreamFFmpeg", "MaskStreamOnnx",
                "MaskStreamPreview", "MaskStreamReports", "CGlibc",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "embedding-example",
            dependencies: ["MaskStream", "MaskStreamFFmpeg", "MaskStreamOnnx"],
            path: "Tests/Embedding", swiftSettings: settings),
        .executableTarget(
            name: "loop-evidence",
            dependencies: [
                "MaskStream", "MaskStreamFFmpeg", "MaskStreamOnnx", "MaskStreamReports",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Evidence", swiftSettings: settings),
        .target(
            name: "MaskStreamTestSupport", dependencies: ["MaskStream"], path: "Tests/Support",
            swiftSettings: settings),
        .testTarget(
            name: "MaskStreamTests",
            dependencies: ["MaskStream", "MaskStreamTestSupport"], exclude: ["Goldens"],
            swiftSettings: settings),
        .testTarget(
            name: "MaskStreamFFmpegTests",
            dependencies: ["MaskStreamFFmpeg", "MaskStreamTestSupport"], swiftSettings: settings),
        .testTarget(
            name: "MaskStreamOnnxTests",
            dependencies: ["MaskStreamOnnx", "MaskStreamTestSupport"], swiftSettings: settings),
        .testTarget(
            name: "MaskStreamAnnotationsTests",
            dependencies: ["MaskStreamAnnotations", "MaskStreamTestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "MaskStreamReportsTests",
            dependencies: ["MaskStreamReports", "MaskStreamWeb", "MaskStreamTestSupport"],
            exclude: ["report.txt"],
            swiftSettings: settings),
        .testTarget(
            name: "MaskStreamPreviewTests",
            dependencies: [
                "MaskStream", "MaskStreamPreview", "MaskStreamTestSupport",
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests", dependencies: ["MaskStream", "MaskStreamTestSupport"],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
