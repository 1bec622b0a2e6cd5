import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Files that NumPy 2.4 wrote of the names "red" and "grün" and the vectors 1, 0, 0 and 0, 0.6, 0.8.
struct LabelVectorsTests {
    /// `numpy.savez` with float32.
    static let single =
        "UEsDBC0AAAAAAAAAIQADeoo+//////////8JABQAbmFtZXMubnB5AQAQAKAAAAAAAAAAoAAAAAAAAACTTlVN"
        + "UFkBAHYAeydkZXNjcic6ICc8VTQnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCnIA"
        + "AABlAAAAZAAAAAAAAABnAAAAcgAAAPwAAABuAAAAUEsDBC0AAAAAAAAAIQC02XLy//////////8LABQAdmVj"
        + "dG9ycy5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFu"
        + "X29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAACAPwAAAAAAAAAAAAAAAJqZGT/NzEw/UEsBAi0DLQAA"
        + "AAAAAAAhAAN6ij6gAAAAoAAAAAkAAAAAAAAAAAAAAIABAAAAAG5hbWVzLm5weVBLAQItAy0AAAAAAAAAIQC0"
        + "2XLymAAAAJgAAAALAAAAAAAAAAAAAACAAdsAAAB2ZWN0b3JzLm5weVBLBQYAAAAAAgACAHAAAACwAQAAAAA="
    /// The same with float64.
    private static let double =
        "UEsDBC0AAAAAAAAAIQADeoo+//////////8JABQAbmFtZXMubnB5AQAQAKAAAAAAAAAAoAAAAAAAAACTTlVN"
        + "UFkBAHYAeydkZXNjcic6ICc8VTQnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCnIA"
        + "AABlAAAAZAAAAAAAAABnAAAAcgAAAPwAAABuAAAAUEsDBC0AAAAAAAAAIQDqMa6r//////////8LABQAdmVj"
        + "dG9ycy5ucHkBABAAsAAAAAAAAACwAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmOCcsICdmb3J0cmFu"
        + "X29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAA8D8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AABAMzPjPwAAAKCZmek/UEsBAi0DLQAAAAAAAAAhAAN6ij6gAAAAoAAAAAkAAAAAAAAAAAAAAIABAAAAAG5h"
        + "bWVzLm5weVBLAQItAy0AAAAAAAAAIQDqMa6rsAAAALAAAAALAAAAAAAAAAAAAACAAdsAAAB2ZWN0b3JzLm5w"
        + "eVBLBQYAAAAAAgACAHAAAADIAQAAAAA="
    /// `numpy.savez_compressed`.
    private static let compressed =
        "UEsDBC0AAAAIAAAAIQADeoo+//////////8JABQAbmFtZXMubnB5AQAQAKAAAAAAAAAAWAAAAAAAAACb7Bfq"
        + "GxDJyFDGUK2eklqcXKRupaBuE2qirqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFACu"
        + "IgYGhlQgTmGAgHQgBon9AeI8IAYAUEsDBC0AAAAIAAAAIQC02XLy//////////8LABQAdmVjdG9ycy5ucHkB"
        + "ABAAmAAAAAAAAABVAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndL"
        + "zClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDLgaGBnsGJDBrpqT92TM+9gBQSwECLQMtAAAACAAAACEAA3qKPlgA"
        + "AACgAAAACQAAAAAAAAAAAAAAgAEAAAAAbmFtZXMubnB5UEsBAi0DLQAAAAgAAAAhALTZcvJVAAAAmAAAAAsA"
        + "AAAAAAAAAAAAAIABkwAAAHZlY3RvcnMubnB5UEsFBgAAAAACAAIAcAAAACUBAAAAAA=="
    /// The vectors column by column.
    private static let transposed =
        "UEsDBC0AAAAAAAAAIQADeoo+//////////8JABQAbmFtZXMubnB5AQAQAKAAAAAAAAAAoAAAAAAAAACTTlVN"
        + "UFkBAHYAeydkZXNjcic6ICc8VTQnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCnIA"
        + "AABlAAAAZAAAAAAAAABnAAAAcgAAAPwAAABuAAAAUEsDBC0AAAAAAAAAIQAHzIMI//////////8LABQAdmVj"
        + "dG9ycy5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFu"
        + "X29yZGVyJzogVHJ1ZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAACAPwAAAAAAAAAAmpkZPwAAAADNzEw/UEsBAi0DLQAA"
        + "AAAAAAAhAAN6ij6gAAAAoAAAAAkAAAAAAAAAAAAAAIABAAAAAG5hbWVzLm5weVBLAQItAy0AAAAAAAAAIQAH"
        + "zIMImAAAAJgAAAALAAAAAAAAAAAAAACAAdsAAAB2ZWN0b3JzLm5weVBLBQYAAAAAAgACAHAAAACwAQAAAAA="

    static func bytes(_ text: String) throws -> [UInt8] {
        [UInt8](try #require(Data(base64Encoded: text)))
    }

    private static func read(_ bytes: [UInt8]) throws -> LabelVectors {
        let folder = try TemporaryFolder()
        let path = try folder.write(Data(bytes), to: "labels.npz")
        return try LabelVectors(ofFile: path, place: "profile.yaml: primary.labels")
    }

    @Test("Names and vectors of either precision are read", arguments: [single, double])
    func read(file: String) throws {
        let labels = try Self.read(Self.bytes(file))
        #expect(labels.names == ["red", "grün"] && labels.length == 3)
        #expect(labels.values == [1, 0, 0, 0, 0.6, 0.8])
    }

    @Test(
        "What is no such file is refused, whatever it is", arguments: [compressed, transposed, ""])
    func refused(file: String) throws {
        let error = #expect(throws: MaskStreamError.self) {
            try Self.read(Self.bytes(file))
        }
        #expect(error?.code == .configuration && error?.hint?.contains("numpy.savez") == true)
        #expect(error?.message.contains("primary.labels") == true)
    }

    @Test("A file that ends early is refused at every length")
    func truncated() throws {
        let bytes = try Self.bytes(Self.single)
        for count in 0..<bytes.count {
            #expect(NumpyArchive(Array(bytes.prefix(count))) == nil, "\(count) bytes")
        }
    }

    @Test("No damaged byte reads beyond the end")
    func damaged() throws {
        let bytes = try Self.bytes(Self.single)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] = 0xff
            let archive = NumpyArchive(damaged)
            _ = archive?.texts("names")
            let count = archive?.numbers("vectors")?.values.count ?? 0
            #expect(count <= bytes.count / 4)
        }
    }

    @Test("Vectors have length 1 and a name each")
    func rules() {
        let good: [Float] = [1, 0, 0, 1]
        #expect(LabelVectors(names: ["a", "b"], length: 2, values: good) != nil)
        for names in [[], ["a"], ["a", "a"], ["a", ""]] {
            #expect(LabelVectors(names: names, length: 2, values: good) == nil)
        }
        for bad: [Float] in [[1, 1, 0, 1], [0, 0, 0, 1], [.nan, 0, 0, 1], [0.9, 0, 0, 1]] {
            #expect(LabelVectors(names: ["a", "b"], length: 2, values: bad) == nil)
        }
    }

    @Test("An embedding is compared by its direction")
    func cosines() throws {
        let labels = try #require(
            LabelVectors(names: ["a", "b"], length: 2, values: [1, 0, 0.6, 0.8]))
        let cosines = labels.cosines(to: [0, 5])
        #expect(cosines[0] == 0 && abs(cosines[1] - 0.8) < 1e-6)
        #expect(labels.cosines(to: [0, 0]).allSatisfy { !$0.isFinite })
    }
}
