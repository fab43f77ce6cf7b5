/** What no source says about Zero, as switches: each default is the less comfortable answer. */
export interface Switches {
  /** Reads and answers give stored secrets back. unknown: FACTS 3.4. */
  readonly echoSecrets: boolean;
  /** Reads of a changeset list or comparison that an `applying` changeset lasts; 0 applies it inside the call. unknown: FACTS 4.1. */
  readonly applyingPolls: number;
  /** What the newest applied changeset is called. unknown: FACTS 4.1. */
  readonly newestApplied: 'applied' | 'current';
  /** How a configuration that can't be built ends. unknown: FACTS 4.1. */
  readonly unbuildable: 'failed' | 'rejected';
  /** Status of applying a changeset that isn't pending; 200 answers the changeset as it is. unknown: FACTS 4.1. */
  readonly applyNotPending: 200 | 400 | 409;
  /** Whether switching auto-apply on, or one auto-applied write, also ships what was waiting. unknown: FACTS 3.1. */
  readonly autoApplyShipsWaiting: boolean;
  /** Where a comparison starts without firstId. unknown: FACTS 3.1. */
  readonly compareFrom: 'last-applied' | 'beginning';
  /** Where a comparison ends without secondId. unknown: FACTS 3.1. */
  readonly compareTo: 'pending' | 'newest';
  /** Whether service accounts wait for the changeset to be applied. unknown: FACTS 4.12. */
  readonly serviceAccountsWait: boolean;
  /** Status of a request over a quota. unknown: FACTS 3.5. */
  readonly overQuota: 402 | 403 | 409;
  /** Whether poison policies (they parse and don't compile) are refused when saved. unknown: PPL 1.10. */
  readonly compilePolicies: boolean;
  /** Rows a list answers without `limit`; 0 means all. unknown: FACTS 3.8. */
  readonly defaultLimit: number;
  /** Seconds an id token lives. The guide shows 3600. */
  readonly idTokenSeconds: number;
}

export const defaultSwitches: Switches = {
  echoSecrets: false,
  applyingPolls: 1,
  newestApplied: 'applied',
  unbuildable: 'failed',
  applyNotPending: 409,
  autoApplyShipsWaiting: true,
  compareFrom: 'last-applied',
  compareTo: 'pending',
  serviceAccountsWait: true,
  overQuota: 403,
  compilePolicies: false,
  defaultLimit: 0,
  idTokenSeconds: 3600,
};
