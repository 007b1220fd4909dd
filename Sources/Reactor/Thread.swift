internal import CLinux
import Glibc

/// Starts a detached thread that runs `body` once.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
    let box = ThreadBody(name: name, run: body)
    var thread = pthread_t()
    let result = unsafe pthread_create(
        &thread,
        nil,
        { argument in
            guard let argument = unsafe argument else { return nil }
            let body = unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
            // The kernel keeps 15 bytes of a thread's name.
            _ = unsafe clinux_name_thread(String(body.name.prefix(15)))
            body.run()
            return nil
        },
        Unmanaged.passRetained(box).toOpaque()
    )
    precondition(result == 0, "the system has no thread left")
    pthread_detach(thread)
}

private final class ThreadBody {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}

/// The loop of the running thread, kept by the thread itself.
enum LocalLoop {
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let result = unsafe pthread_key_create(&key, nil)
        precondition(result == 0, "the process has a thread-local key to spare")
        return key
    }()

    /// Unretained: the loop's thread holds it for as long as it runs.
    static var current: EventLoop? {
        get {
            guard let pointer = unsafe pthread_getspecific(key) else { return nil }
            return unsafe Unmanaged<EventLoop>.fromOpaque(pointer).takeUnretainedValue()
        }
        set {
            let pointer = unsafe newValue.map {
                unsafe UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque())
            }
            unsafe pthread_setspecific(key, pointer)
        }
    }
}
