import { HIDDEN } from './secret.js';

/** Every secret value this process has met, so that free text (errors, log lines, visitors' strings) can be cleaned of them. */
export interface Keychain {
  /** Remembers a value. What is too short or too common to search for is hidden only where it is marked. */
  learn(value: unknown): void;
  /** A copy of a value with every remembered secret, private key, JWT and bearer token in its strings hidden. */
  scrub<Value>(value: Value): Value;
}

const SHORTEST = 8;

/** Ids name records in every answer; somebody could make one the value of a header to blind the reader. */
const ID = /^b[A-Za-z]{26}$/;

const CREDENTIALS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\b(?:bearer|pomerium)\s+[\w.~+/-]{20,}=*/gi,
];

export function createKeychain(): Keychain {
  const secrets = new Set<string>();
  let pattern: RegExp | undefined;

  /** One pass, the longest first: a secret that begins like another is hidden whole, and what was put in is not searched. */
  const known = (): RegExp | undefined => {
    if (secrets.size === 0) return undefined;
    const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
    pattern ??= new RegExp(longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
    return pattern;
  };

  const clean = (text: string): string => {
    const secret = known();
    const cleaned = secret ? text.replace(secret, HIDDEN) : text;
    return CREDENTIALS.reduce((left, credential) => left.replace(credential, HIDDEN), cleaned);
  };

  const scrub = (value: unknown): unknown => {
    if (typeof value === 'string') return clean(value);
    if (Array.isArray(value)) return value.map(scrub);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, scrub(field)]));
  };

  return {
    learn(value) {
      const text = typeof value === 'number' ? String(value) : value;
      if (typeof text !== 'string' || text.trim().length < SHORTEST || ID.test(text) || HIDDEN.includes(text)) return;
      for (const form of spellings(text)) secrets.add(form);
      pattern = undefined;
    },
    scrub: <Value>(value: Value) => scrub(value) as Value,
  };
}

/** How an API may quote what it refused: as it is, without blanks around it, as JSON, as Go's JSON, in a URL. */
function spellings(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const go = json.replace(/[&<>]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
  return [text, text.trim(), json, go, encodeURIComponent(Buffer.from(text).toString())];
}
