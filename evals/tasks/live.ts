import { changedOnly, routeIn, sameBut, yesTo } from '../claims.js';
import type { Ending, Task } from '../task.js';

/** The row of a table that has this value in this field. */
function rowWith(table: Readonly<Record<string, object>>, field: string, value: string): unknown {
  return Object.values(table).find((row) => Object.entries(row).some(([name, is]) => name === field && is === value));
}

function count(table: object): number {
  return Object.keys(table).length;
}

const stagingIsAsBefore = ({ before, after }: Ending, ...names: readonly string[]) =>
  sameBut(before.staging.saved, after.staging.saved, ...names);

/** Changes that take effect at once: a person sees them first, and says yes to what was wanted. */
export const live: readonly Task[] = [
  {
    id: 'release',
    prompt: 'Put what is pending on production live. Priya and Tomás know.',
    approves: yesTo(/^apply_changeset$/, 'Carrier API', 'Grafana', 'Platform shell'),
    claims: ({ before, after }) => ({
      'the new route runs': routeIn(after.production.live, 'Carrier API') !== undefined,
      'so do the edits': routeIn(after.production.live, 'Grafana')?.idleTimeout === '15m',
      'exactly what waited went live': sameBut(before.production.saved, after.production.live),
    }),
  },
  {
    id: 'mail-catcher-moved',
    prompt: 'The mail catcher of staging has moved to http://mailpit-2:8025. Point its route there.',
    approves: yesTo(/^(update|patch)_route$/, 'Mail catcher'),
    claims: (ending) => {
      const [was, is] = [ending.before, ending.after].map(({ staging }) => routeIn(staging.live, 'Mail catcher'));
      return {
        'its route leads there': /^http:\/\/mailpit-2:8025\/?$/.test(String(is?.to)),
        'no other field changed': changedOnly(was, is, 'to'),
        'no other route changed': stagingIsAsBefore(ending, 'Mail catcher'),
      };
    },
  },
  {
    id: 'debugging-done',
    prompt: 'Tomás is done with debugging the upload problem: remove the temporary proxy admin route from staging.',
    approves: yesTo(/^delete_route$/, 'Proxy admin (temporary)'),
    claims: (ending) => ({
      'it is gone': routeIn(ending.after.staging.live, 'Proxy admin (temporary)') === undefined,
      'no other route changed': stagingIsAsBefore(ending, 'Proxy admin (temporary)'),
    }),
  },
  {
    id: 'invite-nora',
    prompt: 'Invite nora.lie@tidewrack.example to our organization. She only has to look, as an auditor.',
    approves: ({ operation }) => operation === 'create_organization_invite',
    claims: ({ before, after }) => {
      const invite = rowWith(after.state.invitations, 'email', 'nora.lie@tidewrack.example');
      return {
        'she is invited as auditor': Object(invite).role === 'auditor',
        'nobody else is': count(after.state.invitations) === count(before.state.invitations) + 1,
      };
    },
  },
  {
    id: 'dario-leaves',
    prompt: 'Dario Conti of Bellwether has left the project. Take him out of the organization.',
    approves: ({ operation }) => operation === 'remove_user_from_organization',
    claims: ({ before, after }) => {
      const dario = Object(rowWith(before.state.users, 'email', 'dario.conti@bellwether.example'));
      return {
        'he is out': rowWith(after.state.memberships, 'userId', dario.id) === undefined,
        'everybody else is still in': count(after.state.memberships) === count(before.state.memberships) - 1,
      };
    },
  },
  {
    id: 'old-label-printer',
    prompt: 'The service account of the old label printer bridge on production is no longer needed. Delete it.',
    approves: ({ operation }) => operation === 'delete_service_account',
    claims: ({ before, after }) => ({
      'it is gone': rowWith(after.state.serviceAccounts, 'description', 'Old label printer bridge') === undefined,
      'the others are there': count(after.state.serviceAccounts) === count(before.state.serviceAccounts) - 1,
    }),
  },
  {
    id: 'staging-cookies',
    prompt: 'Scripts can read the session cookie of staging. Make it HttpOnly again.',
    approves: ({ operation, clusters }) =>
      /^(update|patch)_settings$/.test(operation) && clusters.every(({ name }) => name.includes('staging')),
    claims: (ending) => {
      const [was, is] = [ending.before, ending.after].map(({ staging }) => staging.live.settings);
      return {
        'the cookie is HttpOnly': is?.cookieHttpOnly !== false,
        'no other setting changed': changedOnly(was, is, 'cookieHttpOnly'),
        'no route changed': stagingIsAsBefore(ending),
      };
    },
  },
];
