import type { Log } from '../log.js';
import type { Mode } from './mode.js';

/** Reads whose answers hold text that anybody on the internet can write: the log has every visitor's request. */
const OPEN_TO_ANYBODY: ReadonlySet<string> = new Set(['get_logs']);

/** Whether this process still does what it is told without asking. */
export interface Trust {
  /** Why nothing passes unasked any more although the mode is `unattended`; completes "… because". */
  readonly lowered: () => string | undefined;
  /** Notes that an operation was answered. */
  readonly answered: (operation: string) => void;
}

/**
 * Whoever has read a stranger's text may do what it says: from then on `unattended` acts as `guarded`, until a person
 * starts the process anew.
 */
export function createTrust(mode: Mode, log: Log): Trust {
  let reason: string | undefined;
  return {
    lowered: () => reason,
    answered(operation) {
      if (mode !== 'unattended' || reason !== undefined || !OPEN_TO_ANYBODY.has(operation)) return;
      reason = `this server asks until it is restarted, since it has answered ${operation}, whose text anybody can write`;
      log.warn('unattended acts as guarded until a restart: strangers may have written what was answered', {
        operation,
      });
    },
  };
}
