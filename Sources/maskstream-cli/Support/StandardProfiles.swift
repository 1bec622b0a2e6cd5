import Foundation
import MaskStream

extension ProfileFinder {
    /// Where this program looks for profiles.
    static var standard: ProfileFinder {
        ProfileFinder(
            environment: ProcessInfo.processInfo.environment, program: "/proc/self/exe")
    }
}
