extension TinyOnnx {
    /// A detector of the red and of the blue rectangle in an image of a size: rows of x1, y1, x2, y2,
    /// and a score for each of both classes, 0.9 or 0.
    public static func colorDetector(width: Int, height: Int) -> TinyOnnx {
        var model = TinyOnnx()
        model.input("x", [1, 3, .fixed(height), .fixed(width)])
        for (name, channel) in [("red", 0), ("blue", 2)] {
            model.constant("\(name) channel", [channel])
            model.node("Gather", ["x", "\(name) channel"], [name], [("axis", .int(1))])
        }
        model.node("Sub", ["red", "blue"], ["redder"])
        model.node("Sub", ["blue", "red"], ["bluer"])
        model.node("Concat", ["redder", "bluer"], ["colours"], [("axis", .int(0))])
        model.constant("least", [1], [0.2])
        model.node("Greater", ["colours", "least"], ["inside"])
        model.node("Cast", ["inside"], ["mask"], [("to", .int(1))])
        model.constant("one", [1], [1])
        for (axis, other, low, high) in [("across", 2, "x1", "x2"), ("down", 3, "y1", "y2")] {
            model.node(
                "ReduceMax", ["mask"], [axis],
                [("axes", .ints([1, other])), ("keepdims", .int(0))])
            for (edge, takesLast) in [(low, 0), (high, 1)] {
                model.node(
                    "ArgMax", [axis], ["\(edge) index"],
                    [("axis", .int(1)), ("select_last_index", .int(takesLast))])
                model.node("Cast", ["\(edge) index"], ["\(edge) cell"], [("to", .int(1))])
            }
            model.node("Identity", ["\(low) cell"], [low])
            model.node("Add", ["\(high) cell", "one"], [high])
        }
        model.node("ReduceMax", ["across"], ["found"], [("axes", .ints([1]))])
        model.constant("score", [2, 2], [0.9, 0, 0, 0.9])
        model.node("Mul", ["found", "score"], ["classes"])
        model.node(
            "Concat", ["x1", "y1", "x2", "y2", "classes"], ["y"], [("axis", .int(1))])
        model.output("y", [2, 6])
        return model
    }
}
