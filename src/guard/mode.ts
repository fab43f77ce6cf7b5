import type { Effect } from '../operation.js';

/**
 * How much the operator trusts whoever is talking to this server.
 * - `read-only`: nothing that isn't a read exists.
 * - `guarded`: drafts pass while no affected cluster auto-applies; everything else needs a person's yes.
 * - `unattended`: everything passes. Only the operator's configuration can say so; a stranger's text ends it (trust.ts).
 */
export const MODES = ['read-only', 'guarded', 'unattended'] as const;
export type Mode = (typeof MODES)[number];

/** Whether a mode offers operations of an effect at all. */
export function offers(mode: Mode, effect: Effect): boolean {
  return mode !== 'read-only' || effect === 'read';
}
