import { distance } from 'fastest-levenshtein';
import type { Attempt } from './blunders.js';
import type { CallTool, Fields } from './zero.js';

/** Ids of Zero, as they stand in texts and answers. */
const ID = /\b[A-Za-z0-9]{20,}\b/g;

/** How far a mistyped id may be from the right one. */
const NEAR = 3;

/**
 * The next attempt after an error, from nothing but what went out, the error's text and what the tools it points to
 * answer. Undefined where the text doesn't help.
 */
export async function repaired(failed: Attempt, message: string, call: CallTool): Promise<Attempt | undefined> {
  return rename(failed, message) ?? retype(failed, message) ?? (await reidentify(failed, message, call));
}

/** Takes the name of a tool or an argument that the error suggests. */
function rename({ name, args }: Attempt, message: string): Attempt | undefined {
  const tool = /Unknown tool .*Did you mean ([a-z_]+)/i.exec(message)?.[1];
  if (tool) return { name: tool, args };
  const [, wrong, right] = /unknown field "([^"]+)", did you mean ([A-Za-z]+)/.exec(message) ?? [];
  if (!wrong || !right) return undefined;
  const { [wrong]: value, ...rest } = args;
  return { name, args: { ...rest, [right]: value } };
}

/** Gives an argument the type that the error expects. */
function retype({ name, args }: Attempt, message: string): Attempt | undefined {
  const problems =
    message
      .split('\n')[0]
      ?.replace(/^Wrong arguments for \w+: /, '')
      .split('; ') ?? [];
  for (const problem of problems) {
    const [, argument = '', expected = ''] = /^(\w+): .*?expected (\w+)/.exec(problem) ?? [];
    const right = converted(args[argument], expected);
    if (right !== undefined) return { name, args: { ...args, [argument]: right } };
  }
  return undefined;
}

/** The value as the type that the error names; `one of` is a choice of words. Undefined where it can't be. */
function converted(value: unknown, expected: string): unknown {
  if (expected === 'array') return Array.isArray(value) || value === undefined ? undefined : [value];
  if (Array.isArray(value)) return value[0];
  if (typeof value !== 'string') return undefined;
  if (expected === 'number' || expected === 'int') return Number(value);
  return ['boolean', 'object', 'record'].includes(expected) ? JSON.parse(value) : undefined;
}

/** Looks for the nearest id to each id that was given: in the error itself, else where it says to look. */
async function reidentify({ name, args }: Attempt, message: string, call: CallTool): Promise<Attempt | undefined> {
  const given = Object.entries(args).filter(
    ([argument, value]) => argument.endsWith('Id') && typeof value === 'string',
  );
  for (const [argument, value] of given) {
    const known = message.match(ID) ?? [];
    const candidates = known.some((id) => isNear(id, value)) ? known : await listed(argument, message, call);
    if (candidates.includes(String(value))) continue;
    const right = candidates.find((id) => isNear(id, value));
    if (right) return { name, args: { ...args, [argument]: right } };
  }
  return undefined;
}

function isNear(id: string, value: unknown): boolean {
  return id !== value && distance(id, String(value)) <= NEAR;
}

/** Ids in the answers of the list tool that the error names, or of the one that goes by the argument's name. */
async function listed(argument: string, message: string, call: CallTool): Promise<readonly string[]> {
  const tool = /\b(list_[a-z_]+)/.exec(message)?.[1] ?? (/list tool/.test(message) ? listOf(argument) : undefined);
  if (!tool) return [];
  const { content } = await call('list_clusters', {});
  const replies = [];
  for (const { id } of (content.items ?? []) as readonly Fields[]) {
    for (const scope of [{}, { clusterId: id }, { namespaceId: id }]) {
      const reply = await call(tool, scope);
      if (reply.isError) continue;
      replies.push(reply);
      break;
    }
  }
  return replies.flatMap((reply) => JSON.stringify(reply.content).match(ID) ?? []);
}

/** `policyId`: list_policies */
function listOf(argument: string): string {
  const kind = argument.replace(/Id$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (kind === 'user') return 'list_users_in_organization';
  return `list_${kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`}`;
}
