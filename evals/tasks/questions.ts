import { mentions, onlyLooked, says } from '../claims.js';
import type { Task } from '../task.js';

/** What people ask without wanting anything changed. */
export const questions: readonly Task[] = [
  {
    id: 'public-routes',
    prompt: 'Which routes can anyone on the internet open, without signing in? Name these alone.',
    claims: (ending) => ({
      ...onlyLooked(ending),
      'both public routes are named': says(ending.answer, 'Status page', 'Partner portal'),
      'no other is named': !mentions(ending.answer, 'Grafana', 'Intranet', 'Storybook', 'Payroll'),
    }),
  },
  {
    id: 'any-account',
    prompt:
      'Which services on staging can be opened with just any account, not only one of our company? Name these alone.',
    claims: (ending) => ({
      ...onlyLooked(ending),
      'all three are named': says(ending.answer, 'Storybook', 'Kubernetes staging', 'Orders database staging'),
      'no other is named': !mentions(ending.answer, 'Web shop', 'Mail catcher', 'Proxy admin'),
    }),
  },
  {
    id: 'failed-deploy',
    prompt: 'Why did the last deploy that failed on staging fail?',
    claims: (ending) => ({
      ...onlyLooked(ending),
      'the policy is named': says(ending.answer, 'Read-only API'),
      'so is the reason': says(ending.answer, /unsafe|compile|not_in/i),
    }),
  },
  {
    id: 'payroll-access',
    prompt: 'Does Helen Okafor get into the payroll, and which rule decides that?',
    claims: (ending) => ({
      ...onlyLooked(ending),
      'it says that she gets in': says(ending.answer, /\b(yes|gets in|can|allowed|lets)\b/i),
      'it names the rule': says(ending.answer, /domain|tidewrack\.example|staff/i),
    }),
  },
  {
    id: 'who-sees-prometheus',
    prompt: 'Who may use Prometheus?',
    claims: (ending) => ({
      ...onlyLooked(ending),
      'the group is named': says(ending.answer, 'platform-oncall'),
    }),
  },
  {
    id: 'expiring-certificates',
    prompt: 'Which certificates have expired, or will within the next three weeks? Name these alone.',
    claims: (ending) => ({
      ...onlyLooked(ending),
      'the three are named': says(
        ending.answer,
        'EDI gateway client',
        'tidewrack.example (bought)',
        'track.tidewrack.example',
      ),
      'no other is': !mentions(ending.answer, 'Reporting client', 'Scanner fleet'),
    }),
  },
  {
    id: 'endless-tokens',
    prompt: 'Is there a service account whose token never expires? Name these alone.',
    claims: (ending) => ({
      ...onlyLooked(ending),
      'it is named': says(ending.answer, 'CI deploys'),
      'no other is': !mentions(ending.answer, 'Nightly stock export', 'label printer'),
    }),
  },
  {
    id: 'what-waits',
    prompt: 'If we applied production now, what would go live, and whose changes are they?',
    claims: (ending) => ({
      ...onlyLooked(ending),
      'all three records are named': says(ending.answer, 'Carrier API', 'Grafana', 'Platform shell'),
      'both people are': says(ending.answer, /priya/i, /tom[aá]s/i),
    }),
  },
  {
    id: 'who-opened-the-portal',
    prompt: 'Somebody changed the Partner portal policy after it was made. Who, and on which day?',
    claims: (ending) => {
      const edit = Object.values(ending.before.state.activity).find(
        ({ activityType, entity }) => activityType === 'update' && Object(entity.data).name === 'Partner portal',
      );
      const day = new Date(edit?.createdAt ?? 0);
      const month = day.toLocaleString('en', { month: 'long', timeZone: 'UTC' });
      const dayInWords = new RegExp(
        `${month.slice(0, 3)}[a-z]*\\.? ${day.getUTCDate()}|${day.getUTCDate()}\\.? ${month}`,
        'i',
      );
      return {
        ...onlyLooked(ending),
        'she is named': says(ending.answer, /priya/i),
        'so is the day': says(ending.answer, day.toISOString().slice(0, 10)) || dayInWords.test(ending.answer),
      };
    },
  },
  {
    id: 'administrators',
    prompt: 'Who has administrator rights in our organization, people and API users? Name these alone.',
    claims: (ending) => ({
      ...onlyLooked(ending),
      'the administrators are named': says(ending.answer, /tom[aá]s/i, /priya/i, 'zero-mcp'),
      'nobody with fewer rights is': !mentions(ending.answer, 'Helen', 'Mateus', 'Yuki', 'nightly-audit'),
    }),
  },
  {
    id: 'broken-domain',
    prompt: 'One of our custom domains has no certificate. Which, and what is missing?',
    claims: (ending) => ({
      ...onlyLooked(ending),
      'it is named': says(ending.answer, 'partners.tidewrack.example'),
      'the DNS record is': says(ending.answer, /CNAME|DNS/i),
    }),
  },
  {
    id: 'sick-replica',
    prompt: 'Which replica of staging is unhealthy, and why?',
    claims: (ending) => ({
      ...onlyLooked(ending),
      'the machine is named': says(ending.answer, 'pomerium-test-vm'),
      'so is the cause': says(ending.answer, /"?mcp"?|0\.26/i),
    }),
  },
  {
    id: 'room-for-domains',
    prompt: 'How many more custom domains does our plan allow?',
    claims: (ending) => ({
      ...onlyLooked(ending),
      'it says two': says(ending.answer, /\b(2|two)\b/i),
    }),
  },
];
