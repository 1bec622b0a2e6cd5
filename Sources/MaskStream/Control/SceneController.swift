/// What moves the threshold of a pipeline: for each scene a fresh copy of one controller, which steps
/// aside while somebody sets the threshold.
struct SceneController {
    private let fresh: any ThresholdController
    private let steering: Steering?
    private var controller: any ThresholdController
    private var user: Float?
    /// Why the threshold moved at the last update or at the beginning of the scene.
    private(set) var move: ThresholdMove?

    init(_ controller: any ThresholdController, steering: Steering? = nil) {
        fresh = controller
        self.controller = controller
        self.steering = steering
    }

    var threshold: Float { user ?? controller.threshold }

    /// Forgets what was learnt from earlier scenes.
    mutating func beginScene() {
        let before = threshold
        controller = fresh
        move = threshold == before ? nil : .cut
    }

    /// Learns from a frame, unless the threshold is the user's.
    mutating func update(with measurement: FrameMeasurement) {
        let before = threshold
        let wasUser = user != nil
        user = steering?.threshold
        if user == nil { controller.update(with: measurement) }
        move = wasUser || user != nil ? (threshold == before ? nil : .user) : controller.move
    }

    mutating func probe(at time: Double) -> ProbePlan? {
        user == nil ? controller.probe(at: time) : nil
    }

    mutating func tracks(at time: Double) -> TrackThresholds? {
        user == nil ? controller.tracks(at: time) : nil
    }
}
