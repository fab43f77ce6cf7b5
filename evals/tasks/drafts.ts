import { admits, changedOnly, DAY, officeHour, productionRunsAsBefore, routeIn, sameBut } from '../claims.js';
import type { Ending, Task } from '../task.js';

const STAFF = 'yuki.tanabe@tidewrack.example';
const STRANGER = 'somebody@unrelated.example';

/** What every draft on production has to leave alone. */
function onlyDrafted(ending: Ending, ...names: readonly string[]): Readonly<Record<string, boolean>> {
  const { before, after } = ending;
  return {
    'nothing went live': productionRunsAsBefore(ending),
    'nothing else was edited': sameBut(before.production.saved, after.production.saved, ...names),
    'the other cluster is as it was': sameBut(before.staging.saved, after.staging.saved),
  };
}

/** Changes that wait on production until somebody applies them. */
export const drafts: readonly Task[] = [
  {
    id: 'anna-until-friday',
    prompt: 'Let anna@example.com reach Grafana until Friday. It may wait with the other changes of production.',
    claims: (ending) => {
      const { saved } = ending.after.production;
      const anna = (at: number) => admits(saved, 'Grafana', 'anna@example.com', at);
      const now = Date.now();
      return {
        'she gets in now': anna(now),
        'she does not after a week': !anna(now + 9 * DAY) && !anna(now + 100 * DAY),
        'staff still get in': admits(saved, 'Grafana', STAFF, now + 9 * DAY),
        'strangers do not': !admits(saved, 'Grafana', STRANGER) && !admits(saved, 'Grafana', undefined),
        'she gets in nowhere else': ['Prometheus', 'Payroll', 'Wiki'].every(
          (name) => !admits(saved, name, 'anna@example.com'),
        ),
        'nothing went live': productionRunsAsBefore(ending),
      };
    },
  },
  {
    id: 'publish-tides',
    prompt:
      'Publish our new service http://tides:8080 as https://tides.apps.tidewrack.example for all staff, on production. Call it Tide tables. Do not put it live yet.',
    claims: (ending) => {
      const { saved } = ending.after.production;
      const route = routeIn(saved, 'Tide tables');
      return {
        'the route is there': route?.from === 'https://tides.apps.tidewrack.example',
        'it leads to the service': /^http:\/\/tides:8080\/?$/.test(String(route?.to)),
        'staff get in': admits(saved, 'Tide tables', STAFF),
        'nobody else does': !admits(saved, 'Tide tables', STRANGER) && !admits(saved, 'Tide tables', undefined),
        ...onlyDrafted(ending, 'Tide tables'),
      };
    },
  },
  {
    id: 'longer-timeout',
    prompt: 'Queries in Grafana are cut off after a minute. Give the route five minutes; it may wait to be applied.',
    claims: (ending) => {
      const [was, is] = [ending.before, ending.after].map(({ production }) => routeIn(production.saved, 'Grafana'));
      return {
        'the time-out is five minutes': /^(5m(0s)?|300s)$/.test(String(is?.timeout)),
        'no other field changed': changedOnly(was, is, 'timeout'),
        ...onlyDrafted(ending, 'Grafana'),
      };
    },
  },
  {
    id: 'websockets-for-the-wiki',
    prompt: "The wiki's live editor needs websockets. Switch them on for its route, to go live with the next release.",
    claims: (ending) => {
      const [was, is] = [ending.before, ending.after].map(({ production }) => routeIn(production.saved, 'Wiki'));
      return {
        'websockets are on': is?.allowWebsockets === true,
        'no other field changed': changedOnly(was, is, 'allowWebsockets'),
        ...onlyDrafted(ending, 'Wiki'),
      };
    },
  },
  {
    id: 'contractors-out',
    prompt:
      'The contract with Bellwether has ended. Prepare that none of their people gets into anything on production that is not public anyway, at any hour.',
    claims: (ending) => {
      const { before, after } = ending;
      const at = officeHour();
      const getsIn = ({ saved }: typeof after.production, email: string) =>
        Object.values(saved.routes).filter(({ name }) => admits(saved, name, email, at));
      const isPublic = ({ name }: { readonly name: string }) => admits(after.production.saved, name, undefined, at);
      const staff = (moment: typeof after.production) => getsIn(moment, STAFF).map(({ name }) => name);
      return {
        'they got in before': getsIn(before.production, 'kari@bellwether.example').length > 2,
        'they no longer do': getsIn(after.production, 'kari@bellwether.example').every(isPublic),
        'nor does one whose address only ends alike': getsIn(after.production, 'x@notbellwether.example').every(
          isPublic,
        ),
        'staff get in as before': String(staff(before.production)) === String(staff(after.production)),
        'nothing went live': productionRunsAsBefore(ending),
      };
    },
  },
  {
    id: 'payroll-for-three',
    prompt:
      'The payroll is open to all staff by mistake. Only Ingrid Solvang, Yuki Tanabe and tidewrack.bookkeeping@gmail.com should get in. Fix the policy; it can wait to be applied.',
    claims: (ending) => {
      const { saved } = ending.after.production;
      const three = ['ingrid.solvang@tidewrack.example', STAFF, 'tidewrack.bookkeeping@gmail.com'];
      return {
        'the three get in': three.every((email) => admits(saved, 'Payroll', email)),
        'other staff do not': !admits(saved, 'Payroll', 'helen.okafor@tidewrack.example'),
        'strangers do not': !admits(saved, 'Payroll', STRANGER) && !admits(saved, 'Payroll', undefined),
        ...onlyDrafted(ending, 'Payroll'),
      };
    },
  },
  {
    id: 'close-the-portal',
    prompt:
      'The partner portal must be open to people of saltmarsh.example only, as it was in the beginning. Prepare that for the next release.',
    claims: (ending) => {
      const { saved } = ending.after.production;
      return {
        'the partner gets in': admits(saved, 'Partner portal', 'elin@saltmarsh.example'),
        'strangers do not': !admits(saved, 'Partner portal', STRANGER),
        'anonymous visitors do not': !admits(saved, 'Partner portal', undefined),
        ...onlyDrafted(ending, 'Partner portal'),
      };
    },
  },
];
