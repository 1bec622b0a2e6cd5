import MaskStream

/// The events file of a command, opened when it is needed first.
final class EventsFile: Sendable {
    private let path: String?
    private let reads: ReadFiles
    private let opened = Confined<EventWriter?>(nil, label: "maskstream.events.file")

    /// Remembers where the events go; nil for nowhere.
    init(_ path: String?, reads: ReadFiles) {
        self.path = path
        self.reads = reads
    }

    /// What writes the events; nil where nobody wants them.
    ///
    /// - Throws: `MaskStreamError` 73 where the file cannot be created.
    func writer() throws -> EventWriter? {
        guard let path else { return nil }
        return try opened.sync { opened in
            let writer = try opened ?? EventWriter(path: path, reads: reads)
            opened = writer
            return writer
        }
    }

    /// Goes on in a new file, after the old one was moved away.
    @Sendable func reopen() {
        do { try opened.sync { try $0?.reopen() } } catch {
            Console.error("warning: \(error)")
        }
    }
}
