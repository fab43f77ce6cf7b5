import { parseArgs } from 'node:util';
import { didYouMean } from '../nearest.js';

/** A flag of a command. */
export interface Flag {
  /** With its dashes: `--base-url`. */
  readonly flag: string;
  readonly isSwitch?: true;
  readonly isList?: true;
}

/**
 * The values of the flags in `argv` by flag, and what is wrong with the rest. Values are never quoted in a problem: one
 * that follows an unknown flag may be a token.
 */
export function readFlags<Name extends string>(
  argv: readonly string[],
  flags: readonly (Flag & { readonly name: Name })[],
): { readonly values: Partial<Record<Name, string>>; readonly problems: readonly string[] } {
  // Not `strict`: its errors name no nearest flag, and it keeps the last of two values without a word.
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      flags.map(({ flag, isSwitch }) => [flag.slice(2), { type: isSwitch ? 'boolean' : 'string' } as const]),
    ),
  });
  const names = flags.map(({ flag }) => flag);
  const values: Partial<Record<Name, string>> = {};
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push('Unexpected argument after the command.');
    if (token.kind !== 'option') continue;
    const known = flags.find(({ flag }) => flag === token.rawName);
    if (!known) {
      problems.push(`Unknown flag ${token.rawName}.${didYouMean(token.rawName, names)}`);
      break;
    }
    const value = token.value ?? (known.isSwitch ? 'true' : '');
    const earlier = values[known.name];
    // A negative number is a wrong value, not the next flag.
    if (value === '' || (!token.inlineValue && /^-(?!\d)/.test(value))) {
      problems.push(`${known.flag} needs a value.`);
    } else if (earlier === undefined || earlier === value) {
      values[known.name] = value;
    } else if (known.isList) {
      values[known.name] = `${earlier},${value}`;
    } else {
      problems.push(`${known.flag} is given twice, with different values.`);
    }
  }
  return { values, problems };
}
