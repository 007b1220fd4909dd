/// A value on the heap, shared by its copies until one of them changes.
///
/// An intent has three dozen fields. A suspended workflow keeps room for every copy that it names,
/// and each copy counts references field by field; of a boxed one it keeps and counts a word.
package struct Boxed<Value: Sendable>: Sendable {
    private var storage: Storage

    private final class Storage: @unchecked Sendable {
        // Safe because: changed only through its one owner.
        var value: Value

        init(_ value: Value) { self.value = value }
    }

    package init(_ value: Value) {
        storage = Storage(value)
    }

    package var value: Value {
        _read { yield storage.value }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
            yield &storage.value
        }
    }
}

extension Boxed: Equatable where Value: Equatable {
    package static func == (left: Boxed, right: Boxed) -> Bool {
        left.storage === right.storage || left.value == right.value
    }
}

extension Boxed: Hashable where Value: Hashable {
    package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

/// A property that is seldom set, kept on the heap: nil costs a word wherever its owner is copied or
/// a suspended function keeps one. Enumerations with large payloads are `indirect` for the same
/// reason: a function that waits for a vendor keeps room for each that it names.
@propertyWrapper
package struct Indirect<Value: Sendable>: Sendable {
    private var boxed: Boxed<Value>?

    package init(wrappedValue: Value?) {
        boxed = wrappedValue.map(Boxed.init)
    }

    package var wrappedValue: Value? {
        get { boxed?.value }
        set { boxed = newValue.map(Boxed.init) }
    }
}
