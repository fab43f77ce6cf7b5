import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/** What an agent spent on a task, as seen between it and the server. */
export interface Usage {
  readonly calls: number;
  /** Calls that were answered with an error; a question to a person is none. */
  readonly errors: number;
  /** o200k tokens that the model has to read: lists of tools, and the text of results. */
  readonly tokensIn: number;
  /** o200k tokens of the calls that the model writes. */
  readonly tokensOut: number;
}

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: { readonly isError?: boolean; readonly content?: readonly { readonly text?: string }[] };
  readonly error?: { readonly message?: string };
}

/** Counts what the recorder noted, one JSON line per message. */
export function usageOf(recording: string): Usage {
  const methods = new Map<unknown, string>();
  const usage = { calls: 0, errors: 0, tokensIn: 0, tokensOut: 0 };
  for (const line of recording.split('\n')) {
    if (line === '') continue;
    const { from, message } = JSON.parse(line) as { readonly from: string; readonly message: Message };
    const isCall = (from === 'agent' ? message.method : methods.get(message.id)) === 'tools/call';
    if (from === 'agent') {
      if (message.method && message.id !== undefined) methods.set(message.id, message.method);
      if (!isCall) continue;
      usage.calls += 1;
      usage.tokensOut += countTokens(JSON.stringify(message.params));
    } else if (methods.has(message.id)) {
      if (isCall && (message.error || message.result?.isError)) usage.errors += 1;
      usage.tokensIn += countTokens(readBy(message, isCall));
    }
  }
  return usage;
}

/** What of an answer reaches the model. */
function readBy({ result, error }: Message, isCall: boolean): string {
  if (error) return error.message ?? '';
  return isCall ? (result?.content ?? []).map(({ text = '' }) => text).join('\n') : JSON.stringify(result ?? {});
}
