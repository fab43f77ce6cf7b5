import type { Fetch } from '../../src/client/client.js';

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the body is whatever the API says; each test asserts what it needs.
  readonly body: any;
}

export type Request = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** Speaks to a sandbox as a client would: bytes in, bytes out. */
export function speak(
  { fetch, baseUrl }: { fetch: Fetch; baseUrl: string },
  headers: Readonly<Record<string, string>> = {},
): Request {
  return async (method, path, body) => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body ?? []) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
}

/** Exchanges a refresh token and speaks with the id token. */
export async function signIn(sandbox: { fetch: Fetch; baseUrl: string }, refreshToken: string): Promise<Request> {
  const { body } = await speak(sandbox)('POST', '/token', { refreshToken });
  return speak(sandbox, { Authorization: `Bearer ${body.idToken}` });
}
