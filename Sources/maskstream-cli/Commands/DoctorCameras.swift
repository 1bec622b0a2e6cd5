import Foundation
import MaskStreamFFmpeg

extension DoctorChecks {
    /// Which cameras can be read, and why others cannot.
    static func cameras() -> [DoctorFinding] {
        let list = CameraList()
        var findings = list.cameras.map { camera in
            let mode = camera.usualMode.map { ", \($0)" } ?? ""
            return DoctorFinding.ok("camera", "\(camera.name)\(mode) (\(camera.path))")
        }
        if !list.forbidden.isEmpty {
            findings.append(
                .warn(
                    "camera", "not permitted: \(list.forbidden.joined(separator: ", "))",
                    hint: isInVideoGroup
                        ? "you are in the group video and may not all the same: look at "
                            + "ls -l \(list.forbidden[0])"
                        : "sudo usermod -aG video $USER, then log in again"))
        }
        if findings.isEmpty {
            findings = [.ok("camera", "none; one shows up as /dev/videoN when it is plugged in")]
        }
        return findings
    }

    /// Which virtual cameras can be written to, and how to get one.
    static func virtualCameras() -> [DoctorFinding] {
        let outputs = CameraList().outputs
        guard outputs.isEmpty else {
            return outputs.map { .ok("virtual camera", "\($0.name) (\($0.path))") }
        }
        let load = "sudo modprobe v4l2loopback exclusive_caps=1 card_label=maskstream"
        let (state, hint) =
            if FileManager.default.fileExists(atPath: "/sys/module/v4l2loopback") {
                ("v4l2loopback is loaded without one", "sudo rmmod v4l2loopback; \(load)")
            } else if isModuleInstalled {
                ("v4l2loopback is installed but not loaded", load)
            } else {
                ("v4l2loopback is not installed", "sudo apt-get install v4l2loopback-dkms; \(load)")
            }
        return [
            .warn(
                "virtual camera", "none, needed only to write to one: \(state)", hint: hint)
        ]
    }

    /// Whether the user is in the group that Debian lets at cameras.
    private static var isInVideoGroup: Bool {
        guard let video = getgrnam("video")?.pointee.gr_gid else { return false }
        var groups = [gid_t](repeating: 0, count: Int(max(getgroups(0, nil), 0)))
        let count = getgroups(Int32(groups.count), &groups)
        return getegid() == video || groups.prefix(Int(max(count, 0))).contains(video)
    }

    /// Whether the running kernel has the virtual camera's driver.
    private static var isModuleInstalled: Bool {
        var kernel = utsname()
        guard uname(&kernel) == 0 else { return false }
        let release = withUnsafeBytes(of: kernel.release) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let index = "/lib/modules/\(release)/modules.dep"
        // A kernel without the file has no modules.
        return (try? String(contentsOfFile: index, encoding: .utf8))?.contains("/v4l2loopback.ko")
            ?? false
    }
}
