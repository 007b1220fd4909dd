import Glibc
internal import HTTP
internal import Reactor

extension Connection {
    enum Filled {
        case bytes
        case wouldBlock
        case finished
        case broken
    }

    /// The most of an unwanted body that is read for the sake of the next request.
    private static let longestDiscardedBody = 256 * 1024
    private static let largestReservation = 64 * 1024

    /// Receives what has come, from `inputEnd` on.
    @inline(never)
    func fill() -> Filled {
        guard let transport else { return .broken }
        guard isReadable else { return .wouldBlock }
        if input.isEmpty {
            input = server.pool.takeInput()
            (inputStart, unread, inputEnd) = (0, 0, 0)
        }
        makeRoom()
        let room = inputEnd..<input.count
        switch transport.receive(into: &input, at: room, scratch: &server.scratch) {
        case .bytes(let count):
            inputEnd += count
            // A plain socket that gives less than asked is empty: what follows is a new event.
            if count < room.count, transport.session == nil, !peerHasFinished { isReadable = false }
            return .bytes
        case .wouldBlock:
            isReadable = false
            return .wouldBlock
        case .finished:
            peerHasFinished = true
            return .finished
        case .broken:
            return .broken
        }
    }

    /// Moves the head and what is unread to the front, when the buffer is full.
    private func makeRoom() {
        guard inputEnd == input.count else { return }
        let kept = hasHead ? currentHead.byteCount : 0
        let rest = hasHead ? unread : inputStart
        let moved = inputEnd - rest
        unsafe input.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe memmove(base, base + inputStart, kept)
            unsafe memmove(base + kept, base + rest, moved)
        }
        (inputStart, unread, inputEnd) = (0, kept, kept + moved)
        precondition(inputEnd < input.count, "the parser refuses what does not fit in a buffer")
    }

    /// Gives the buffer back when nothing in it is needed.
    func releaseInput() {
        guard !input.isEmpty else { return }
        server.pool.giveInput(input)
        input = []
        (inputStart, unread, inputEnd) = (0, 0, 0)
        isHeadAlone = false
    }

    /// Keeps the head alone and gives the buffer back, when nothing else is in it: a handler that has
    /// the body may wait for a vendor for long.
    private func keepHeadOnly() {
        guard unread == inputEnd, !isHeadAlone else { return }
        let start = inputStart
        let head = Array(input[start..<start + currentHead.byteCount])
        releaseInput()
        input = head
        (unread, inputEnd) = (head.count, head.count)
        isHeadAlone = true
    }

    // MARK: Bodies

    /// The rest of the body, waiting for the client as long as it may take.
    @inline(never)
    func readBody(limit: Int) async throws(HTTPBodyError) -> [UInt8] {
        if case .length(let length) = currentHead.framing, length > limit {
            throw HTTPBodyError(.tooLarge, .bodyTooLarge)
        }
        // The client's time is not the handler's: its own begins with the complete request.
        let answerTime = loop.time.duration(to: deadlines.answer)
        // A connection that was answered in the handler's place ends by a deadline of its own.
        if phase == .open {
            deadlines.answer = .never
            deadlines.input = loop.time.advanced(by: server.timeouts.body)
        }
        defer {
            if phase == .open {
                deadlines.input = .never
                deadlines.answer = loop.time.advanced(by: answerTime)
                arm()
            }
        }
        inviteBody()
        var body: [UInt8] = []
        // No more than is likely: an announcement alone must not cost memory.
        if case .length(let length) = currentHead.framing {
            body.reserveCapacity(min(length, Connection.largestReservation))
        }
        while let part = try await nextBodyPart() {
            guard part.count <= limit - body.count else {
                throw HTTPBodyError(.tooLarge, .bodyTooLarge)
            }
            body.append(contentsOf: input[part])
        }
        keepHeadOnly()
        return body
    }

    /// Reads what the handler left of the body, if that is little; false when the connection cannot
    /// be used again.
    @inline(never)
    func discardBody() async -> Bool {
        deadlines.input = loop.time.advanced(by: server.timeouts.body)
        defer { deadlines.input = .never }
        var discarded = 0
        do throws(HTTPBodyError) {
            while let part = try await nextBodyPart() {
                discarded += part.count
                if discarded > Connection.longestDiscardedBody { return false }
            }
            return phase == .open
        } catch {
            return false
        }
    }

    var isBodyComplete: Bool {
        @inline(never) get { decoder?.isComplete ?? true }
    }

    /// Whether leaving the rest of the body unread ends the connection.
    var mustCloseAfterAnswer: Bool {
        if isBodyComplete { return false }
        // Nobody knows whether a client that was not invited sends its body nevertheless.
        if currentHead.expectsContinue, !wasBodyInvited { return true }
        if case .length(let length) = currentHead.framing {
            return length > Connection.longestDiscardedBody
        }
        return false
    }

    /// Tells a client that waits for `100 Continue` to go on, unless it did not wait.
    private func inviteBody() {
        guard currentHead.expectsContinue, !wasBodyInvited, !isBodyComplete else { return }
        wasBodyInvited = true
        if unread == inputEnd { append(HTTPResponseWriter.continue) }
    }

    /// The place of the next piece of the body in the buffer; `nil` at its end.
    private func nextBodyPart() async throws(HTTPBodyError) -> Range<Int>? {
        while true {
            let step: HTTPBodyDecoder.Step?
            do throws(HTTPParseError) {
                let bytes = input
                step = try decoder?.decode(bytes.span.extracting(unread..<inputEnd))
            } catch {
                throw HTTPBodyError(
                    error.code == .bodyTooLarge ? .tooLarge : .malformed,
                    HTTPProblem(error)
                )
            }
            guard let step else { return nil }
            let start = unread
            unread += step.consumed
            switch step.outcome {
            case .data(let range):
                return start + range.lowerBound..<start + range.upperBound
            case .complete:
                return nil
            case .needsInput:
                try await receiveBodyBytes()
            }
        }
    }

    private func receiveBodyBytes() async throws(HTTPBodyError) {
        while true {
            guard phase == .open else { throw HTTPBodyError(.disconnected, .incompleteRequest) }
            switch fill() {
            case .bytes:
                return
            case .finished:
                throw HTTPBodyError(.disconnected, .incompleteRequest)
            case .broken:
                close()
            case .wouldBlock:
                flush()
                await awaitInput()
                if inputTimedOut { throw HTTPBodyError(.timeout, .requestTimeout) }
            }
        }
    }
}
