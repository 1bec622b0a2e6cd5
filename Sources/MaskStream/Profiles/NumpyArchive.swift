/// The arrays of a `.npz` file: a ZIP archive of `.npy` files that are not compressed, as
/// `numpy.savez` writes it.
///
/// Sources: PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16; NumPy's `numpy.lib.format`.
struct NumpyArchive {
    private let bytes: [UInt8]
    private var files: [String: Range<Int>] = [:]

    /// Finds the files of an archive; nil for what is none, or is compressed.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        let endSize = 22
        guard
            let end = stride(
                from: bytes.count - endSize, through: max(0, bytes.count - endSize - 65_535), by: -1
            ).first(where: { number(at: $0, bytes: 4) == 0x0605_4b50 }),
            let count = number(at: end + 10, bytes: 2), var place = number(at: end + 16, bytes: 4)
        else { return nil }
        for _ in 0..<count {
            guard number(at: place, bytes: 4) == 0x0201_4b50,
                number(at: place + 10, bytes: 2) == 0, let size = number(at: place + 24, bytes: 4),
                let name = number(at: place + 28, bytes: 2),
                let extra = number(at: place + 30, bytes: 2),
                let comment = number(at: place + 32, bytes: 2),
                let local = number(at: place + 42, bytes: 4),
                let title = text(place + 46..<place + 46 + name),
                let localName = number(at: local + 26, bytes: 2),
                let localExtra = number(at: local + 28, bytes: 2)
            else { return nil }
            let start = local + 30 + localName + localExtra
            guard start + size <= bytes.count else { return nil }
            files[title] = start..<start + size
            place += 46 + name + extra + comment
        }
    }

    /// An array of floating-point numbers, row by row; nil where there is none of the name.
    func numbers(_ name: String) -> (shape: [Int], values: [Float])? {
        guard let array = array(name) else { return nil }
        let places = stride(from: array.start, to: array.end, by: array.size)
        switch array.kind {
        case "<f4":
            return (
                array.shape,
                places.compactMap { number(at: $0, bytes: 4) }
                    .map { Float(bitPattern: UInt32($0)) }
            )
        case "<f8":
            return (
                array.shape,
                places.compactMap { place -> Float? in
                    guard let low = number(at: place, bytes: 4),
                        let high = number(at: place + 4, bytes: 4)
                    else { return nil }
                    return Float(Double(bitPattern: UInt64(high) << 32 | UInt64(low)))
                }
            )
        default: return nil
        }
    }

    /// A list of texts; nil where there is none of the name.
    func texts(_ name: String) -> [String]? {
        guard let array = array(name), array.shape.count == 1, array.kind.hasPrefix("<U") else {
            return nil
        }
        return stride(from: array.start, to: array.end, by: array.size).map { place in
            let codes = stride(from: place, to: place + array.size, by: 4)
                .compactMap { number(at: $0, bytes: 4) }
            let scalars = codes.prefix { $0 != 0 }.compactMap { Unicode.Scalar(UInt32($0)) }
            return String(String.UnicodeScalarView(scalars))
        }
    }

    private struct Array {
        let kind: String
        /// Bytes of an element.
        let size: Int
        let shape: [Int]
        let start: Int
        let end: Int
    }

    /// Reads the header of an array.
    private func array(_ name: String) -> Array? {
        guard let file = files["\(name).npy"], file.count > 12,
            bytes[file.lowerBound..<file.lowerBound + 6].elementsEqual([0x93] + "NUMPY".utf8),
            let version = number(at: file.lowerBound + 6, bytes: 1),
            let length = number(at: file.lowerBound + 8, bytes: version == 1 ? 2 : 4)
        else { return nil }
        let first = file.lowerBound + (version == 1 ? 10 : 12)
        let start = first + length
        guard start <= file.upperBound, let header = text(first..<start),
            header.contains(#/'fortran_order': False/#),
            let kind = header.firstMatch(of: #/'descr': '(<[fU])([0-9]{1,6})'/#),
            let dimensions = header.firstMatch(of: #/'shape': \(([0-9, ]*)\)/#),
            let number = Int(kind.2)
        else { return nil }
        let size = kind.1 == "<U" ? 4 * number : number
        let shape = dimensions.1.split(separator: ",")
            .compactMap { Int($0.filter { $0 != " " }) }
        var count = size
        for dimension in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow else { return nil }
            count = product
        }
        guard count > 0, count <= file.upperBound - start else { return nil }
        return Array(
            kind: "\(kind.1)\(number)", size: size, shape: shape, start: start,
            end: start + count)
    }

    /// A whole number, the lowest byte first; nil beyond the end.
    private func number(at place: Int, bytes count: Int) -> Int? {
        guard place >= 0, place <= bytes.count - count else { return nil }
        return (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }

    private func text(_ range: Range<Int>) -> String? {
        range.upperBound <= bytes.count ? String(decoding: bytes[range], as: UTF8.self) : nil
    }
}
