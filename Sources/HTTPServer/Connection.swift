internal import Cryptography
internal import HTTP
internal import Reactor

/// One client: its socket, its buffers and the task that serves its requests one after another.
///
/// The task reads straight through requests and waits in two places, for input and for room in the
/// output. Events and timers act on the connection from outside the task, also while a handler runs.
final class Connection: @unchecked Sendable {
    // Safe because: touched only on its loop.

    enum Phase {
        /// Requests are served.
        case open
        /// No further request is read; what was answered is on its way.
        case finishing
        /// Everything is sent; late input is thrown away, so that no reset destroys the answer.
        case lingering
        case closed
    }

    let server: HTTPServer
    let loop: EventLoop
    let peer: SocketAddress
    var phase = Phase.open
    /// `nil` once closed.
    var transport: Transport?
    /// Where the server keeps it, for removal in constant time.
    var position = 0

    var deadlines = Deadlines()
    private var watch: Watch?
    private var timer: Timer?
    private var isServing = false

    // Input: `input[inputStart..<inputEnd]` begins with the current request's head, and from
    // `unread` on with what nobody has consumed. Empty between requests.
    var input: [UInt8] = []
    var inputStart = 0
    var unread = 0
    var inputEnd = 0
    /// The input is a head that was cut out of its buffer: no more can be received into it.
    var isHeadAlone = false
    var isReadable = false
    var peerHasFinished = false
    var inputTimedOut = false
    private var reader = Waiter()

    // Output: `output[outputStart...]` is not sent yet. Empty between answers.
    var output: [UInt8] = []
    var outputStart = 0
    var isBlocked = false
    /// What the client had taken when it was last given time, as `Transport.takenCount` counts.
    var takenBefore = 0
    var isAwaitingFlush = false
    private var writer = Waiter()

    private var parser: HTTPRequestParser
    private var head: HTTPRequestHead?
    /// Takes the framing off the current request's body; `nil` when it has none.
    var decoder: HTTPBodyDecoder?
    private var exchange: HTTPExchange?
    /// Requests since others had their turn.
    private var streak = 0
    /// Whether a byte of the next request has come.
    private var headHasBegun = false
    private var isAwaitingRequest = false
    /// Whether the client need not wait for `100 Continue` any longer.
    var wasBodyInvited = false

    /// Requests served without a pause before others get their turn.
    private static let requestsInARow = 32
    /// Reads of late input without a pause.
    private static let discardsInARow = 16

    init(
        _ descriptor: consuming Descriptor,
        _ session: TLSSession?,
        from peer: SocketAddress,
        server: HTTPServer
    ) {
        self.server = server
        self.peer = peer
        loop = server.loop
        transport = Transport(descriptor, session: session)
        parser = HTTPRequestParser(limits: server.limits)
    }

    /// Begins to listen to the socket and, unless the client is refused at once, to serve.
    func open(refusing problem: HTTPProblem?) throws(SystemError) {
        guard let transport else { return }
        watch = try loop.watch(
            transport.number,
            .everything,
            edgeTriggered: true
        ) { [self] in becameReady($0) }
        // The request may have come with the connection: it is looked for before its event, which a
        // server that drains does not wait for.
        isReadable = true
        if let problem {
            refuse(problem)
        } else {
            isServing = true
            expectHead(isFirst: true)
            startTask()
        }
    }

    // MARK: The task

    // What suspends is kept small and calls what does not, never inlined: a task keeps the room of
    // the deepest frames that it ever had, and an idle connection should cost little.

    private func startTask() {
        // Whatever begins it: somebody waits for the answer.
        loop.spawn(priority: .medium) { await self.serve() }
    }

    @inline(never)
    private func serve() async {
        while await receiveHead() {
            let began = loop.time
            await handle(beginExchange())
            guard endExchange() else { break }
            if !isBodyComplete, await !discardBody() { break }
            if isOutputLarge { await relieveOutput() }
            expectHead(isFirst: false)
            if loop.time != began {
                // The handler waited, maybe deep in its calls: a new task starts with no frames.
                streak = 0
                return startTask()
            }
            if streak == Connection.requestsInARow {
                streak = 0
                await loop.nextTurn()
            }
        }
        end()
    }

    /// The task is over: whatever it held goes back.
    @inline(never)
    private func end() {
        finish()
        isServing = false
        head = nil
        exchange = nil
        releaseInput()
        if phase == .closed { server.forget(self) }
    }

    @inline(never)
    private func handle(_ exchange: HTTPExchange) async {
        if exchange.method == .connect {
            exchange.keepsAlive = false
            exchange.respond(.methodNotImplemented)
        } else {
            await server.handler.handle(exchange)
        }
    }

    /// Reads until a whole head has come; false when none will.
    @inline(never)
    private func receiveHead() async -> Bool {
        while phase == .open {
            if parseHead() { return true }
            if phase == .open, receiveHeadBytes() {
                await awaitInput()
                endRest()
            }
        }
        return false
    }

    /// Looks at what has come; true when it holds a whole head.
    @inline(never)
    private func parseHead() -> Bool {
        guard inputStart < inputEnd else { return false }
        do throws(HTTPParseError) {
            let bytes = input  // A span cannot be taken from a property.
            if let parsed = try parser.parse(bytes.span.extracting(inputStart..<inputEnd)) {
                head = consume parsed
                return true
            }
        } catch {
            refuse(HTTPProblem(error))
            return false
        }
        if !headHasBegun, parser.isInsideRequest {
            headHasBegun = true
            deadlines.input = loop.time.advanced(by: server.timeouts.header)
        }
        return false
    }

    /// Receives more of a head; true when the task has to wait for it.
    @inline(never)
    private func receiveHeadBytes() -> Bool {
        switch fill() {
        case .bytes:
            return false
        case .finished:
            if headHasBegun { refuse(.incompleteRequest) } else { finish() }
            return false
        case .broken:
            close()
            return false
        case .wouldBlock:
            flush()
            if !headHasBegun, server.isDraining {
                finish()
                return false
            }
            if inputStart == inputEnd { releaseInput() }
            isAwaitingRequest = !headHasBegun
            return true
        }
    }

    @inline(never)
    private func endRest() {
        isAwaitingRequest = false
        guard inputTimedOut else { return }
        if headHasBegun { refuse(.requestTimeout) } else { finish() }
    }

    @inline(never)
    private func beginExchange() -> HTTPExchange {
        let head = currentHead
        unread = inputStart + head.byteCount
        if head.framing != .none {
            decoder = HTTPBodyDecoder(head.framing, limits: server.limits)
            wasBodyInvited = false
        } else if decoder != nil {
            decoder = nil
        }
        deadlines.input = .never
        deadlines.answer = loop.time.advanced(by: server.timeouts.request)
        arm()
        // A handler that kept the last exchange keeps it for good.
        let isReusable = isKnownUniquelyReferenced(&exchange)
        let next = isReusable ? exchange ?? HTTPExchange(self) : HTTPExchange(self)
        next.begin(head)
        exchange = next
        return next
    }

    /// Makes sure that the current request was answered; true when the connection may serve another.
    @inline(never)
    private func endExchange() -> Bool {
        guard let exchange else { return false }
        deadlines.answer = .never
        switch exchange.answer {
        case .pending:
            exchange.isServerMade = true
            exchange.respond(exchange.bodyError?.problem ?? .handlerFailed)
        case .streaming:
            reset()  // The handler gave up half-way: the client must notice.
        case .complete, .discarded:
            break
        }
        server.report(exchange)
        return phase == .open && exchange.keepsAlive
    }

    /// Gets ready for the next request.
    @inline(never)
    private func expectHead(isFirst: Bool) {
        inputStart = unread
        if isHeadAlone { releaseInput() }
        head = nil
        headHasBegun = false
        let timeout = isFirst ? server.timeouts.header : server.timeouts.idle
        deadlines.input = loop.time.advanced(by: timeout)
        streak += 1
    }

    // MARK: The current request

    var currentHead: HTTPRequestHead {
        guard let head else { preconditionFailure("an exchange is used while it is handled") }
        return head
    }

    var hasHead: Bool { head != nil }

    /// The current request's head and the bytes that its places refer to.
    func withHead<Value>(_ body: (HTTPRequestHead, Span<UInt8>) -> Value) -> Value {
        let bytes = input  // A span cannot be taken from a property.
        return body(currentHead, bytes.span.extracting(inputStart..<inputEnd))
    }

    // MARK: Waiting

    /// Waits until there is input, the input deadline passes, or the connection ends.
    @inline(never)
    func awaitInput() async {
        arm()
        if isReadable || phase != .open || inputTimedOut { return }
        streak = 0
        unsafe await withUnsafeContinuation { unsafe reader.park($0) }
    }

    /// Waits until everything written is with the kernel, or the connection ends.
    func awaitOutput() async {
        arm()
        guard isBlocked else { return }
        unsafe await withUnsafeContinuation { unsafe writer.park($0) }
    }

    private func resumeReader() { reader.resume() }

    func resumeWriter() { writer.resume() }

    // MARK: Events

    private func becameReady(_ readiness: Readiness) {
        if readiness.permitsReading { isReadable = true }
        if readiness.peerHasEnded { peerHasFinished = true }
        if isBlocked { flush() }
        switch phase {
        case .open: resumeReader()
        case .lingering: linger()
        case .finishing, .closed: break
        }
    }

    /// Sets the timer for the first deadline. A timer that is early is left alone: it costs less to
    /// let it find nothing than to move it for every request.
    @inline(never)
    func arm() {
        let next = deadlines.next
        guard phase != .closed, next < .never else { return }
        let timer = timer ?? loop.makeTimer { [unowned self] in deadlinePassed() }
        self.timer = timer
        if !timer.isPending || next < timer.due { timer.schedule(at: next) }
    }

    private func deadlinePassed() {
        while phase != .closed, let expired = deadlines.takeExpired(at: loop.time) {
            switch (expired, phase) {
            case (.output, _):
                if clientTakesOutput() { extendOutputDeadline() } else { reset() }
            case (.input, .open):
                inputTimedOut = true
                resumeReader()
            case (.input, .finishing), (.input, .lingering), (.input, .closed):
                close()
            case (.answer, _):
                answerInstead(.deadlinePassed)
            }
        }
        arm()
    }

    // MARK: Ending

    /// Answers in place of a handler that is late, and drops what it will say.
    private func answerInstead(_ problem: HTTPProblem) {
        guard let exchange, exchange.answer == .pending else { return }
        exchange.keepsAlive = false
        exchange.isServerMade = true
        exchange.respond(problem)
        exchange.answer = .discarded
        finish()
    }

    /// Answers a request that could not be read, and ends the connection.
    @inline(never)
    func refuse(_ problem: HTTPProblem) {
        guard phase == .open else { return }
        let requestID = RequestID.make()
        let response = server.configuration.renderProblem(problem, requestID, nil)
        let bytes = input  // A span cannot be taken from a property.
        let isBodiless = parser.isHead(in: bytes.span.extracting(inputStart..<inputEnd))
        let body = isBodiless ? [] : response.body
        append(response, body: body, date: server.date())
        server.reportRefusal(response.status, body.count, requestID: requestID, peer: peer)
        finish()
    }

    /// Reads no further request: sends what was answered, then lets the client close.
    @inline(never)
    func finish() {
        guard phase == .open else { return }
        phase = .finishing
        deadlines.input = .never
        deadlines.answer = .never
        flush()
        arm()
        resumeReader()
    }

    /// Everything is sent: says so, and listens until the client has understood.
    func startLingering() {
        guard phase == .finishing, let transport else { return }
        transport.finishSending()
        phase = .lingering
        deadlines.input = loop.time.advanced(by: server.timeouts.linger)
        arm()
        linger()
    }

    private func linger() {
        guard let transport else { return }
        for _ in 0..<Connection.discardsInARow {
            let all = 0..<server.waste.count
            switch transport.receive(into: &server.waste, at: all, scratch: &server.scratch) {
            case .bytes: continue
            case .wouldBlock: return
            case .finished, .broken: return close()
            }
        }
        loop.endOfTurn { self.linger() }
    }

    /// Closes so that the client cannot take a cut answer for a whole one.
    func reset() {
        transport?.resetOnClose()
        close()
    }

    /// The server shuts down: a connection between requests ends now, unless its next request is
    /// here already; others end after their answer.
    func drain() {
        guard phase == .open, isAwaitingRequest else { return }
        // The event of a request that is here may not have been handled yet.
        isReadable = true
        switch fill() {
        case .bytes: resumeReader()
        case .wouldBlock, .finished: isBlocked ? finish() : leave()
        case .broken: close()
        }
    }

    /// Ends a connection on which nothing is on its way, in either direction: with a word of goodbye,
    /// and without the wait for late input.
    private func leave() {
        transport?.finishSending()
        close()
    }

    /// The time for finishing is up: ends now, so that a client takes no cut answer for a whole one.
    func cut() {
        let isWhole = output.isEmpty && transport?.isFlushed != false
        if exchange?.answer == .streaming || !isWhole { reset() } else { close() }
    }

    @inline(never)
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        watch?.cancel()
        watch = nil
        timer?.cancel()
        timer = nil
        transport = nil
        deadlines = Deadlines()
        isBlocked = false
        releaseOutput()
        resumeReader()
        resumeWriter()
        if !isServing { server.forget(self) }
    }
}
