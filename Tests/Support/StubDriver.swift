import Foundation

/// A stand-in for NVIDIA's driver, compiled of `Tests/StubDriver`: with it FFmpeg decodes on a "GPU"
/// whose pictures are a pattern.
public struct StubDriver: Sendable {
    /// The folder of its libraries.
    public let folder: TemporaryFolder

    /// Compiles it.
    public init() throws {
        folder = try TemporaryFolder()
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("StubDriver").path
        for name in ["cuda", "nvcuvid"] {
            let library = "lib\(name).so.1"
            let built = try runProgram([
                "cc", "-O1", "-shared", "-fPIC", "-Wl,-soname,\(library)", "-o",
                folder.path(library), "\(sources)/\(name).c",
            ])
            guard built.status == 0 else { throw ProgramFailure(description: built.errors) }
        }
    }

    /// The variables by which a program finds it; `fault` is what goes wrong.
    public func environment(_ fault: String = "") -> [String: String] {
        // No driver of this machine is taken for VA-API.
        [
            "LD_LIBRARY_PATH": folder.url.path, "LIBVA_DRIVERS_PATH": folder.url.path,
            "STUB_DRIVER": fault,
        ]
    }

    /// Pictures that it decodes as their planes, Y, U and V, one after the other.
    ///
    /// - Parameters:
    ///   - numbers: which pictures, in the order of decoding.
    ///   - left: columns that are cut off; `top` is rows.
    ///   - scale: what each sample is multiplied by.
    public static func pictures(
        _ numbers: Range<Int>, width: Int, height: Int, left: Int = 0, top: Int = 0, scale: Int = 1
    ) -> [UInt16] {
        numbers.flatMap { n -> [UInt16] in
            func plane(_ shift: Int, _ value: (Int, Int) -> Int) -> [UInt16] {
                (0..<height >> shift).flatMap { y in
                    (0..<width >> shift).map { x in
                        let sample = value(x + left >> shift, y + top >> shift) + n
                        return UInt16(sample & 255) * UInt16(scale)
                    }
                }
            }
            return plane(0) { 3 * $0 + 5 * $1 } + plane(1) { $0 + 2 * $1 }
                + plane(1) { 2 * $0 + $1 }
        }
    }
}
