import Dispatch
import FlyingSocks
import Glibc
import Synchronization

/// Speaks HTTP with whoever connects to a socket.
///
/// Only the sockets are FlyingFox's. Its server bounds neither heads nor connections nor silence,
/// and goes on reading after a body that nobody has read, so that a page of another origin could
/// hide a request in one. Here every request is read to its end within limits, and the connection
/// is closed where that fails.
final class Listener: Sendable {
    /// What strangers may use up.
    struct Limits: Sendable {
        /// Connections at once; one more closes the one that was silent longest.
        var connections = 64
        /// The time for a whole request, silence before it included, and for a whole answer.
        var patience = Duration.seconds(30)
    }

    private struct Table {
        var deadlines: [Int32: ContinuousClock.Instant] = [:]
        var isStopped = false
    }

    private let socket: Socket
    private let limits: Limits
    private let queue: WatchQueue
    private let answer: @Sendable (Request) async -> Response
    private let table = Mutex(Table())
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
        let wasStopped = table.withLock { table in
            defer { table.isStopped = true }
            // Both ends wake up by themselves; the descriptors are closed by their owners.
            for file in table.deadlines.keys { shutdown(file, Int32(SHUT_RDWR)) }
            return table.isStopped
        }
        guard !wasStopped else { return }
        shutdown(socket.file.rawValue, Int32(SHUT_RDWR))
        _ = closed.wait(timeout: .now() + 1)
    }

    var isStopped: Bool { table.withLock { $0.isStopped } }

    private func serve() async {
        let pool = SocketPool.make()
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
                group.addTask { await self.converse(on: connection) }
            }
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
            } catch SocketError.failed(_, let code, _)
                where [EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, EINTR].contains(code)
            {
                // The connection waits, or is gone; the next one may do better.
                await queue.pause(.milliseconds(100))
            } catch {
                return nil
            }
        }
        return nil
    }

    private func converse(on connection: AsyncSocket) async {
        let file = connection.socket.file.rawValue
        guard enter(file) else {
            try? connection.close()
            return
        }
        var reader = RequestReader(connection)
        do {
            while let request = try await reader.next() {
                renew(file)
                let response = await answer(request)
                renew(file)
                try await connection.write(
                    response.encoded(
                        keepsOpen: request.keepsOpen, isHead: request.method == "HEAD"))
                guard request.keepsOpen else { break }
                renew(file)
            }
        } catch let malformed as Malformed {
            try? await connection.write(Response(malformed.status).encoded(keepsOpen: false))
            shutdown(file, Int32(SHUT_WR))
            await reader.drain()
        } catch {
            // The other side is gone, or was dropped: there is nobody to tell.
        }
        leave(file)
        try? connection.close()
    }
}

/// Who is connected, and until when.
extension Listener {
    private func enter(_ file: Int32) -> Bool {
        table.withLock { table in
            guard !table.isStopped else { return false }
            if table.deadlines.count >= limits.connections,
                let silent = table.deadlines.min(by: { $0.value < $1.value })
            {
                shutdown(silent.key, Int32(SHUT_RDWR))
            }
            table.deadlines[file] = .now + limits.patience
            return true
        }
    }

    private func renew(_ file: Int32) {
        table.withLock { $0.deadlines[file] = .now + limits.patience }
    }

    private func leave(_ file: Int32) {
        table.withLock { $0.deadlines[file] = nil }
    }

    private func dropTheSilent() async {
        while !isStopped {
            await queue.pause(.milliseconds(250))
            table.withLock { table in
                for (file, deadline) in table.deadlines where deadline < .now {
                    shutdown(file, Int32(SHUT_RDWR))
                }
            }
        }
    }
}
