internal import COpenSSL
package import Foundation

/// What a file holds, told by its size in bytes and its SHA-256.
package struct FileDigest: Codable, Hashable, Sendable {
    /// Bytes.
    package let size: Int
    /// In lower-case hexadecimal.
    package let sha256: String

    /// Makes a digest of what is known already.
    package init(size: Int, sha256: String) {
        self.size = size
        self.sha256 = sha256
    }

    /// Tells of bytes that were read from a file.
    package init(of bytes: Data) {
        self.init(size: bytes.count, sha256: MessageDigest.sha256.hexadecimal(of: bytes))
    }

    /// Reads a file, or all files of a folder in the order of their names.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput` where one cannot be read.
    package init(at path: String) throws {
        guard FileIdentity(path)?.isFolder == true else {
            self = try FileDigest(ofFile: path)
            return
        }
        let names = (names(inFolder: path) ?? [])
            .filter { FileIdentity("\(path)/\($0)")?.isRegular == true }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let files = try names.map { (name: $0, digest: try FileDigest(ofFile: "\(path)/\($0)")) }
        let list = files.map { "\($0.name)\n\($0.digest.sha256)\n" }.joined()
        size = files.reduce(0) { $0 + $1.digest.size }
        sha256 = MessageDigest.sha256.hexadecimal(of: Data(list.utf8))
    }

    /// Reads a file to its end.
    ///
    /// Wraps `EVP_DigestUpdate`.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput` where it cannot be read.
    package init(ofFile path: String) throws {
        guard let file = FileHandle(opening: path, O_RDONLY) else {
            throw MaskStreamError(
                .noInput, "cannot read the file: \(String(cString: strerror(errno))) (\(path))")
        }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            throw MaskStreamError(.unavailable, "libcrypto has no SHA-256")
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var size = 0
        while true {
            let count = read(file.fileDescriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw MaskStreamError(
                    .noInput, "cannot read the file: \(String(cString: strerror(errno))) (\(path))")
            }
            guard count > 0 else { break }
            EVP_DigestUpdate(context, buffer, count)
            size += count
        }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        EVP_DigestFinal_ex(context, &digest, &count)
        self.size = size
        sha256 = MessageDigest.hexadecimal(digest.prefix(Int(count)))
    }
}
