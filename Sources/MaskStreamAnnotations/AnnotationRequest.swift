package import MaskStream

/// The forms in which annotations are written.
package enum AnnotationFormat: String, CaseIterable, Sendable {
    /// One JSON file in COCO's form, see ``COCOWriter``.
    case coco
    /// A folder in the form of MOTS, see ``MOTSWriter``.
    case mots
    /// One XML file, *CVAT for video 1.1*, see ``CVATWriter``.
    case cvat
    /// A folder in the form of YOLO's segmentation data sets, see ``YOLOWriter``.
    case yolo
    /// A folder of images of masks, see ``MatteWriter``.
    case mattes
}

/// Which annotations are wanted, and where.
package struct AnnotationRequest: Sendable {
    /// Their form.
    package let format: AnnotationFormat
    /// The file or the folder.
    package let path: String
    /// Whether a file that is there is replaced.
    package let overwrite: Bool
    /// The one kind that subjects have.
    package let category: String
    /// The video's name.
    package let source: String

    /// Makes a request.
    package init(
        format: AnnotationFormat, path: String, overwrite: Bool, category: String, source: String
    ) {
        self.format = format
        self.path = path
        self.overwrite = overwrite
        self.category = category
        self.source = source
    }

    /// Makes the file or the folder; `reads` must not be written.
    ///
    /// - Throws: `MaskStreamError` with code `cannotCreate`.
    package func open(reads: ReadFiles) throws -> AnnotationOutput {
        AnnotationOutput(try writer(reads))
    }

    private func writer(_ reads: ReadFiles) throws -> any AnnotationWriter {
        switch format {
        case .coco: try COCOWriter(file(reads), category: category)
        case .cvat: CVATWriter(try file(reads), category: category, source: source)
        case .mots: MOTSWriter(try PartFolder(path, "the output"))
        case .yolo: YOLOWriter(try PartFolder(path, "the output"), category: category)
        case .mattes: MatteWriter(try PartFolder(path, "the output"))
        }
    }

    private func file(_ reads: ReadFiles) throws -> PartFile {
        guard case .file(let path) = try Destination(path, "the output") else {
            throw MaskStreamError(
                .cannotCreate, "annotations need a file (\(path))", hint: "name a file")
        }
        return try PartFile(path, "the output", replaces: overwrite, reads: reads)
    }
}
