import ArgumentParser
import MaskStream

extension CompletionKind {
    /// The names of profiles, or the folders under what is typed so far where that is a path.
    static let profile = CompletionKind.custom { _, _, prefix in
        guard prefix.contains("/") else { return ProfileFinder.standard.profiles().map(\.name) }
        let folder = String(prefix[...(prefix.lastIndex(of: "/") ?? prefix.startIndex)])
        // What cannot be listed has nothing to offer.
        return (names(inFolder: folder) ?? []).sorted().map { folder + $0 }.filter {
            FileIdentity($0)?.isFolder == true
        }
    }
}
