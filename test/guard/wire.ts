import type { Client } from '@modelcontextprotocol/client';
import type { Fields } from '../harness.js';

interface Message extends Fields {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Fields;
  readonly result?: Fields;
  readonly error?: RawAnswer['error'];
}

interface Wire {
  onmessage: (message: Message, extra?: unknown) => void;
  send(message: Fields): Promise<void>;
}

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'harness', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
};

/** What a server answers to one message: a result or an error. */
export interface RawAnswer {
  readonly result?: Fields;
  readonly error?: { readonly code: number; readonly message: string };
}

/** The wire below a connected client: sends what a client that keeps to the protocol never would. */
export function rawHost(client: Client, era: 'modern' | 'legacy') {
  const wire = client.transport as unknown as Wire;
  const deliver = wire.onmessage;
  const waiting = new Map<unknown, (answer: RawAnswer) => void>();
  let response: unknown;
  wire.onmessage = (message, extra) => {
    const settle = message.method === undefined ? waiting.get(message.id) : undefined;
    if (settle) settle(message);
    else if (message.method === 'elicitation/create' && response !== undefined) {
      void wire.send({ jsonrpc: '2.0', id: message.id, result: response });
    } else deliver(message, extra);
  };
  let last = 0;

  function request(params: Fields): Promise<RawAnswer> {
    last += 1;
    const id = `raw-${last}`;
    const sent = { ...params, ...(era === 'modern' && { _meta: ENVELOPE }) };
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      void wire.send({ jsonrpc: '2.0', id, method: 'tools/call', params: sent });
    });
  }

  return {
    request,
    /** Calls, and answers the question with whatever is given. */
    async callAnswering(name: string, args: Fields, answer: unknown): Promise<RawAnswer> {
      response = answer;
      const first = await request({ name, arguments: args });
      if (era === 'legacy' || first.result?.requestState === undefined) return first;
      const { requestState } = first.result;
      return request({ name, arguments: args, requestState, inputResponses: { approval: answer } });
    },
  };
}
