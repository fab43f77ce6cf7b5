import { ResourceNotFoundError, type Server } from '@modelcontextprotocol/server';
import { quote } from '../errors.js';
import type { Read } from '../guard/affected.js';
import type { Pin } from '../input.js';
import { createConcerns, createLook } from './activity.js';
import { type Address, targetOf } from './address.js';
import { guideAt } from './guides.js';
import { inWords } from './in-words.js';
import { type After, createWatch, type Wanted } from './watch.js';

/** Who listens on a connection of protocol 2026-07-28. Whoever serves the connection is told; the last one to ask. */
export interface Listening {
  watch(listener: Listener): void;
}

export interface Listener {
  readonly onStart: (id: string, wanted: Wanted) => void;
  readonly onStop: (id: string) => void;
}

/** Seams for tests; by default the clock and chance. */
export interface Pace {
  readonly after?: After;
  readonly random?: () => number;
}

/** Tells subscribers when what they have read may have changed, in either protocol's way. */
export function serveSubscriptions(
  server: Server,
  addresses: readonly Address[],
  {
    loadRead,
    pin,
    listening,
    pace,
  }: {
    readonly loadRead: () => Promise<Read>;
    readonly pin: Pin;
    readonly listening?: Listening;
    readonly pace?: Pace;
  },
): void {
  // Whoever doesn't hear it any more misses nothing.
  const watch = createWatch({
    look: createLook(loadRead, pin),
    concerns: createConcerns(addresses),
    onUpdated: (uri) => void server.sendResourceUpdated({ uri }).catch(() => {}),
    onListChanged: () => void server.sendResourceListChanged().catch(() => {}),
    ...pace,
  });

  server.setRequestHandler('resources/subscribe', async ({ params: { uri } }) => {
    if (!guideAt(uri) && !targetOf(uri, addresses)) {
      throw new ResourceNotFoundError(uri, `Nothing here has the address ${quote(uri)}. List the templates.`);
    }
    try {
      await inWords(watch.subscribe(uri, { uris: [uri], lists: true }));
    } catch (error) {
      watch.unsubscribe(uri);
      throw error;
    }
    return {};
  });

  server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
    watch.unsubscribe(uri);
    return {};
  });

  listening?.watch({
    // The host has its acknowledgement already: a log that can't be read now is tried again.
    onStart: (id, wanted) => void watch.subscribe(id, wanted).catch(() => {}),
    onStop: (id) => watch.unsubscribe(id),
  });

  server.onclose = () => watch.end();
}
