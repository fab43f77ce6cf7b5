import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serveApprovalPage } from '../../src/approval-page/server.js';
import { openQuestions } from '../../src/cli/state-directory.js';
import type { Plan } from '../../src/guard/plan.js';
import { chromium, openTab } from './browser.js';
import { accessPlan, applyPlan, asked, deletePlan, largePlan, offerPlan } from './plans.js';

const NOW = Date.parse('2026-03-02T09:00:00Z');
const MINUTE = 60_000;

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A page over a store of its own, gone after the test. */
async function serve(options: { readonly idleMs?: number } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'zero-mcp-page-'));
  const store = await openQuestions(directory, 'approve');
  const clock = { now: NOW };
  const events: string[] = [];
  const page = await serveApprovalPage({
    store,
    port: 0,
    approver: 'robin',
    now: () => clock.now,
    idleMs: 30 * MINUTE,
    onEvent: (line) => events.push(line),
    ...options,
  });
  onTestFinished(async () => {
    page.close();
    await page.ended;
    rmSync(directory, { recursive: true, force: true });
  });
  const { origin } = new URL(page.link);
  const get = (url: string, headers: Record<string, string> = {}) => send(url, { headers });
  const send = async (
    url: string,
    init: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Reply> => {
    const { statusCode, headers, body } = await request(new URL(url, origin), {
      ...init,
      method: (init.method ?? 'GET') as 'GET',
    });
    return { status: statusCode, headers, body: await body.text() };
  };
  /** Opens the link as a browser would. */
  async function enter() {
    const { headers } = await get(page.link);
    const [cookie = ''] = String(headers['set-cookie']).split(';');
    const root = String(headers.location);
    return {
      root,
      cookie,
      get: (path: string) => get(root + path, { cookie }),
      /** Sends a form as the page's own browser does; `change` makes it something else. */
      post: async (id: string, fields: Record<string, string>, change: Record<string, string | undefined> = {}) => {
        const token = tokenIn((await get(root + id, { cookie })).body);
        const given = { cookie, origin, 'content-type': 'application/x-www-form-urlencoded', ...change };
        const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
        const body = new URLSearchParams({ token, ...fields }).toString();
        return send(root + id, { method: 'POST', headers: headers as Record<string, string>, body });
      },
    };
  }
  const ask = (plan: Plan = applyPlan, ago = 3 * MINUTE) => store.ask(asked(plan, NOW - ago));
  const decisionOf = async (id: string) => (await store.get(id))?.decision;
  return { page, store, clock, events, origin, get, send, enter, ask, decisionOf };
}

function tokenIn(body: string): string {
  return /name="token" value="([\w-]+)"/.exec(body)?.[1] ?? 'none';
}

describe('the link', () => {
  test('lets one browser in, once', async () => {
    const { page, get, events, origin } = await serve();
    const first = await get(page.link);
    expect(first.status).toBe(303);
    expect(first.headers['set-cookie']).toMatch(/^zero-mcp=[\w-]{43}; Path=\/[\w-]{43}\/; HttpOnly; SameSite=Strict$/);
    expect(
      (await get(`${origin}${first.headers.location}`, { cookie: String(first.headers['set-cookie']) })).status,
    ).toBe(200);
    const second = await get(page.link);
    expect(second.status).toBe(410);
    expect(second.headers).not.toHaveProperty('set-cookie');
    expect(second.body).toContain('This link is spent');
    expect(events).toEqual([
      'The link was opened.',
      'The link was opened again, in vain. If the first time was not you, end this.',
    ]);
  });

  test('is not spent by a wrong one, nor by a request without a body', async () => {
    const { page, get, send } = await serve();
    expect((await get(`${page.link}x`)).status).toBe(410);
    expect((await send(page.link, { method: 'HEAD' })).status).toBe(405);
    expect((await get(page.link)).status).toBe(303);
  });
});

describe('an offer beside a question', () => {
  async function withOffer() {
    const scene = await serve();
    const offer = await scene.ask(offerPlan);
    const { id } = await scene.store.ask({ ...asked(applyPlan, NOW - MINUTE), offer: offer.id });
    const tab = await scene.enter();
    /** The fields of the form that leads to a question and decides it so. */
    const formOf = async (question: string, decision: string) => {
      const forms = (await tab.get(id)).body.split('<form ').slice(1);
      const form = forms.find((one) => one.includes(`action="${tab.root}${question}"`) && one.includes(decision));
      return { token: tokenIn(form ?? ''), decision };
    };
    return { ...scene, tab, id, offer, formOf };
  }

  test('has forms of its own on the same page, with its price, and each decides its own', async () => {
    const { tab, id, offer, formOf, decisionOf } = await withOffer();
    const { body } = await tab.get(id);
    for (const note of offerPlan.notes) expect(body).toContain(note.replaceAll("'", '&#39;').replaceAll('"', '&#34;'));
    expect((await tab.post(offer.id, await formOf(offer.id, 'approved'))).status).toBe(303);
    expect((await decisionOf(offer.id))?.decision).toBe('approved');
    expect(await decisionOf(id)).toBeUndefined();
    expect((await tab.post(id, await formOf(id, 'declined'))).status).toBe(303);
    expect((await decisionOf(id))?.decision).toBe('declined');
  });

  test('is not decided by the form of the first', async () => {
    const { tab, id, offer, formOf, decisionOf } = await withOffer();
    expect((await tab.post(offer.id, await formOf(id, 'approved'))).status).toBe(403);
    expect(await decisionOf(offer.id)).toBeUndefined();
  });
});

describe('who is refused', () => {
  test('nobody without the cookie sees a question, whatever the path', async () => {
    const { ask, enter, get } = await serve();
    const { id } = await ask();
    const { root, cookie } = await enter();
    const name = cookie.split('=')[0];
    for (const headers of [{}, { cookie: `${name}=x` }, { cookie: `x${cookie}` }, { cookie: cookie.slice(0, -1) }]) {
      for (const path of [root, root + id]) {
        const { status, body } = await get(path, headers as Record<string, string>);
        expect(status).toBe(403);
        expect(body).not.toContain('production');
      }
    }
    expect((await get(`/wrong/${id}`, { cookie })).status).toBe(403);
  });

  test.each(['localhost', 'evil.example', '127.0.0.1'])('a request for the host %s', async (name) => {
    const { page, get, origin, ask } = await serve();
    await ask();
    const { port } = new URL(origin);
    const host = name === '127.0.0.1' ? `${name}:1` : `${name}:${port}`;
    expect((await get(page.link, { host })).status).toBe(403);
    expect((await get(page.link)).status).toBe(303);
  });

  test.each([
    ['another origin', { origin: 'http://127.0.0.1:1' }, 'Another site sent this.'],
    ['the null origin', { origin: 'null' }, 'Another site sent this.'],
    ['no origin', { origin: undefined }, 'Nothing says which site sent this.'],
    ['no cookie', { cookie: undefined }, 'This browser was not let in.'],
    ['another type', { 'content-type': 'text/plain' }, 'This is not a form of this page.'],
  ])('a form with %s', async (_, change, says) => {
    const { ask, enter, decisionOf } = await serve();
    const { id } = await ask();
    const { post } = await enter();
    const { status, body } = await post(id, { decision: 'approved' }, change);
    expect(status).toBe(403);
    expect(body).toContain(says);
    expect(await decisionOf(id)).toBeUndefined();
  });

  test.each([
    ['no token', (fields: URLSearchParams) => fields.delete('token')],
    ['a wrong token', (fields: URLSearchParams) => fields.set('token', 'x'.repeat(43))],
    ['two tokens', (fields: URLSearchParams) => fields.append('token', 'x')],
    ['two decisions', (fields: URLSearchParams) => fields.append('decision', 'declined')],
    ['no decision', (fields: URLSearchParams) => fields.delete('decision')],
    ['a decision that is none', (fields: URLSearchParams) => fields.set('decision', 'Approved')],
    ['more than a form holds', (fields: URLSearchParams) => fields.set('name', 'x'.repeat(5_000))],
  ])('a form with %s', async (_, spoil) => {
    const { ask, enter, decisionOf, send, origin } = await serve();
    const { id } = await ask();
    const { root, cookie, get } = await enter();
    const fields = new URLSearchParams({ token: tokenIn((await get(id)).body), decision: 'approved' });
    spoil(fields);
    const headers = { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await send(root + id, { method: 'POST', headers, body: fields.toString() })).status).toBe(403);
    expect(await decisionOf(id)).toBeUndefined();
  });

  test("a token of another question or another page's", async () => {
    const [one, other] = [await serve(), await serve()];
    const { id } = await one.ask();
    const second = await one.ask(deletePlan);
    const [mine, theirs] = [await one.enter(), await other.enter()];
    const stranger = await other.ask();
    const tokens = [tokenIn((await mine.get(second.id)).body), tokenIn((await theirs.get(stranger.id)).body)];
    for (const token of tokens) expect((await mine.post(id, { decision: 'approved', token })).status).toBe(403);
    expect(await one.decisionOf(id)).toBeUndefined();
  });

  test('another method', async () => {
    const { enter, ask, send, origin, decisionOf } = await serve();
    const { id } = await ask();
    const { root, cookie } = await enter();
    for (const method of ['PUT', 'DELETE', 'OPTIONS']) {
      expect(await send(root + id, { method, headers: { cookie, origin } })).toMatchObject({
        status: 405,
        headers: { allow: 'GET, POST' },
      });
    }
    expect(await decisionOf(id)).toBeUndefined();
  });
});

describe('deciding', () => {
  test('Approve records who, how and when, and leads back to the question', async () => {
    const { ask, enter, decisionOf, events } = await serve();
    const { id, code } = await ask();
    const { root, post, get } = await enter();
    expect(await post(id, { decision: 'approved' })).toMatchObject({ status: 303, headers: { location: root + id } });
    expect(await decisionOf(id)).toEqual({
      decision: 'approved',
      channel: 'page',
      approver: 'robin',
      at: '2026-03-02T09:00:00.000Z',
    });
    expect(events).toContain(`${code}: approved.`);
    const { body } = await get(id);
    expect(body).toContain('It was approved by &#34;robin&#34; on the approval page');
    expect(body).not.toContain('<form');
  });

  test('Reject records a no, which Approve reopens', async () => {
    const { ask, enter, decisionOf } = await serve();
    const { id } = await ask();
    const { post, get } = await enter();
    expect((await post(id, { decision: 'declined' })).status).toBe(303);
    expect(await decisionOf(id)).toMatchObject({ decision: 'declined', channel: 'page' });
    const { body } = await get(id);
    expect(body).toContain('It can be approved still');
    expect(body).not.toContain('>Reject<');
    expect((await post(id, { decision: 'approved' })).status).toBe(303);
    expect(await decisionOf(id)).toMatchObject({ decision: 'approved' });
  });

  test('a GET never decides', async () => {
    const { ask, enter, decisionOf } = await serve();
    const { id } = await ask();
    const { get } = await enter();
    const token = tokenIn((await get(id)).body);
    for (const decision of ['approved', 'declined']) await get(`${id}?token=${token}&decision=${decision}`);
    expect(await decisionOf(id)).toBeUndefined();
  });

  test('the same button twice is one decision; a no after a yes comes too late', async () => {
    const { ask, enter, decisionOf, clock, events, send, origin } = await serve();
    const { id, code } = await ask();
    const { root, cookie, get } = await enter();
    const token = tokenIn((await get(id)).body);
    const press = (decision: string) =>
      send(root + id, {
        method: 'POST',
        headers: { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ token, decision }).toString(),
      });
    const both = await Promise.all([press('approved'), press('approved')]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    clock.now += MINUTE;
    const late = await press('declined');
    expect(late.status).toBe(409);
    expect(late.body).toContain('It was approved by');
    expect(await decisionOf(id)).toMatchObject({ decision: 'approved', at: new Date(NOW).toISOString() });
    expect(events.filter((line) => line.startsWith(code))).toEqual([`${code}: approved.`]);
  });

  test.each(['Staging', ' staging', 'staging ', '', 'yes', undefined])('%j is not the name to type', async (name) => {
    const { ask, enter, decisionOf } = await serve();
    const { id } = await ask(deletePlan);
    const { post } = await enter();
    const { status, body } = await post(id, { decision: 'approved', ...(name !== undefined && { name }) });
    expect(status).toBe(422);
    expect(body).toContain('That is not what was to be typed. Nothing was decided.');
    expect(await decisionOf(id)).toBeUndefined();
    expect((await post(id, { decision: 'approved', name: 'staging' })).status).toBe(303);
    expect(await decisionOf(id)).toMatchObject({ decision: 'approved' });
  });

  test('a question that expired while it was shown is not decided', async () => {
    const { ask, enter, decisionOf, clock, send, origin } = await serve();
    const { id } = await ask();
    const { root, cookie, get } = await enter();
    const token = tokenIn((await get(id)).body);
    clock.now += 25 * 60 * MINUTE;
    const { status, body } = await send(root + id, {
      method: 'POST',
      headers: { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token, decision: 'approved' }).toString(),
    });
    expect(status).toBe(409);
    expect(body).toContain('It expired');
    expect(await decisionOf(id)).toBeUndefined();
  });

  test('there is no question but those of the store', async () => {
    const { enter } = await serve();
    const { get } = await enter();
    for (const id of ['x', '0'.repeat(32), '..%2F..%2Fkey', '../../key']) expect((await get(id)).status).not.toBe(200);
  });
});

describe('every answer', () => {
  test('forbids scripts, frames, referrers and copies', async () => {
    const { page, enter, ask, get } = await serve();
    const { id } = await ask();
    const inside = await enter();
    const replies = [
      await inside.get(''),
      await inside.get(id),
      await get('/style.css'),
      await get('/x'),
      await get(page.link),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 403, 410]);
    for (const { headers } of replies) {
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'same-origin',
      });
    }
  });
});

test('it listens on loopback only, and ends when nobody has used it for a while', async () => {
  const { page, origin } = await serve({ idleMs: 1 });
  await page.ended;
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  const refused = await new Promise((resolve) => socket.once('error', resolve).once('connect', () => resolve('open')));
  expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
});

describe.skipIf(!chromium)('in a browser without scripts', () => {
  test('the link, the list, the question and Approve work', async () => {
    const { page, ask, decisionOf } = await serve();
    const { id, code } = await ask();
    const tab = await openTab();
    await tab.goTo(page.link);
    expect(await tab.text('h1')).toBe('Waiting for your answer');
    await tab.press('.questions a');
    expect(await tab.text('h1')).toBe(applyPlan.headline);
    await tab.press('button.approve');
    expect(await tab.text('.standing')).toContain('It was approved by "robin" on the approval page');
    expect(await tab.address()).toMatch(new RegExp(`/${id}$`));
    expect(await decisionOf(id)).toMatchObject({ decision: 'approved', channel: 'page' });
    expect(await tab.text('.facts')).toContain(code);
  });

  test('a name is typed, and a wrong one said beside the field', async () => {
    const { page, ask, decisionOf } = await serve();
    const { id } = await ask(deletePlan);
    const tab = await openTab();
    await tab.goTo(page.link);
    await tab.press('.questions a');
    await tab.type('#name', 'production');
    await tab.press('button.approve');
    expect(await tab.text('#problem')).toBe('That is not what was to be typed. Nothing was decided.');
    expect(await tab.spoken()).toContain('textbox To approve, type staging');
    await tab.type('#name', 'staging');
    await tab.press('button.approve');
    expect(await decisionOf(id)).toMatchObject({ decision: 'approved' });
  });

  test('Reject works', async () => {
    const { page, ask, decisionOf } = await serve();
    const { id } = await ask(deletePlan);
    const tab = await openTab();
    await tab.goTo(page.link);
    await tab.press('.questions a');
    await tab.press('button.reject');
    expect(await decisionOf(id)).toMatchObject({ decision: 'declined', channel: 'page' });
  });

  test('a plan of any size fits a narrow and a wide window, in both schemes', async () => {
    const { page, ask } = await serve();
    const ids = [];
    for (const plan of [applyPlan, accessPlan, deletePlan, largePlan]) ids.push((await ask(plan)).id);
    const tab = await openTab();
    await tab.goTo(page.link);
    const root = await tab.address();
    for (const path of ['', ...ids]) {
      await tab.goTo(root + path);
      for (const width of [320, 1400]) {
        for (const scheme of ['light', 'dark'] as const) {
          expect(await tab.look(width, scheme)).toEqual({ contentWidth: width });
        }
      }
    }
  });

  test('both answers can be given without scrolling, however long the plan', async () => {
    const { page, ask } = await serve();
    const { id } = await ask(largePlan);
    const tab = await openTab();
    await tab.goTo(page.link);
    await tab.goTo((await tab.address()) + id);
    for (const width of [380, 1280]) {
      await tab.look(width, 'light');
      for (const button of ['.bar .approve', '.bar .reject', '#name']) {
        const { top, bottom } = await tab.placeOf(button);
        expect(top).toBeGreaterThan(600);
        expect(bottom).toBeLessThan(900);
      }
    }
  });

  test('landmarks and headings tell a screen reader what is where', async () => {
    const { page, ask } = await serve();
    await ask();
    const tab = await openTab();
    await tab.goTo(page.link);
    await tab.press('.questions a');
    expect(await tab.spoken()).toEqual(
      expect.arrayContaining([
        'banner',
        'main',
        'navigation Back',
        `heading ${applyPlan.headline}`,
        'region Not made through this server 1',
        'region Made through this server 3',
        'article Update "Staff only"',
        'region Your decision',
        'button Approve',
        'button Reject',
      ]),
    );
  });
});
