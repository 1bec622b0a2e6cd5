import MaskStream
import Testing

/// What a table of inputs that was read again begins, ends and leaves alone.
@Suite struct RosterChangeTests {
    /// Both lists, the old entries that end, and the old entry that each new one is; nil begins.
    static let cases: [(old: [String], new: [String], ended: [Int], kept: [Int?])] = [
        ([], [], [], []), ([], ["a", "b"], [], [nil, nil]), (["a", "b"], [], [0, 1], []),
        (["a", "b"], ["a", "b"], [], [0, 1]), (["a", "b"], ["b", "a"], [], [1, 0]),
        (["a", "b"], ["b", "c"], [0], [1, nil]),
        (["a", "b"], ["c", "a", "d"], [1], [nil, 0, nil]),
        // Of equal entries as many stay as there are in both.
        (["a", "a"], ["a"], [1], [0]), (["a"], ["a", "a"], [], [0, nil]),
        (["a", "b", "a"], ["a", "c", "a"], [1], [0, nil, 2]),
    ]

    @Test(arguments: cases.indices) func twoLists(index: Int) {
        let (old, new, ended, kept) = Self.cases[index]
        let change = RosterChange(from: old, to: new)
        #expect(change.ended == ended)
        #expect(change.kept == kept)
    }
}
