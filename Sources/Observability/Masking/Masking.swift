/// The one place that decides what a log line, a stored vendor message or a trace may not show.
package enum Masking {
    /// What stands in the place of whatever was hidden.
    package static let mark = "•••"

    /// `text` without card numbers and credentials; the same string when it holds none.
    ///
    /// A key keeps its prefix (`sk_•••`), so a reader still sees what kind of thing was there.
    package static func masked(_ text: String) -> String {
        let bytes = text.utf8Span.span
        var hits = NextHits(in: bytes)
        guard var hidden = hits.take(in: bytes) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var copied = 0
        while true {
            for position in copied..<hidden.lowerBound { result.append(bytes[position]) }
            result.append(contentsOf: mark.utf8)
            copied = hidden.upperBound
            guard let next = hits.take(in: bytes) else { break }
            hidden = next
        }
        for position in copied..<bytes.count { result.append(bytes[position]) }
        return String(decoding: result, as: UTF8.self)
    }

    /// Whether the value of a field with this name is hidden whole, whatever it looks like.
    package static func hidesValue(of name: String) -> Bool {
        // Asked for every member of every line: nothing is made for it.
        let name = name.utf8Span.span
        return hiddenNames.contains { hidden in
            guard hidden.count == name.count else { return false }
            for position in hidden.indices {
                let byte = name[position]
                guard hidden[position] == (byte.isUppercase ? byte | 0x20 : byte) else {
                    return false
                }
            }
            return true
        }
    }

    private static let hiddenNames: [[UInt8]] = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "password", "passphrase",
        "secret", "client_secret", "api_key", "private_key", "cvv", "cvc", "cvv2", "card_number",
        "pan", "stripe-signature", "webhook-signature",
    ].map { Array($0.utf8) }
}

/// The next card number and the next secret of a text. Each is looked for from where the last of
/// its kind ended, so the whole text is read twice, however much of it is hidden.
private struct NextHits {
    private var card: Range<Int>?
    private var secret: Range<Int>?

    init(in bytes: borrowing Span<UInt8>) {
        card = CardDataDetector.firstCardNumber(in: bytes, from: 0)
        secret = SecretDetector.firstSecret(in: bytes, from: 0)
    }

    /// What is hidden next; nil when nothing is left. Pieces come in order and do not overlap.
    mutating func take(in bytes: borrowing Span<UInt8>) -> Range<Int>? {
        guard let hidden = first else { return nil }
        if let card, card.lowerBound < hidden.upperBound {
            self.card = CardDataDetector.firstCardNumber(in: bytes, from: hidden.upperBound)
        }
        if let secret, secret.lowerBound < hidden.upperBound {
            self.secret = SecretDetector.firstSecret(in: bytes, from: hidden.upperBound)
        }
        return hidden
    }

    private var first: Range<Int>? {
        guard let card else { return secret }
        guard let secret else { return card }
        // Where both claim the same bytes the earlier wins, and covers what they share.
        if card.overlaps(secret) {
            return min(
                card.lowerBound,
                secret.lowerBound
            )..<max(card.upperBound, secret.upperBound)
        }
        return card.lowerBound < secret.lowerBound ? card : secret
    }
}
