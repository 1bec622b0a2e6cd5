import Foundation
import MaskStreamTestSupport

/// A clip of H.264 whose packets a test composes of NAL units: FLV takes whatever it is given.
struct FLVClip {
    /// The NAL units of each packet.
    var packets: [[Data]]
    private let sets: [Data]

    /// Encodes a test picture without B-frames.
    init(in folder: TemporaryFolder, frames: Int = 20, _ options: [String] = ["-g", "10"]) throws {
        let raw = try Clips.make(
            "a.264", in: folder,
            Clips.testSource("96x64", seconds: Double(frames) / 25)
                + ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-bf", "0", "-sc_threshold", "0"]
                + ["-x264-params", "aud=1"] + options)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: raw))
        var units: [Data] = []
        var begin: Int?
        for index in 2..<bytes.count where bytes[index - 2...index] == Data([0, 0, 1]) {
            if let begin { units.append(bytes[begin..<index - 2]) }
            begin = index + 1
        }
        units.append(bytes[(begin ?? 0)...])
        // The zero of a longer start code belongs to no unit.
        units = units.map { $0.last == 0 ? $0.dropLast() : $0 }.map { Data($0) }
        packets = []
        for unit in units {
            if unit[0] & 31 == 9 { packets.append([]) }
            packets[packets.count - 1].append(unit)
        }
        sets = packets[0].filter { [7, 8].contains($0[0] & 31) }
        packets = packets.map { $0.filter { ![7, 8].contains($0[0] & 31) } }
    }

    /// Writes the file and gives its path.
    func write(to folder: TemporaryFolder, as name: String = "a.flv") throws -> String {
        var file = Data("FLV".utf8) + Data([1, 1, 0, 0, 0, 9, 0, 0, 0, 0])
        var header = Data([1, sets[0][1], sets[0][2], sets[0][3], 255])
        for set in sets {
            header += Data([set[0] & 31 == 7 ? 0xe1 : 1]) + big(set.count, 2) + set
        }
        file += tag(Data([0x17, 0, 0, 0, 0]) + header, at: 0)
        for (index, packet) in packets.enumerated() {
            let isKey = packet.contains { $0[0] & 31 == 5 }
            let data = packet.reduce(Data()) { $0 + big($1.count, 4) + $1 }
            file += tag(Data([isKey ? 0x17 : 0x27, 1, 0, 0, 0]) + data, at: 40 * index)
        }
        return try folder.write(file, to: name)
    }

    private func tag(_ payload: Data, at time: Int) -> Data {
        Data([9]) + big(payload.count, 3) + big(time, 3) + Data([0, 0, 0, 0]) + payload
            + big(payload.count + 11, 4)
    }

    private func big(_ number: Int, _ count: Int) -> Data {
        Data((0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }
}
