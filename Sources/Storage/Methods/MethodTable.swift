internal import PaymentCore
internal import Postgres

/// The payment methods of one tenant: vendors' tokens, sealed.
enum MethodTable {
    static let insert = Statement(
        "method.insert",
        """
        insert into payment_methods (
            id, customer_id, vendor, account_id, kind, token_sealed, token_key, token_hash,
            customer_reference, details, is_default, state, created_at
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """
    )

    static let clearDefault = Statement(
        "method.clear_default",
        "update payment_methods set is_default = false where customer_id = $1 and is_default"
    )

    /// A guard: only an active method of that customer becomes the default.
    static let setDefault = Statement(
        "method.set_default",
        """
        with changed as (
            update payment_methods set is_default = true
            where id = $1 and customer_id = $2 and state = 'active'
            returning id
        )
        select 1 / count(*) from changed
        """
    )

    /// A guard: detaches what is still attached. The token stays only while the vendor has yet to
    /// be notified.
    static let detach = Statement(
        "method.detach",
        """
        with changed as (
            update payment_methods set
                state = 'detached', is_default = false,
                token_sealed = case when $2 then token_sealed end,
                token_key = case when $2 then token_key end
            where id = $1 and state = 'active'
            returning id
        )
        select 1 / count(*) from changed
        """
    )

    static let forgetToken = Statement(
        "method.forget_token",
        """
        update payment_methods set token_sealed = null, token_key = null
        where id = $1 and state = 'detached'
        """
    )

    /// A guard: fails when there is no such method.
    static let updateDetails = Statement(
        "method.update_details",
        """
        with changed as (
            update payment_methods set details = $2, flag = null where id = $1 returning id
        )
        select 1 / count(*) from changed
        """
    )

    static let flag = Statement(
        "method.flag",
        "update payment_methods set flag = $2 where id = $1"
    )

    /// What every reading statement selects, in the order of ``StoredMethod``.
    static let columns = """
        m.id, m.customer_id, m.vendor, m.account_id, m.kind, m.token_sealed, m.token_key,
        m.customer_reference, m.details, m.is_default, m.state, m.created_at, m.flag
        """

    static let byID = Statement(
        "method.by_id",
        assembledFromConstants: "select \(columns) from payment_methods m where m.id = $1"
    )

    static let byToken = Statement(
        "method.by_token",
        assembledFromConstants: """
            select \(columns) from payment_methods m
            where m.account_id = $1 and m.token_hash = $2
            """
    )
}

extension MethodTable {
    static func insert(_ method: PaymentMethod, _ keys: TenantKeys) -> [Query] {
        let clear = method.isDefault ? method.customer.map { clearDefault(.id($0)) } : nil
        let row = insert(
            .id(method.id),
            .id(orNull: method.customer),
            .text(method.vendor.name),
            .id(method.account),
            .word(method.kind),
            .bytes(keys.seal(method.token.value, as: .token(method.id))),
            .count(keys.currentVersion),
            .bytes(keys.hash(method.token.value)),
            .said(method.customerReference),
            .json(Documents.text(of: method.details)),
            .bool(method.isDefault),
            .word(method.state),
            .time(method.createdAt)
        )
        return [clear, row].compactMap(\.self)
    }

    /// - Parameter keepingToken: the vendor has yet to be notified, by a job of the same commit.
    static func queries(
        for change: MethodChange,
        _ keys: TenantKeys?,
        keepingToken: Bool
    ) throws(StoreError) -> [Query] {
        switch change {
        case .insert(let method):
            guard let keys else { throw StoreError(.fault, "a token needs the tenant's keys") }
            return insert(method, keys)
        case .makeDefault(let id, let customer):
            return [clearDefault(.id(customer)), setDefault(.id(id), .id(customer))]
        case .detach(let id): return [detach(.id(id), .bool(keepingToken))]
        case .updateDetails(let id, let details):
            return [updateDetails(.id(id), .json(Documents.text(of: details)))]
        case .flag(let id, let code): return [flag(.id(id), .said(code))]
        }
    }
}

/// A method as it is stored, with its token still sealed.
struct StoredMethod {
    let id: PaymentMethodID
    let customer: CustomerID?
    let vendor: VendorID
    let account: MerchantAccountID
    let kind: MethodKind
    let sealed: [UInt8]?
    /// The version of the data key that sealed it; 0 when the token was forgotten.
    let keyVersion: Int
    let customerReference: String?
    let details: MethodDetails
    let isDefault: Bool
    let state: PaymentMethod.State
    let createdAt: Timestamp
    let flag: String?

    /// Reads ``MethodTable/columns``.
    init(_ row: Row) throws(PostgresError) {
        var reader = ColumnReader(row)
        id = try reader.id()
        customer = try reader.idOrNil()
        vendor = try reader.vendor()
        account = try reader.id()
        kind = try reader.word()
        sealed = try reader.bytesOrNil()
        keyVersion = try reader.intOrNil() ?? 0
        customerReference = try reader.textOrNil()
        details = try Documents.methodDetails(reader.text())
        isDefault = try reader.bool()
        state = try reader.word()
        createdAt = try reader.time()
        flag = try reader.textOrNil()
    }

    /// A forgotten token is empty.
    func opened(with keys: TenantKeys) throws(StoreError) -> PaymentMethod {
        var token = VendorToken("")
        if let sealed {
            guard let text = keys.open(sealed, version: keyVersion, as: .token(id)) else {
                throw StoreError(.fault, "a stored token does not open with its key")
            }
            token = VendorToken(String(decoding: text, as: UTF8.self))
        }
        return PaymentMethod(
            id: id,
            customer: customer,
            vendor: vendor,
            account: account,
            kind: kind,
            token: token,
            customerReference: customerReference,
            details: details,
            isDefault: isDefault,
            state: state,
            createdAt: createdAt,
            flag: flag
        )
    }
}
