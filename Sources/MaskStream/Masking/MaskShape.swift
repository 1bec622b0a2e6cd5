extension Mask {
    /// Exchanges kept and masked.
    public mutating func invert() {
        cells.withUnsafeMutableBufferPointer { cells in
            for index in cells.indices { cells[index] = ~cells[index] }
        }
    }

    /// Lets rows decide in pairs, one of each field: a pair is kept where both are.
    ///
    /// In an interlaced frame chroma rows belong to fields in turn, each to two luma rows of its own
    /// field. An edge between the rows of a pair would take the colour of one field to the other.
    public mutating func joinFields() {
        for y in stride(from: 0, to: height - 1, by: 2) {
            for x in 0..<width {
                let both = cells[y * width + x] & cells[(y + 1) * width + x]
                cells[y * width + x] = both
                cells[(y + 1) * width + x] = both
            }
        }
    }

    /// Grows the kept side by a rectangle of `2x + 1` by `2y + 1` cells.
    ///
    /// Runs in a few passes whatever the radius: a maximum over 2w cells is the maximum of two
    /// maxima over w cells (the doubling idea of van Herk's and Gil-Werman's filters).
    public mutating func dilate(x radiusX: Int, y radiusY: Int) {
        let (width, height) = (width, height)
        guard width > 0, height > 0 else { return }
        let rowIsEmpty = cells.withUnsafeBytes { cells in
            (0..<height).map { y in
                Self.isZero(UnsafeRawBufferPointer(rebasing: cells[y * width..<(y + 1) * width]))
            }
        }
        guard rowIsEmpty.contains(false) else { return }
        if radiusX > 0 {
            var line = [UInt8](repeating: 0, count: width + 2 * radiusX)
            for y in 0..<height where !rowIsEmpty[y] {
                line.withUnsafeMutableBufferPointer { line in
                    cells.withUnsafeMutableBufferPointer { cells in
                        guard let line = line.baseAddress, let cells = cells.baseAddress else {
                            return
                        }
                        line.update(repeating: 0, count: width + 2 * radiusX)
                        (line + radiusX).update(from: cells + y * width, count: width)
                        Self.runningMaximum(
                            line, count: width, step: 1, length: 1, window: 2 * radiusX + 1)
                        (cells + y * width).update(from: line, count: width)
                    }
                }
            }
        }
        guard radiusY > 0 else { return }
        let first = max(0, (rowIsEmpty.firstIndex(of: false) ?? 0) - radiusY)
        let last = min(height - 1, (rowIsEmpty.lastIndex(of: false) ?? 0) + radiusY)
        let rows = last - first + 1
        var tall = [UInt8](repeating: 0, count: (rows + 2 * radiusY) * width)
        tall.withUnsafeMutableBufferPointer { tall in
            cells.withUnsafeMutableBufferPointer { cells in
                guard let tall = tall.baseAddress, let cells = cells.baseAddress else { return }
                (tall + radiusY * width).update(from: cells + first * width, count: rows * width)
                Self.runningMaximum(
                    tall, count: rows, step: width, length: width, window: 2 * radiusY + 1)
                (cells + first * width).update(from: tall, count: rows * width)
            }
        }
    }

    /// Whether all bytes are 0, seen eight at a time.
    private static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while offset + 8 <= bytes.count {
            if bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) != 0 { return false }
            offset += 8
        }
        return bytes[offset...].allSatisfy { $0 == 0 }
    }

    /// Replaces item i by the maximum of items i ..< i + window; items are `length` bytes long.
    private static func runningMaximum(
        _ items: UnsafeMutablePointer<UInt8>, count: Int, step: Int, length: Int, window: Int
    ) {
        var covered = 1
        while covered < window {
            let shift = min(covered, window - covered)
            // Items past `count` are needed as long as a later pass reads them.
            let needed = (count + window - covered - shift) * step - (step - length)
            let ahead = items + shift * step
            maximum(items, ahead, count: needed)
            covered += shift
        }
    }

    /// Joins each item with its partner, which may lie later in the same memory.
    ///
    /// Cells are 0 or 255, so that their maximum is their bitwise or. Vectors are spelled out
    /// because the compiler cannot prove that overlap is safe; `pointwiseMax` of byte vectors is
    /// 200 times slower than this (Swift 6.3).
    private static func maximum(
        _ items: UnsafeMutablePointer<UInt8>, _ ahead: UnsafeMutablePointer<UInt8>, count: Int
    ) {
        typealias Vector = SIMD4<UInt64>
        let size = MemoryLayout<Vector>.size
        let (target, source) = (UnsafeMutableRawPointer(items), UnsafeRawPointer(ahead))
        var index = 0
        while index + size <= count {
            let old = target.loadUnaligned(fromByteOffset: index, as: Vector.self)
            let new = source.loadUnaligned(fromByteOffset: index, as: Vector.self)
            target.storeBytes(of: old | new, toByteOffset: index, as: Vector.self)
            index += size
        }
        while index < count {
            items[index] |= ahead[index]
            index += 1
        }
    }
}
