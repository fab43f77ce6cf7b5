// How many policy decisions one core makes in a second, over Pomerium's cases. It only prints.
import { readFileSync } from 'node:fs';
import { evaluate } from '../dist/policy/evaluate.js';
import { factsOf } from '../dist/policy/input-facts.js';
import { parsePolicy } from '../dist/policy/parse.js';

const { cases, several_policies, contexts, policies, records } = JSON.parse(
  readFileSync(new URL('../test/policy/cases/cases.json', import.meta.url), 'utf8'),
);
const now = Date.now();
const parsed = new Map(Object.entries(policies).map(([name, source]) => [name, parsePolicy(source).policy]));
const facts = new Map(Object.entries(contexts).map(([name, input]) => [name, factsOf(input, records, now)]));
const requests = [...cases, ...several_policies].map(({ policy, policies = [policy], context }) => ({
  policies: policies.map((name) => parsed.get(name)),
  facts: facts.get(context),
  input: contexts[context],
}));

/** Calls per second of `decide`, over all requests, for about a second. */
function rate(decide) {
  const startedAt = performance.now();
  let count = 0;
  let elapsed = 0;
  for (; elapsed < 1000; elapsed = performance.now() - startedAt) {
    for (const request of requests) decide(request);
    count += requests.length;
  }
  return (count / elapsed) * 1000;
}

function show(what, decide) {
  rate(decide);
  process.stdout.write(`${what.padEnd(46)}${Math.round(rate(decide)).toLocaleString('en').padStart(10)} /s\n`);
}

show('policy decisions', (request) => evaluate(request.policies, request.facts));
show('policy decisions from input and records', (request) =>
  evaluate(request.policies, factsOf(request.input, records, now)),
);
