import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What every vendor of the catalogue keeps, whatever it speaks.
@Suite(.sampleTime) struct VendorContractTests {
    @Test(arguments: VendorCatalog.all, VendorScenario.allCases)
    func `a recorded answer yields the agreed outcome`(
        vendor: VendorDescriptor,
        scenario: VendorScenario
    ) async throws {
        guard vendor.hasWire,
            scenario.isRequired(of: vendor.sampleCapabilities)
                || Recording.exists(of: vendor.name, scenario.rawValue)
        else { return }
        let recording = try Recording(of: vendor.name, scenario.rawValue)
        let operation = try recording.operation()
        let answers = try vendor.prelude() + recording.answers()
        let transport = ScriptedTransport(answers)
        let outcome = await vendor.makePort(transport: transport, sleep: { _ in }).perform(
            operation,
            key: Sample.key,
            account: Sample.account(of: vendor)
        )
        var expected = scenario.expected(after: try vendor.firstEffect(of: operation))
        // A vendor that only accepts, and tells by notification what became of it.
        if expected == "succeeded", recording.json["accepted_only"] == true { expected = "pending" }
        #expect(outcome.shortForm == expected, "\(outcome)")
        #expect(transport.sent.count == answers.count)
    }

    @Test(arguments: VendorCatalog.all, SampleOperation.allCases)
    func `what a vendor cannot do is refused before anything is sent`(
        vendor: VendorDescriptor,
        sample: SampleOperation
    ) async throws {
        let operation = try sample.made(for: vendor)
        guard !vendor.sampleCapabilities.operations.contains(operation.kind) else { return }
        let transport = ScriptedTransport(HTTPResponse(status: .ok))
        let outcome = await vendor.makePort(transport: transport).perform(
            operation,
            key: Sample.key,
            account: Sample.account(of: vendor)
        )
        let isLookUp = operation.kind == .lookUp && vendor.hasWire
        #expect(
            outcome.shortForm == (isLookUp ? "unknown_vendor_error" : "rejected_invalid_request")
        )
        #expect(transport.sent.isEmpty)
    }

    @Test(arguments: VendorCatalog.all, SampleOperation.allCases)
    func `a request that reached nobody is not done, one that may have is judged by its effect`(
        vendor: VendorDescriptor,
        sample: SampleOperation
    ) async throws {
        let operation = try sample.made(for: vendor)
        guard vendor.sampleCapabilities.operations.contains(operation.kind),
            let effect = try vendor.firstEffect(of: operation)
        else { return }
        let account = Sample.account(of: vendor)
        let prelude = try vendor.prelude()
        for code in HTTPTransportError.Code.allCases {
            let away = ScriptedTransport(after: prelude, code, mayHaveReachedPeer: false)
            let refused = await vendor.makePort(transport: away).perform(
                operation,
                key: Sample.key,
                account: account
            )
            switch (code, operation.kind) {
            case (.invalidRequest, .lookUp): #expect(refused == .unknown(.vendorError))
            case (.invalidRequest, _): #expect(refused.shortForm == "rejected_invalid_request")
            default: #expect(refused == .notDone(.unreachable))
            }
            let lost = ScriptedTransport(after: prelude, code, mayHaveReachedPeer: true)
            let open = await vendor.makePort(transport: lost).perform(
                operation,
                key: Sample.key,
                account: account
            )
            #expect(open.leavesOpen(effect), "\(code): \(open)")
            #expect(
                lost.sent.count == prelude.count + 1,
                "a client never repeats on its own"
            )
        }
    }

    @Test(arguments: VendorCatalog.all, SampleOperation.allCases)
    func `an answer that cannot be read is no verdict`(
        vendor: VendorDescriptor,
        sample: SampleOperation
    ) async throws {
        let operation = try sample.made(for: vendor)
        guard vendor.sampleCapabilities.operations.contains(operation.kind),
            let effect = try vendor.firstEffect(of: operation)
        else { return }
        let bodies = ["", "{", "[]", "{}", "null", "\"ok\"", "<html></html>", #"{"error":{}}"#]
        let prelude = try vendor.prelude()
        let statuses = [200, 202, 204, 302, 400, 402, 404, 409, 422, 500, 502, 503, 504]
        // A void that is answered with 204 is done: there is no body to be read.
        for status in statuses where sample != .void || status != 204 {
            for body in bodies {
                let unread = HTTPResponse(status: HTTPStatus(status), body: Array(body.utf8))
                let transport = ScriptedTransport(prelude + [unread])
                let outcome = await vendor.makePort(transport: transport).perform(
                    operation,
                    key: Sample.key,
                    account: Sample.account(of: vendor)
                )
                #expect(outcome.leavesOpen(effect), "\(status) \(body): \(outcome)")
            }
        }
    }

    @Test(arguments: VendorCatalog.all, SampleOperation.allCases)
    func `a repetition is the same request, byte for byte`(
        vendor: VendorDescriptor,
        sample: SampleOperation
    ) async throws {
        let operation = try sample.made(for: vendor)
        guard vendor.sampleCapabilities.operations.contains(operation.kind),
            try vendor.firstEffect(of: operation) != nil
        else { return }
        let transport = ScriptedTransport(
            after: try vendor.prelude(),
            .timeout,
            mayHaveReachedPeer: true
        )
        let port = vendor.makePort(transport: transport)
        for _ in 0..<2 {
            _ = await port.perform(
                operation,
                key: Sample.key,
                account: Sample.account(of: vendor)
            )
        }
        // The token is remembered.
        let sent = Array(transport.sent.dropFirst(try vendor.prelude().count))
        try #require(sent.count == 2)
        let bare = try sent.map { try vendor.untimed($0.request) }
        #expect(bare[0] == bare[1])
        #expect(sent[0].options.totalTimeout <= vendor.capabilities.callTimeout)
        #expect(sent[0].options.connectTimeout < sent[0].options.totalTimeout)
    }

    @Test(arguments: VendorCatalog.all)
    func `a sample account has no problems, an empty one names what it lacks`(
        vendor: VendorDescriptor
    ) {
        #expect(vendor.problems(in: Sample.account(of: vendor).credentials).isEmpty)
        let missing = vendor.problems(in: Credentials([:])).map(\.field)
        #expect(missing == vendor.fields.filter(\.isRequired).map(\.name))
        #expect(
            vendor.problems(in: Credentials(["nobody_knows": ["x"]]))
                .contains(CredentialProblem(field: "nobody_knows", code: .unknownField))
        )
    }

    @Test(arguments: VendorCatalog.all)
    func `an account without its required fields sends nothing`(vendor: VendorDescriptor) async {
        guard vendor.fields.contains(where: \.isRequired) else { return }
        let transport = ScriptedTransport(HTTPResponse(status: .ok))
        var account = Sample.account(of: vendor)
        account = MerchantAccount(
            id: account.id,
            tenant: account.tenant,
            vendor: account.vendor,
            name: account.name,
            mode: account.mode,
            isDefault: true,
            isActive: true,
            settlementCurrency: nil,
            credentials: Credentials([:])
        )
        let outcome = await vendor.makePort(transport: transport).perform(
            .authorize(.sample()),
            key: Sample.key,
            account: account
        )
        #expect(outcome.shortForm == "rejected_configuration")
        #expect(transport.sent.isEmpty)
    }

    @Test(arguments: VendorCatalog.all)
    func `an unsigned notification is refused`(vendor: VendorDescriptor) async {
        let port = vendor.makePort(transport: ScriptedTransport(HTTPResponse(status: .ok)))
        let delivery = WebhookDelivery(fields: [], body: Array(#"{"id":"evt_1"}"#.utf8))
        await #expect(throws: NoticeRefusal.self) {
            try await port.verify(delivery, account: Sample.account(of: vendor), now: Sample.now)
        }
    }

    @Test(arguments: VendorCatalog.all)
    func `who takes tokens of one use is asked what became of a lost one`(
        vendor: VendorDescriptor
    ) {
        // Nobody has the token any more, so the same request cannot be made again.
        guard !vendor.capabilities.oneTimeTokens.isEmpty else { return }
        #expect(vendor.capabilities.recovery == .lookUp)
        #expect(vendor.capabilities.operations.contains(.lookUp))
    }

    @Test func `identifiers are unique and found again`() {
        #expect(Set(VendorCatalog.all.map(\.id)).count == VendorCatalog.all.count)
        for vendor in VendorCatalog.all {
            #expect(VendorCatalog.descriptor(of: vendor.id)?.name == vendor.name)
        }
        #expect(VendorCatalog.descriptor(of: VendorID(known: "nobody")) == nil)
    }
}

extension VendorOutcome {
    /// Whether it claims no more than may be known when the answer to a request of this effect is
    /// missing or cannot be read.
    func leavesOpen(_ effect: RequestEffect) -> Bool {
        switch (self, effect) {
        case (.unknown, _), (.notDone, .none), (.notDone, .addition), (.abandoned, .opensPage):
            true
        default: false
        }
    }
}
