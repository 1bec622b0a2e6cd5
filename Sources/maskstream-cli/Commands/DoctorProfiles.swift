import Foundation
import MaskStream
import MaskStreamOnnx

extension DoctorChecks {
    /// Whether each profile found can be used.
    static func profiles() -> [DoctorFinding] {
        let finder = ProfileFinder.standard
        let found = finder.profiles()
        guard !found.isEmpty else {
            return [
                .fail(
                    "profiles",
                    MaskStreamError(
                        .configuration, "none in \(finder.folders.joined(separator: ", "))",
                        hint: "install maskstream again, or name the folder that holds profiles "
                            + "in MASKSTREAM_PROFILES"))
            ]
        }
        return found.flatMap { check($0.name, $0.folder) }
    }

    private static func check(_ name: String, _ folder: String) -> [DoctorFinding] {
        let subject = "profile \(name)"
        do {
            let profile = try Profile(folder: folder)
            let files = profile.models.flatMap(\.files)
            guard (try? OnnxRuntime.shared()) != nil else {
                return [
                    .warn(
                        subject, "the manifest is valid; no model was tried (\(folder))",
                        hint: "models need the runtime library")
                ]
            }
            for file in files { _ = try OnnxSession(path: file.path, expectedSHA256: file.sha256) }
            let names = profile.primary == nil ? "the estimator loads" : "both models load"
            guard files.allSatisfy({ $0.sha256 != nil }) else {
                return [
                    .warn(
                        subject, "\(names), but no hash guards them (\(folder))",
                        hint: "maskstream profiles check \(name) prints the hashes")
                ]
            }
            return [.ok(subject, "\(names), the hashes are right (\(folder))")]
        } catch {
            return [.fail(subject, error)]
        }
    }
}
