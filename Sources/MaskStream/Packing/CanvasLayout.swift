/// Which place on a canvas each subject has, all of them at one scale.
struct CanvasLayout: Sendable {
    /// Free pixels between two places.
    private static let gap = 8

    /// A subject that is to be placed.
    struct Item: Sendable {
        let key: Int
        let track: Int?
        /// Its box in the frame, in whole chroma samples.
        let box: Box
    }

    private struct Place {
        /// The rectangle on the canvas.
        let slot: Box
        /// The point of the frame that lies on the slot's upper left corner.
        var anchor: (x: Int, y: Int)
        /// When a subject last lay there, in seconds.
        var seen: Double
    }

    /// Pixels of the canvas for each of the frame, at most 1.
    let scale: Double
    private let step: (x: Int, y: Int)
    private var shelves: Shelves
    private var places: [Int: Place] = [:]

    /// Makes an empty layout; places begin at multiples of `step`.
    init(width: Int, height: Int, step: (x: Int, y: Int), scale: Double) {
        self.scale = scale
        self.step = step
        shelves = Shelves(
            width: width / step.x * step.x + Self.gap, height: height / step.y * step.y + Self.gap)
    }

    /// Gives each item a place, the one it had wherever that is large enough; false where there is
    /// no room for all.
    ///
    /// - Parameter slack: by how much of its sides a new place is larger than the item.
    mutating func place(_ items: [Item], slack: Double, time: Double) -> Bool {
        let new = items.filter { !keep($0, time: time) }
        return new.reduce(true) { add($1, slack: slack, time: time) && $0 }
    }

    /// Frees places by their keys and by when a subject last lay there, in seconds.
    mutating func free(where isFree: (_ key: Int, _ seen: Double) -> Bool) {
        for (key, place) in places where isFree(key, place.seen) { remove(key, place) }
    }

    /// Where an item lies; nil without a place.
    func region(of item: Item) -> PackedRegion? {
        places[item.key].flatMap { place in
            position(of: item.box, in: place).map { x, y in
                PackedRegion(
                    track: item.track,
                    from: Box(
                        x: place.slot.x + x, y: place.slot.y + y, width: scaled(item.box.width),
                        height: scaled(item.box.height)),
                    to: item.box, scale: scale)
            }
        }
    }

    /// Keeps an item at its place, moved within it only where it would leave it; false where it has
    /// none or needs a larger one.
    private mutating func keep(_ item: Item, time: Double) -> Bool {
        guard var place = places[item.key] else { return false }
        guard scaled(item.box.width) <= place.slot.width,
            scaled(item.box.height) <= place.slot.height
        else {
            remove(item.key, place)
            return false
        }
        place.seen = time
        if position(of: item.box, in: place) == nil { centre(item.box, in: &place) }
        places[item.key] = place
        return true
    }

    private mutating func add(_ item: Item, slack: Double, time: Double) -> Bool {
        func side(_ length: Int, _ step: Int) -> Int {
            let roomy = Int(Double(scaled(length)) * (1 + slack))
            return (roomy + step - 1) / step * step
        }
        let (width, height) = (side(item.box.width, step.x), side(item.box.height, step.y))
        guard let room = shelves.add(width: width + Self.gap, height: height + Self.gap) else {
            return false
        }
        var place = Place(
            slot: Box(x: room.x, y: room.y, width: width, height: height), anchor: (0, 0),
            seen: time)
        centre(item.box, in: &place)
        places[item.key] = place
        return true
    }

    private mutating func remove(_ key: Int, _ place: Place) {
        shelves.remove(place.slot)
        places[key] = nil
    }

    /// Lays a box on the middle of its place.
    private func centre(_ box: Box, in place: inout Place) {
        func anchor(_ start: Int, _ length: Int, _ side: Int, _ step: Int) -> Int {
            let margin = (side - scaled(length)) / 2 / step * step
            return start - Int((Double(margin) / scale).rounded())
        }
        place.anchor = (
            anchor(box.x, box.width, place.slot.width, step.x),
            anchor(box.y, box.height, place.slot.height, step.y)
        )
    }

    /// Where a box lies within its place; nil where it would leave it.
    private func position(of box: Box, in place: Place) -> (x: Int, y: Int)? {
        func offset(_ distance: Int, _ length: Int, _ side: Int, _ step: Int) -> Int? {
            let offset = Int((Double(distance) * scale / Double(step)).rounded()) * step
            return offset >= 0 && offset + scaled(length) <= side ? offset : nil
        }
        guard
            let x = offset(box.x - place.anchor.x, box.width, place.slot.width, step.x),
            let y = offset(box.y - place.anchor.y, box.height, place.slot.height, step.y)
        else { return nil }
        return (x, y)
    }

    private func scaled(_ length: Int) -> Int { Int((Double(length) * scale).rounded(.up)) }
}
