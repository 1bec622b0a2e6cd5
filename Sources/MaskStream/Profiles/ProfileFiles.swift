import Foundation

extension ReadFiles {
    /// Adds a profile's manifest, and the models and labels that it names.
    public mutating func add(profile: Profile) {
        let manifest = profile.folder + "/profile.yaml"
        add(manifest)
        let text: Data
        do { text = try contents(ofFile: manifest) } catch {
            return  // Whoever reads the profile reports it.
        }
        for file in Playlist.files(namedIn: text, folder: profile.folder) {
            add(file)
            // Where large networks keep their weights.
            add(file + ".data")
        }
    }
}
