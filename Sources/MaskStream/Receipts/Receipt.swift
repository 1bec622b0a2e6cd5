import Foundation

/// What a run read, how it worked and what it wrote, so that a later run knows whether anything is
/// left to do, and what it may replace.
///
/// It is written twice: as a claim before the first frame, and whole after the output has its name.
/// Whatever does not apply is absent.
package struct Receipt: Codable, Sendable {
    /// How far the run has come.
    package enum State: String, Codable, Sendable {
        /// It has begun, and may have been killed since.
        case claim
        /// It has ended, well or not.
        case done
    }

    /// What was read.
    package struct Input: Codable, Equatable, Sendable {
        /// The input as it was given, without credentials and query.
        package var name: String
        /// Bytes.
        package var size: Int?
        /// Of the file's bytes.
        package var sha256: String?
        /// What a server calls the version of a URL's content.
        package var etag: String?

        /// Makes an input of which nothing but the name is known.
        package init(name: String) { self.name = name }

        /// Whether the content is known, so that it is known again.
        package var isKnown: Bool { sha256 != nil || etag != nil }
    }

    /// Which profile it was.
    package struct Profile: Codable, Equatable, Sendable {
        /// Its name.
        package var name: String
        /// Of all that it consists of, see `Profile.digest()`.
        package var sha256: String

        /// Makes a record.
        package init(name: String, sha256: String) {
            self.name = name
            self.sha256 = sha256
        }
    }

    /// A file that was written.
    package struct File: Codable, Sendable {
        /// The path as it was given.
        package var name: String
        /// Bytes; absent where the file is not complete.
        package var size: Int?
        /// Of its bytes; absent where the file is not complete.
        package var sha256: String?
        /// In a claim, the file's number in its file system, which it keeps when it gets its name.
        package var inode: UInt64?

        /// Makes a record of a file that is not complete.
        package init(name: String, inode: UInt64? = nil) {
            self.name = name
            self.inode = inode
        }

        /// Makes a record of a complete file.
        ///
        /// - Throws: ``MaskStreamError`` with code `noInput` where it cannot be read.
        package init(complete name: String) throws {
            let digest = try FileDigest(ofFile: name)
            self.name = name
            (size, sha256) = (digest.size, digest.sha256)
        }

        /// Whether a file holds what this one held when it was complete.
        package func isHeld(by found: FileDigest?) -> Bool {
            found != nil && found?.size == size && found?.sha256 == sha256
        }
    }

    /// Why a run failed.
    package struct Failure: Codable, Sendable {
        package var message: String
        package var hint: String?

        /// Makes a record of an error's words.
        package init(message: String, hint: String?) {
            self.message = message
            self.hint = hint
        }
    }

    /// The counts of the end event.
    package struct Frames: Codable, Equatable, Sendable {
        package var framesIn: Int
        package var framesOut: Int
        package var dropped: Int
        package var corrupt: Int
        package var missed: Int
        package var undetected: Int
        package var primarySkipped: Int
        package var longestGap: Double

        /// Makes a record of what was counted.
        package init(_ counts: PipelineCounts, dropped: Int, corrupt: Int) {
            framesIn = counts.framesIn
            framesOut = counts.framesOut
            self.dropped = dropped
            self.corrupt = corrupt
            missed = counts.missed
            undetected = counts.undetected
            primarySkipped = counts.primarySkipped
            longestGap = counts.longestGap.rounded(places: 4)
        }
    }

    /// The version of this form.
    package var schema = 1
    /// How far the run has come.
    package var state = State.claim
    /// The program's version.
    package var version: String
    /// What was read.
    package var input: Input
    /// Which profile it was.
    package var profile: Profile
    /// The options that change the result, by their long names.
    package var options: [String: [String]]
    /// The part of the input that was masked; nil where it was all of it.
    package var segment: Segment?
    /// Where the models ran, in words.
    package var device: String
    /// What the models answer on this machine, see `maskstream fingerprint`.
    package var fingerprint: String?
    /// The exit status of the run.
    package var exit: Int32?
    /// Why it failed.
    package var error: Failure?
    /// What was counted.
    package var frames: Frames?
    /// The output.
    package var output: File?
    /// The events file.
    package var events: File?
    /// The report.
    package var report: File?
    /// The certificate.
    package var certificate: File?
    /// What an older output of this program holds that the run replaces.
    package var replaces: FileDigest?

    /// Makes a claim.
    package init(
        version: String, input: Input, profile: Profile, options: [String: [String]],
        device: String
    ) {
        self.version = version
        self.input = input
        self.profile = profile
        self.options = options
        self.device = device
    }
}

extension Receipt {
    /// The receipt in a file; nil where there is none, or none that can be read.
    package init?(ofFile path: String) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let data = try? contents(ofFile: path),
            let receipt = try? decoder.decode(Receipt.self, from: data), receipt.schema == 1
        else { return nil }
        self = receipt
    }

    /// Writes the receipt beside its place and gives it its name: a reader finds the old one or the
    /// new one, never a part.
    ///
    /// - Throws: ``MaskStreamError`` with code `cannotCreate` or `inputOutput`.
    package func write(to path: String, reads: ReadFiles) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let file = try WholeFile(path, "the receipt", reads: reads)
        try file.write(encoder.encode(self) + Data("\n".utf8))
    }

    /// Whether a run that ended well did the same work: the same content, profile, options, device
    /// and version.
    package func didTheWork(of other: Receipt) -> Bool {
        state == .done && exit == 0 && version == other.version && input.isSame(as: other.input)
            && profile == other.profile && options == other.options && device == other.device
            && isOfSamePart(as: other)
    }

    private func isOfSamePart(as other: Receipt) -> Bool {
        guard let segment, let wanted = other.segment else {
            return segment == nil && other.segment == nil
        }
        return segment.isSame(as: wanted)
    }

    /// Whether it is of a segment without frames, which has no output.
    package var isEmpty: Bool { segment?.isEmpty == true }

    /// Whether each of the files that are wanted now was written, and is unchanged; nil is none.
    package func wrote(
        output: String?, events: String?, report: String?, certificate: String? = nil
    ) -> Bool {
        let output = isEmpty ? nil : output
        return [
            (self.output, output), (self.events, events), (self.report, report),
            (self.certificate, certificate),
        ].allSatisfy {
            guard let path = $1 else { return true }
            return $0?.isHeld(by: try? FileDigest(ofFile: path)) == true
        }
    }

    /// Whether the run made the file at a path: the one that it claimed, or one whose bytes it
    /// wrote.
    package func made(_ path: String) -> Bool {
        if state == .claim, let inode = output?.inode, FileIdentity(path)?.inode == inode {
            return true
        }
        guard let found = try? FileDigest(ofFile: path) else { return false }
        return found == replaces || output?.isHeld(by: found) == true
    }
}

extension Receipt.Input {
    /// Whether two inputs have the same content, whatever they are called.
    package func isSame(as other: Self) -> Bool {
        isKnown && size == other.size && sha256 == other.sha256 && etag == other.etag
    }
}
