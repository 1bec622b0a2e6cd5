import Foundation

/// What the server answers at each path.
struct WatchSite: Sendable {
    let access: Access
    let streams: WatchedStreams
    let allowsControl: Bool
    let allowsOriginal: Bool
    let queue: WatchQueue

    /// How long a viewer waits for a newer image before the answer is that there is none.
    private static let patience = Duration.seconds(2)

    /// Answers one request.
    @Sendable func answer(_ request: Request) async -> Response {
        if let refusal = access.refusal(of: request) { return refusal }
        let method = request.path == "/control" ? "POST" : "GET"
        let isRead = request.method == "GET" || request.method == "HEAD"
        guard Self.paths.contains(request.path) else { return Response(.notFound) }
        guard method == "POST" ? request.method == "POST" : isRead else {
            return Response(.methodNotAllowed)
                .with("Allow", method == "POST" ? "POST" : "GET, HEAD")
        }
        switch request.path {
        case "/": return page(request)
        case "/health": return health
        case "/metrics":
            let text = Metrics.text(
                of: streams.all.map { ($0.number, $0.stream.status(since: .max)) })
            return Response(.ok, "text/plain; version=0.0.4; charset=utf-8", Array(text.utf8))
        case "/control":
            guard allowsControl else {
                return Response(.forbidden, "This run can be watched only.")
            }
            if let refusal = access.refusalToChange(request) { return refusal }
        default: break
        }
        guard let stream = streams.stream(named: request.query["stream"]) else {
            return Response(.notFound, "There is no such stream.")
        }
        switch request.path {
        case "/picture": return await image(request, of: stream)
        case "/status": return status(request, of: stream)
        case "/snapshot": return snapshot(of: stream)
        default: return control(request, stream)
        }
    }

    private static let paths: Set = [
        "/", "/picture", "/status", "/control", "/snapshot", "/health", "/metrics",
    ]

    private func page(_ request: Request) -> Response {
        let page = WatchPage(
            streams: streams.all.map { ($0.number, $0.stream.name) }, allowsControl: allowsControl,
            allowsOriginal: allowsOriginal, nonce: Access.randomToken())
        return Response(
            page: page.html, nonce: page.nonce, cookie: access.cookie(for: request))
    }

    private var health: Response {
        streams.all.allSatisfy { $0.stream.status(since: .max).isHealthy }
            ? Response(.ok, "ok") : Response(.serviceUnavailable, "not ok")
    }

    private func image(_ request: Request, of stream: any Watched) async -> Response {
        guard let view = WatchView(rawValue: request.query["view"] ?? "masked") else {
            return Response(.badRequest, "There is no such view.")
        }
        guard view != .original || allowsOriginal else {
            return Response(.forbidden, "Unmasked frames are not shown.")
        }
        let after = request.query["after"].map { Int($0) }
        if let after, after == nil { return Response(.badRequest, "'after' is a frame's number.") }
        let end = ContinuousClock.now + Self.patience
        repeat {
            if let image = stream.image(view, after: after ?? nil) {
                return Response(.ok, "image/jpeg", image.jpeg)
                    .with("Maskstream-Frame", String(image.frame))
            }
            await queue.pause(.milliseconds(15))
        } while .now < end && !Task.isCancelled
        return Response(.noContent)
    }

    private func status(_ request: Request, of stream: any Watched) -> Response {
        let since = request.query["since"].map { Int($0) }
        if let since, since == nil { return Response(.badRequest, "'since' is a frame's number.") }
        return (try? Response(json: stream.status(since: since ?? nil)))
            ?? Response(.serviceUnavailable)
    }

    private func snapshot(of stream: any Watched) -> Response {
        guard let image = stream.image(.masked, after: nil) else {
            return Response(.notFound, "There is no frame yet.")
        }
        return Response(.ok, "image/jpeg", image.jpeg)
            .with(
                "Content-Disposition",
                "attachment; filename=\"maskstream-\(image.frame).jpg\"")
    }

    private func control(_ request: Request, _ stream: any Watched) -> Response {
        let command: WatchCommand
        do {
            command = try JSONDecoder().decode(WatchCommand.self, from: Data(request.body))
        } catch let refusal as WatchRefusal {
            return Response(.badRequest, refusal.message)
        } catch {
            return Response(.badRequest, "The body is no command.")
        }
        do {
            try stream.apply(command)
            return Response(.noContent)
        } catch let refusal as WatchRefusal {
            return Response(.conflict, refusal.message)
        } catch {
            return Response(.conflict, "\(error)")
        }
    }
}
