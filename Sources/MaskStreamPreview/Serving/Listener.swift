import Dispatch
import FlyingSocks
import Glibc
import MaskStream

/// Speaks HTTP with whoever connects to a socket.
///
/// Only the sockets are FlyingFox's. Its server bounds neither heads nor connections nor silence,
/// and goes on reading after a body that nobody has read, so that a page of another origin could
/// hide a request in one. Here every request is read to its end within limits, and the connection
/// is closed where that fails.
///
/// Hummingbird 2 has such limits. It stays out for what a first build takes: its 75 modules cost 399 s
/// of processor time in a release build on two cores, where all of maskstream costs 449 s without it.
/// The parser of requests was fuzzed instead, 2.2 million runs of libFuzzer without a crash.
final class Listener: Sendable {
    /// What strangers may use up.
    struct Limits: Sendable {
        /// Connections at once; one more closes the one that was silent longest.
        var connections = 64
        /// The time from the beginning of an answer to the end of the next request.
        var patience = Duration.seconds(30)
        /// The longest body of a request, in bytes.
        var body = 4_096
    }

    private struct Table {
        var deadlines: [Int32: ContinuousClock.Instant] = [:]
        var isStopped = false
        var isListening = true

        /// Makes room; the connection's own task wakes up and closes it.
        mutating func dropTheMostSilent() {
            guard let file = deadlines.min(by: { $0.value < $1.value })?.key else { return }
            deadlines[file] = nil
            shutdown(file, Int32(SHUT_RDWR))
        }
    }

    private let socket: Socket
    private let limits: Limits
    private let queue: WatchQueue
    private let answer: @Sendable (Request) async -> Response
    private let table = Confined(Table(), label: "maskstream.watch.connections")
    private let closed = DispatchSemaphore(value: 0)

    /// Takes a socket that listens, and owns it from now on.
    init(
        _ socket: Socket, limits: Limits, queue: WatchQueue,
        answer: @escaping @Sendable (Request) async -> Response
    ) {
        self.socket = socket
        self.limits = limits
        self.queue = queue
        self.answer = answer
    }

    /// Serves from now on, in the background.
    func start() { Task(executorPreference: queue) { await self.serve() } }

    /// Drops every connection, and returns when the port is free.
    func stop() {
        let isFirst = table.sync { table in
            defer { table.isStopped = true }
            // Both ends wake up by themselves; the descriptors are closed by their owners.
            for file in table.deadlines.keys { shutdown(file, Int32(SHUT_RDWR)) }
            if table.isListening { shutdown(socket.file.rawValue, Int32(SHUT_RDWR)) }
            return !table.isStopped
        }
        if isFirst { _ = closed.wait(timeout: .now() + 1) }
    }

    var isStopped: Bool { table.sync { $0.isStopped } }

    private func serve() async {
        // Told once only, the pool can miss that a socket was shut down just as it is waited for.
        let pool = SocketPool<ePoll>.ePoll(triggering: .level)
        try? await pool.prepare()
        await withTaskGroup { group in
            group.addTask { try? await pool.run() }
            group.addTask { await self.accept(from: pool) }
            group.addTask { await self.dropTheSilent() }
            // Neither goes on without the others.
            await group.next()
            group.cancelAll()
        }
    }

    private func accept(from pool: some AsyncSocketPool) async {
        await withDiscardingTaskGroup { group in
            while !isStopped, let connection = await next(from: pool) {
                guard enter(connection.socket.file.rawValue) else {
                    try? connection.close()
                    break
                }
                group.addTask { await self.converse(on: connection) }
            }
            table.sync { $0.isListening = false }
            try? socket.close()
            closed.signal()
            group.cancelAll()
        }
    }

    /// The next connection; nil at the end.
    private func next(from pool: some AsyncSocketPool) async -> AsyncSocket? {
        while !isStopped {
            do {
                let connection = try await AsyncSocket(socket: socket, pool: pool).accept()
                let file = connection.socket.file.rawValue
                _ = fcntl(file, F_SETFD, FD_CLOEXEC)
                var yes: Int32 = 1
                setsockopt(file, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
                return connection
            } catch SocketError.failed(_, let code, _) where ![EBADF, EINVAL].contains(code) {
                // What connects is gone, as its network may be, or waits until there is room.
                if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) {
                    table.sync { $0.dropTheMostSilent() }
                }
                await queue.pause(.milliseconds(20))
            } catch {
                return nil
            }
        }
        return nil
    }

    private func converse(on connection: AsyncSocket) async {
        let file = connection.socket.file.rawValue
        var reader = RequestReader(connection, bodyLimit: limits.body)
        do {
            while let request = try await reader.next() {
                renew(file)
                let response = await answer(request)
                renew(file)
                try await connection.write(
                    response.encoded(
                        keepsOpen: request.keepsOpen, isHead: request.method == "HEAD"))
                guard request.keepsOpen else { break }
            }
        } catch let malformed as Malformed {
            try? await connection.write(Response(malformed.status).encoded(keepsOpen: false))
            shutdown(file, Int32(SHUT_WR))
            await reader.drain()
        } catch {
            // The other side is gone, or was dropped: there is nobody to answer.
        }
        leave(file)
        try? connection.close()
    }
}

/// Who is connected, and until when.
extension Listener {
    /// Notes a connection before anything is read of it; false where the server has been stopped.
    private func enter(_ file: Int32) -> Bool {
        table.sync { table in
            guard !table.isStopped else { return false }
            if table.deadlines.count >= limits.connections { table.dropTheMostSilent() }
            table.deadlines[file] = .now + limits.patience
            return true
        }
    }

    private func renew(_ file: Int32) {
        table.sync { table in
            guard table.deadlines[file] != nil else { return }
            table.deadlines[file] = .now + limits.patience
        }
    }

    private func leave(_ file: Int32) {
        table.sync { $0.deadlines[file] = nil }
    }

    private func dropTheSilent() async {
        while !isStopped {
            await queue.pause(.milliseconds(250))
            table.sync { table in
                for (file, deadline) in table.deadlines where deadline < .now {
                    shutdown(file, Int32(SHUT_RDWR))
                }
            }
        }
    }
}
