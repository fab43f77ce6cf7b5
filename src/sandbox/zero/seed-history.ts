import { addDomain } from './custom-domains.js';
import { routeSwitches } from './route-switches.js';
import {
  addCertifiedDomain,
  addExpiringAccount,
  renewDomain,
  renewStarter,
  updateSettings,
  uploadCertificate,
} from './seed-deeds.js';
import { applyProduction, create, type Deed, idsOf, remove, update } from './seed-scene.js';
import { addServiceAccount } from './service-accounts.js';

/** What happened besides the making of the routes and policies that are still there. */
export const history: readonly Deed[] = [
  {
    at: [76, 8.1],
    by: 'tomas',
    does: (scene) =>
      uploadCertificate(scene, { name: 'Tidewrack internal CA', kind: 'ca', from: -900, to: 2750, withKey: false }),
  },
  {
    at: [64, 9.4],
    by: 'priya',
    does: (scene) => uploadCertificate(scene, { name: 'EDI gateway client', kind: 'clientAuth', from: -368, to: -3 }),
  },
  {
    at: [48, 10.2],
    by: 'tomas',
    does: (scene) =>
      uploadCertificate(scene, { name: 'Reporting client', kind: 'clientAuth', from: -48, to: 317, withKey: false }),
  },
  {
    at: [47, 8.3],
    by: 'priya',
    does: (scene) =>
      uploadCertificate(scene, {
        name: 'tidewrack.example (bought)',
        kind: 'serverAuth',
        from: -353,
        to: 12,
        dnsNames: ['tidewrack.example', '*.tidewrack.example'],
      }),
  },
  {
    at: [36, 8.6],
    by: 'tomas',
    does: (scene) => uploadCertificate(scene, { name: 'Scanner fleet CA', kind: 'ca', from: -36, to: 1789 }),
  },
  { at: [74, 10.5], by: 'priya', does: (scene) => addCertifiedDomain(scene, 'track.tidewrack.example') },
  { at: [72, 8.5], by: 'priya', does: (scene) => addCertifiedDomain(scene, '*.apps.tidewrack.example') },
  {
    at: [48, 14.4],
    by: 'priya',
    does: ({ call, production }) => {
      const row = addDomain(call, production.id, 'partners.tidewrack.example');
      row.lastError = `no CNAME record for ${row.domainName} points at ${production.fqdn}`;
    },
  },
  {
    at: [69, 9],
    by: 'tomas',
    does: ({ call, production }) =>
      addServiceAccount(call, production.id, { description: 'CI deploys', userId: 'svc-ci-deploys' }),
  },
  {
    at: [65, 9.2],
    by: 'priya',
    does: (scene) =>
      addExpiringAccount(scene, 'production', {
        description: 'Old label printer bridge',
        userId: 'svc-label-printer',
        expires: -12,
      }),
  },
  {
    at: [35, 13.1],
    by: 'priya',
    does: (scene) =>
      addExpiringAccount(scene, 'production', {
        description: 'Nightly stock export',
        userId: 'svc-stock-export',
        expires: 45,
      }),
  },
  {
    at: [28, 15.5],
    by: 'tomas',
    does: (scene) =>
      addExpiringAccount(scene, 'staging', {
        description: 'Playwright smoke tests, as me for now',
        userId: 'tomas.beltran@tidewrack.example',
        expires: 30,
      }),
  },

  // Guard rails and routes that are gone.
  {
    at: [60, 10.7],
    by: 'ingrid',
    does: (scene) =>
      create(scene, 'policy', {
        namespaceId: scene.production.id,
        name: 'Blocked networks (incident)',
        enforced: true,
        ppl: { deny: { or: [{ source_ip: ['198.51.100.0/24', '2001:db8:77::/48'] }] } },
        description: 'Credential stuffing of last Sunday came from here.',
        explanation: 'Requests from this network are not accepted.',
        remediation: 'Use another network.',
      }),
  },
  { at: [18, 14.9], by: 'tomas', does: (scene) => remove(scene, 'policy', 'Blocked networks (incident)') },
  {
    at: [73, 13.8],
    by: 'tomas',
    does: (scene) =>
      create(scene, 'route', {
        ...routeSwitches,
        namespaceId: scene.production.id,
        name: 'Legacy file drop',
        description: 'For the last customer without EDI.',
        from: `https://files.${scene.production.fqdn}`,
        to: ['http://filedrop:8080'],
        policyIds: idsOf(scene, 'policy', ['Company staff']),
      }),
  },
  { at: [25, 9.3], by: 'priya', does: (scene) => remove(scene, 'route', 'Legacy file drop') },

  // Edits.
  {
    at: [50, 9.6],
    by: 'tomas',
    does: (scene) =>
      update(scene, 'route', 'Grafana', { description: 'Dashboards. Owner: platform. Ask before embedding.' }),
  },
  { at: [33, 16.2], by: 'priya', does: (scene) => updateSettings(scene, 'production', { timeoutRead: '0s' }) },
  { at: [30, 13.7], by: 'tomas', does: (scene) => updateSettings(scene, 'staging', { cookieHttpOnly: false }) },
  {
    at: [21, 11.4],
    by: 'priya',
    does: (scene) =>
      update(scene, 'policy', 'Partner portal', {
        ppl: { allow: { and: [{ email: { not: 'lars@fjordcold.example' } }] } },
        description: 'All partners but Lars, who left Fjord Cold on bad terms.',
      }),
  },

  // A read-only rule that doesn't compile: its changeset fails, and is taken back the same morning.
  {
    at: [9, 9.4],
    by: 'priya',
    does: (scene) =>
      create(scene, 'policy', {
        namespaceId: scene.staging.id,
        name: 'Read-only API',
        enforced: false,
        ppl: { deny: { or: [{ http_method: { not_in: ['GET', 'HEAD'] } }] } },
        description: 'Experiment: no writes to the shop API from the browser.',
        explanation: 'The API is read-only for now.',
        remediation: 'Use the admin tool.',
      }),
  },
  {
    at: [9, 9.6],
    by: 'priya',
    does: (scene) =>
      update(scene, 'route', 'Shop API', { policyIds: idsOf(scene, 'policy', ['Company staff', 'Read-only API']) }),
  },
  {
    at: [9, 10.1],
    by: 'priya',
    does: (scene) => update(scene, 'route', 'Shop API', { policyIds: idsOf(scene, 'policy', ['Company staff']) }),
  },
  { at: [9, 10.2], by: 'priya', does: (scene) => remove(scene, 'policy', 'Read-only API') },

  // The service renews certificates after 60 days; that of track.tidewrack.example it has missed.
  { at: [20, 2.4], by: 'system', does: (scene) => renewStarter(scene, 'production') },
  { at: [18, 2.4], by: 'system', does: (scene) => renewStarter(scene, 'staging') },
  { at: [12, 2.4], by: 'system', does: (scene) => renewDomain(scene, '*.apps.tidewrack.example') },

  // Production waits for somebody to apply.
  { at: [75, 14.5], by: 'priya', does: applyProduction },
  { at: [71, 15.3], by: 'tomas', does: applyProduction },
  { at: [62, 9.1], by: 'tomas', does: applyProduction },
  { at: [53, 13], by: 'ingrid', does: applyProduction },
  { at: [40, 10], by: 'tomas', does: applyProduction },
  { at: [32, 9.5], by: 'tomas', does: applyProduction },
  { at: [19, 14.3], by: 'tomas', does: applyProduction },
  { at: [17, 9.2], by: 'priya', does: applyProduction },

  // What is pending there, by two people.
  {
    at: [1, 9.3],
    by: 'priya',
    does: (scene) =>
      create(scene, 'route', {
        ...routeSwitches,
        namespaceId: scene.production.id,
        name: 'Carrier API',
        description: 'For the carriers’ booking clients. Goes live with the Monday release.',
        from: 'https://carriers.apps.tidewrack.example',
        to: ['http://carrier-api:8080'],
        policyIds: idsOf(scene, 'policy', ['Company staff', 'Contractors, office hours']),
      }),
  },
  {
    at: [1, 10.1],
    by: 'priya',
    does: (scene) => update(scene, 'route', 'Grafana', { idleTimeout: '15m' }),
  },
  {
    at: [1, 14.6],
    by: 'tomas',
    does: (scene) =>
      update(scene, 'policy', 'Platform shell', {
        ppl: { allow: { and: [{ 'claim/groups': 'platform-oncall' }, { ssh_username: { in: ['deploy'] } }] } },
        description: 'SSH as deploy only, ops was removed from the images.',
      }),
  },
];
