import Foundation

/// Brings frames of high dynamic range into the range that models were trained on.
///
/// Only what models are shown is mapped; kept pixels stay as they are. Light up to three quarters
/// of reference white (203 cd/m², ITU-R BT.2408) keeps its proportions, what is brighter rolls off
/// towards white; colours outside of BT.709 are clipped to it (BT.2087), and the result is
/// encoded for a display of gamma 2.4 (BT.1886).
struct ToneMap {
    private static let steps = 1024
    private static let referenceWhite = 203.0
    private static let knee: Float = 0.75

    /// Light relative to reference white for evenly spaced signals from 0 to 1.
    private let light: [Float]
    private let isWide: Bool
    private let isSceneReferred: Bool

    /// The map for a transfer characteristic of H.273; nil for frames of standard range.
    init?(_ color: ColorInfo) {
        switch color.transfer {
        case 16:
            light = Self.table { Self.perceptualQuantizer($0) / Self.referenceWhite }
            isSceneReferred = false
        case 18:
            light = Self.table(Self.hybridLogGamma)
            isSceneReferred = true
        default: return nil
        }
        isWide = color.primaries == 9
    }

    /// Maps red, green and blue, or luma alone, in place of signals from 0 to 1.
    func map(_ planes: [[Float]]) -> [[Float]] {
        guard planes.count == 3 else { return planes.map { $0.map { signal(roll(shown($0))) } } }
        var mapped = planes
        for index in planes[0].indices {
            var (red, green, blue) = (
                linear(planes[0][index]), linear(planes[1][index]), linear(planes[2][index])
            )
            if isSceneReferred {
                let gain = Self.systemGain(0.2627 * red + 0.678 * green + 0.0593 * blue)
                (red, green, blue) = (red * gain, green * gain, blue * gain)
            }
            let peak = max(red, green, blue)
            let scale = peak > 0 ? roll(peak) / peak : 0
            (red, green, blue) = (red * scale, green * scale, blue * scale)
            if isWide {
                (red, green, blue) = (
                    1.6605 * red - 0.5876 * green - 0.0728 * blue,
                    -0.1246 * red + 1.1329 * green - 0.0083 * blue,
                    -0.0182 * red - 0.1006 * green + 1.1187 * blue
                )
            }
            mapped[0][index] = signal(red)
            mapped[1][index] = signal(green)
            mapped[2][index] = signal(blue)
        }
        return mapped
    }

    private func linear(_ signal: Float) -> Float {
        light[Int(min(max(signal, 0), 1) * Float(Self.steps - 1) + 0.5)]
    }

    private func shown(_ signal: Float) -> Float {
        let scene = linear(signal)
        return isSceneReferred ? scene * Self.systemGain(scene) : scene
    }

    private func roll(_ light: Float) -> Float {
        guard light > Self.knee else { return light }
        let room = 1 - Self.knee
        return Self.knee + room * (1 - exp(-(light - Self.knee) / room))
    }

    private func signal(_ light: Float) -> Float { pow(min(max(light, 0), 1), 1 / 2.4) }

    private static func table(_ light: (Double) -> Double) -> [Float] {
        (0..<steps).map { Float(light(Double($0) / Double(steps - 1))) }
    }

    /// Light in cd/m² of a PQ signal (SMPTE ST 2084, equation 4.1).
    private static func perceptualQuantizer(_ signal: Double) -> Double {
        let (m1, m2) = (2610.0 / 16384, 2523.0 / 4096 * 128)
        let (c1, c2, c3) = (3424.0 / 4096, 2413.0 / 4096 * 32, 2392.0 / 4096 * 32)
        let power = pow(signal, 1 / m2)
        return 10_000 * pow(max(power - c1, 0) / (c2 - c3 * power), 1 / m1)
    }

    /// Scene light of an HLG signal (ITU-R BT.2100, table 5), from 0 to 1.
    private static func hybridLogGamma(_ signal: Double) -> Double {
        let (a, b, c) = (0.17883277, 0.28466892, 0.55991073)
        return signal <= 0.5 ? signal * signal / 3 : (exp((signal - c) / a) + b) / 12
    }

    /// What scene light is multiplied with on a display of 1000 cd/m², in reference white (BT.2100:
    /// gamma 1.2 of the luminance).
    private static func systemGain(_ luminance: Float) -> Float {
        luminance > 0 ? pow(luminance, 0.2) * Float(1000 / referenceWhite) : 0
    }
}
