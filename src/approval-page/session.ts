import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** One browser's right to answer: a link that works once, and a cookie. */
export interface Session {
  /** The path to open first. */
  readonly link: string;
  /** Where everything else is, with a slash at its end: other servers on this host are never sent the cookie. */
  readonly root: string;
  /** The `Set-Cookie` value, at the first use of the link and never again. */
  redeem(path: string): string | undefined;
  holds(cookies: string | undefined): boolean;
  /** What a form must bring back to answer this question. */
  formToken(question: string): string;
  accepts(formToken: string | undefined, question: string): boolean;
}

const COOKIE = 'zero-mcp';

export function createSession(): Session {
  const secret = () => randomBytes(32).toString('base64url');
  const [link, root, cookie] = [`/link/${secret()}`, `/${secret()}/`, secret()];
  const key = randomBytes(32);
  const formToken = (question: string) => createHmac('sha256', key).update(question).digest('base64url');
  let isRedeemed = false;
  return {
    link,
    root,
    redeem(path) {
      if (isRedeemed || !isSame(path, link)) return undefined;
      isRedeemed = true;
      return `${COOKIE}=${cookie}; Path=${root}; HttpOnly; SameSite=Strict`;
    },
    holds: (cookies = '') => cookies.split('; ').some((pair) => isSame(pair, `${COOKIE}=${cookie}`)),
    formToken,
    accepts: (given = '', question) => isSame(given, formToken(question)),
  };
}

/** Whether two texts are one, without telling by its time how much of them is. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
