import MaskStreamPreview
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1:8080", true, false),
        ("127.1.2.3:8080", "127.1.2.3:8080", true, false),
        ("localhost:80", "127.0.0.1:80", true, false),
        ("LocalHost:80", "127.0.0.1:80", true, false),
        (":8080", "127.0.0.1:8080", true, false),
        (":0", "127.0.0.1:0", true, false),
        ("[::1]:8080", "[::1]:8080", true, false),
        ("[0:0:0:0:0:0:0:1]:8080", "[::1]:8080", true, false),
        ("0.0.0.0:65535", "0.0.0.0:65535", false, true),
        ("[::]:8080", "[::]:8080", false, true),
        ("192.168.1.5:8080", "192.168.1.5:8080", false, false),
        ("[2001:DB8::7]:8080", "[2001:db8::7]:8080", false, false),
        // What looks like this machine but is another family's way to say it needs a token.
        ("[::ffff:127.0.0.1]:8080", "[::ffff:127.0.0.1]:8080", false, false),
    ])
    func isRead(text: String, as form: String, isLoopback: Bool, isWildcard: Bool) throws {
        let address = try WatchAddress(text)
        #expect(address.description == form)
        #expect(address.isLoopback == isLoopback)
        #expect(address.isWildcard == isWildcard)
    }

    @Test(arguments: [
        "", ":", "8080", "localhost", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
        "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1: 80", "127.0.0.1:8o", "127.0.0.1:000080",
        "127.0.0:80", "256.0.0.1:80", "::1:8080", "[::1]", "[::1]8080", "[127.0.0.1]:80",
        "[]:80", "example.org:80", "http://localhost:80", "[fe80::1%lo]:80", "127.0.0.1:٨٠",
    ])
    func isRefused(text: String) {
        let error = #expect(throws: WatchRefusal.self) { try WatchAddress(text) }
        #expect(error?.message.contains("'\(text)'") == true)
        #expect(error?.message.contains("HOST:PORT") == true)
    }
}
