/// Cells that belonged to something a short while ago.
struct RecentCells {
    private let hold: Double
    private var last: [Double] = []
    private var size = (width: 0, height: 0)

    /// - Parameter hold: how long that is, in seconds.
    init(hold: Double) { self.hold = hold }

    /// Forgets all, where a scene begins.
    mutating func forget() { last = [] }

    /// The cells that belong to it now or did lately; time goes on.
    mutating func note(_ now: Mask, at time: Double) -> Mask {
        if last.isEmpty || size != (now.width, now.height) {
            size = (now.width, now.height)
            last = Array(repeating: -.infinity, count: now.cells.count)
        }
        var recent = now
        for index in last.indices {
            if now.cells[index] != 0 {
                last[index] = time
            } else if time - last[index] <= hold + 1e-6 {
                recent.cells[index] = Mask.kept
            }
        }
        return recent
    }
}
