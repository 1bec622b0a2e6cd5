/// The parts of one video by their receipts, in order: each begins where the one before it ended.
package struct JoinedParts: Sendable {
    /// How parts are made, for what is to be done again.
    package enum Work: Sendable {
        /// Into a video, of which a receipt tells.
        case mask
        /// Into a folder, whose manifest tells of it.
        case analyze
    }

    /// A part that has frames.
    package struct Part: Sendable {
        /// The path of its receipt, or of its folder.
        package let path: String
        package let receipt: Receipt
        package let segment: Segment
        /// When it began, in seconds of the input.
        package let begins: Double

        /// The option that makes it.
        fileprivate var option: String { JoinedParts.option(segment.from, segment.to) }
    }

    /// The parts that have frames, in the order of their times.
    package let parts: [Part]
    /// What the receipts of all of them say of the whole.
    package let first: Receipt
    private let work: Work

    /// Puts receipts in order, and refuses those that are not of one whole.
    ///
    /// Whether the first part begins with the input is left to ``checkBeginning(_:)``.
    ///
    /// - Throws: ``MaskStreamError`` with code `badData`.
    package init(_ receipts: [(path: String, receipt: Receipt)], of work: Work = .mask) throws {
        var parts: [Part] = []
        for (path, receipt) in receipts {
            guard let segment = receipt.segment else {
                throw MaskStreamError(
                    .badData,
                    "this is no \(work == .mask ? "receipt" : "analysis") of a part (\(path))",
                    hint: "give what runs with --segment made")
            }
            guard receipt.state == .done, receipt.exit == 0 else {
                let exit = receipt.exit.map { "exit \($0)" }
                let state = receipt.state == .done ? exit : nil
                throw MaskStreamError(
                    .badData,
                    "this part is not done: \(state ?? "it was begun and did not end") (\(path))",
                    hint: "\(work) it again: \(Self.option(segment.from, segment.to))")
            }
            if let (key, own, other) = receipts[0].receipt.difference(from: receipt) {
                throw MaskStreamError(
                    .badData,
                    "the parts differ in \(key): \(own) (\(receipts[0].path)), \(other) (\(path))",
                    hint: "\(work) one of them again as the other was")
            }
            guard let begins = segment.begins else { continue }
            parts.append(Part(path: path, receipt: receipt, segment: segment, begins: begins))
        }
        parts.sort { ($0.begins, $0.segment.from) < ($1.begins, $1.segment.from) }
        guard let first = parts.first, let last = parts.last else {
            throw MaskStreamError(
                .badData, "none of the parts has a frame", hint: "give all parts")
        }
        for (part, next) in zip(parts, parts.dropFirst()) {
            try Self.check(part, meets: next, work)
        }
        if let end = last.segment.ends {
            throw MaskStreamError(
                .badData,
                "the last part ends at \(end) s, which is not the input's end (\(last.path))",
                hint: "\(work) the rest: \(Self.option(last.segment.to ?? end, nil))")
        }
        self.parts = parts
        self.first = first.receipt
        self.work = work
    }

    /// Refuses parts of which the first does not begin with the input's first frame.
    ///
    /// - Throws: ``MaskStreamError`` with code `badData`.
    package func checkBeginning(_ time: Double) throws {
        guard let part = parts.first, part.begins != time else { return }
        throw MaskStreamError(
            .badData,
            "the first part begins at \(part.begins) s, the input at \(time) s (\(part.path))",
            hint: "\(work) what is before it: \(Self.option(0, part.segment.from))")
    }

    private static func check(_ part: Part, meets next: Part, _ work: Work) throws {
        guard part.segment.ends != next.begins else { return }
        let ends = part.segment.ends.map { "ends at \($0) s" } ?? "goes to the input's end"
        let (to, from) = (part.segment.to ?? .infinity, next.segment.from)
        let remedy =
            to < from
            ? "\(work) what is between them: \(option(to, from))"
            : to == from
                ? "\(work) both again on one machine: \(part.option), \(next.option)"
                : "leave one of them out, or \(work) it again from where the other ends"
        throw MaskStreamError(
            .badData,
            "the parts do not meet: one \(ends) (\(part.path)), the next begins at \(next.begins) s "
                + "(\(next.path))", hint: remedy)
    }

    private static func option(_ from: Double, _ to: Double?) -> String {
        func text(_ number: Double) -> String {
            number == number.rounded() && number < 1e9 ? "\(Int(number))" : "\(number)"
        }
        return "--segment \(text(from))-\(to.map(text) ?? "")"
    }
}

extension JoinedParts {
    /// The spans without a subject that go on from one part to another.
    package var gaps: [Range<Double>] {
        var gaps: [Range<Double>] = []
        var open: (last: Double, frames: Int)?
        for part in parts {
            guard let seen = part.segment.seen else {
                open?.frames += part.receipt.frames?.framesOut ?? 0
                continue
            }
            if let open, open.frames + seen.framesBefore > 0, seen.first > open.last {
                gaps.append(open.last..<seen.first)
            }
            open = (seen.last, seen.framesAfter)
        }
        return gaps
    }

    /// What was counted of the whole.
    package var frames: Receipt.Frames {
        var sum = Receipt.Frames(PipelineCounts(), dropped: 0, corrupt: 0)
        for frames in parts.compactMap(\.receipt.frames) { sum.add(frames) }
        for gap in gaps { sum.note(gap: gap.upperBound - gap.lowerBound) }
        return sum
    }
}

extension Receipt {
    /// What keeps two receipts from being of one whole, with its values; nil for nothing.
    fileprivate func difference(from other: Receipt) -> (key: String, own: String, other: String)? {
        let values: [(String, String?, String?)] = [
            ("version", version, other.version), ("input", input.content, other.input.content),
            ("profile", profile.sha256, other.profile.sha256), ("device", device, other.device),
            ("fingerprint", fingerprint, other.fingerprint),
        ]
        let options = Set(self.options.keys).union(other.options.keys).sorted().map { name in
            (name, self.options[name]?.shown, other.options[name]?.shown)
        }
        return (values + options).first { $1 != $2 }.map { ($0, $1 ?? "none", $2 ?? "none") }
    }
}

extension [String] {
    fileprivate var shown: String { isEmpty ? "given" : joined(separator: " ") }
}

extension Receipt.Input {
    /// What tells the content from another; nil where nothing does.
    fileprivate var content: String? { sha256 ?? etag }
}

extension Receipt.Frames {
    fileprivate mutating func add(_ other: Self) {
        framesIn += other.framesIn
        framesOut += other.framesOut
        dropped += other.dropped
        corrupt += other.corrupt
        missed += other.missed
        undetected += other.undetected
        primarySkipped += other.primarySkipped
        longestGap = max(longestGap, other.longestGap)
    }

    fileprivate mutating func note(gap: Double) {
        longestGap = max(longestGap, gap.rounded(places: 4))
    }

    /// Whether no frame with a map had a subject.
    package var foundNothing: Bool { undetected > 0 && undetected + missed == framesOut }
}
