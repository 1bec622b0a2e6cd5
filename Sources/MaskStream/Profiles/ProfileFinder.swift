import Foundation

/// Finds profiles by name in the folders where they may be installed.
public struct ProfileFinder: Sendable {
    /// The folders that hold profiles, in the order in which they are searched.
    public let folders: [String]

    /// Searches, in this order: `$MASKSTREAM_PROFILES`, `$XDG_CONFIG_HOME/maskstream/profiles`,
    /// `../share/maskstream/profiles` beside the program, and `Profiles` above the build folder.
    public init(environment: [String: String], program: String) {
        var folders = (environment["MASKSTREAM_PROFILES"] ?? "")
            .split(separator: ":").map(String.init)
        // The XDG specification takes an empty variable as one that is not set.
        if let config = environment["XDG_CONFIG_HOME"], !config.isEmpty {
            folders.append(config + "/maskstream/profiles")
        } else if let home = environment["HOME"], !home.isEmpty {
            folders.append(home + "/.config/maskstream/profiles")
        }
        var folder = URL(fileURLWithPath: program).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        folders.append(
            folder.deletingLastPathComponent().path + "/share/maskstream/profiles")
        while folder.path != "/" {
            let candidate = folder.path + "/Profiles"
            if FileIdentity(folder.path + "/Package.swift") != nil, FileIdentity(candidate) != nil {
                folders.append(candidate)
                break
            }
            folder.deleteLastPathComponent()
        }
        self.folders = folders
    }

    /// The folder of a profile: a path where the name has a slash, else the first found.
    ///
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/configuration`` that lists
    ///   the profiles there are.
    public func folder(of name: String) throws -> String {
        let candidates =
            name.contains("/") ? [name] : name.isEmpty ? [] : folders.map { "\($0)/\(name)" }
        if let found = candidates.first(where: Self.isProfile) { return found }
        if !name.isEmpty, Self.isProfile("./\(name)") {
            throw MaskStreamError(
                .configuration, "profile not found: \(name)",
                hint: "a folder is given with a slash: ./\(name)")
        }
        throw MaskStreamError(
            .configuration, "profile not found: \(name)", hint: hint(for: name))
    }

    private func hint(for name: String) -> String {
        if name.contains("/"), FileIdentity(name) != nil {
            return "a profile is a folder with a profile.yaml; maskstream profiles new begins one"
        }
        let names = profiles().map(\.name)
        guard !names.isEmpty else { return "no profiles in \(folders.joined(separator: ", "))" }
        let close = name.count > 2 ? CloseNames.of(name, among: names).first : nil
        return (close.map { "did you mean `\($0)`? " } ?? "")
            + "there are: \(names.joined(separator: ", "))"
    }

    /// Every profile found, by name; the first of a name hides later ones.
    public func profiles() -> [(name: String, folder: String)] {
        var found: [String: String] = [:]
        for folder in folders {
            // A folder that does not exist holds no profiles; that is no error.
            for name in names(inFolder: folder) ?? []
            where found[name] == nil && Self.isProfile("\(folder)/\(name)") {
                found[name] = "\(folder)/\(name)"
            }
        }
        return found.sorted { $0.key < $1.key }.map { (name: $0.key, folder: $0.value) }
    }

    private static func isProfile(_ folder: String) -> Bool {
        FileIdentity(folder + "/profile.yaml") != nil
    }
}
