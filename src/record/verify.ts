import { readChains, unnamedHeads } from './chain.js';
import type { ChainHead } from './entry.js';
import { isGenuine, type Line, parseLine } from './line.js';

/** What is wrong, and where. */
export interface Problem {
  readonly chain: string;
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

/** What a strict look at the whole journal found. */
export interface Verdict {
  /** The heads that no chain names yet, newest first. Kept elsewhere, they show later what a journal alone can't. */
  readonly heads: readonly ChainHead[];
  readonly chains: number;
  /** Of all chains. */
  readonly lines: number;
  readonly problems: readonly Problem[];
}

/** A head with who says that it was there. */
interface Claim extends ChainHead {
  readonly by: string;
}

/**
 * Checks every line of every chain, and that every head which a later chain or the caller names is there. Without keys
 * that is all a journal can show: lines cut from the end of a chain that nobody names, and a journal that was rewritten
 * as a whole, hold together.
 * @param kept heads as `_meta.journal` of an earlier result or an earlier verdict gave them
 */
export async function verifyJournal(directory: string, kept: readonly ChainHead[] = []): Promise<Verdict> {
  const problems: Problem[] = [];
  const hashes = new Map<string, readonly (string | undefined)[]>();
  const claims: Claim[] = kept.map((head) => ({ ...head, by: 'the given head' }));
  for await (const chain of readChains(directory)) {
    const lines = chain.lines.map(parseLine);
    hashes.set(
      chain.name,
      lines.map((line) => line?.hash),
    );
    problems.push(...problemsIn(chain.name, lines));
    if (chain.rest.length > 0) {
      problems.push({ chain: chain.name, line: lines.length + 1, problem: 'the file ends within this line' });
    }
    const [opened] = lines;
    if (opened?.kind === 'opened') claims.push(...opened.heads.map((head) => ({ ...head, by: chain.name })));
  }
  problems.push(...claims.flatMap((claim) => contradiction(claim, hashes.get(claim.chain))));
  const lines = [...hashes.values()].reduce((sum, { length }) => sum + length, 0);
  return { heads: await unnamedHeads(directory), chains: hashes.size, lines, problems };
}

/** What is wrong within one chain. After a problem the next line is held against what that line itself says. */
function problemsIn(chain: string, lines: readonly (Line | undefined)[]): readonly Problem[] {
  if (lines.length === 0) return [{ chain, line: 1, problem: 'it is missing' }];
  return lines.flatMap((line, index) => {
    const before = lines[index - 1];
    return problemsOf(line, before, index === 0, chain).map((problem) => ({ chain, line: index + 1, problem }));
  });
}

function problemsOf(line: Line | undefined, before: Line | undefined, isFirst: boolean, chain: string): string[] {
  if (!line) return ['it is no line of a journal'];
  const problems: string[] = [];
  if (!isGenuine(line)) problems.push('its hash is another: it was changed');
  if (isFirst !== (line.kind === 'opened'))
    problems.push(isFirst ? 'the chain begins elsewhere' : 'a chain begins here');
  if (isFirst && line.kind === 'opened' && line.chain !== chain) problems.push(`it belongs to ${line.chain}`);
  const expected = isFirst ? { n: 1, hash: '' } : before && { n: before.n + 1, hash: before.hash };
  if (expected && line.n !== expected.n) problems.push(`it has number ${line.n} where ${expected.n} belongs`);
  if (expected && line.prev !== expected.hash) problems.push('it does not follow the line before');
  return problems;
}

function contradiction({ by, chain, line, hash }: Claim, hashes?: readonly (string | undefined)[]): readonly Problem[] {
  const says = (problem: string) => [{ chain, line, problem: `${by} names it, but ${problem}` }];
  if (!hashes) return says('the file is missing');
  if (line > hashes.length) return says(`the chain has ${hashes.length} lines`);
  return hashes[line - 1] === hash ? [] : says('its hash is another');
}
