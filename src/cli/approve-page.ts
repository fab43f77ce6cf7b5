import { spawn } from 'node:child_process';
import { userInfo } from 'node:os';
import { serveApprovalPage } from '../approval-page/server.js';
import type { QuestionStore } from '../guard/question.js';
import { say } from './terminal.js';

const IDLE_MINUTES = 30;

/** Serves the approval page until the person ends it with Ctrl-C, or nobody has used it for half an hour. */
export async function runPage(store: QuestionStore, port: number, stdout: NodeJS.WritableStream): Promise<void> {
  const page = await serveApprovalPage({
    store,
    port,
    approver: userInfo().username,
    now: Date.now,
    idleMs: IDLE_MINUTES * 60_000,
    onEvent: (line) => say(stdout, line),
  });
  process.once('SIGINT', page.close).once('SIGTERM', page.close);
  say(
    stdout,
    'Open this link in your browser. It works once, and whoever opens it can approve: give it to nobody.',
    '',
    `  ${page.link}`,
    '',
    `Ctrl-C ends the page, and so do ${IDLE_MINUTES} minutes without use.`,
  );
  openBrowser(page.link);
  await page.ended;
  say(stdout, 'The approval page has ended.');
}

/** Tries to; the person has the link in any case. */
function openBrowser(link: string): void {
  const { platform, env } = process;
  // Without a display xdg-open may start a text browser in this terminal.
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return;
  const [command, ...args] =
    platform === 'darwin'
      ? ['open']
      : platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler']
        : ['xdg-open'];
  spawn(command ?? '', [...args, link], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
