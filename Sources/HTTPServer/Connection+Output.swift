internal import HTTP
internal import Reactor

extension Connection {
    /// Written ahead of a slow client before the writer has to wait, in bytes.
    private static let outputLimit = 64 * 1024
    /// The least that a client has to take within the write timeout, in bytes: by one at a time it
    /// would hold its answer for days.
    private static let leastTaken = 16 * 1024

    // MARK: Appending

    /// Appends the head of an answer and settles whether the connection stays open after it.
    func append(
        _ status: HTTPStatus,
        _ fields: HTTPFields,
        framing: HTTPResponseWriter.Framing,
        for exchange: HTTPExchange
    ) {
        guard prepareOutput() else { return }
        settleKeepAlive(exchange)
        HTTPResponseWriter.appendHead(
            status,
            fields,
            framing: framing,
            date: server.date(),
            keepsAlive: exchange.keepsAlive,
            version: exchange.version,
            to: &output
        )
    }

    func append(_ prepared: PreparedResponse, for exchange: HTTPExchange) {
        guard prepareOutput() else { return }
        settleKeepAlive(exchange)
        let message = prepared.bytes(keepsAlive: exchange.keepsAlive, version: exchange.version)
        let start = output.count + prepared.dateStart
        if exchange.method == .head {
            output.append(contentsOf: message[..<(message.count - prepared.bodyCount)])
        } else {
            output.append(contentsOf: message)
        }
        let date = server.date()
        for index in 0..<DateCache.length { output[start + index] = date[index] }
    }

    /// Appends an answer to a request that could not be read: the head of `response`, and `body`,
    /// which is empty where a head alone was asked for.
    func append(_ response: HTTPResponse, body: [UInt8], date: [UInt8]) {
        guard prepareOutput() else { return }
        HTTPResponseWriter.appendHead(
            response.status,
            response.fields,
            framing: .length(response.body.count),
            date: date,
            keepsAlive: false,
            to: &output
        )
        output.append(contentsOf: body)
    }

    func append(_ bytes: [UInt8]) {
        guard prepareOutput() else { return }
        output.append(contentsOf: bytes)
    }

    func appendChunk(_ bytes: [UInt8]) {
        guard prepareOutput() else { return }
        HTTPResponseWriter.appendChunk(bytes.span, to: &output)
    }

    func appendLastChunk(_ trailers: HTTPFields) {
        guard prepareOutput() else { return }
        HTTPResponseWriter.appendLastChunk(trailers: trailers, to: &output)
    }

    private func settleKeepAlive(_ exchange: HTTPExchange) {
        exchange.keepsAlive =
            exchange.keepsAlive && !server.isDraining && exchange.bodyError == nil
            && !mustCloseAfterAnswer
    }

    /// Makes sure that there is a buffer and that it will be sent; false when nobody listens.
    private func prepareOutput() -> Bool {
        guard phase == .open else { return false }
        if output.capacity == 0 { output = server.pool.takeOutput() }
        // The task sends when it next waits for a request. Should the handler wait for something
        // else first, the end of this turn sends.
        if !isAwaitingFlush { server.flushAtEndOfTurn(self) }
        return true
    }

    // MARK: Sending

    /// Hands everything to the kernel that it takes; the rest follows when there is room again.
    @inline(never)
    func flush() {
        guard let transport else { return }
        while outputStart < output.count {
            switch transport.send(output, at: outputStart..<output.count) {
            case .bytes(let count): outputStart += count
            case .wouldBlock: return blocked()
            case .broken: return close()
            }
        }
        switch transport.flushCiphertext() {
        case .bytes: break
        case .wouldBlock: return blocked()
        case .broken: return close()
        }
        isBlocked = false
        deadlines.output = .never
        releaseOutput()
        resumeWriter()
        if phase == .finishing { startLingering() }
    }

    private func blocked() {
        if !isBlocked {
            isBlocked = true
            extendOutputDeadline()
            arm()
        }
    }

    /// Whether the client took enough of what was sent since it was last given time. Asked at the
    /// deadline alone: the socket reports room only when a third of its buffer is free, for which a
    /// slow client may take longer than it may for anything.
    func clientTakesOutput() -> Bool {
        guard let transport else { return false }
        return transport.takenCount - takenBefore >= Connection.leastTaken
    }

    func extendOutputDeadline() {
        takenBefore = transport?.takenCount ?? 0
        deadlines.output = loop.time.advanced(by: server.timeouts.write)
    }

    func releaseOutput() {
        guard output.capacity > 0 else { return }
        // Taken out before it is given, or it would be shared, and copied when it is emptied.
        var buffer: [UInt8] = []
        swap(&buffer, &output)
        server.pool.giveOutput(buffer)
        outputStart = 0
    }

    var isOutputLarge: Bool { output.count - outputStart >= Connection.outputLimit }

    /// Sends, and waits when the client is slower than we are.
    @inline(never)
    func relieveOutput() async {
        flush()
        await awaitOutput()
    }
}
