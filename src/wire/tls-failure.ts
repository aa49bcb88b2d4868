/**
 * Why a target could not be trusted, or did not trust us, in words. The codes are from OpenSSL's verification
 * (X509_V_ERR_*), from Node's check of the name, and from the target's TLS alerts (RFC 8446, section 6.2).
 */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', "the target's certificate, or one that it depends on, has expired"],
  ['CERT_NOT_YET_VALID', "the target's certificate, or one that it depends on, is not yet valid"],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', "the target's certificate is self-signed, and not among the trusted ones (ca)"],
  ['SELF_SIGNED_CERT_IN_CHAIN', "the root of the target's certificate is not among the trusted ones (ca)"],
  ['UNABLE_TO_GET_ISSUER_CERT', "the issuer of the target's certificate is not among the trusted ones (ca)"],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', "the issuer of the target's certificate is not among the trusted ones (ca)"],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    "the target's certificate can not be verified: its issuer is not among the trusted ones (ca), or not sent along",
  ],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'the target asks for a client certificate (cert, key)'],
]);

const WRONG_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';

/**
 * An error line of OpenSSL, where Node passes it on unchanged: `error:0A000410:SSL
 * routines:ssl3_read_bytes:reason:file:line`.
 */
const OPENSSL_REASON = /:SSL routines:[^:]*:([^:]+):/;

/** OpenSSL's errors for a peer that does not speak TLS. */
const NO_TLS = /^(?:wrong version number|packet length too long)$/;

/** Undefined where the error does not come from the handshake. */
export function handshakeFailure(error: NodeJS.ErrnoException): string | undefined {
  const { code = '', message } = error;
  const words = WORDS.get(code);
  if (words !== undefined) return words;
  if (code === WRONG_NAME && 'reason' in error) return `the target's certificate is for another name: ${error.reason}`;
  const reason = OPENSSL_REASON.exec(message)?.[1];
  if (reason === undefined) return undefined;
  return NO_TLS.test(reason) ? 'the target does not speak TLS' : `the TLS handshake failed: ${reason}`;
}
