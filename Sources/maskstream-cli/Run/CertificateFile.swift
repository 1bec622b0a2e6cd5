import Foundation
import MaskStream
import MaskStreamFFmpeg

/// The record of `--certificate`: opened before the first frame, written when the output is complete.
struct CertificateFile {
    fileprivate static let what = "the certificate"

    private let file: WholeFile
    private let plan: SessionPlan
    private let input: FileDigest?
    private var subjects = FrameSpans()
    private var maskedWhole = FrameSpans()
    private var most = 0

    /// Makes sure that the record can be written at the end, and reads the input's bytes.
    ///
    /// - Throws: `MaskStreamError` with code `cannotCreate`.
    init(_ path: String, plan: SessionPlan) throws {
        file = try WholeFile(
            path, Self.what, replaces: plan.replacesCertificate(path), reads: plan.reads)
        self.plan = plan
        input = plan.job.identifiedInput().input.digest
    }

    /// Adds a frame, as it was written.
    mutating func add(_ work: borrowing FrameWork) {
        let start = work.source.time
        let end = start + Double(work.source.duration) * work.source.format.timeBase.value
        subjects.add(!work.subjects.isEmpty, from: start, to: end)
        maskedWhole.add(work.miss != nil, from: start, to: end)
        most = max(most, work.subjects.count)
    }

    /// Writes the record of a complete output, which lies at a path.
    ///
    /// - Throws: `MaskStreamError` with code `inputOutput`, `noInput` where the output cannot be read.
    func write(
        _ counts: PipelineCounts, corrupt: Int, verified: VerificationResult?, output: String,
        exit: Int32
    ) throws {
        let found = Certificate.Subjects(most: most, when: subjects)
        let hides = plan.arguments.mask.invert
        let certificate = Certificate(
            program: Certificate.Program(
                version: Versions.program, sha256: try FileDigest(ofFile: "/proc/self/exe").sha256),
            input: input, output: try FileDigest(ofFile: output),
            profile: Receipt.Profile(name: plan.profile.name, sha256: try plan.profile.digest()),
            edits: plan.editsFile?.digest,
            options: try ResultOptions.named(in: plan.job.words), device: plan.announcement,
            fingerprint: try plan.fingerprint(),
            frames: Certificate.Frames(counts, corrupt: corrupt), maskedWhole: maskedWhole,
            hidden: hides ? found : nil, shown: hides ? nil : found,
            gaps: Certificate.Gaps(counts),
            verification: verified.map { Certificate.Verified(look: $0.look) }, exit: exit)
        try file.write(try certificate.json)
    }
}

extension Receipt.Input {
    /// What the file holds; nil where the input is none, or no one file.
    fileprivate var digest: FileDigest? {
        guard let size, let sha256 else { return nil }
        return FileDigest(size: size, sha256: sha256)
    }
}

extension Session {
    /// Refuses a certificate of what is not one file, and one in the place of another file; a segment
    /// without frames has no output and none.
    ///
    /// - Throws: `MaskStreamError` with code `usage` or `cannotCreate`.
    func checkCertificate(_ media: OpenMedia) throws {
        guard let path = plan.certificatePath, media.segment?.segment.isEmpty != true else {
            return
        }
        guard media.part != nil else {
            throw MaskStreamError.notOneFile("--certificate", plan.job.output)
        }
        guard FileIdentity(path)?.isRegular != true || plan.replacesCertificate(path) else {
            throw PartFile.exists(path, CertificateFile.what)
        }
    }
}

extension SessionPlan {
    /// Whether what lies in the certificate's place may be replaced: by `--overwrite`, or if it is
    /// the record of an output that is replaced, or that never got its name.
    fileprivate func replacesCertificate(_ path: String) -> Bool {
        if arguments.common.overwrite { return true }
        guard let exit = Certificate.exit(ofFile: path) else { return false }
        return exit != 0 || replacesOwnOutput
    }
}
