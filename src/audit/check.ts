import type { Snapshot } from './snapshot.js';

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SUBJECTS = [
  'activity',
  'changeset',
  'cluster',
  'customDomain',
  'keyPair',
  'organization',
  'policy',
  'route',
  'serviceAccount',
  'settings',
  'user',
] as const;

/** The record a finding is about. */
export interface Subject {
  readonly type: (typeof SUBJECTS)[number];
  readonly id: string;
  /** The record's name; settings and changesets go by their cluster's. */
  readonly name: string;
  /** Where one cluster is meant. */
  readonly clusterId?: string;
}

/** One check fired on one record. */
export interface Firing {
  readonly subject: Subject;
  /** The values that made it fire, by field. Never a secret. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Where this case is graver or milder than the check is in general. */
  readonly severity?: Severity;
  /** A call that mends it, ready to be made; left out where a person has to decide first. */
  readonly fix?: { readonly tool: string; readonly arguments: Readonly<Record<string, unknown>> };
}

/** One rule of the audit: data and a pure function. */
export interface Check {
  /** `POL-02` */
  readonly id: string;
  readonly severity: Severity;
  readonly subject: Subject['type'];
  readonly title: string;
  /** Why it matters, one or two sentences. */
  readonly why: string;
  /** What to do, one sentence. */
  readonly remedy: string;
  readonly sources: readonly string[];
  /** Parts of the snapshot it can't do without: missing ones make it not run, and the report says so. */
  readonly needs: readonly Part[];
  readonly find: (snapshot: Snapshot) => readonly Firing[];
}

export type Part = Snapshot['missing'][number]['part'];

/** A check that Zero's data can't answer. */
export interface Unanswerable {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
}
