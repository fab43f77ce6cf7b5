import { ToolError } from '../errors.js';

/** Hosts of this machine, as URL.hostname writes them: reached without TLS, and never through a proxy. */
export const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Reads the API's base URL: https, or http on this machine; a path is welcome, a user, query or fragment is not.
 * Throws `invalid_input` without repeating the text, which may hold a password.
 */
export function checkBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw refusal('is not a URL');
  if (url.username || url.password) throw refusal('must not contain a user name or password');
  if (/[?#]/.test(text)) throw refusal('must not contain a query or fragment');
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') throw refusal('must start with https://');
  if (!LOOPBACK.includes(url.hostname)) {
    throw refusal(
      `must start with https://: ${url.hostname} is not this machine, and the API token must not travel in the clear`,
    );
  }
  return url;
}

/** The absolute address of a path under the base URL, whether or not the base ends with a slash. */
export function under(base: URL, path: string): string {
  return base.href.replace(/\/+$/, '') + path;
}

function refusal(why: string): ToolError {
  return new ToolError('invalid_input', `The base URL ${why}.`, {
    next: 'Give the API as https://host/path, or http://localhost:port for a server on this machine.',
  });
}
