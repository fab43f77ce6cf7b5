import { isUnknown, type Known } from '../facts.js';
import { kindOf } from '../grammar.js';
import { stringDoubts, stringMatcher, stringPoison, stringProblem, textPoison } from '../matchers.js';
import type { Json } from '../ppl.js';
import { claimValues } from './identity.js';
import { judgeRequest, judgeSession, type Kind, kind, lift, type Test } from './kind.js';
import { textsOf, textsProblem } from './request.js';

/** How many fields follow the type's name in the wire form of a key. */
const FIELDS: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ssh-dss': 4,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
};

/** The fields of a wire form, each behind its length; undefined when the lengths don't add up. */
function wireFields(blob: Buffer): readonly Buffer[] | undefined {
  const fields: Buffer[] = [];
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) return undefined;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

/** The base64 wire form of the first key in a text of authorized_keys lines: the word after its type, which may follow options. */
export function parseAuthorizedKey(text: string): string | undefined {
  for (const line of text.split('\n')) {
    const whole = (line.split('\r')[0] ?? '').trim();
    if (whole.startsWith('#')) continue;
    const key = [whole, afterOptions(whole)].map((part) => part.split(/[ \t]+/)[1] ?? '').find(isKey);
    if (key !== undefined) return key;
  }
  return undefined;
}

/** What follows the first blank that isn't between quotes. */
function afterOptions(line: string): string {
  let isQuoted = false;
  for (const [index, letter] of [...line].entries()) {
    if (letter === '"' && line[index - 1] !== '\\') isQuoted = !isQuoted;
    if (!isQuoted && (letter === ' ' || letter === '\t')) return line.slice(index).trimStart();
  }
  return '';
}

function isKey(word: string): boolean {
  if (word.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(word)) return false;
  const [name, ...fields] = wireFields(Buffer.from(word, 'base64')) ?? [];
  if (!name) return false;
  const type = name.toString('latin1');
  return type === 'ssh-ed25519' ? fields.length === 1 && fields[0]?.length === 32 : fields.length === FIELDS[type];
}

const keysProblem = (data: Json) =>
  textsProblem(data, (text) => (parseAuthorizedKey(text) === undefined ? 'ssh: no key found' : undefined));

const keysOf = (data: Json) => textsOf(data).flatMap((text) => parseAuthorizedKey(text) ?? []);

const CERTIFICATE = '-cert-v01@openssh.com';

/** Whether a user's certificate names one of the authorities. Its signature, dates and principals aren't verified here. */
function isCertifiedBy(authorities: readonly string[], publicKey: string): Known<boolean> {
  const blob = Buffer.from(publicKey, 'base64');
  const names = authorities.some((authority) => blob.includes(Buffer.from(authority, 'base64')));
  if (!names || !blob.subarray(0, 100).includes(CERTIFICATE)) return false;
  return { unknown: "whether the user's SSH certificate is genuine, in date and made out to the user name" };
}

const judge = (test: Test, how = judgeRequest) => how(test, 'ssh-username-ok', 'ssh-username-unauthorized');
const judgeKey = (test: Test) => judgeRequest(test, 'ssh-publickey-ok', 'ssh-publickey-unauthorized');

export const sshKinds: Readonly<Record<string, Kind>> = {
  ssh_publickey: kind('request', {
    problem: keysProblem,
    judge: ({ data }) => {
      const keys = new Set(keysOf(data));
      return judgeKey(({ ssh: { publicKey } }) =>
        publicKey === undefined ? false : lift(publicKey, (key) => keys.has(key)),
      );
    },
  }),
  ssh_ca: kind('request', {
    problem: keysProblem,
    judge: ({ data }) => {
      const authorities = keysOf(data);
      return judgeKey(({ ssh: { publicKey } }) => {
        if (publicKey === undefined) return false;
        return isUnknown(publicKey) ? publicKey : isCertifiedBy(authorities, publicKey);
      });
    },
  }),
  ssh_username: kind('request', {
    problem: stringProblem,
    poison: (data) => stringPoison(data),
    doubts: ({ data }) => stringDoubts(data),
    judge: ({ data }) => {
      const matches = stringMatcher(data);
      return judge(({ ssh }) => lift(ssh.username, matches));
    },
  }),
  ssh_username_matches_email: kind('identity', {
    judge: () =>
      judge(
        ({ ssh: { username }, who: { email } }) =>
          isUnknown(username) ? username : lift(email, (address) => address.split('@')[0] === username),
        judgeSession,
      ),
  }),
  ssh_username_matches_claim: kind('identity', {
    poison: textPoison,
    problem: (data) => (typeof data === 'string' ? undefined : `expected string value, got: ${kindOf(data)}`),
    judge: ({ data }) =>
      judge((facts) => {
        const { username } = facts.ssh;
        if (isUnknown(username)) return username;
        return lift(claimValues(facts, String(data)), (values) => values.includes(username));
      }, judgeSession),
  }),
};
