import Storage

/// Which program this is.
enum Version {
    /// Set by the commit that a release is made from.
    private static let release = "unreleased"

    /// The schemas distinguish builds between two releases, and show what `gateway migrate` does.
    static let text =
        "\(release) (control schema \(SchemaVersion.control), tenant schema \(SchemaVersion.tenant))"
}
