internal import PaymentCore

// What the endpoints of merchant accounts share.
extension Call {
    /// One of the tenant's own accounts; another tenant's is not found.
    func account(_ id: MerchantAccountID) async throws -> MerchantAccount {
        guard let account = try await services.control.account(id), account.tenant == tenant else {
            throw Problem(.notFound, ["what": WorkflowError.Subject.account.rawValue])
        }
        return account
    }

    func require(hostOf credentials: AccountCredentials) throws(Problem) {
        guard !credentials.namesHost || identity.isPlatform else {
            throw Problem(.permissionDenied, ["permission": "platform"])
        }
    }

    /// This process forgets what it knew of accounts; others follow within seconds.
    func accountsChanged() {
        state.accounts.forgetAll()
        services.accountsChanged(tenant)
    }
}

extension AccountCredentials {
    /// What can be said of them now: which fields are set. Pointers are resolved when used.
    var known: Credentials {
        switch source {
        case .stored(let credentials): credentials
        case .environment(let variables): Credentials(variables.mapValues { [$0] })
        case .file, .secret: Credentials([:])
        }
    }

    /// What the vendor's deliveries call the account. Known for stored fields only: what a pointer
    /// leads to may change unnoticed.
    func webhookRoute(at adapter: AdapterDescription?) -> String? {
        guard let routing = adapter?.routing, case .stored(let credentials) = source else {
            return nil
        }
        return credentials[routing.field]
    }
}
