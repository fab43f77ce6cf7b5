import { type JSONRPCMessage, SUBSCRIPTION_ID_META_KEY, type Transport } from '@modelcontextprotocol/server';
import type { Listener, Listening } from '../resources/subscribe.js';
import type { Wanted } from '../resources/watch.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The same transport, observed, since the SDK keeps to itself who listens: a listener starts when the SDK acknowledges it, with what it will be told, and stops when
 * the host cancels it.
 */
export function observed(inner: Transport): { readonly transport: Transport; readonly listening: Listening } {
  let listener: Listener | undefined;
  const transport: Transport = {
    start() {
      inner.onmessage = (message, extra) => {
        const stopped = cancelledBy(message);
        if (stopped !== undefined) listener?.onStop(stopped);
        transport.onmessage?.(message, extra);
      };
      inner.onerror = (error) => transport.onerror?.(error);
      inner.onclose = () => transport.onclose?.();
      return inner.start();
    },
    async send(message, options) {
      await inner.send(message, options);
      const started = acknowledgedBy(message);
      if (started) listener?.onStart(started.id, started.wanted);
    },
    close: () => inner.close(),
  };
  return {
    transport,
    listening: {
      watch(next) {
        listener = next;
      },
    },
  };
}

function acknowledgedBy(message: JSONRPCMessage): { readonly id: string; readonly wanted: Wanted } | undefined {
  if (!('method' in message) || message.method !== 'notifications/subscriptions/acknowledged') return undefined;
  const { _meta, notifications } = Object(message.params) as { _meta?: Fields; notifications?: Fields };
  const { resourceSubscriptions, resourcesListChanged } = notifications ?? {};
  const uris = Array.isArray(resourceSubscriptions) ? resourceSubscriptions.map(String) : [];
  const wanted = { uris, lists: resourcesListChanged === true };
  return wanted.lists || uris.length > 0 ? { id: idOf(_meta?.[SUBSCRIPTION_ID_META_KEY]), wanted } : undefined;
}

function cancelledBy(message: JSONRPCMessage): string | undefined {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined;
  return idOf(message.params?.requestId);
}

/** A number and a text are different ids. */
function idOf(id: unknown): string {
  return JSON.stringify(id ?? null);
}
