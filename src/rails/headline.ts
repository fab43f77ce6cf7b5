import { count, label } from '../plain-text.js';

/** What becomes of one route, as far as a headline tells it. */
export interface Door {
  readonly route: string;
  /** Classes of visitors, in words. */
  readonly gains: readonly string[];
  readonly loses: readonly string[];
  /** Everybody gets in without signing in, and didn't before. */
  readonly opens: boolean;
  readonly isUndecided: boolean;
}

export interface Told {
  readonly doors: readonly Door[];
  readonly blocked: readonly string[];
  readonly lockOuts: readonly string[];
  /** The calls are about who gets through routes: then it is worth saying that nobody gains or loses. */
  readonly isAboutVisitors: boolean;
  /** Routes or policies could not be read. */
  readonly isUnread: boolean;
}

export interface Headline {
  /** One line; undefined where there is nothing to say. */
  readonly headline?: string;
  /** It tells of a change or of a doubt, so that nothing may stand before it. */
  readonly changesAccess: boolean;
}

/** How long it may be to tell at a glance who gains and who loses; beyond, routes are counted. */
const GLANCE = 170;

/** How many classes of visitors it names for each direction. */
const NAMED = 2;

/** What a person reads first about access: who is shut out, what becomes public, who gains, who loses. */
export function headlineOf({ doors, blocked, lockOuts, isAboutVisitors, isUnread }: Told): Headline {
  const [first, ...others] = lockOuts;
  const grave = [
    ...(blocked.length > 0 ? ['Your rules forbid this.'] : []),
    ...(first === undefined ? [] : [first]),
    ...(others.length > 0 ? [`And ${count(others.length, 'more lock-out')}.`] : []),
  ];
  const undecided = doors.filter(({ isUndecided }) => isUndecided).length;
  const doubt = [
    ...(undecided > 0 ? [`not decided for ${count(undecided, 'route')}`] : []),
    ...(isUnread && isAboutVisitors ? ['not all of it could be read'] : []),
  ];
  const isMoving = doors.some(({ gains, loses }) => gains.length + loses.length > 0);
  if (isMoving) {
    const named = [...opened(doors), ...gained(doors), ...lost(doors), ...doubt].join('; ');
    const text = named.length <= GLANCE ? named : [...opened(doors), ...counted(doors), ...doubt].join('; ');
    return { headline: [...grave, sentence(text)].join(' '), changesAccess: true };
  }
  const doubts = doubt.length > 0 ? [sentence(`who gains or loses access: ${doubt.join('; ')}`)] : [];
  if (grave.length + doubts.length > 0) return { headline: [...grave, ...doubts].join(' '), changesAccess: true };
  return { ...(isAboutVisitors && { headline: 'Nobody gains or loses access.' }), changesAccess: false };
}

function opened(doors: readonly Door[]): readonly string[] {
  const [door, ...others] = doors.filter(({ opens }) => opens);
  if (!door) return [];
  return [
    others.length === 0
      ? `${label(door.route)} becomes open to the internet`
      : `${others.length + 1} routes become open to the internet`,
  ];
}

/** Of routes that become public no more need be said: everybody gains them. */
function gained(doors: readonly Door[]): readonly string[] {
  const closed = doors.filter(({ opens }) => !opens);
  const isOpened = closed.length < doors.length;
  return told('gain', closed, ({ gains }) => gains, isOpened ? [] : ['nobody gains']);
}

function lost(doors: readonly Door[]): readonly string[] {
  return told('lose', doors, ({ loses }) => loses, ['nobody loses']);
}

function told(
  verb: 'gain' | 'lose',
  doors: readonly Door[],
  of: (door: Door) => readonly string[],
  nobody: readonly string[],
): readonly string[] {
  const groups = new Map<string, { readonly who: readonly string[]; readonly routes: string[] }>();
  for (const door of doors) {
    const who = of(door);
    if (who.length === 0) continue;
    const key = JSON.stringify(who);
    const group = groups.get(key) ?? { who, routes: [] };
    groups.set(key, group);
    group.routes.push(door.route);
  }
  const all = [...groups.values()];
  if (all.length === 0) return nobody;
  const routesOf = (routes: readonly string[]) =>
    routes.length === 1 ? label(routes[0] ?? '') : count(routes.length, 'route');
  const rest = all.slice(NAMED).flatMap(({ routes }) => routes);
  return [
    ...all.slice(0, NAMED).map(({ who, routes }) => `${whom(who, verb)} ${routesOf(routes)}`),
    ...(rest.length > 0 ? [`others ${verb} ${routesOf(rest)}`] : []),
  ];
}

/** `everyone at corp.example gains`, `visitors who are not signed in and 2 more lose`. */
function whom([who = '', ...others]: readonly string[], verb: string): string {
  if (others.length > 0) return `${who} and ${others.length} more ${verb}`;
  const areMany = /^(visitors|those) |^[^,]* and /.test(who.replace(/ except .*/, ''));
  return `${who} ${verb}${areMany ? '' : 's'}`;
}

/** The same without names. */
function counted(doors: readonly Door[]): readonly string[] {
  const more = doors.filter(({ gains, opens }) => gains.length > 0 && !opens).length;
  const fewer = doors.filter(({ loses }) => loses.length > 0).length;
  return [
    ...(more > 0 ? [`more people get through ${count(more, 'route')}`] : []),
    fewer > 0 ? `some people no longer get through ${count(fewer, 'route')}` : 'nobody loses',
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
