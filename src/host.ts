import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  type ElicitResult,
  type Implementation,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Host } from './guard/approval.js';
import type { Form } from './guard/form.js';

type Request = ServerContext['mcpReq'];

/** Runs `tick` again and again, after so many milliseconds each time, until the answered function is called. */
export type Every = (ms: number, tick: () => void) => () => void;

/** Between two signs of life, while a person thinks. */
const PROGRESS_MS = 10_000;

/** How long an older host may hold a question; it lives on out of band. */
const FORM_MS = 10 * 60_000;

/** What a host carries from its questions to their answers. */
export interface Sealed {
  /** The ids of the questions, by the key of the request for input that each was. */
  readonly questions: Readonly<Record<string, string>>;
}

/** What the other side can do and what it brings: on 2026-07-28 each request says so, before that `initialize` did. */
export function hostOf(server: Server, { envelope, requestState, inputResponses }: Request): Host {
  const told = envelope as Readonly<Record<string, unknown>> | undefined;
  const capabilities = (told?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities()) as ClientCapabilities;
  const client = (told?.[CLIENT_INFO_META_KEY] ?? server.getClientVersion()) as Implementation | undefined;
  const elicitation = capabilities?.elicitation;
  const { questions } = requestState<Sealed>() ?? {};
  return {
    ...(client && { client: { name: client.name, version: client.version } }),
    // An empty declaration means forms (specification 2025-06-18).
    canAsk: elicitation !== undefined && ('form' in elicitation || !('url' in elicitation)),
    ...(questions && {
      answers: new Map(Object.entries(questions).map(([key, id]) => [id, inputResponses?.[key]])),
    }),
  };
}

/** Whether the host is of a protocol in which a server sends its questions itself, while the call waits. */
export function isOlderHost({ envelope }: Request): boolean {
  return envelope === undefined;
}

/** Shows a form through an older host, with signs of life; undefined when the host gives up. */
export async function askOlderHost(
  { send, signal }: Request,
  form: Form,
  onProgress: (text: string) => void,
  every: Every,
): Promise<ElicitResult | undefined> {
  const stop = every(PROGRESS_MS, () => onProgress('waiting for a person to answer'));
  try {
    return await send(
      { method: 'elicitation/create', params: { mode: 'form', ...form } },
      { signal, timeout: FORM_MS },
    );
  } catch {
    return undefined;
  } finally {
    stop();
  }
}

/** Tells the host how far its call has come, if it has asked to be told. */
export function progressOf({ _meta, notify }: Request): (text: string) => void {
  const progressToken = _meta?.progressToken;
  let progress = 0;
  return (message) => {
    if (progressToken === undefined) return;
    progress += 1;
    // Whoever doesn't hear it any more misses nothing.
    notify({ method: 'notifications/progress', params: { progressToken, progress, message } }).catch(() => {});
  };
}

/** By the clock. A pending tick keeps no process alive. */
export const everyInterval: Every = (ms, tick) => {
  const timer = setInterval(tick, ms).unref();
  return () => clearInterval(timer);
};
