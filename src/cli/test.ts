import { ConfigError } from '../config.js';
import { printable } from '../log.js';
import { didYouMean } from '../nearest.js';
import { hasRules } from '../rails/rules.js';
import { type Context, lookAt, readLook, runLook } from './look.js';

const own = [{ name: 'state', flag: '--state' }] as const;

const STATES = ['saved', 'live'] as const;

/**
 * `zero-mcp test`: runs the operator's invariants and policy tests on what is saved, or with `--state live` on what runs.
 *
 * @returns the exit code: 0; 1 when one fails; 2 when it couldn't look, or there are none
 */
export async function runTestCommand(argv: readonly string[], context: Context): Promise<0 | 1 | 2> {
  return runLook('test', context, async (keychain) => {
    const { values, config } = await readLook(argv, context.env, own);
    const { state = 'saved' } = values;
    if (!STATES.some((known) => known === state))
      throw new ConfigError([`--state: expected one of ${STATES.join(', ')}.${didYouMean(state, STATES)}`]);
    const { rules } = config;
    if (!hasRules(rules))
      throw new ConfigError(['There is nothing to test: name a file that has invariants or tests with --rules.']);
    const [{ standing, standingLines, STANDING_PARTS }, { readSnapshot }, { liveSnapshot }] = await Promise.all([
      import('../rails/standing.js'),
      import('../audit/read-snapshot.js'),
      import('../audit/live.js'),
    ]);
    return lookAt(config, keychain, async (place, sources) => {
      const isLive = state === 'live';
      const parts = isLive ? [...STANDING_PARTS, 'settings' as const, 'activity' as const] : STANDING_PARTS;
      const saved = await readSnapshot({ ...place, parts }, sources);
      const { snapshot, incomplete } = isLive ? liveSnapshot(saved) : { snapshot: saved, incomplete: [] };
      const result = standing(snapshot, rules);
      const lines = [...incomplete.map((doubt) => `In doubt: ${doubt}`), ...standingLines(result)];
      return { text: lines.map((line) => `${printable(line)}\n`).join(''), code: result.failed > 0 ? 1 : 0 };
    });
  });
}
