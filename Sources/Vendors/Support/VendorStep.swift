package import HTTP
package import PaymentCore

/// What comes next in talking to a vendor: another request, or the end.
///
/// A conversation is a pure function of the answers heard so far, so that it can be replayed from
/// recorded bytes, and so that whoever repeats it after a crash sends the same requests again.
package indirect enum VendorStep<Outcome: Sendable>: Sendable {
    case ask(HTTPRequest, RequestEffect)
    /// The same after a while, for vendors that want to be asked slowly.
    case askLater(Duration, HTTPRequest, RequestEffect)
    case finished(Outcome)
}

/// What a request can have done when its answer never comes.
package enum RequestEffect: Sendable, Hashable {
    /// It only reads or prepares: nothing has moved, and asking again is safe.
    case none
    /// It only adds to what is known: when its answer never comes, the conversation goes on with
    /// an empty answer 504 in its place.
    case addition
    /// Money may have moved: the outcome is unknown.
    case movesMoney
    /// It opens a page, and nothing moves until the payer acts: the attempt is abandoned, a new
    /// one may follow, and a late payment of this one is booked as a discrepancy.
    case opensPage
}

/// How a notification's genuineness is found out.
package enum VerificationStep: Sendable {
    /// Genuine: what it says in our words.
    case verified([VendorNotice])
    /// The vendor has to be asked, or a certificate fetched. A `cacheable` answer is kept for
    /// later notifications, by URL.
    case ask(HTTPRequest, isCacheable: Bool)
}

/// The answer to a request for an access token.
package enum AccessTokenAnswer: Sendable {
    /// `lifetime` is what the vendor promised; it is refreshed before that ends.
    case granted(VendorToken, lifetime: Duration)
    case refused(VendorRejection)
    /// Not now: nothing was asked of the vendor beyond the token.
    case unavailable
}

/// How a vendor grants access tokens for a while, instead of taking credentials with each call.
package struct AccessTokenSource: Sendable {
    /// What the token is for: environment and client, never a secret. Equal scopes share tokens.
    package let scope: String
    package let request: HTTPRequest
    package let read: @Sendable (HTTPResponse) -> AccessTokenAnswer

    package init(
        scope: String,
        request: HTTPRequest,
        read: @escaping @Sendable (HTTPResponse) -> AccessTokenAnswer
    ) {
        self.scope = scope
        self.request = request
        self.read = read
    }
}
