import MaskStream
import MaskStreamFFmpeg

extension DoctorChecks {
    /// Which hardware decodes and encodes video here; nobody needs any.
    static func hardware() -> [DoctorFinding] {
        let decoding = HardwareSurvey.all().map { survey in
            survey.problem?.message ?? "\(survey.kind) opens\(note(survey.kind))"
        }
        return [.ok("hardware decoding", decoding.joined(separator: "; "))]
            + EncoderFamily.allCases.map(encoders)
    }

    private static func note(_ kind: HardwareKind) -> String {
        kind.isProven ? "" : ", untested: damage detection is reduced"
    }

    /// Which encoders of a family encode a frame; none was seen to on hardware by those who wrote this.
    private static func encoders(_ family: EncoderFamily) -> DoctorFinding {
        var usable: [String] = []
        // Encoders of one family mostly fail for one reason.
        var failed: [(reason: String, names: [String])] = []
        for name in family.encoders {
            do {
                try EncoderTrial.run(name)
                usable.append("\(name) works, untested on hardware by us")
            } catch {
                let reason = "\(error)".replacing(" (\(name))", with: "")
                if let place = failed.firstIndex(where: { $0.reason == reason }) {
                    failed[place].names.append(name)
                } else {
                    failed.append((reason, [name]))
                }
            }
        }
        let refused = failed.map { "\($0.names.joined(separator: ", ")): \($0.reason)" }
        let found = usable + refused
        let none = "\(family): this FFmpeg was built without it"
        return .ok("hardware encoding", found.isEmpty ? none : found.joined(separator: "; "))
    }
}
