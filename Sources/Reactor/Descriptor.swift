import Glibc

/// The one owner of a file descriptor: closes it when its life ends.
package struct Descriptor: ~Copyable {
    package let number: Int32

    /// Takes ownership of an open descriptor.
    package init(adopting number: Int32) {
        precondition(number >= 0, "only an open descriptor can be owned")
        self.number = number
    }

    /// Gives the ownership to the caller, who closes it.
    package consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    deinit {
        // Linux frees the number even when close reports an error, so it must not be repeated.
        _ = Glibc.close(number)
    }
}
