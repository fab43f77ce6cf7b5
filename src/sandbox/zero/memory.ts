import type { State } from '../store.js';

/** A running (or once running) Pomerium of a cluster, as it reports itself. */
export interface Replica {
  readonly id: string;
  readonly hostname: string;
  readonly version: string;
  readonly createdAt: string;
  /** When it was last heard of; a replica without still reports. */
  readonly lastSeen?: string;
  /** What its health checks say is wrong, by check name (FACTS 3.3). */
  readonly failing?: Readonly<Record<string, string>>;
}

/** What the behaviours remember besides the records. */
export interface Memory {
  /** Replicas by cluster id. */
  readonly replicas: Record<string, readonly Replica[]>;
  /** When health checks were last asked for, by cluster id. */
  readonly healthRuns: Record<string, string>;
  /** Where bills go, by organization id. */
  readonly billingEmails: Record<string, string>;
}

/** The memory kept in `state.extra`. Only this folder writes there, so its shape is known. */
export function memoryOf(state: State): Memory {
  const { extra } = state;
  for (const part of ['replicas', 'healthRuns', 'billingEmails']) extra[part] ??= {};
  return extra as unknown as Memory;
}
