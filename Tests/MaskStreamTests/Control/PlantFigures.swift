@testable import MaskStream

/// What a run amounts to.
struct PlantFigures {
    /// Changes of direction a minute.
    var reversals: Float
    /// The share of time in which a threshold over the best one costs more than the tolerance.
    var over: Float
    /// The mean distance from the best threshold.
    var distance: Float
    /// Probes a minute.
    var probes: Float
    /// Seconds from a fall of the best threshold until the first move down.
    var reveal: [Double]
    /// Seconds from a fall until regret is within one and a half tolerances.
    var recovery: [Double]
    /// Seconds from a rise until the first move up.
    var tighten: [Double]

    init(_ run: PlantRun) {
        let minutes = Float(run.plant.seconds / 60)
        var direction: Float = 0
        var turns = 0
        for (last, next) in zip(run.samples, run.samples.dropFirst())
        where next.threshold != last.threshold && next.move != .cut {
            let sign: Float = next.threshold > last.threshold ? 1 : -1
            if direction != 0, sign != direction { turns += 1 }
            direction = sign
        }
        reversals = Float(turns) / minutes
        let present = run.samples.filter(\.hasSubject)
        let count = Float(max(1, present.count))
        over =
            Float(
                present.filter {
                    $0.regret > run.tolerance + 0.001 && $0.threshold > $0.best
                }.count) / count
        distance = present.reduce(0) { $0 + abs($1.threshold - $1.best) } / count
        probes = Float(run.probes) / minutes
        func isBearable(_ sample: PlantRun.Sample) -> Bool {
            sample.regret <= 1.5 * run.tolerance + 0.001
        }
        func wait(_ since: Double, _ isMet: (PlantRun.Sample, PlantRun.Sample) -> Bool) -> Double {
            for (last, next) in zip(run.samples, run.samples.dropFirst())
            where next.time >= since && isMet(last, next) {
                return next.time - since
            }
            return .infinity
        }
        // A fall below which the threshold already lies asks for nothing.
        let falls = run.plant.falls.filter { wait($0) { !isBearable($1) } < 1 }
        reveal = falls.map { wait($0) { $1.threshold < $0.threshold } }
        recovery = falls.map { wait($0) { isBearable($1) } }
        tighten = run.plant.rises.map { wait($0) { $1.threshold > $0.threshold } }
    }
}
