import Foundation
import MaskStream

/// What the server of a review answers at each path.
struct ReviewSite: Sendable {
    let access: Access
    let review: any Reviewed
    let allowsOriginal: Bool

    private static let methods = [
        "/": ["GET", "HEAD"], "/health": ["GET", "HEAD"], "/timeline": ["GET", "HEAD"],
        "/moment": ["GET", "HEAD"], "/picture": ["GET", "HEAD"], "/edits": ["GET", "HEAD", "PUT"],
        "/rendering": ["GET", "HEAD", "POST"],
    ]

    /// Answers one request.
    @Sendable func answer(_ request: Request) async -> Response {
        if let refusal = access.refusal(of: request) { return refusal }
        guard let methods = Self.methods[request.path] else { return Response(.notFound) }
        guard methods.contains(request.method) else {
            return Response(.methodNotAllowed).with("Allow", methods.joined(separator: ", "))
        }
        let changes = request.method == "PUT" || request.method == "POST"
        if changes, let refusal = access.refusalToChange(request) { return refusal }
        do {
            return switch request.path {
            case "/": page(request)
            case "/health": Response(.ok, "ok")
            case "/timeline": try timeline(request)
            case "/moment": try Response(json: review.moment(at: try place(request)))
            case "/picture": try image(request)
            case "/edits": changes ? try replaceEdits(request) : try edits()
            default: changes ? try render(request) : try Response(json: review.rendering)
            }
        } catch let refusal as WatchRefusal {
            return Response(.conflict, refusal.message)
        } catch let error as BadRequest {
            return Response(.badRequest, error.sentence)
        } catch let error as MaskStreamError {
            return Response(.internalServerError, error.message)
        } catch {
            return Response(.internalServerError)
        }
    }

    private struct BadRequest: Error {
        let sentence: String
    }

    private func page(_ request: Request) -> Response {
        let page = ReviewPage(
            name: review.name, allowsOriginal: allowsOriginal, nonce: Access.randomToken())
        return Response(page: page.html, nonce: page.nonce, cookie: access.cookie(for: request))
    }

    private func timeline(_ request: Request) throws -> Response {
        let start = try number("from", of: request)
        let end = try number("to", of: request)
        return try Response(json: review.timeline(from: start, to: end))
    }

    private func image(_ request: Request) throws -> Response {
        guard let view = WatchView(rawValue: request.query["view"] ?? "masked"),
            view != .confidence
        else { throw BadRequest(sentence: "There is no such view.") }
        guard view != .original || allowsOriginal else {
            return Response(.forbidden, "Unmasked frames are not shown.")
        }
        guard let frame = request.query["frame"].flatMap({ Int($0) }) else {
            throw BadRequest(sentence: "'frame' is a frame's number.")
        }
        return Response(.ok, "image/jpeg", try review.image(view, frame: frame))
    }

    private func place(_ request: Request) throws -> ReviewPlace {
        if let text = request.query["frame"] {
            guard let frame = Int(text) else {
                throw BadRequest(sentence: "'frame' is a frame's number.")
            }
            return .frame(frame)
        }
        guard let time = try number("at", of: request) else {
            throw BadRequest(sentence: "Give 'frame' or 'at'.")
        }
        return .time(time)
    }

    private func number(_ name: String, of request: Request) throws -> Double? {
        guard let text = request.query[name] else { return nil }
        guard let number = Double(text), number.isFinite else {
            throw BadRequest(sentence: "'\(name)' is a time in seconds.")
        }
        return number
    }

    // MARK: Changes

    private func edits() throws -> Response {
        let edits = try review.edits()
        return Response(.ok, "application/json", edits.json).with("ETag", "\"\(edits.tag)\"")
    }

    private func replaceEdits(_ request: Request) throws -> Response {
        guard let match = request.headers["if-match"] else {
            return Response(.preconditionRequired, "If-Match has to name the edits replaced.")
        }
        let tag = match.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
        do {
            let new = try review.replaceEdits(request.body, tagged: tag)
            return Response(.noContent).with("ETag", "\"\(new)\"")
        } catch is StaleEdits {
            return Response(.preconditionFailed, "The edits were changed elsewhere meanwhile.")
        } catch let error as MaskStreamError where Self.blamesEdits.contains(error.code) {
            return Response(.unprocessableContent, error.message)
        }
    }

    private static let blamesEdits: Set<MaskStreamError.Code> = [.configuration, .badData]

    private func render(_ request: Request) throws -> Response {
        guard
            let order = try? JSONDecoder().decode([String: Bool].self, from: Data(request.body)),
            order.count == 1, let runs = order["run"]
        else { throw BadRequest(sentence: #"Give {"run": true} or {"run": false}."#) }
        if runs { try review.beginRendering() } else { review.stopRendering() }
        return Response(.noContent)
    }
}
