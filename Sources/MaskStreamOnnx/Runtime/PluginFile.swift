import Foundation
import MaskStream

/// Finds a plugin's file, and opens the libraries that it needs.
struct PluginFile {
    let plugin: Plugin

    /// The file that the plugin's variable names, else the first beside the ONNX Runtime library or
    /// in a folder where that is looked for; nil where there is none.
    func find(
        library: String, environment: [String: String] = ProcessInfo.processInfo.environment,
        program: URL = OnnxLibrary.program
    ) -> String? {
        if let named = environment[plugin.variable], !named.isEmpty { return named }
        // One that the system's linker found has a name and no folder.
        let beside =
            library.contains("/") ? [URL(fileURLWithPath: library).deletingLastPathComponent()] : []
        let folders = beside + OnnxLibrary.folders(beside: program)
        let places = folders.flatMap { [$0.appendingPathComponent(plugin.package), $0] }
        return places.map { $0.appendingPathComponent(plugin.file).path }
            .first(where: FileManager.default.fileExists)
    }

    /// Opens the plugin with all it needs, from its own folder where that has it.
    ///
    /// Calls `dlopen`.
    ///
    /// NVIDIA's packages set no search path; a library that is open is found by its name.
    ///
    /// - Throws: `MaskStreamError` `unavailable`, naming the first library that is missing.
    func open(_ file: String) throws {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        for name in plugin.companions {
            let companion = folder.appendingPathComponent(name).path
            guard FileManager.default.fileExists(atPath: companion) else { continue }
            try open(companion, needs: folder)
        }
        try open(file, needs: folder)
    }

    private func open(_ file: String, needs folder: URL) throws {
        var tried: Set<String> = []
        while dlopen(file, RTLD_NOW | RTLD_LOCAL) == nil {
            let reason = lastLinkerError()
            guard let missing = Self.missing(reason), missing != file else {
                throw plugin.unusable(reason, file)
            }
            let own = folder.appendingPathComponent(missing).path
            guard FileManager.default.fileExists(atPath: own), tried.insert(missing).inserted else {
                throw plugin.missing(missing)
            }
            try open(own, needs: folder)
        }
    }

    /// The library that glibc's linker does not find, from its message.
    static func missing(_ message: String) -> String? {
        guard let end = message.range(of: ": cannot open shared object file") else { return nil }
        return String(message[..<end.lowerBound])
    }
}
