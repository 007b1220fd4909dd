import Cryptography
import HTTP
import Testing

@testable import Simulators

private func encoded(_ parameters: String) -> String {
    Base64.encode(Array(parameters.utf8))
}

/// Checkout links and forms (section 2.3).
struct PaymeLinkTests {
    static let vector =
        "bT02NGYxYTJiM2M0ZDVlNmY3MDgxOTJhM2I7YWMub3JkZXJfaWQ9b3JkLTIwMjQtMDAwMTE3O2E9MTUwMDAwMDA7"
        + "bD11ejtjPWh0dHBzOi8vc2hvcC5leGFtcGxlL3JldHVybj9vPTExNztjcj04NjA="

    @Test(arguments: [
        "https://checkout.paycom.uz/\(vector)", "http://127.0.0.1:12121/\(vector)", "/\(vector)",
        vector, vector.replacing("=", with: "%3D"),
    ])
    func `the reference's link is read`(url: String) throws {
        let link = try Payme.Link(url: url)
        #expect(link.merchant == "64f1a2b3c4d5e6f708192a3b")
        #expect(link.account == [.init(name: "order_id", value: "ord-2024-000117")])
        #expect(link.amount == 15_000_000)
        #expect(link.language == .uz)
        #expect(link.returnURL == "https://shop.example/return?o=117")
    }

    @Test(arguments: [
        "ac.order_id=1;a=100", "m=1;a=100", "m=1;ac.order_id=1", "m=1;ac.order_id=1;a=100.5",
        "m=1;ac.order_id=1;a=0", "m=1;ac.order_id=1;a=100;l=de", "m=1;ac.order_id=1;a=100;cr=840",
        "m=1;ac.order_id=1;a=100;ct=soon", "m=1;ac.order_id=1;a=100;a=200", "m=1;ac.o=1;a=1;x=1",
        "m=1;ac.order_id=1;a=100;nonsense",
    ])
    func `a link that says too little or too much is refused`(parameters: String) {
        #expect(throws: Payme.Link.Unreadable.self) {
            try Payme.Link(url: "/" + encoded(parameters))
        }
    }

    @Test func `what is no Base64 with padding is refused`() {
        let unpadded = String(Self.vector.dropLast())
        #expect(throws: Payme.Link.Unreadable.self) { try Payme.Link(url: "/\(unpadded)") }
        #expect(throws: Payme.Link.Unreadable.self) { try Payme.Link(url: "https://host") }
    }

    @Test func `escaped separators belong to the value`() throws {
        let link = try Payme.Link(
            url: encoded("m=1;ac.note=a%3Bb%3Dc;a=5;ct=1500")
        )
        #expect(link.account == [.init(name: "note", value: "a;b=c")])
        #expect(link.returnDelay == .milliseconds(1_500))
    }

    @Test func `placeholders of the return address are filled`() throws {
        let address = "https://s.example/?t=:transaction&o=:account.order_id"
        let link = try Payme.Link(url: encoded("m=1;ac.order_id=o-7;a=5;c=\(address)"))
        #expect(link.returnURL(transaction: "673d") == "https://s.example/?t=673d&o=o-7")
    }

    @Test func `a form says the same as a link`() throws {
        let form = try #require(
            QueryItems(
                "merchant=64f1a2b3c4d5e6f708192a3b&amount=15000000&account%5Border_id%5D=o-1"
                    + "&lang=en&callback=https%3A%2F%2Fs.example%2F&description=Room"
            )
        )
        let link = try Payme.Link(form: form.all)
        #expect(link.account == [.init(name: "order_id", value: "o-1")])
        #expect(link.amount == 15_000_000)
        #expect(link.language == .en)
        #expect(link.returnURL == "https://s.example/")
    }
}
