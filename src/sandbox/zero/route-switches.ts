/** A route's switches. The reference marks them required, the guide leaves them out and shows them answered as false (FACTS 3.4). */
export const routeSwitches = {
  allowWebsockets: false,
  allowSpdy: false,
  tlsSkipVerify: false,
  tlsUpstreamAllowRenegotiation: false,
  preserveHostHeader: false,
  enableGoogleCloudServerlessAuthentication: false,
  showErrorDetails: false,
};
