/// Characters of ASCII that run on as in no words: bytes in base64, hex or base85.
struct EncodedRun {
    private var count = 0
    private var seen: Set<UInt8> = []

    /// Characters from which on a run may be an image.
    static let least = 512
    /// Characters of a line at least where a run goes on behind it: lists of words have shorter ones.
    private static let shortestLine = 40
    /// How many different characters a run has at least: lines that are drawn have fewer.
    private static let fewestCharacters = 8
    /// How many different signs, beside letters and digits, a run in base85 has at least; addresses,
    /// lists and JSON have fewer.
    private static let fewestSigns = 16

    /// Whether text holds such a run: of the characters of base64 and hex, in lines or not, or of all.
    static func isIn(_ text: some Collection<UInt8>) -> Bool {
        guard text.count >= least else { return false }
        var (code, any, line) = (EncodedRun(), EncodedRun(), 0)
        for byte in text {
            if byte == 10 || byte == 13 {
                if line > 0, line < shortestLine { code = EncodedRun() }
                (any, line) = (EncodedRun(), 0)
                continue
            }
            line += 1
            if isAlphanumeric(byte) || "+/=-_".utf8.contains(byte) {
                code.add(byte)
            } else {
                code = EncodedRun()
            }
            if (33...126).contains(byte) { any.add(byte) } else { any = EncodedRun() }
            if code.count >= least, code.seen.count >= fewestCharacters { return true }
            if any.count >= least, any.signs >= fewestSigns { return true }
        }
        return false
    }

    private mutating func add(_ byte: UInt8) {
        count += 1
        seen.insert(byte)
    }

    private var signs: Int { seen.count { !Self.isAlphanumeric($0) } }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }
}
