import PaymentCore

extension Click {
    /// Every question names its service (section 3.2).
    static let routing = DeliveryRouting(field: Fields.serviceID.name) { delivery in
        let id =
            Form(delivery.body).number("service_id")
            ?? InquiryBody(delivery.body).number("service_id")
        return id.map { .init(String($0), mode: nil) }
    }
}
