import MaskStreamFFmpeg
import MaskStreamOnnx

/// The program's version and those of the libraries it found.
enum Versions {
    static let program = "0.1.0"

    /// What `--version` prints.
    static var text: String {
        let runtime: String
        do {
            let found = try OnnxRuntime.shared()
            runtime = "onnxruntime \(found.version) (\(found.library))"
        } catch {
            runtime = "onnxruntime: \(error)"
        }
        return (["maskstream \(program)"] + FFmpegVersions.lines + [runtime])
            .joined(separator: "\n")
    }
}
