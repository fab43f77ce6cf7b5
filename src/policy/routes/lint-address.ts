import type { Problem } from '../problem.js';
import { parseAddress } from './address.js';
import type { Lint } from './lint.js';

const FROM_SCHEMES = ['http', 'https', 'tcp+https', 'tcp+http', 'udp+https', 'udp+http', 'ssh'];
const TO_SCHEMES = ['http', 'https', 'h2c', 'tcp', 'udp', 'ssh', 'unix', 'https+unix'];

/** What is wrong with `from` (ROUTES 2.1). */
export const lintFrom: Lint = ({ from = '' }) => {
  const problem = (code: string, message: string, fix: string, severity: Problem['severity'] = 'error') => [
    { code, severity, place: 'from', message, fix },
  ];
  const address = parseAddress(from);
  if (!address)
    return problem('from-without-scheme', 'url does not contain a valid scheme', 'Begin from with https://.');
  const { scheme, host, path } = address;
  if (host === '')
    return problem(
      'from-without-host',
      'url does not contain a valid hostname',
      'Name the host: https://app.example.com.',
    );
  if (!FROM_SCHEMES.includes(scheme))
    return problem(
      'from-scheme',
      `The proxy takes no visitors by ${scheme}.`,
      'Use https, tcp+https, udp+https or ssh.',
      'warning',
    );
  if (/^https?$/.test(scheme) && path !== '' && path !== '/')
    return problem(
      'from-path',
      'url contains a path, but it should be set using the path field instead',
      `Take ${path} out of from; put it into path (exactly this) or prefix (all that begins so).`,
    );
  if (scheme === 'http')
    return problem('from-http', 'The proxy only listens for https.', 'Write from with https://.', 'warning');
  return [];
};

/** What is wrong with `to`, or with there being none (ROUTES 2.1). */
export const lintTo: Lint = ({ to = [], redirect, response, from = '' }) => {
  const problem = (code: string, message: string, fix: string, place = 'to'): Problem => ({
    code,
    severity: 'error',
    place,
    message,
    fix,
  });
  const isRedirect = redirect !== undefined && Object.keys(redirect).length > 0;
  if (to.length === 0) {
    if (isRedirect || response) return [];
    const fix = 'Say where requests go: to, or redirect, or response. An empty redirect counts as none.';
    return [problem('no-destination', 'policy should have either to or redirect or response defined', fix, '')];
  }
  const targets = to.map((text) => parseAddress(text.replace(/,\d+$/, '')));
  const broken = targets.flatMap((target, index) => {
    const place = `to[${index}]`;
    if (!target || !TO_SCHEMES.includes(target.scheme))
      return [
        problem('to-scheme', 'url scheme must be provided', `Begin it with one of ${TO_SCHEMES.join(', ')}.`, place),
      ];
    if (target.host === '' && !isUnix(target.scheme))
      return [problem('to-without-host', 'endpoint hostname must be specified', 'Name the upstream host.', place)];
    return [];
  });
  if (broken.length > 0) return broken;

  const schemes = new Set(targets.flatMap((target) => target?.scheme ?? []));
  const mixed = [...schemes].flatMap((scheme) =>
    isUnix(scheme) ? ['unix'] : ['tcp', 'udp'].filter((one) => one === scheme),
  );
  const weights = to.map((text) => /,(\d+)$/.exec(text)?.[1]);
  const isSsh = from.startsWith('ssh://');
  return [
    ...(schemes.size > 1 && mixed[0] !== undefined
      ? [problem('to-mixed', `cannot mix ${mixed[0]} and non-${mixed[0]} To URLs`, 'Use upstreams of one kind.')]
      : []),
    ...(weights.some((weight) => weight !== undefined) && weights.some((weight) => !Number(weight))
      ? [
          problem(
            'to-weights',
            'either no weights should be provided, or all endpoints must have non-zero weight specified',
            'Give every upstream a weight above zero (https://app1,70), or none.',
          ),
        ]
      : []),
    ...(isSsh && to.length > 1
      ? [problem('ssh-several-to', "only one 'to' entry allowed for ssh routes", 'Keep one upstream.')]
      : []),
    ...(isSsh && !schemes.has('ssh')
      ? [problem('ssh-to-scheme', "'to' route url must have ssh scheme", 'Write the upstream as ssh://host:22.')]
      : []),
  ];
};

function isUnix(scheme: string): boolean {
  return scheme === 'unix' || scheme === 'https+unix';
}
