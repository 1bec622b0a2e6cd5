public import ArgumentParser
import Foundation
public import MaskStream
public import MaskStreamFFmpeg
import MaskStreamPreview

/// A number of seconds, written as `12.5` or `[HH:]MM:SS[.mmm]`.
struct Seconds: ExpressibleByArgument {
    let value: Double

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        var total = 0.0
        for (index, part) in parts.enumerated() {
            guard let number = Double(part), number.isFinite, number >= 0,
                index == 0 || number < 60,
                index == parts.count - 1 || number == number.rounded()
            else { return nil }
            total = total * 60 + number
        }
        value = total
    }
}

extension Segment: ExpressibleByArgument {
    /// Reads `600-1200`, `00:10:00-00:20:00` or `1200-`.
    public init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false).map(
            String.init)
        guard parts.count == 2, let from = Seconds(argument: parts[0])?.value else { return nil }
        let to = Seconds(argument: parts[1])?.value
        guard to.map({ $0 > from }) ?? parts[1].isEmpty else { return nil }
        self.init(from: from, to: to)
    }
}

/// A frame size, written as `1280x720`.
struct FrameSize: ExpressibleByArgument {
    let width: Int
    let height: Int

    init?(argument: String) {
        let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]),
            (1...65_536).contains(width), (1...65_536).contains(height)
        else { return nil }
        self.width = width
        self.height = height
    }
}

/// A frame rate, written as `25`, `29.97` or `30000/1001`.
struct FrameRate: ExpressibleByArgument {
    let value: Rational

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let num = Int32(parts[0]), let den = Int32(parts[1]), num > 0, den > 0
        {
            value = Rational(num, den)
        } else if parts.count == 1, let rate = Double(argument), rate.isFinite, rate > 0,
            rate <= 100_000
        {
            value = Self.fraction(rate)
        } else {
            return nil
        }
    }

    /// The fraction that is meant: 23.976, 29.97 and the like are multiples of 1000/1001.
    private static func fraction(_ rate: Double) -> Rational {
        let ntsc = (rate * 1.001).rounded()
        if rate != rate.rounded(), abs(ntsc / 1.001 - rate) < 0.005 {
            return Rational(Int32(ntsc) * 1000, 1001)
        }
        return Rational(Int32((rate * 1000).rounded()), 1000)
    }
}

/// A setting of a library, written as `key=value`.
struct KeyValue: ExpressibleByArgument {
    let key: String
    let value: String

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else {
            return nil
        }
        key = String(argument[..<sign])
        value = String(argument[argument.index(after: sign)...])
    }
}

extension ReadFiles {
    /// Adds what options of demuxers and encoders name.
    mutating func add(_ options: [KeyValue]) {
        for option in options { add(option: option.key, option.value) }
    }
}

/// A number from 0 to 1.
struct Share: ExpressibleByArgument {
    let value: Float

    init?(argument: String) {
        guard let number = Float(argument), (0...1).contains(number) else { return nil }
        value = number
    }
}

/// One of a few numbers.
protocol NumberChoice: ExpressibleByArgument {
    static var choices: [Int] { get }

    init(value: Int)
}

extension NumberChoice {
    static var allValueStrings: [String] { choices.map(String.init) }
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

    init?(argument: String) {
        guard let number = Int(argument), Self.choices.contains(number) else { return nil }
        self.init(value: number)
    }
}

/// How many times its usual area an estimator sees.
struct Detail: NumberChoice {
    static let choices = EstimatorSpec.details
    static let help = ArgumentHelp(
        "How many times its usual area the estimator sees, to find smaller things.",
        valueName: "n")

    let value: Int
}

/// In how many ways an estimator sees each frame.
struct Turns: NumberChoice {
    static let choices = TurnedViews.choices
    static let help = ArgumentHelp(
        "What the estimator also sees: 2 each frame upside down, 4 on either side, too.",
        valueName: "n")

    let value: Int
}

/// How often an estimator runs.
struct EstimateEvery: ExpressibleByArgument {
    static let help = ArgumentHelp(
        "Run the estimator on every n-th frame; in between its map follows the motion.",
        valueName: "n")

    let value: Int

    init?(argument: String) {
        guard let number = Int(argument), EstimatorSpec.intervals.contains(number) else {
            return nil
        }
        value = number
    }
}

/// A number from 1 on.
struct Count: ExpressibleByArgument {
    let value: Int

    init?(argument: String) {
        guard let number = Int(argument), number > 0 else { return nil }
        value = number
    }
}

/// Names of classes, written as `dog,cat`.
struct ClassNames: ExpressibleByArgument {
    let names: [String]

    init?(argument: String) {
        names = argument.split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        guard !names.contains("") else { return nil }
    }
}

/// What becomes of masked pixels.
struct Fill: ExpressibleByArgument {
    static let forms = MaskFill.forms + ["qp[:N]"]
    private static let usualRaise = 12

    /// What is shown in their place; nil where they stay.
    let value: MaskFill?
    /// By how much the encoder's quantiser is raised where they stay.
    let raisesQP: Int?

    init?(argument: String) {
        value = MaskFill(argument)
        if argument == "qp" {
            raisesQP = Self.usualRaise
        } else if argument.hasPrefix("qp:") {
            raisesQP = Int(argument.dropFirst(3)).flatMap { (1...51).contains($0) ? $0 : nil }
        } else {
            raisesQP = nil
        }
        guard value != nil || raisesQP != nil else { return nil }
    }
}

extension PatchSize: ExpressibleByArgument {
    /// Reads `28` or `28x14`.
    public init?(argument: String) { self.init(argument) }
}

extension CanvasSize: ExpressibleByArgument {
    /// Reads `640x480`.
    public init?(argument: String) { self.init(argument) }
}

extension HardwareRequest: ExpressibleByArgument {}
extension RenderStage.Emit: ExpressibleByArgument {}
extension MaskStage.OnMiss: ExpressibleByArgument {}
extension ThresholdSpec.Control: ExpressibleByArgument {}

/// Whether something is kept.
enum Keep: String, ExpressibleByArgument, CaseIterable {
    case keep
    case drop
}

/// Whether metadata is kept.
enum MetadataRule: String, ExpressibleByArgument, CaseIterable {
    case keep
    case strip
}

/// How masks are made.
enum MaskMode: String, ExpressibleByArgument, CaseIterable {
    case stable
    case exact
}

/// Where the page of `--watch` is served, written as `127.0.0.1:8080`.
struct PageAddress: ExpressibleByArgument {
    let value: WatchAddress

    init?(argument: String) {
        guard let address = try? WatchAddress(argument) else { return nil }
        value = address
    }
}

/// What counts more for a live source.
enum LiveMode: String, ExpressibleByArgument, CaseIterable {
    /// The newest frame wins.
    case latency
    /// Every frame, after a fixed delay.
    case sync
}

/// How progress is shown.
enum ProgressMode: String, ExpressibleByArgument, CaseIterable {
    case auto
    case plain
    case json
    case none
}
