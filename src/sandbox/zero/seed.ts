import type { World } from '../behaviour.js';

/** Placeholder: to be replaced by the seed organization. */
export function seed(_world: World): void {}
