import { randomBytes, randomInt } from 'node:crypto';
import { link, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, ToolError } from '../errors.js';
import { privateDirectory } from '../private-directory.js';
import type { Journal } from '../record/entry.js';
import type { Decision, Outcome, Question, QuestionRecord, QuestionStore } from './question.js';

/** A question is forgotten a week after it was asked: long enough to explain what happened. */
const KEPT_MS = 7 * 24 * 3_600_000;

/** Letters and digits that can't be taken for one another. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

const ID = /^[0-9a-f]{32}$/;

/** What happens to a question, each a file of its own that is made once; a host may be given it several times. */
type Step = 'question' | 'decision' | 'reopened' | 'claim' | 'outcome' | `shown-${string}`;

/**
 * Questions as files under one directory, of modes 0700 and 0600. Several processes may use it at once; the one that makes
 * a decision journals it.
 */
export function createQuestionStore(directory: string, journal: Journal): QuestionStore {
  const fileOf = (step: Step) => `${step}.json`;

  async function load<Content>(id: string, file: string): Promise<Content> {
    return JSON.parse(await readFile(join(directory, id, file), 'utf8')) as Content;
  }

  async function read<Content>(id: string, step: Step): Promise<Content | undefined> {
    return load<Content>(id, fileOf(step)).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    });
  }

  /** Writes a step whole and at once; false when it is there already. */
  async function make(id: string, step: Step, content: unknown): Promise<boolean> {
    const draft = join(directory, id, `.${step}-${randomBytes(6).toString('hex')}`);
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify(content));
      await handle.sync();
      await link(draft, join(directory, id, fileOf(step)));
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw error;
    } finally {
      await handle.close();
      await rm(draft);
    }
  }

  async function get(id: string): Promise<QuestionRecord | undefined> {
    if (!ID.test(id)) return undefined;
    const question = await read<Question>(id, 'question');
    if (!question) return undefined;
    const reopened = await read<Decision>(id, 'reopened');
    const decision = reopened ?? (await read<Decision>(id, 'decision'));
    const claim = await read<{ at: string }>(id, 'claim');
    const outcome = await read<Outcome>(id, 'outcome');
    const names = (await readdir(join(directory, id))).filter((name) => name.startsWith('shown-'));
    const shown = await Promise.all(names.map((name) => load<{ at: string }>(id, name)));
    return { question, decision, claimedAt: claim?.at, outcome, shown: shown.map(({ at }) => at) };
  }

  async function reopen(id: string, made: Decision): Promise<boolean> {
    const before = await read<Decision>(id, 'decision');
    const reopens = before?.decision === 'declined' && made.decision === 'approved' && made.channel !== 'host';
    return reopens && make(id, 'reopened', made);
  }

  async function list(): Promise<readonly QuestionRecord[]> {
    const names = await readdir(directory).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    });
    const records = await Promise.all(names.map(get));
    const found = records.filter((record) => record !== undefined);
    return found.toSorted((a, b) => b.question.askedAt.localeCompare(a.question.askedAt));
  }

  return {
    get,
    list,
    async ask(content) {
      await privateDirectory(directory);
      const now = Date.parse(content.askedAt);
      for (const { question } of await list()) {
        if (now - Date.parse(question.askedAt) > KEPT_MS) await rm(join(directory, question.id), { recursive: true });
      }
      const question = { id: randomBytes(16).toString('hex'), code: newCode(), ...content };
      await privateDirectory(join(directory, question.id));
      await make(question.id, 'question', question);
      return question;
    },
    async show(id, at) {
      await make(id, `shown-${randomBytes(6).toString('hex')}`, { at });
    },
    async decide(id, made) {
      if (!(await make(id, 'decision', made)) && !(await reopen(id, made))) return false;
      const { decision, channel, approver } = made;
      await journal.append({ kind: 'decision', id, decision, channel, approver }).catch((cause: unknown) => {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new ToolError('refused', `This was decided, but the journal could not note it: ${why}`, { cause });
      });
      return true;
    },
    claim: (id, at) => make(id, 'claim', { at }),
    async finish(id, outcome) {
      await make(id, 'outcome', outcome);
    },
  };
}

function newCode(): string {
  const letters = Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}
