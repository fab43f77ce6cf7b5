import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The browser on this machine, if there is one. */
export const chromium = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

if (!chromium) process.stderr.write('Skipped: the tests in a browser. Install chromium, or name one in CHROMIUM.\n');

type Fields = Readonly<Record<string, unknown>>;

interface Node {
  readonly nodeId: number;
}

/** One tab that runs no script, as a person uses it: by what they see, the mouse and the keyboard. */
export interface Tab {
  goTo(url: string): Promise<void>;
  /** Clicks the middle of an element, or of its first line. What it opens has loaded afterwards. */
  press(selector: string): Promise<void>;
  /** Gives an element the focus and types into it. */
  type(selector: string, text: string): Promise<void>;
  address(): Promise<string>;
  text(selector: string): Promise<string>;
  /** Where an element is in the window, without scrolling. */
  placeOf(selector: string): Promise<{ readonly top: number; readonly bottom: number }>;
  look(width: number, scheme: 'light' | 'dark'): Promise<{ readonly contentWidth: number }>;
  /** Of everything a screen reader meets: its role and name. */
  spoken(): Promise<readonly string[]>;
  picture(): Promise<Buffer>;
}

/** Starts a browser for one test, and speaks its debugging protocol. */
export async function openTab(): Promise<Tab> {
  const profile = mkdtempSync(join(tmpdir(), 'zero-mcp-browser-'));
  const child = spawn(
    chromium ?? '',
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    // Asked to, it ends its own processes, which would go on writing to the profile; the answer may never come.
    void send('Browser.close');
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  const [, , , input, output] = child.stdio as unknown as [
    null,
    null,
    null,
    NodeJS.WritableStream,
    NodeJS.ReadableStream,
  ];

  const waiting = new Map<number, (message: Fields) => void>();
  const listeners: ((message: Fields) => void)[] = [];
  let buffered = '';
  output.on('data', (chunk) => {
    const messages = (buffered + chunk).split('\0');
    buffered = messages.pop() ?? '';
    for (const text of messages) {
      const message = JSON.parse(text) as Fields;
      waiting.get(Number(message.id))?.(message);
      for (const listen of [...listeners]) listen(message);
    }
  });
  let last = 0;
  let sessionId: string | undefined;
  async function send(method: string, params: Fields = {}): Promise<Fields> {
    last += 1;
    const id = last;
    const answer = new Promise<Fields>((resolve) => waiting.set(id, resolve));
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answer;
    if (!result) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result as Fields;
  }
  const event = (name: string) =>
    new Promise<void>((resolve) => {
      const listen = ({ method }: Fields) => {
        if (method !== name) return;
        listeners.splice(listeners.indexOf(listen), 1);
        resolve();
      };
      listeners.push(listen);
    });

  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  sessionId = String((await send('Target.attachToTarget', { targetId, flatten: true })).sessionId);
  await send('Page.enable');
  await send('Emulation.setScriptExecutionDisabled', { value: true });

  async function find(selector: string): Promise<Node> {
    const { root } = (await send('DOM.getDocument')) as { root: Node };
    const node = (await send('DOM.querySelector', { nodeId: root.nodeId, selector })) as unknown as Node;
    if (node.nodeId === 0) throw new Error(`The page has no ${selector}.`);
    return node;
  }
  return {
    async goTo(url) {
      const loaded = event('Page.loadEventFired');
      await send('Page.navigate', { url });
      await loaded;
    },
    async press(selector) {
      const { nodeId } = await find(selector);
      await send('DOM.scrollIntoViewIfNeeded', { nodeId });
      const { quads } = (await send('DOM.getContentQuads', { nodeId })) as { quads: number[][] };
      const [left = 0, top = 0, right = 0, , , bottom = 0] = quads[0] ?? [];
      const place = { x: (left + right) / 2, y: (top + bottom) / 2, button: 'left', clickCount: 1 };
      const loaded = event('Page.loadEventFired');
      await send('Input.dispatchMouseEvent', { type: 'mousePressed', ...place });
      await send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...place });
      await loaded;
    },
    async type(selector, text) {
      await send('DOM.focus', { ...(await find(selector)) });
      await send('Input.insertText', { text });
    },
    async address() {
      const { currentIndex, entries } = await send('Page.getNavigationHistory');
      return (entries as { url: string }[])[Number(currentIndex)]?.url ?? '';
    },
    async text(selector) {
      const { outerHTML } = await send('DOM.getOuterHTML', { ...(await find(selector)) });
      return String(outerHTML)
        .replace(/<[^>]*>/g, '')
        .replaceAll('&nbsp;', ' ');
    },
    async placeOf(selector) {
      const { nodeId } = await find(selector);
      const { quads } = (await send('DOM.getContentQuads', { nodeId })) as { quads: number[][] };
      const [, top = 0, , , , bottom = 0] = quads[0] ?? [];
      return { top, bottom };
    },
    async look(width, scheme) {
      await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
      await send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false });
      const { cssContentSize } = (await send('Page.getLayoutMetrics')) as { cssContentSize: { width: number } };
      return { contentWidth: cssContentSize.width };
    },
    async spoken() {
      const { nodes } = (await send('Accessibility.getFullAXTree')) as {
        nodes: { ignored: boolean; role?: { value: string }; name?: { value: string } }[];
      };
      return nodes
        .filter(({ ignored }) => !ignored)
        .map(({ role, name }) => `${role?.value} ${name?.value ?? ''}`.trim());
    },
    async picture() {
      const { data } = await send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true });
      return Buffer.from(String(data), 'base64');
    },
  };
}
