/// How an object detector's outputs become boxes with scores, and these a confidence map.
///
/// Coordinates are those of the model's input. Boxes that overlap a better one are dropped; the
/// others are drawn with their score as the confidence.
public struct DetectorSpec: Sendable, Equatable {
    /// What a column of a table of boxes holds.
    public enum Column: String, Sendable, CaseIterable {
        /// A corner of the box.
        case x1, y1, x2, y2
        /// The box's centre.
        case cx, cy
        /// The box's size.
        case w, h
        /// The box's score, whatever its class.
        case score
        /// How likely the box holds anything; class scores are multiplied by it.
        case objectness
        /// The index of the box's class.
        case `class`
        /// This column and all that follow: a score for each class.
        case classes
        /// Not used.
        case skip
    }

    /// A table with a row for each box.
    public struct Table: Sendable, Equatable {
        /// What each column holds.
        public var columns: [Column]
        /// Whether the tensor holds column after column, `[1, columns, N]`.
        public var isTransposed = false
        /// Whether coordinates go from 0 to 1 over the input; else they are its pixels.
        public var isNormalized = false
        /// The output with the scores, `[1, N]` or `[1, N, classes]`, where they are not columns.
        public var scores: String?
        /// The output with the classes' indices, `[1, N]`, where they are no column.
        public var classes: String?

        package init(
            columns: [Column], isTransposed: Bool = false, isNormalized: Bool = false,
            scores: String? = nil, classes: String? = nil
        ) {
            self.columns = columns
            self.isTransposed = isTransposed
            self.isNormalized = isNormalized
            self.scores = scores
            self.classes = classes
        }
    }

    /// How the cells of a grid give their boxes.
    public enum Decoding: String, Sendable, CaseIterable {
        /// The centre's offset from the cell and the logarithm of the size, in strides.
        case exp
        /// Distances from the cell to the left, top, right and bottom side, in strides.
        case distances
    }

    /// Grids of cells, one for each stride; each cell may have several boxes.
    public struct Grids: Sendable, Equatable {
        /// The input's pixels from one cell to the next.
        public var strides: [Int]
        /// The outputs with the scores, one for each stride.
        public var scores: [String]
        /// The outputs with a second score, or none; the confidence is the geometric mean of both.
        public var objectness: [String]
        /// The outputs with four numbers a box, or, beside offsets, with its size.
        public var boxes: [String]
        /// The outputs with the centres' offsets, or none where they stand beside the sizes.
        public var offsets: [String]
        /// How numbers become boxes.
        public var decoding: Decoding
        /// Whether vertical numbers come before horizontal ones.
        public var isRowFirst: Bool
        /// Where in its cell a box with offset 0 has its centre: 0 for the corner, 0.5 for the middle.
        public var anchor: Float

        package init(
            strides: [Int], scores: [String], objectness: [String] = [], boxes: [String],
            offsets: [String] = [], decoding: Decoding, isRowFirst: Bool = false, anchor: Float = 0
        ) {
            self.strides = strides
            self.scores = scores
            self.objectness = objectness
            self.boxes = boxes
            self.offsets = offsets
            self.decoding = decoding
            self.isRowFirst = isRowFirst
            self.anchor = anchor
        }
    }

    /// Where the boxes come from.
    public enum Form: Sendable, Equatable {
        /// A table of boxes.
        case table(Table)
        /// Grids of cells.
        case grids(Grids)
    }

    /// What a box looks like in the confidence map.
    public enum Shape: String, Sendable, CaseIterable {
        /// The ellipse that touches the box's sides.
        case ellipse
        /// The box.
        case box
    }

    /// Where the boxes come from.
    public var form: Form
    /// The IoU from which on a box is dropped beside a better one.
    public var maxOverlap: Float = 0.5
    /// What a box looks like in the map.
    public var shape = Shape.ellipse
    /// How much a box grows on each side, as a fraction of its width and height.
    public var grow: Float = 0

    package init(form: Form) { self.form = form }

    /// The outputs that are read, in the order in which a reader wants them; nil is the model's first.
    public func outputs(first: String?) -> [String?] {
        switch form {
        case .table(let table): [first] + [table.scores, table.classes].filter { $0 != nil }
        case .grids(let grids): grids.scores + grids.objectness + grids.boxes + grids.offsets
        }
    }
}

extension DetectorSpec {
    static let keys = [
        "columns", "transposed", "normalized", "scores", "classes", "strides", "objectness",
        "boxes", "offsets", "decoding", "order", "anchor", "max_overlap", "shape", "grow",
    ]

    /// The order of pairs of numbers.
    private enum Order: String, CaseIterable { case xy, yx }

    init(_ reader: ManifestReader) throws {
        let isGrid = reader.has("strides")
        try reader.refuse(
            isGrid
                ? ["columns", "transposed", "normalized", "classes"]
                : ["objectness", "boxes", "offsets", "decoding", "order", "anchor"],
            because: isGrid ? "it is for tables of boxes, without strides" : "it goes with strides")
        form = try isGrid ? .grids(Self.grids(reader)) : .table(Self.table(reader))
        maxOverlap = try reader.float("max_overlap", in: 0...1, default: 0.5)
        shape = try reader.choice("shape", default: .ellipse)
        grow = try reader.float("grow", in: -0.5...4, default: 0)
    }

    private static func table(_ reader: ManifestReader) throws -> Table {
        Table(
            columns: try reader.choices("columns") { columns in
                let boxes: [[Column]] = [[.x1, .y1, .x2, .y2], [.cx, .cy, .w, .h]]
                let known = columns.filter { $0 != .skip }
                return Set(known).count == known.count
                    && boxes.contains { Set(known.filter(Set(boxes.joined()).contains)) == Set($0) }
                    && !columns.dropLast().contains(.classes)
            },
            isTransposed: try reader.bool("transposed", default: false),
            isNormalized: try reader.bool("normalized", default: false),
            scores: reader.has("scores") ? try reader.string("scores") : nil,
            classes: reader.has("classes") ? try reader.string("classes") : nil)
    }

    private static func grids(_ reader: ManifestReader) throws -> Grids {
        let strides = try reader.ints("strides", in: 1...4096)
        func names(_ key: String, isOptional: Bool = false) throws -> [String] {
            if isOptional, !reader.has(key) { return [] }
            return try reader.strings(key, count: strides.count)
        }
        return Grids(
            strides: strides, scores: try names("scores"),
            objectness: try names("objectness", isOptional: true), boxes: try names("boxes"),
            offsets: try names("offsets", isOptional: true),
            decoding: try reader.choice("decoding"),
            isRowFirst: try reader.choice("order", default: Order.xy) == .yx,
            anchor: try reader.float("anchor", in: 0...1, default: 0))
    }
}
