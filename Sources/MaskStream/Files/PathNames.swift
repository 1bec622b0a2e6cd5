extension String {
    /// The last name of a path.
    ///
    /// Names are bytes: a letter that combines with the slash before it belongs to the name.
    package var fileName: String {
        let path = withoutTrailingSlashes
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")), path.count > 1 else {
            return String(Substring(path))
        }
        return String(Substring(path[path.index(after: slash)...]))
    }

    /// The path of the folder that holds the last name; empty where the path is that name alone.
    package var folderPath: String {
        let path = withoutTrailingSlashes
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        let folder = path[..<slash]
        return folder.isEmpty ? "/" : String(Substring(folder))
    }

    private var withoutTrailingSlashes: Substring.UTF8View {
        var path = utf8[...]
        while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
        return path
    }
}
