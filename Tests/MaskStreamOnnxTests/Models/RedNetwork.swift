import Foundation
@testable import MaskStream
import MaskStreamTestSupport

/// A network whose map is the redness of its picture, in every convention that networks come in.
struct RedNetwork {
    /// What the output holds.
    enum Head {
        /// One channel in [0, 1].
        case share
        /// One channel of logits.
        case logit
        /// Two channels of logits, of which the second counts.
        case pair
        /// The same after softmax.
        case pairOfShares
        /// Four channels of logits, of which the second and the fourth count.
        case classes
    }

    var layout = PixelSpec.Layout.nchw
    var width: TinyOnnx.Dimension = "width"
    var height: TinyOnnx.Dimension = "height"
    var mean: [Float] = [0, 0, 0]
    var std: [Float] = [1, 1, 1]
    var head = Head.share
    var outputLayout = PixelSpec.Layout.nchw
    /// Whether the output lacks the dimension of the batch.
    var isBare = false
    /// By how much the output is smaller than the input.
    var shrink = 1
    /// Outputs before the map, of the same shape.
    var others = 0

    /// The confidence of a redness.
    func confidence(_ red: Float) -> Float {
        let odds = exp(8 * (red - 0.5))
        return switch head {
        case .share: red
        case .logit, .pair, .pairOfShares: odds / (1 + odds)
        case .classes: 2 * odds / (2 + 2 * odds)
        }
    }

    /// The graph; it works on planes inside.
    var model: TinyOnnx {
        var model = TinyOnnx()
        var last = "x"
        func step(
            _ op: String, _ more: [String] = [], to name: String,
            _ attributes: [(String, TinyOnnx.Attribute)] = []
        ) {
            model.node(op, [last] + more, [name], attributes)
            last = name
        }
        if layout == .nchw {
            model.input("x", [1, 3, height, width])
        } else {
            model.input("x", [1, height, width, 3])
            step("Transpose", to: "planes", [("perm", .ints([0, 3, 1, 2]))])
        }
        model.constant("std", [1, 3, 1, 1], std)
        model.constant("mean", [1, 3, 1, 1], mean)
        step("Mul", ["std"], to: "scaled")
        step("Add", ["mean"], to: "picture")
        model.constant("first", [0])
        step("Gather", ["first"], to: "red", [("axis", .int(1))])
        if shrink > 1 {
            let size = TinyOnnx.Attribute.ints([shrink, shrink])
            step("AveragePool", to: "small", [("kernel_shape", size), ("strides", size)])
        }
        if head != .share {
            model.constant("half", [1], [0.5])
            model.constant("eight", [1], [8])
            step("Sub", ["half"], to: "difference")
            step("Mul", ["eight"], to: "logit")
        }
        if head != .share, head != .logit {
            model.node("Sub", ["logit", "logit"], ["none"])
            last = "none"
            step(
                "Concat", head == .classes ? ["logit", "none", "logit"] : ["logit"], to: "all",
                [("axis", .int(1))])
        }
        if head == .pairOfShares { step("Softmax", to: "shares", [("axis", .int(1))]) }
        if outputLayout == .nhwc {
            step("Transpose", to: "turned", [("perm", .ints([0, 2, 3, 1]))])
        }
        if isBare {
            model.constant("batch", [0])
            step("Squeeze", ["batch"], to: "bare")
        }
        let shape: [TinyOnnx.Dimension] = isBare ? ["a", "b", "c"] : ["n", "a", "b", "c"]
        for index in 0..<others {
            model.node("Neg", [last], ["other\(index)"])
            model.output("other\(index)", shape)
        }
        step("Identity", to: "map")
        model.output("map", shape)
        return model
    }
}
