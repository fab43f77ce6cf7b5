/** A page of the vendor's documentation. */
export function docs(path: string): string {
  return `https://www.pomerium.com/docs/${path}`;
}

/** Seen by running the policy packages of Pomerium's own source. */
export const RUN = 'pomerium/pomerium, policy packages, run';
/** Read in Pomerium's own source. */
export const CODE = 'pomerium/pomerium, source';

export const ZERO_TRUST = 'NIST SP 800-207 Zero Trust Architecture (tenets 2.1; 3, 4, 6)';
export const BEYONDCORP =
  'BeyondCorp (Google, 2014-2018): access decided per request from user and device, not from network';
export const NIST_TLS = 'NIST SP 800-52r2 (TLS)';
export const OWASP_ACCESS = 'OWASP Top 10 2021 A01 Broken Access Control';
export const OWASP_CRYPTO = 'OWASP Top 10 2021 A02 Cryptographic Failures';
export const OWASP_CONFIG = 'OWASP Top 10 2021 A05 Security Misconfiguration';
export const OWASP_SSRF = 'OWASP Top 10 2021 A10 SSRF';
export const OWASP_API_AUTH = 'OWASP API Top 10 2023 API2 Broken Authentication';
export const OWASP_API_RESOURCES = 'OWASP API Top 10 2023 API4 Unrestricted Resource Consumption';
export const ASVS_TLS = 'OWASP ASVS 4.0.3 V9 (communication)';
export const ASVS_HEADERS = 'OWASP ASVS 4.0.3 V14.4 (HTTP headers)';
export const WSTG_HOST = 'OWASP WSTG-INPV-17 (Host header injection)';
export const OAUTH = 'RFC 9700 (OAuth 2.0 security best current practice)';
export const CIS_ENCRYPT = 'CIS Controls v8 3.10 (encrypt in transit)';
export const CIS_CONFIG = 'CIS Controls v8 4 (secure configuration)';
export const CIS_ACCOUNTS = 'CIS Controls v8 5.1/5.3/5.5 (inventory of accounts)';
export const CIS_ACCESS = 'CIS Controls v8 6.3-6.8 (multi-factor sign-in, least privilege)';
export const CIS_NETWORK = 'CIS Controls v8 12 (network infrastructure)';
export const ASVS_SESSION = 'OWASP ASVS 4.0.3 V3 (session)';
export const OWASP_AUTH = 'OWASP Top 10 2021 A07 Identification and Authentication Failures';
export const OWASP_LOGGING = 'OWASP Top 10 2021 A09 Security Logging and Monitoring Failures';
export const NIST_SESSION = 'NIST SP 800-63B (session, authenticators)';
export const NIST_KEYS = 'NIST SP 800-57 (lifetime of keys)';
export const BASELINE = 'CA/Browser Forum Baseline Requirements (at most 398 days, subject alternative name)';
export const CIS_LOGS = 'CIS Controls v8 8 (audit log management)';
