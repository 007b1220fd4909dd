package final class StripeSimulator: Sendable {}
