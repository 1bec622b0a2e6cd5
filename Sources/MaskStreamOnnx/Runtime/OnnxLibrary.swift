import Foundation
import MaskStream

/// Where the ONNX Runtime library is looked for.
enum OnnxLibrary {
    /// The version that `Scripts/setup` installs.
    static let pinned = "libonnxruntime.so.1.28.0"
    /// The variable that names the library's file and ends the search.
    static let variable = "MASKSTREAM_ONNXRUNTIME"
    /// The running program's file.
    static var program: URL { URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath() }
    private static let installHint = """
        run Scripts/setup in a checkout, install maskstream again, or name the library's file in \
        \(variable)
        """

    /// Opens the first library found.
    ///
    /// Calls `dlopen`.
    ///
    /// A file that the variable names is the only one tried, and a file found on the way that
    /// cannot be opened is an error: a broken library is not quietly replaced by another.
    static func open(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        program: URL = program,
        system: String = "libonnxruntime.so.1"
    ) throws -> (handle: UnsafeMutableRawPointer, library: String) {
        let named = environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        if let file = named ?? find(beside: program) {
            if let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL) { return (handle, file) }
            throw unusable(file, lastLinkerError())
        }
        if let handle = dlopen(system, RTLD_NOW | RTLD_LOCAL) { return (handle, system) }
        throw MaskStreamError(
            .unavailable, "the ONNX Runtime library was not found", hint: installHint)
    }

    /// The library's file near a program.
    static func find(beside program: URL) -> String? {
        folders(beside: program).lazy.compactMap { library(in: $0) }.first
    }

    /// Where a library may lie near a program: beside it, in `../lib/maskstream`, or in `.runtime` of
    /// the checkout that the program was built in.
    static func folders(beside program: URL) -> [URL] {
        let folder = program.deletingLastPathComponent()
        var folders = [folder, folder.appendingPathComponent("../lib/maskstream").standardized]
        // Only a checkout's `.runtime` counts, not one that somebody put into a folder above.
        var above = folder
        while above.path != "/" {
            above.deleteLastPathComponent()
            let package = above.appendingPathComponent("Package.swift").path
            if FileManager.default.fileExists(atPath: package) {
                folders.append(above.appendingPathComponent(".runtime/onnxruntime/capi"))
            }
        }
        return folders
    }

    /// The library in a folder: the pinned version, else the last by name.
    private static func library(in folder: URL) -> String? {
        let files = FileManager.default
        let pinned = folder.appendingPathComponent(Self.pinned).path
        if files.fileExists(atPath: pinned) { return pinned }
        // A folder that cannot be listed holds no library for us.
        let names = (try? files.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasPrefix("libonnxruntime.so") }.max()
            .map { folder.appendingPathComponent($0).path }
    }

    /// The error for a library that is there but does not serve.
    static func unusable(_ file: String, _ reason: String) -> MaskStreamError {
        MaskStreamError(
            .unavailable, "the ONNX Runtime library cannot be used: \(reason) (\(file))",
            hint: installHint)
    }
}

/// Why the last `dlopen` failed.
func lastLinkerError() -> String {
    dlerror().map { String(cString: $0) } ?? "it cannot be opened"
}
