import type { Offers } from './errors.js';
import { type Mode, offers } from './guard/mode.js';
import { type Pin, pinnedNames } from './input.js';
import { CORE } from './operation.js';
import type { AdvertisedTool, ObjectSchema } from './schemas.js';

/** What the operator has chosen to offer. */
export interface Choice {
  readonly mode: Mode;
  /** Toolset names, `core` among them; undefined offers all. */
  readonly toolsets?: readonly string[];
  readonly pin: Pin;
  /** With a pin: also reads that look beyond it. */
  readonly organizationReads: boolean;
}

/** Why a tool isn't offered, in words for the model; undefined when it is. */
export function whyNotOffered(tool: AdvertisedTool, choice: Choice): string | undefined {
  const { mode, toolsets, pin, organizationReads } = choice;
  if (!offers(mode, tool.effect)) return 'it changes things, and this server is read-only';
  if (toolsets && !toolsets.includes(tool.toolset) && !(tool.core && toolsets.includes(CORE))) {
    return 'it is not among the toolsets that the operator has chosen';
  }
  const beyond = pin.cluster
    ? tool.scope === 'organization' || tool.scope === 'account'
    : pin.organization !== undefined && tool.scope === 'account';
  if (!beyond || (tool.effect === 'read' && organizationReads)) return undefined;
  return `it reaches beyond the ${pin.cluster ? 'cluster' : 'organization'} that the operator has pinned`;
}

/** Which of some tools are offered. */
export function offersOf(tools: readonly AdvertisedTool[], choice: Choice): Offers {
  const names = new Set(tools.filter((tool) => whyNotOffered(tool, choice) === undefined).map(({ name }) => name));
  return (name) => names.has(name);
}

/** The input schema without the arguments that a pin has fixed. */
export function pinSchema(schema: ObjectSchema, pin: Pin): ObjectSchema {
  const fixed = pinnedNames(pin);
  const { properties = {}, required = [], ...rest } = schema;
  const left = required.filter((name) => !fixed.includes(name));
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !fixed.includes(name))),
    ...(left.length > 0 && { required: left }),
  };
}
