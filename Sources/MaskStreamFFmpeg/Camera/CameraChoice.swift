import MaskStream

/// What is asked of a camera: the mode it is opened in.
///
/// Where nothing is requested: at least 24 frames per second, at best 30; then the largest frame
/// up to 1280x720; then frames that are not compressed. A camera that reaches 24 nowhere is asked for
/// its fastest mode.
struct CameraChoice: Equatable {
    /// The pixel format, as `--pix-fmt` takes it.
    let pixelFormat: String
    let width: Int
    let height: Int
    /// Nil where the driver lists none and none is wanted.
    let rate: Rational?

    /// What the user has settled already.
    struct Request {
        var size: (width: Int, height: Int)?
        var rate: Rational?
        var pixelFormat: String?
    }

    /// The slowest rate that looks like motion; 24000/1001 is one of them.
    private static let leastRate = 23.9
    private static let bestRate = 30.01
    private static let most = (width: 1280, height: 720)

    /// Chooses among what a camera offers; nil where it offers nothing that FFmpeg opens.
    ///
    /// - Throws: `MaskStreamError` 69 naming the first request that cannot be met and what the camera
    ///   offers instead.
    init?(_ modes: [CameraMode], request: Request = Request(), name: String) throws {
        var modes = modes.filter { CameraFormats.isKnown($0.pixelFormat) }
        guard !modes.isEmpty else { return nil }
        if let format = request.pixelFormat {
            let offers = modes.map(\.pixelFormat)
            modes.removeAll { $0.pixelFormat != format }
            if modes.isEmpty { throw Self.refusal("--pix-fmt \(format)", offers, name) }
        } else if modes.contains(where: { CameraFormats.rank(of: $0.pixelFormat) != nil }) {
            modes.removeAll { CameraFormats.rank(of: $0.pixelFormat) == nil }
        }
        if let size = request.size {
            let offers = modes.sorted { $0.area < $1.area }.map(\.size)
            modes.removeAll { $0.width != size.width || $0.height != size.height }
            if modes.isEmpty {
                throw Self.refusal("--size \(size.width)x\(size.height)", offers, name)
            }
        }
        let choices = modes.compactMap { mode -> CameraChoice? in
            switch mode.rates.choice(request.rate, least: Self.leastRate, best: Self.bestRate) {
            case .impossible: nil
            case .unknown: CameraChoice(mode, request.rate)
            case .rate(let rate): CameraChoice(mode, rate)
            }
        }
        guard let best = choices.min(by: { $0.isBetter(than: $1) }) else {
            let offers = modes.flatMap { mode in
                if case .listed(let rates) = mode.rates { return rates.map { $0.brief + " fps" } }
                return ["\(mode.rates) fps"]
            }
            throw Self.refusal("--rate \(request.rate?.brief ?? "")", offers, name)
        }
        self = best
    }

    private init(_ mode: CameraMode, _ rate: Rational?) {
        pixelFormat = mode.pixelFormat
        width = mode.width
        height = mode.height
        self.rate = rate
    }

    private func isBetter(than other: CameraChoice) -> Bool {
        if isFluent != other.isFluent { return isFluent }
        if !isFluent, speed != other.speed { return speed > other.speed }
        if fits != other.fits { return fits }
        let (area, otherArea) = (width * height, other.width * other.height)
        if area != otherArea { return fits ? area > otherArea : area < otherArea }
        let ranks = [self, other].map { CameraFormats.rank(of: $0.pixelFormat) ?? .max }
        if ranks[0] != ranks[1] { return ranks[0] < ranks[1] }
        return (pixelFormat, width, height) < (other.pixelFormat, other.width, other.height)
    }

    /// A driver that lists no rates has one of its own, which is mostly 25 or 30.
    private var isFluent: Bool { rate.map { $0.value >= Self.leastRate } ?? true }
    private var speed: Double { rate?.value ?? 0 }
    private var fits: Bool { width <= Self.most.width && height <= Self.most.height }

    private static func refusal(
        _ request: String, _ offers: [String], _ name: String
    ) -> MaskStreamError {
        var named: [String] = []
        for offer in offers where !named.contains(offer) { named.append(offer) }
        let text = named.prefix(12).joined(separator: ", ") + (named.count > 12 ? ", ..." : "")
        return MaskStreamError(
            .unavailable, "the camera has no \(request) (\(name))",
            hint: "it offers \(text); `maskstream devices` lists all its modes")
    }
}

extension CameraRates {
    /// What comes of a request for a rate.
    enum Choice: Equatable {
        case rate(Rational)
        case unknown
        case impossible
    }

    /// The wanted rate; without a request the fastest up to `best` that is at least `least`, else the
    /// slowest above, else the fastest.
    func choice(_ request: Rational?, least: Double, best: Double) -> Choice {
        switch self {
        case .listed(let rates):
            guard let fastest = rates.first else { return .unknown }
            if let request {
                // 30 means 30000/1001, too.
                let near = rates.filter { abs($0.value / request.value - 1) < 0.005 }
                let nearest = near.min {
                    abs($0.value - request.value) < abs($1.value - request.value)
                }
                return nearest.map { .rate($0) } ?? .impossible
            }
            let fluent = rates.filter { $0.value >= least }
            return .rate(fluent.first { $0.value <= best } ?? fluent.last ?? fastest)
        case .between(let slowest, let fastest):
            if let request {
                let isInside = slowest.value...fastest.value ~= request.value
                return isInside ? .rate(request) : .impossible
            }
            if fastest.value <= best { return .rate(fastest) }
            return .rate(slowest.value >= best ? slowest : Rational(30, 1))
        }
    }
}

extension CameraMode {
    /// Pixels of a frame.
    var area: Int { width * height }
}

extension Rational {
    /// The value with at most two places, as `29.97` and `30`.
    var brief: String {
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
        if rest == 0 { return "\(whole)" }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
