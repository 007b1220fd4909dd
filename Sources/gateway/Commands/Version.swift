import Storage

/// Which program this is.
enum Version {
    /// Set by the commit that a release is made of.
    private static let release = "unreleased"

    /// The schemas tell builds between two releases apart, and what `gateway migrate` brings about.
    static let text =
        "\(release) (control schema \(SchemaVersion.control), tenant schema \(SchemaVersion.tenant))"
}
