import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { ConfigError } from '../config.js';
import { didYouMean } from '../nearest.js';
import { checkPolicy } from '../policy/check.js';
import { evaluate } from '../policy/evaluate.js';
import { factsOf } from '../policy/input-facts.js';
import type { Json, Policy } from '../policy/ppl.js';

/** Anything: a line is JSON through and through. */
const json = z.custom<Json>((value) => value !== undefined, 'missing');

/** A policy as text, or as the JSON that it stands for. */
const PolicyLine = z.object({ policy: json });

const EvalLine = z.object({
  policies: z.array(json),
  input: z.record(z.string(), json),
  records: z.array(z.object({ type: z.string(), id: z.string(), data: json })).default([]),
  at: z.iso.datetime({ offset: true }).optional(),
});

type Answer = (line: unknown) => Promise<object> | object;

/** What each command makes of one line. Throws for a line that it can't answer. */
const commands: Readonly<Record<string, Answer>> = {
  check: (line) => {
    const { policy: _, ...verdict } = checkPolicy(PolicyLine.parse(line).policy);
    return verdict;
  },
  eval: (line) => {
    const { policies, input, records, at } = EvalLine.parse(line);
    const facts = factsOf(input, records, at === undefined ? Date.now() : Date.parse(at));
    const { allow, deny, outcome } = evaluate(policies.map(sound), facts);
    return { allow, deny, outcome };
  },
  explain: async (line) => {
    const { explainPolicy } = await import('../policy/explain/explain.js');
    return explainPolicy(sound(PolicyLine.parse(line).policy), { at: Date.now() });
  },
};

/** The policy, if the proxy would take it. */
function sound(source: Json): Policy {
  const { policy, errors } = checkPolicy(source);
  const [error] = errors;
  if (error || !policy) throw new Error(error?.message ?? 'no policy');
  return policy;
}

interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/**
 * `zero-mcp policy check|eval|explain`: answers each line of JSON with one, as it comes; blank lines are passed over.
 * False when there was a line that it couldn't answer, which was answered with `{"error": ...}`.
 */
export async function runPolicy(
  [command = '', ...argv]: readonly string[],
  { stdin, stdout }: Streams,
): Promise<boolean> {
  const names = Object.keys(commands);
  const answer = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (!answer) throw new ConfigError([`zero-mcp policy takes ${names.join(', ')}.${didYouMean(command, names)}`]);
  if (argv.length > 0) throw new ConfigError([`policy ${command} reads standard input and takes no arguments.`]);
  let isOpen = true;
  stdout.on('error', () => {
    isOpen = false;
  });
  let isSound = true;
  for await (const line of linesOf(stdin)) {
    if (line.trim() === '') continue;
    const reply = await answerLine(answer, line);
    if ('error' in reply) isSound = false;
    // A reader that has seen enough (`| head`) is no error.
    if (!isOpen) break;
    if (!stdout.write(`${JSON.stringify(reply)}\n`)) await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]);
  }
  return isSound;
}

/** Lines as JSON lines have them: a text may hold U+2028 as it is, where others see the end of a line. */
async function* linesOf(stdin: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  for await (const chunk of stdin) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    parts.push(first);
    for (const line of others) {
      yield parts.splice(0).join('');
      parts.push(line);
    }
  }
  yield parts.join('') + decoder.decode();
}

async function answerLine(answer: Answer, line: string): Promise<object> {
  try {
    return await answer(JSON.parse(line));
  } catch (error) {
    if (error instanceof z.ZodError) {
      const [issue] = error.issues;
      return { error: `${issue?.path.join('.') || 'line'}: ${issue?.message}` };
    }
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
