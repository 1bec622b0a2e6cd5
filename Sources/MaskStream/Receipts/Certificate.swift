package import Foundation

/// What can be said of a masked output without showing anything of it: hashes, counts and times.
///
/// It holds no name of a file, no box and no image, and claims nothing about what nobody saw. Whatever does not
/// apply is absent.
package struct Certificate: Encodable, Sendable {
    /// The program that masked.
    package struct Program: Encodable, Sendable {
        package var version: String
        /// Of the program's file.
        package var sha256: String

        /// Makes a record.
        package init(version: String, sha256: String) {
            self.version = version
            self.sha256 = sha256
        }
    }

    /// Frames by what became of them.
    package struct Frames: Encodable, Sendable {
        package var read: Int
        package var written: Int
        /// Written, and had a map without a subject in it.
        package var withoutSubject: Int
        /// Masked whole, because the decoder had to guess them.
        package var damaged: Int
        /// Packets and frames of the input that were damaged.
        package var corrupt: Int

        /// Makes a record of what was counted.
        package init(_ counts: PipelineCounts, corrupt: Int) {
            read = counts.framesIn
            written = counts.framesOut
            withoutSubject = counts.undetected
            damaged = counts.damaged
            self.corrupt = corrupt
        }
    }

    /// When there were subjects.
    package struct Subjects: Encodable, Sendable {
        /// The most subjects of one frame.
        package var most: Int
        /// The frames with one at least.
        package var when: FrameSpans

        /// Makes a record.
        package init(most: Int, when: FrameSpans) {
            self.most = most
            self.when = when
        }
    }

    /// Times without a subject between two detections.
    package struct Gaps: Encodable, Sendable {
        package var count: Int
        /// Seconds of the longest.
        package var longest: Double
        /// The longest, at most ``PipelineCounts/mostGaps``, in the order of their times.
        package var spans: [FrameSpans.Span]

        /// Makes a record of what was counted.
        package init(_ counts: PipelineCounts) {
            count = counts.gapCount
            longest = counts.longestGap.rounded(places: 6)
            spans = counts.gaps.sorted { $0.start < $1.start }.map {
                FrameSpans.Span(
                    from: $0.start.rounded(places: 6), to: $0.end.rounded(places: 6),
                    frames: $0.frames)
            }
        }
    }

    /// What share of planted misses a detector finds.
    package struct Recall: Encodable, Sendable {
        /// Nil where nobody has measured it.
        package var value: Double?
        /// Who planted them and how, or why there is no value.
        package var reason: String

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(value, forKey: .value)
            try container.encode(reason, forKey: .reason)
        }

        private enum CodingKeys: String, CodingKey { case value, reason }
    }

    /// The second look.
    package struct Verified: Encodable, Sendable {
        let look: SecondLook
        let recall = Recall(
            value: nil, reason: "not measured: a run plants no misses")

        /// Makes a record.
        package init(look: SecondLook) { self.look = look }

        package func encode(to encoder: any Encoder) throws {
            try look.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(recall, forKey: .recall)
        }

        private enum CodingKeys: String, CodingKey { case recall }
    }

    /// The version of this form.
    package let schema = 1
    package var program: Program
    /// The input's file; nil where it is none.
    package var input: FileDigest?
    /// The output's file.
    package var output: FileDigest
    /// Which profile it was.
    package var profile: Receipt.Profile
    /// The file of what a person has changed of an analysis; nil where nobody has.
    package var edits: FileDigest?
    /// The options that change the result, by their long names.
    package var options: [String: [String]]
    /// Where the models ran, in words.
    package var device: String
    /// What the models answer where they ran, see `maskstream fingerprint`; nil where none ran.
    package var fingerprint: String?
    package var frames: Frames
    /// When frames were masked whole, for want of a map to trust.
    package var maskedWhole: FrameSpans
    /// When subjects were hidden; nil where they are shown.
    package var hidden: Subjects?
    /// When subjects were shown; nil where they are hidden.
    package var shown: Subjects?
    package var gaps: Gaps
    /// The second look at the output; nil where there was none.
    package var verification: Verified?
    /// The exit status of the run: 0, or that of a second look which found something.
    package var exit: Int32

    /// Makes a record.
    package init(
        program: Program, input: FileDigest?, output: FileDigest, profile: Receipt.Profile,
        edits: FileDigest?, options: [String: [String]], device: String, fingerprint: String?,
        frames: Frames,
        maskedWhole: FrameSpans, hidden: Subjects?, shown: Subjects?, gaps: Gaps,
        verification: Verified?, exit: Int32
    ) {
        self.program = program
        self.input = input
        self.output = output
        self.profile = profile
        self.edits = edits
        self.options = options
        self.device = device
        self.fingerprint = fingerprint
        self.frames = frames
        self.maskedWhole = maskedWhole
        self.hidden = hidden
        self.shown = shown
        self.gaps = gaps
        self.verification = verification
        self.exit = exit
    }

    /// The exit status that the certificate in a file tells; nil where there is none.
    package static func exit(ofFile path: String) -> Int32? {
        struct Head: Decodable {
            var schema: Int
            var output: FileDigest
            var exit: Int32
        }
        guard FileIdentity(path)?.isRegular == true,
            let data = try? FileHandle(opening: path, O_RDONLY)?.read(upToCount: 1 << 24),
            let head = try? JSONDecoder().decode(Head.self, from: data), head.schema == 1
        else { return nil }
        return head.exit
    }

    /// The bytes of the file; the same run gives the same.
    package var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self) + Data("\n".utf8)
        }
    }
}
