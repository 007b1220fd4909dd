package import HTTP

/// A browser at one of a vendor's pages.
package struct PageVisit: Sendable {
    /// A form was sent; otherwise the page is only looked at.
    package let isSubmission: Bool
    /// Undecoded, without the query.
    package let path: String
    package let query: QueryItems
    package let form: QueryItems
}

/// What the browser gets.
package struct PageReply: Sendable {
    package var status = 200
    package var text = ""
    package var contentType = "text/html; charset=utf-8"
    /// Where the browser goes next, for a 303.
    package var location: String?

    package init(status: Int = 200, text: String, contentType: String) {
        self.status = status
        self.text = text
        self.contentType = contentType
    }

    /// A page with a heading.
    ///
    /// - Parameter content: HTML; what comes from outside has gone through `escape`.
    package init(status: Int = 200, _ title: String, _ content: String) {
        self.status = status
        text = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>\(title)</title>
            <h1>\(title)</h1>
            \(content)
            </html>
            """
    }

    package static func goOn(to location: String) -> PageReply {
        var reply = PageReply(status: 303, text: "", contentType: "text/html; charset=utf-8")
        reply.location = location
        return reply
    }

    package static func notPossible(_ reason: String) -> PageReply {
        PageReply(status: 400, "Not possible", "<p>\(escape(reason))")
    }

    package static let notFound = PageReply(
        status: 404,
        "Not found",
        "<p>There is no such page."
    )

    /// An address with a query added to it, as browsers are sent back.
    package static func address(_ url: String, adding query: [(String, String)]) -> String {
        let text = query.map { "\($0)=\(PercentCoding.encode($1))" }.joined(separator: "&")
        return url + (url.contains("?") ? "&" : "?") + text
    }

    package static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
