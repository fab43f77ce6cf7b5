import { HIDDEN } from './secret.js';

/** Every secret value this process has met, so that free text (errors, log lines, visitors' strings) can be cleaned of them. */
export interface Keychain {
  /** Remembers a value. Texts under eight characters are too common to search for and are hidden only where they are marked. */
  learn(value: unknown): void;
  /** A copy of a value with every remembered secret, private key, JWT and bearer token in its strings hidden. */
  scrub<Value>(value: Value): Value;
}

const SHORTEST = 8;

const CREDENTIALS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\b(?:bearer|pomerium)\s+[\w.~+/-]{20,}=*/gi,
];

export function createKeychain(): Keychain {
  const secrets = new Set<string>();

  const clean = (text: string): string => {
    let cleaned = text;
    for (const secret of secrets) if (cleaned.includes(secret)) cleaned = cleaned.replaceAll(secret, HIDDEN);
    for (const pattern of CREDENTIALS) cleaned = cleaned.replace(pattern, HIDDEN);
    return cleaned;
  };

  const scrub = (value: unknown): unknown => {
    if (typeof value === 'string') return clean(value);
    if (Array.isArray(value)) return value.map(scrub);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [clean(name), scrub(field)]));
  };

  return {
    learn(value) {
      if (typeof value !== 'string' || value.length < SHORTEST) return;
      // An API that quotes what it refused quotes it as JSON.
      for (const text of [value, JSON.stringify(value).slice(1, -1)]) secrets.add(text);
    },
    scrub: <Value>(value: Value) => scrub(value) as Value,
  };
}
