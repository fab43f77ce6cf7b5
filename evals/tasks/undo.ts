import { changedOnly, productionRunsAsBefore, routeIn, sameBut, yesTo } from '../claims.js';
import type { Scene, Task } from '../task.js';

/** Edits some fields of a route or policy as a person would in the console. */
export function edit(
  { sandbox, idOf }: Scene,
  by: string,
  name: string,
  kind: 'route' | 'policy',
  fields: object,
): void {
  const id = idOf(kind === 'route' ? 'routes' : 'policies', name);
  const patch = Object.entries(fields).map(([field, value]) => ({ op: 'add', path: `/${field}`, value }));
  sandbox.as(by)(`patch_${kind}`, { [`${kind}Id`]: id, patch });
}

export const PRIYA = 'priya.raman@tidewrack.example';
export const TOMAS = 'tomas.beltran@tidewrack.example';

/** Taking back what others did. */
export const undo: readonly Task[] = [
  {
    id: 'undo-this-morning',
    prompt:
      'Undo what Priya did on production within the last hours, but nothing that she or others did before today. It is not live yet and need not be.',
    prepare(scene) {
      edit(scene, PRIYA, 'Wiki', 'route', { to: ['http://wiki-next:8080'], description: 'Owner: nobody.' });
      edit(scene, PRIYA, 'Intranet', 'route', { timeout: '1s' });
    },
    claims: (ending) => {
      const { saved } = ending.after.production;
      const { live } = ending.before.production;
      return {
        'the wiki is as it was': changedOnly(routeIn(live, 'Wiki'), routeIn(saved, 'Wiki')),
        'so is the intranet': changedOnly(routeIn(live, 'Intranet'), routeIn(saved, 'Intranet')),
        'what waited before still waits': sameBut(ending.before.production.saved, saved, 'Wiki', 'Intranet'),
        'nothing went live': productionRunsAsBefore(ending),
      };
    },
  },
  {
    id: 'bring-back-the-wiki',
    prompt: "Priya deleted the wiki's route by mistake; it has not gone live. Bring it back exactly as it was.",
    prepare({ sandbox, idOf }) {
      sandbox.as(PRIYA)('delete_route', { routeId: idOf('routes', 'Wiki') });
    },
    claims: (ending) => {
      const { saved } = ending.after.production;
      const { live } = ending.before.production;
      return {
        'it is back, field by field': changedOnly(routeIn(live, 'Wiki'), routeIn(saved, 'Wiki'), 'id', 'createdAt'),
        'nothing else was edited': sameBut(ending.before.production.saved, saved, 'Wiki'),
        'nothing went live': productionRunsAsBefore(ending),
      };
    },
  },
  {
    id: 'undo-a-deploy',
    prompt: 'The last deploy of staging, by Tomás, broke Storybook. Put staging back as it was before it.',
    prepare: (scene) => edit(scene, TOMAS, 'Storybook', 'route', { to: ['http://storybook-v9:6006'], timeout: '5s' }),
    approves: yesTo(/^(rollback|(update|patch)_route)$/, 'Storybook'),
    claims: ({ before, after }) => {
      const is = routeIn(after.staging.live, 'Storybook');
      return {
        'the old address runs': String(is?.to) === 'http://storybook:6006',
        'so does the old time-out': is?.timeout === '30s',
        'no other route changed': sameBut(before.staging.live, after.staging.live, 'Storybook'),
      };
    },
  },
];
