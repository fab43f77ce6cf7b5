import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { serveSandbox } from '../src/sandbox/serve.js';
import { answerQuestions } from './person.js';
import { begin, endingOf, failedClaims, sceneOf } from './scene.js';
import type { Task } from './task.js';
import { type Usage, usageOf } from './usage.js';

const PREAMBLE = `You manage a Pomerium Zero organization with the tools of the MCP server "zero". When a change needs a person's
confirmation, the person is at their terminal and answers within seconds: make the same call again to learn what they
said. Finish with your answer in plain words.

`;

/** How an agent did at a task. */
export interface Result extends Usage {
  readonly id: string;
  readonly isSolved: boolean;
  /** Claims that don't hold, or why the agent ended early. */
  readonly problems: readonly string[];
  readonly answer: string;
  readonly seconds: number;
}

export interface RunOptions {
  /** Shell command of the agent. */
  readonly agent: string;
  /** The built server. */
  readonly cli: string;
  /** Milliseconds until the agent is ended. */
  readonly timeoutMs: number;
}

/** Lets an agent command work at one task: the real server over stdio before a sandbox of its own over HTTP. */
export async function runTask(task: Task, { agent, cli, timeoutMs }: RunOptions): Promise<Result> {
  const startedAt = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'zero-mcp-eval-'));
  const stateDirectory = join(directory, 'state');
  const recording = join(directory, 'recording.jsonl');
  const { sandbox, baseUrl, apiToken, close } = await serveSandbox({ port: 0 });
  try {
    const scene = sceneOf(sandbox);
    const before = begin(task, scene);
    const recorder = fileURLToPath(new URL('./recorder.js', import.meta.url));
    const server = [
      '--base-url',
      baseUrl,
      '--state-dir',
      stateDirectory,
      '--approval',
      'person',
      '--log-level',
      'error',
    ];
    const zero = {
      command: process.execPath,
      args: [recorder, recording, process.execPath, cli, ...server],
      env: { POMERIUM_ZERO_API_TOKEN: apiToken, XDG_CONFIG_HOME: directory, APPDATA: directory },
    };
    const config = join(directory, 'mcp.json');
    writeFileSync(config, JSON.stringify({ mcpServers: { zero } }));

    const working = speak(agent, PREAMBLE + task.prompt, { cwd: directory, config, timeoutMs });
    let isWorking = true;
    const person = (async () => {
      while (isWorking) {
        await answerQuestions(task, stateDirectory);
        await sleep(100);
      }
    })();
    const { answer, problem } = await working.finally(() => {
      isWorking = false;
    });
    await person;
    const failed = failedClaims(task, endingOf(scene, before, stateDirectory, answer));
    const problems = [...(problem ? [problem] : []), ...failed];
    return {
      id: task.id,
      isSolved: problems.length === 0,
      problems,
      answer,
      seconds: (performance.now() - startedAt) / 1000,
      ...usageOf(existsSync(recording) ? readFileSync(recording, 'utf8') : ''),
    };
  } finally {
    await close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Gives the agent its prompt and waits for its answer. */
async function speak(
  agent: string,
  prompt: string,
  { cwd, config, timeoutMs }: { readonly cwd: string; readonly config: string; readonly timeoutMs: number },
): Promise<{ readonly answer: string; readonly problem?: string }> {
  const env = { ...process.env, MCP_CONFIG: config };
  const child = spawn(agent, { shell: true, cwd, env, stdio: ['pipe', 'pipe', 'inherit'], timeout: timeoutMs });
  child.stdin.on('error', () => {});
  child.stdin.end(prompt);
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [answer, code] = await Promise.all([text(child.stdout), ended]);
  return { answer: answer.trim(), ...(code !== 0 && { problem: `the agent ended with ${code ?? 'a signal'}` }) };
}
