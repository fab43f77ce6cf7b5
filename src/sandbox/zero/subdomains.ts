import { createHash } from 'node:crypto';
import type { World } from '../behaviour.js';

const ADJECTIVES = [
  'amber',
  'brisk',
  'calm',
  'dusty',
  'eager',
  'fabled',
  'gentle',
  'hardy',
  'idle',
  'jolly',
  'keen',
  'lucid',
  'mellow',
  'nimble',
  'olive',
  'plucky',
  'quiet',
  'rustic',
  'silver',
  'tidal',
  'upland',
  'vivid',
  'wry',
  'zesty',
];
const NOUNS = [
  'badger',
  'cormorant',
  'dipper',
  'eider',
  'ferret',
  'gannet',
  'heron',
  'ibex',
  'jackdaw',
  'kestrel',
  'lynx',
  'marten',
  'newt',
  'osprey',
  'plover',
  'quail',
  'raven',
  'siskin',
  'turnstone',
  'urchin',
  'vole',
  'whimbrel',
  'yak',
  'zander',
];

/**
 * A starter subdomain label, `<adjective-noun-NNNN>`, that no cluster has (FACTS 3.3). Its number follows from its words,
 * so a minted label is known from a self-chosen one without remembering it: reading changes nothing.
 */
export function mintSubdomain(world: World): string {
  const taken = new Set(Object.values(world.state.clusters).map(({ domain }) => domain));
  for (let attempt = 0; ; attempt++) {
    const digest = createHash('sha256').update(`${world.seed} ${world.state.counter} ${attempt}`).digest();
    const words = `${pick(ADJECTIVES, digest.readUInt16BE(0))}-${pick(NOUNS, digest.readUInt16BE(2))}`;
    const label = `${words}-${numberOf(words, digest.readUInt8(4) % VARIANTS)}`;
    if (!taken.has(label)) return label;
  }
}

/** Whether a label was minted here. */
export function isMinted(label: string): boolean {
  const [, words, number] = label.match(/^([a-z]+-[a-z]+)-(\d{4})$/) ?? [];
  return (
    words !== undefined &&
    Array.from({ length: VARIANTS }, (_, variant) => numberOf(words, variant)).includes(Number(number))
  );
}

/** How many labels share two words. */
const VARIANTS = 16;

function numberOf(words: string, variant: number): number {
  return 1000 + (createHash('sha256').update(`${words} ${variant}`).digest().readUInt32BE() % 9000);
}

function pick(words: readonly string[], number: number): string {
  return words[number % words.length] ?? '';
}
