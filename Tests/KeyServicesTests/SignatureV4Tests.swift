import Cryptography
import HTTP
import Testing

@testable import KeyServices

/// The signature by AWS's own published example (`get-vanilla` of its test suite).
@Suite struct SignatureV4Tests {
    private let credentials = AWSCredentials(
        accessKey: "AKIDEXAMPLE",
        secretKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        sessionToken: nil
    )

    @Test func `the published example has the published signature`() {
        let request = HTTPRequest(method: .get, url: "https://example.amazonaws.com/")
        let signed = SignatureV4(region: "us-east-1", service: "service").signed(
            request,
            host: "example.amazonaws.com",
            with: credentials,
            at: "20150830T123600Z"
        )
        #expect(
            signed.fields[.authorization]
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=host;x-amz-date, "
                + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        )
    }

    @Test func `a session token and the target are signed too`() {
        var request = HTTPRequest(method: .post, url: "https://kms.eu-west-1.amazonaws.com/")
        request.fields.append(SignatureV4.target, "TrentService.Decrypt")
        let signed = SignatureV4(region: "eu-west-1", service: "kms").signed(
            request,
            host: "kms.eu-west-1.amazonaws.com",
            with: AWSCredentials(
                accessKey: "AKID",
                secretKey: Secret("secret"),
                sessionToken: Secret("session")
            ),
            at: "20150830T123600Z"
        )
        #expect(signed.fields[SignatureV4.sessionToken] == "session")
        #expect(
            signed.fields[.authorization]?.contains(
                "SignedHeaders=host;x-amz-date;x-amz-security-token;x-amz-target,"
            ) == true
        )
    }
}
