internal import JSON

extension JSONWriter {
    /// A member that is a list of texts.
    mutating func member(_ name: String, _ texts: [String]) {
        array(name) { list in
            for text in texts { list.element(text) }
        }
    }
}
