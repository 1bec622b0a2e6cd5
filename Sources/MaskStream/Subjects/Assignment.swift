/// The linear assignment problem: which tracks get which detections, for the least cost in sum.
///
/// Pairs that have nothing to do with each other are solved apart, each group by the Hungarian
/// method (Kuhn 1955, with the shortest augmenting paths of Jonker and Volgenant 1987). Of equally
/// good assignments it is always the same one that is found.
enum Assignment {
    /// A track and a detection that may be paired.
    struct Pair {
        let track: Int
        let detection: Int
        let cost: Double
    }

    /// A larger group, as noise makes, is paired greedily, the cheapest pair first.
    private static let largest = 64

    /// The best of some pairs, no track and no detection in two of them; one that is left alone
    /// costs `limit`, more than any pair.
    static func best(of pairs: [Pair], limit: Double) -> [Pair] {
        groups(of: pairs).flatMap { group in
            let tracks = Set(group.map(\.track)).sorted()
            let detections = Set(group.map(\.detection)).sorted()
            guard max(tracks.count, detections.count) <= largest else { return greedy(group) }
            var table = [[Pair?]](
                repeating: Array(repeating: nil, count: detections.count), count: tracks.count)
            let rows = Dictionary(uniqueKeysWithValues: zip(tracks, tracks.indices))
            let columns = Dictionary(uniqueKeysWithValues: zip(detections, detections.indices))
            for pair in group {
                guard let row = rows[pair.track], let column = columns[pair.detection] else {
                    continue
                }
                table[row][column] = pair
            }
            if tracks.count > detections.count {
                table = detections.indices.map { column in table.map { $0[column] } }
            }
            let costs = table.map { $0.map { $0?.cost ?? limit } }
            return zip(table, hungarian(costs)).compactMap { row, column in row[column] }
        }
    }

    /// Pairs by what they are connected with through common tracks and detections.
    private static func groups(of pairs: [Pair]) -> [[Pair]] {
        let tracks = (pairs.map(\.track).max() ?? -1) + 1
        let detections = (pairs.map(\.detection).max() ?? -1) + 1
        var parents = Array(0..<tracks + detections)
        func root(_ node: Int) -> Int {
            var node = node
            while parents[node] != node {
                parents[node] = parents[parents[node]]
                node = parents[node]
            }
            return node
        }
        for pair in pairs { parents[root(pair.track)] = root(tracks + pair.detection) }
        var places: [Int: Int] = [:]
        var groups: [[Pair]] = []
        for pair in pairs {
            let place = places[root(pair.track), default: groups.count]
            if place == groups.count {
                places[root(pair.track)] = place
                groups.append([])
            }
            groups[place].append(pair)
        }
        return groups
    }

    private static func greedy(_ pairs: [Pair]) -> [Pair] {
        var (tracks, detections): (Set<Int>, Set<Int>) = ([], [])
        return pairs.sorted {
            ($0.cost, $0.track, $0.detection) < ($1.cost, $1.track, $1.detection)
        }.filter { pair in
            guard !tracks.contains(pair.track), !detections.contains(pair.detection) else {
                return false
            }
            tracks.insert(pair.track)
            detections.insert(pair.detection)
            return true
        }
    }

    /// The column of each row, for the least sum of costs; there are no more rows than columns.
    static func hungarian(_ costs: [[Double]]) -> [Int] {
        let (rows, columns) = (costs.count, costs.first?.count ?? 0)
        // Rows and columns count from 1; column 0 stands for the row that looks for a place.
        var rowPotentials = [Double](repeating: 0, count: rows + 1)
        var columnPotentials = [Double](repeating: 0, count: columns + 1)
        var owners = [Int](repeating: 0, count: columns + 1)
        for row in 1..<rows + 1 {
            owners[0] = row
            var column = 0
            var reduced = [Double](repeating: .infinity, count: columns + 1)
            var origins = [Int](repeating: 0, count: columns + 1)
            var isOnPath = [Bool](repeating: false, count: columns + 1)
            repeat {
                isOnPath[column] = true
                let owner = owners[column]
                var (least, next) = (Double.infinity, 0)
                for other in 1..<columns + 1 where !isOnPath[other] {
                    let cost =
                        costs[owner - 1][other - 1] - rowPotentials[owner] - columnPotentials[other]
                    if cost < reduced[other] { (reduced[other], origins[other]) = (cost, column) }
                    if reduced[other] < least { (least, next) = (reduced[other], other) }
                }
                for other in 0...columns {
                    if isOnPath[other] {
                        rowPotentials[owners[other]] += least
                        columnPotentials[other] -= least
                    } else {
                        reduced[other] -= least
                    }
                }
                column = next
            } while owners[column] != 0
            while column != 0 {
                owners[column] = owners[origins[column]]
                column = origins[column]
            }
        }
        var found = [Int](repeating: 0, count: rows)
        for column in 1..<columns + 1 where owners[column] > 0 {
            found[owners[column] - 1] = column - 1
        }
        return found
    }
}
