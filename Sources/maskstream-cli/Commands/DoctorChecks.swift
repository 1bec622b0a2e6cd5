import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamOnnx

/// The checks of `maskstream doctor`.
enum DoctorChecks {
    /// What all checks find, first what the main job needs.
    static func all() -> [DoctorFinding] {
        program() + libraries() + encoders() + hardware() + runtime() + profiles() + cameras()
            + virtualCameras() + ffmpeg() + temporaryFolder()
    }

    private static func program() -> [DoctorFinding] {
        let place = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        return [.ok("program", "maskstream \(Versions.program) (\(place))")]
    }

    private static func libraries() -> [DoctorFinding] {
        [.ok("ffmpeg libraries", FFmpegVersions.lines.joined(separator: ", "))]
    }

    private static func encoders() -> [DoctorFinding] {
        var usable: [String] = []
        var missing: [DoctorFinding] = []
        for (name, purpose) in UsualEncoders.all {
            do {
                try EncoderTrial.run(name)
                usable.append(name)
            } catch {
                missing.append(
                    .warn(
                        "encoder", "\(name) (\(purpose)): \(error)",
                        hint: "use --codec with another, or an FFmpeg that has it: Debian's has"))
            }
        }
        guard !usable.isEmpty else {
            return [
                .fail(
                    "encoders",
                    MaskStreamError(
                        .unavailable,
                        "none of \(UsualEncoders.all.map(\.name).joined(separator: ", "))",
                        hint: "install Debian's FFmpeg libraries: apt-get install ffmpeg"))
            ]
        }
        return [.ok("encoders", usable.joined(separator: ", "))] + missing
    }

    private static func runtime() -> [DoctorFinding] {
        do {
            let runtime = try OnnxRuntime.shared()
            return [.ok("runtime library", "ONNX Runtime \(runtime.version) (\(runtime.library))")]
                + devices()
        } catch {
            return [.fail("runtime library", error)]
        }
    }

    /// Where models can run, and what to install to run them elsewhere.
    private static func devices() -> [DoctorFinding] {
        let plugins = DeviceSurvey.all()
        let processor =
            InferenceDevice.cpu.name
            + (Precision.ofProcessor == .int8 ? " (AVX-512 VNNI: models in 8 bits)" : "")
        let usable = [processor] + plugins.filter { $0.device != nil }.map(\.name)
        let missing = plugins.filter { !$0.isInstalled }.map { "\($0.name) (\($0.setup))" }
        let rest = missing.isEmpty ? "" : "; not installed: \(missing.joined(separator: ", "))"
        return [.ok("devices", usable.joined(separator: ", ") + rest)]
            + plugins.filter(\.isInstalled).compactMap { plugin in
                plugin.problem.map {
                    .warn("device \(plugin.name)", $0.message, hint: $0.hint ?? plugin.setup)
                }
            }
    }

    private static func ffmpeg() -> [DoctorFinding] {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let places = folders.map { "\($0)/ffmpeg" }
        if let place = places.first(where: FileManager.default.isExecutableFile) {
            return [.ok("ffmpeg program", place)]
        }
        return [
            .warn(
                "ffmpeg program", "not in PATH; only `maskstream bench` needs it",
                hint: "sudo apt-get install ffmpeg")
        ]
    }

    private static func temporaryFolder() -> [DoctorFinding] {
        let folder = FileManager.default.temporaryDirectory.path
        do {
            _ = try TemporaryFile()
            return [.ok("temporary folder", "\(folder) can be written to")]
        } catch {
            return [
                .warn(
                    "temporary folder", "\(error)",
                    hint: "name one that can be written to in TMPDIR; `bench` and `compare` need it"
                )
            ]
        }
    }
}
