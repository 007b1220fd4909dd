internal import CLibcurl
import Glibc

extension CurlTransfer {
    /// Opens the socket for a connection to `address`, if the client may go there; closed on `exec`,
    /// which libcurl on its own does not see to.
    func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let isAllowed = unsafe withUnsafePointer(to: &address.pointee.addr) {
            unsafe addresses.allows($0)
        }
        guard isAllowed else {
            refusedAddress = true
            return CURL_SOCKET_BAD
        }
        return unsafe socket(
            address.pointee.family,
            address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
            address.pointee.protocol
        )
    }
}
