// One line per endpoint: the router, the API document and the metrics follow from it.
extension RouteTable {
    static let endpoints: [any Endpoint] = [
        PostIntent(),
        ListIntents(),
        GetIntent(),
        PutIntentMethod(),
        PostAuthorization(),
        PostCapture(),
        PostVoid(),
        PostRefund(),

        PostMethodSession(),
        GetMethodSession(),
        PostPaymentMethod(),
        ListPaymentMethods(),
        GetPaymentMethod(),
        PutDefaultMethod(),
        DeletePaymentMethod(),

        PostCashReceipt(),
        ListCashReceipts(),
        PostCashRefund(),
        ListCashRefunds(),
        PostCashRefundDecision.approve,
        PostCashRefundDecision.reject,
        GetCashDrawer(),

        PostOrder(),
        ListOrders(),
        GetOrder(),

        PostCustomer(),
        ListCustomers(),
        GetCustomer(),
        PatchCustomer(),

        ListEvents(),
        GetIdempotencyKey(),

        ListAdapters(),
        PostMerchantAccount(),
        ListMerchantAccounts(),
        GetMerchantAccount(),
        PatchMerchantAccount(),
        ListAdapterHealth(),
        PutRoutes(),
        GetRoutes(),
        PostRoutePreview(),
        PutExchangeRates(),
        ListExchangeRates(),

        ListWebhooks(),
        GetWebhook(),
        PostWebhookReplay(),

        PostAPIKey(),
        ListAPIKeys(),
        DeleteAPIKey(),
    ]
}
