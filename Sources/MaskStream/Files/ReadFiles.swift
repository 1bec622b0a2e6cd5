import Foundation

/// The files that a run reads; no path that is written may lead to one of them.
///
/// Files are compared by device and inode, so that links, other spellings and `/proc/self/fd/0` are
/// no way around. Every writer of a file asks here before it changes anything.
public struct ReadFiles: Sendable {
    private var names: [FileIdentity: String] = [:]
    /// Whether FFmpeg is told to open what MOV and MP4 files refer to, which is not among these.
    public private(set) var followsReferences = false

    /// Starts with what some paths lead to.
    public init(_ paths: [String] = []) { paths.forEach { add($0) } }

    /// Adds what a path leads to, if anything.
    ///
    /// A folder stands for the files in it as well, a playlist for those that it names, and what is
    /// no path for the files that FFmpeg opens by it, as `concat:A|B`.
    public mutating func add(_ path: String) {
        let path = path.hasPrefix("file:") ? String(path.dropFirst(5)) : path
        guard let identity = FileIdentity(path) else { return addParts(of: path) }
        guard !identity.isCharacterDevice, names.updateValue(path, forKey: identity) == nil else {
            return
        }
        if identity.isFolder {
            addFiles(in: path)
        } else if identity.isRegular, let text = Playlist.read(path) {
            Playlist.files(namedIn: text, folder: Destination.folder(of: path)).forEach { add($0) }
            Playlist.protocols(namedIn: text).forEach { addEnds(of: $0) }
            noteReferences(in: String(original: text))
        }
    }

    /// Adds the files that an option of FFmpeg names in its value, and those that a filter graph or
    /// the description of a key in such a file names.
    public mutating func add(option key: String, _ value: String) {
        noteReferences(in: key)
        addParts(of: value)
        guard ["graph_file", "hls_key_info_file"].contains(key) else { return }
        for file in LocationParts.names(in: value) where FileIdentity(file)?.isRegular == true {
            guard let text = Playlist.text(of: file) else { continue }
            if key == "graph_file" { addParts(of: text) } else { addKey(in: text) }
        }
    }

    /// Adds the file of a key, which the second line names.
    private mutating func addKey(in text: String) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if let name = lines.dropFirst().first, !name.isEmpty { add(String(name)) }
    }

    private mutating func noteReferences(in text: String) {
        if text.contains("enable_drefs") { followsReferences = true }
    }

    private mutating func addEnds(of location: String) {
        addLists(in: location)
        for name in LocationParts.ends(of: location) where FileIdentity(name)?.isRegular == true {
            add(name)
        }
    }

    private mutating func addLists(in location: String) {
        for list in LocationParts.lists(in: location) {
            guard let identity = FileIdentity(list), names[identity] == nil else { continue }
            add(list)
            Playlist.lines(of: list).forEach { add($0) }
        }
    }

    private mutating func addParts(of location: String) {
        noteReferences(in: location)
        addLists(in: location)
        for descriptor in LocationParts.descriptors(in: location) {
            add(descriptor: descriptor, as: location)
        }
        for name in LocationParts.names(in: location)
        where FileIdentity(name)?.isRegular == true {
            add(name)
        }
    }

    /// Adds the open file behind a descriptor, as the standard input's.
    public mutating func add(descriptor: Int32, as name: String) {
        guard let identity = FileIdentity(descriptor: descriptor), !identity.isCharacterDevice
        else { return }
        names[identity] = name
    }

    private mutating func addFiles(in folder: String) {
        // Whoever reads the folder reports why it cannot.
        for file in MaskStream.names(inFolder: folder) ?? [] {
            guard let identity = FileIdentity("\(folder)/\(file)"), identity.isRegular else {
                continue
            }
            names[identity] = "\(folder)/\(file)"
        }
    }

    /// Refuses to write to a file that is read.
    ///
    /// - Parameters:
    ///   - identity: the file that would be written; nil where it does not exist yet.
    ///   - what: what would be written, as `the output`.
    ///   - path: the path as it was given.
    /// - Throws: ``MaskStreamError`` with code `cannotCreate`.
    public func refuse(_ identity: FileIdentity?, _ what: String, _ path: String) throws {
        guard let identity, let name = names[identity] else { return }
        throw MaskStreamError(
            .cannotCreate, "\(what) would replace an input (\(path))",
            hint: "\(name) is read in this run: choose another name for \(what)")
    }
}
