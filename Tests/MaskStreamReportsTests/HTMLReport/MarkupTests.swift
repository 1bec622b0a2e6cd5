import MaskStreamWeb
import Testing

struct MarkupTests {
    @Test("A combining character hides no sign from the escaper")
    func combining() throws {
        let text = ["&", "<", ">", "\"", "'"].map { $0 + "\u{301}" }.joined()
        let signs = "<>\"'".unicodeScalars
        #expect(!Markup.escaped(text).unicodeScalars.contains(where: signs.contains))
        let json = try Markup(json: [text]).source.unicodeScalars
        #expect(!json.contains { "<>&".unicodeScalars.contains($0) })
    }
}
