extension Attempt {
    /// The identifier that callers and books know the movement by.
    package var movementID: String {
        switch operation {
        case .authorize: AuthorizationID(movement).description
        case .capture: CaptureID(movement).description
        case .void: VoidID(movement).description
        case .refund: RefundID(movement).description
        }
    }

    /// What moved: as the vendor said, else as it was asked.
    var moved: Int64 { movedAmount ?? amount }
}
