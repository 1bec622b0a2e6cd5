import Yams

extension Node {
    /// The same, with `12.5` where the encoder writes `1.25e+1`, and with other keys.
    func plain(key: (String) -> String = { $0 }) -> Node {
        switch self {
        case .scalar(let scalar):
            guard tag == Tag(.float), let value = Double(scalar.string) else { return self }
            return Node(Int(exactly: value).map(String.init) ?? "\(value)", tag)
        case .sequence(let sequence):
            return Node(sequence.map { $0.plain(key: key) }, sequence.tag, sequence.style)
        case .mapping(let mapping):
            let pairs = mapping.map { name, value in
                (name.string.map { Node(key($0)) } ?? name, value.plain(key: key))
            }
            return Node(pairs, mapping.tag, mapping.style)
        case .alias:
            return self
        }
    }
}
