internal import CFFmpeg
import MaskStream

/// The options of an encoder or a muxer, its own and those of all of its kind.
struct ObjectOptions {
    private let object: UnsafeMutableRawPointer
    /// What belongs to this encoder or muxer alone; nil where it has no options of its own.
    private let own: UnsafeMutableRawPointer?
    /// The object's name, as `libx264`.
    private let name: String
    /// What `ffmpeg -h` calls the object, as `encoder`.
    private let kind: String

    init(_ context: UnsafeMutablePointer<AVCodecContext>, _ choice: EncoderChoice) {
        (object, own) = (UnsafeMutableRawPointer(context), context.pointee.priv_data)
        (name, kind) = (choice.name, "encoder")
    }

    init(_ context: UnsafeMutablePointer<AVFormatContext>, _ container: Container) {
        (object, own) = (UnsafeMutableRawPointer(context), context.pointee.priv_data)
        (name, kind) = (container.name, "muxer")
    }

    /// Sets what the user asked for.
    ///
    /// Wraps `av_opt_set`.
    ///
    /// - Throws: `MaskStreamError/Code/usage` for an unknown option or a wrong value.
    func set(_ key: String, _ value: String, from option: String) throws {
        let code = av_opt_set(object, key, value, AV_OPT_SEARCH_CHILDREN)
        guard code < 0 else { return }
        guard code == ms_averror_option_not_found() else {
            throw MaskStreamError(
                .usage, withoutCredentials(in: "\(name) does not take \(key)=\(value) (\(option))"),
                hint: "`ffmpeg -h \(kind)=\(name)` lists the values")
        }
        throw MaskStreamError(
            .usage, "\(name) has no option \(key) (\(option))",
            hint: CloseNames.hint(
                key, among: Self.names(of: object) + Self.names(of: own),
                otherwise: "`ffmpeg -h \(kind)=\(name)` lists them"))
    }

    /// Sets what the program prefers; what the object does not have is left as it is.
    func prefer(_ key: String, _ value: String) {
        if own != nil { av_opt_set(own, key, value, 0) }
    }

    /// Whether the object has an option of its own.
    func has(_ key: String) -> Bool { own != nil && av_opt_find(own, key, nil, 0, 0) != nil }

    /// Wraps `av_opt_next`.
    private static func names(of object: UnsafeMutableRawPointer?) -> [String] {
        guard let object else { return [] }
        var names: [String] = []
        var option = av_opt_next(object, nil)
        while let current = option {
            names.append(String(cString: current.pointee.name))
            option = av_opt_next(object, current)
        }
        return names
    }
}
