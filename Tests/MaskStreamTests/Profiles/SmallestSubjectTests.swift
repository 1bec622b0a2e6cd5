import Testing

@testable import MaskStream

struct SmallestSubjectTests {
    /// Rows of an input of 352 at detail 1, up to detail 16.
    private static let rows: @Sendable (Int) -> Int? = { [1: 352, 4: 704, 16: 1408][$0] }

    @Test(
        "Heights in the frame, rounded up, and what four times the detail finds",
        arguments: [
            (1080, 1, 74, SmallestSubject.Remedy(detail: 4, height: 37)),
            (1080, 4, 37, SmallestSubject.Remedy(detail: 16, height: 19)),
            (2160, 1, 148, SmallestSubject.Remedy(detail: 4, height: 74)),
            (1080, 16, 19, nil), (352, 1, 24, SmallestSubject.Remedy(detail: 4, height: 12)),
        ])
    func heights(frame: Int, detail: Int, height: Int, remedy: SmallestSubject.Remedy?) {
        let found = SmallestSubject(
            smallest: 24, frameHeight: frame, detail: detail, rows: Self.rows)
        #expect(found?.height == height && found?.frameHeight == frame)
        #expect(found?.remedy == remedy)
    }

    @Test("No remedy where the estimator takes no more, or would see no more")
    func noRemedy() {
        for more in [nil, 352] as [Int?] {
            let found = SmallestSubject(smallest: 24, frameHeight: 720, detail: 1) {
                $0 == 1 ? 352 : more
            }
            #expect(found?.height == 50 && found?.remedy == nil)
        }
        #expect(SmallestSubject(smallest: 24, frameHeight: 720, detail: 1) { _ in nil } == nil)
    }
}
