/** Runs something once, after so many milliseconds, unless the answered function is called before. */
export type After = (ms: number, run: () => void) => () => void;

/** By the clock. What is pending keeps no process alive. */
export const afterTimeout: After = (ms, run) => {
  const timer = setTimeout(run, ms).unref();
  return () => clearTimeout(timer);
};

/** Between two looks after news; each look without any doubles it, failed ones too. */
const SOONEST_MS = 5_000;
const LATEST_MS = 60_000;
/** Each pause is longer or shorter by up to this part, so that many servers don't look at once. */
const JITTER = 0.2;

/** A change as the activity log has it, as far as it matters who is told. */
export interface Change {
  readonly id: string;
  /** Differs when the same entry has changed: an edit that went live. */
  readonly stamp: string;
  /** Ids and names of what it is about: the record and its namespace. */
  readonly about: readonly string[];
  /** Whether a record that is listed came or went. */
  readonly isOfList: boolean;
}

/** What one subscriber wants to be told. */
export interface Wanted {
  readonly uris: readonly string[];
  /** Also when records come and go. */
  readonly lists: boolean;
}

export interface Watch {
  /** Tells of what happens from now on. Rejects when the log can't be read now; it is tried again all the same. */
  subscribe(subscriber: string, wanted: Wanted): Promise<void>;
  unsubscribe(subscriber: string): void;
  /** Forgets all subscribers. */
  end(): void;
}

export interface WatchDeps {
  /** The newest changes, newest first. */
  readonly look: () => Promise<readonly Change[]>;
  /** Whether a change may be one of what an address shows. */
  readonly concerns: (uri: string, change: Change) => boolean;
  readonly onUpdated: (uri: string) => void;
  readonly onListChanged: () => void;
  /** Seams for tests. */
  readonly after?: After;
  readonly random?: () => number;
}

/** One loop over the activity log for all subscribers; it runs while there is one. */
export function createWatch({
  look,
  concerns,
  onUpdated,
  onListChanged,
  after = afterTimeout,
  random = Math.random,
}: WatchDeps): Watch {
  const subscribers = new Map<string, Wanted>();
  /** Stamps by id, as they were at the last look. */
  let known: ReadonlyMap<string, string> | undefined;
  let cancel = () => {};
  let pause = SOONEST_MS;
  let looking: Promise<void> | undefined;

  /** Looks, and tells what is new since the last look; the first one only remembers. */
  async function round(): Promise<void> {
    const changes = await look();
    const before = known;
    if (subscribers.size === 0) return;
    known = new Map(changes.map(({ id, stamp }) => [id, stamp]));
    const fresh = before ? changes.filter(({ id, stamp }) => before.get(id) !== stamp) : [];
    pause = !before || fresh.length > 0 ? SOONEST_MS : Math.min(pause * 2, LATEST_MS);
    // When nothing is known any more, more has happened than was looked at.
    const isFlood = before !== undefined && before.size > 0 && fresh.length > 0 && fresh.length === changes.length;
    const all = [...subscribers.values()];
    for (const uri of new Set(all.flatMap(({ uris }) => uris))) {
      if (isFlood || fresh.some((change) => concerns(uri, change))) onUpdated(uri);
    }
    if (all.some(({ lists }) => lists) && (isFlood || fresh.some(({ isOfList }) => isOfList))) onListChanged();
  }

  function schedule(): void {
    cancel();
    if (subscribers.size === 0) return;
    cancel = after(pause * (1 + JITTER * (2 * random() - 1)), () => {
      looking = round()
        .catch(() => {
          pause = Math.min(pause * 2, LATEST_MS);
        })
        .finally(schedule);
    });
  }

  function stopUnlessWanted(): void {
    if (subscribers.size > 0) return;
    cancel();
    known = undefined;
    pause = SOONEST_MS;
    looking = undefined;
  }

  return {
    async subscribe(subscriber, wanted) {
      subscribers.set(subscriber, wanted);
      looking ??= round();
      try {
        await looking;
      } catch (error) {
        looking = undefined;
        throw error;
      } finally {
        schedule();
      }
    },
    unsubscribe(subscriber) {
      subscribers.delete(subscriber);
      stopUnlessWanted();
    },
    end() {
      subscribers.clear();
      stopUnlessWanted();
    },
  };
}
