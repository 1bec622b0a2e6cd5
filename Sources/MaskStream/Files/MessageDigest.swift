internal import COpenSSL
package import Foundation

/// The message digests that are in use, each of all bytes at once.
package enum MessageDigest {
    case sha256
    /// For test data that was recorded with it; it protects nothing.
    case md5

    /// The digest of bytes in lower-case hexadecimal.
    ///
    /// Wraps `EVP_Digest`.
    package func hexadecimal(of bytes: some ContiguousBytes) -> String {
        let algorithm =
            switch self {
            case .sha256: EVP_sha256()
            case .md5: EVP_md5()
            }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let isDone = bytes.withUnsafeBytes {
            EVP_Digest($0.baseAddress, $0.count, &digest, &count, algorithm, nil)
        }
        // It fails only where libcrypto itself is not installed whole.
        precondition(isDone == 1, "libcrypto has no \(self)")
        return Self.hexadecimal(digest.prefix(Int(count)))
    }

    /// Bytes in lower-case hexadecimal.
    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}
