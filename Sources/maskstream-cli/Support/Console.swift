import Foundation
import MaskStream

/// The standard output, which carries data only, and the standard error, which carries the rest.
///
/// Whoever cannot write to the standard output fails; where the standard error is lost, only the log is.
enum Console {
    /// Writes a line to the standard error; names of files in it with their own bytes, but without
    /// control characters, which a terminal would obey.
    static func error(_ line: String) { write(escaped(line) + "\n") }

    /// Shows a line that the next one replaces; an empty one removes it.
    static func bar(_ line: String) { write("\r\(escaped(line))\u{1b}[K") }

    /// Writes a line of JSON, which is UTF-8, to the standard error.
    static func json(_ line: String) { _ = send(Array((line + "\n").utf8), to: STDERR_FILENO) }

    private static func escaped(_ line: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in line.unicodeScalars {
            if scalar.properties.generalCategory == .control {
                text.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }

    /// Writes text without a newline to the standard error.
    private static func write(_ text: String) { _ = send(text.originalBytes, to: STDERR_FILENO) }

    /// Writes a line to the standard output; names of files in it with their own bytes.
    ///
    /// - Throws: `MaskStreamError` 74, silent where the reader of a pipe is gone.
    static func output(_ line: String) throws { try put((line + "\n").originalBytes) }

    /// Writes a line of JSON, which is UTF-8, to the standard output.
    ///
    /// - Throws: `MaskStreamError` 74, silent where the reader of a pipe is gone.
    static func outputJSON(_ line: String) throws { try put(Array((line + "\n").utf8)) }

    private static func put(_ bytes: [UInt8]) throws {
        let failure = send(bytes, to: STDOUT_FILENO)
        guard failure != 0 else { return }
        throw MaskStreamError(
            .inputOutput,
            "the standard output cannot be written: \(String(cString: strerror(failure)))",
            hint: "check the space on the disk, and that the standard output is open",
            isBrokenPipe: failure == EPIPE)
    }

    /// Opens `/dev/null` for what the program was started without of input, output and error.
    ///
    /// Rule: this comes before all else. Why: the next file that is opened gets the lowest number that
    /// is free. Otherwise: lines are written into a video, or a wait for input never ends.
    static func openMissing() {
        // To read only, so that what is written there fails, as it did on what was closed.
        for number in 0...2 where fcntl(Int32(number), F_GETFD) < 0 {
            _ = open("/dev/null", O_RDONLY)
        }
    }

    /// Whether a person is looking at the standard error.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal; 80 where it does not say.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

/// Writes all bytes; gives the `errno` of what failed, else 0.
///
/// Wraps `write`, and `poll` where others have made the descriptor non-blocking.
private func send(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { bytes in
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = write(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&wait, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}
