import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerQuestion } from '../guard/out-of-band.js';
import type { QuestionStore } from '../guard/question.js';
import { type Html, toText } from './html.js';
import { listPage, type Place, questionPage, wordPage } from './pages.js';
import { createSession } from './session.js';
import { style } from './style.js';

/** Loopback by number: a name could be made to mean another address. */
const HOST = '127.0.0.1';

/** How much of a form is read. */
const FORM_BYTES = 4_096;

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
  // Not `no-referrer`: under it a browser sends its forms with `Origin: null`, and the origin couldn't be checked.
  'Referrer-Policy': 'same-origin',
} as const;

export interface ApprovalPageOptions {
  readonly store: QuestionStore;
  /** 0 for any free one. */
  readonly port: number;
  /** The operating-system user, as decisions name it. */
  readonly approver: string;
  readonly now: () => number;
  /** After how long without a request of its own browser the page ends. */
  readonly idleMs: number;
  /** Told in a line what happened: the link opened, a question decided. */
  readonly onEvent: (line: string) => void;
}

export interface ApprovalPage {
  /** To be opened in the person's browser; it works once. Whoever opens it can approve. */
  readonly link: string;
  /** Settles when the page is gone. */
  readonly ended: Promise<void>;
  close(): void;
}

interface Reply {
  readonly status: number;
  readonly body?: Html;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Serves the questions of one store to one browser on this machine, until it is closed or idle. */
export async function serveApprovalPage(options: ApprovalPageOptions): Promise<ApprovalPage> {
  const { store, approver, now, onEvent } = options;
  const session = createSession();
  const { root } = session;
  const place = (): Place => ({ root, formToken: session.formToken, now: now() });

  const server = createServer((request, response) => {
    answer(request)
      .catch((error: unknown): Reply => {
        onEvent(`A request failed: ${error instanceof Error ? error.message : String(error)}`);
        return { status: 500, body: wordPage('This went wrong', 'The terminal says what. Nothing was decided.') };
      })
      .then((reply) => send(response, reply));
  });
  server.listen(options.port, HOST);
  await once(server, 'listening');
  const host = `${HOST}:${(server.address() as AddressInfo).port}`;
  const origin = `http://${host}`;
  const close = () => {
    clearTimeout(idle);
    server.close();
    server.closeAllConnections();
  };
  const idle = setTimeout(close, options.idleMs);
  return { link: origin + session.link, ended: once(server, 'close').then(() => {}), close };

  async function answer(request: IncomingMessage): Promise<Reply> {
    const { method, url: path = '', headers } = request;
    if (headers.host !== host) return refusal('This page has another address.');
    if (headers.origin !== undefined && headers.origin !== origin) return refusal('Another site sent this.');
    if (method !== 'GET' && method !== 'POST') return { status: 405, headers: { Allow: 'GET, POST' } };
    if (path.startsWith('/link/') && method === 'GET') return open(path);
    if (path === '/style.css' && method === 'GET') return { status: 200 };
    if (!path.startsWith(root) || !session.holds(headers.cookie)) {
      return refusal('This browser was not let in. Start zero-mcp approve --web again and open the link it prints.');
    }
    idle.refresh();
    const id = path.slice(root.length);
    if (method === 'GET') return id === '' ? list() : show(id);
    if (headers.origin === undefined) return refusal('Nothing says which site sent this.');
    return decide(id, request);
  }

  function open(path: string): Reply {
    const cookie = session.redeem(path);
    if (cookie) {
      onEvent('The link was opened.');
      return { status: 303, headers: { Location: root, 'Set-Cookie': cookie } };
    }
    if (path === session.link) onEvent('The link was opened again, in vain. If the first time was not you, end this.');
    return {
      status: 410,
      body: wordPage(
        'This link is spent',
        'It works once. If it was you who opened it, go on where you did.',
        'If it was not, end zero-mcp in its terminal with Ctrl-C: somebody else can approve.',
      ),
    };
  }

  async function list(): Promise<Reply> {
    return { status: 200, body: listPage(await store.list(), place()) };
  }

  async function show(id: string, status = 200, problem?: string): Promise<Reply> {
    const record = await store.get(id);
    if (!record) return { status: 404, body: wordPage('There is no such question', 'It may have been forgotten.') };
    const { offer } = record.question;
    return { status, body: questionPage(record, place(), offer ? await store.get(offer) : undefined, problem) };
  }

  async function decide(id: string, request: IncomingMessage): Promise<Reply> {
    const form = await readForm(request);
    if (!form) return refusal('This is not a form of this page.');
    const decision = form.get('decision');
    if (decision !== 'approved' && decision !== 'declined') return refusal('This is not a form of this page.');
    if (!session.accepts(form.get('token') ?? '', id)) return refusal('This form is not from this session.');
    const typedName = form.get('name') ?? undefined;
    const result = await answerQuestion(store, id, { decision, channel: 'page', approver, typedName }, now());
    if (result === 'wrong name') return show(id, 422, 'That is not what was to be typed. Nothing was decided.');
    const record = await store.get(id);
    if (result === 'recorded') onEvent(`${record?.question.code ?? id}: ${decision}.`);
    // The same button pressed twice is no news; a wish that came too late is.
    const isSo = record !== undefined && record.decision?.decision === decision;
    if (result === 'recorded' || isSo) return { status: 303, headers: { Location: root + id } };
    return show(id, 409);
  }
}

function refusal(why: string): Reply {
  return { status: 403, body: wordPage('Not here', why, 'Nothing was decided.') };
}

/** The fields of a form, none of them twice; undefined when it is none or too long. */
async function readForm(request: IncomingMessage): Promise<ReadonlyMap<string, string> | undefined> {
  if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > FORM_BYTES) return undefined;
    chunks.push(chunk);
  }
  const fields = [...new URLSearchParams(Buffer.concat(chunks).toString('utf8'))];
  const form = new Map(fields);
  return form.size === fields.length ? form : undefined;
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const type = body ? 'text/html' : 'text/css';
  const text = body ? toText(body) : status === 200 ? style : '';
  response.writeHead(status, { ...HEADERS, 'Content-Type': `${type}; charset=utf-8`, ...headers });
  response.end(text);
}
