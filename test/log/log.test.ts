import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeychain, type Keychain } from '../../src/keychain.js';
import { createLog, LOG_LEVELS, type LogLevel } from '../../src/log.js';

/** A log of that level and the lines it wrote, without their time. */
function collect(level: LogLevel, scrub?: Keychain['scrub']) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /, ''));
  return { log: createLog(level, { write, scrub }), lines };
}

test('a line has level, message and values; what is undefined is left out', () => {
  const { log, lines } = collect('info');
  log.info('sent', { tool: 'list_routes', status: 200, path: '/a b', note: undefined, list: ['x'], on: true });
  log.error('failed', { error: new Error('no "way"') });
  expect(lines).toEqual([
    'info sent tool=list_routes status=200 path="/a b" list=["x"] on=true\n',
    'error failed error="no \\"way\\""\n',
  ]);
});

test.each(LOG_LEVELS)('at %s it writes that level and graver ones', (level) => {
  const { log, lines } = collect(level);
  for (const each of LOG_LEVELS) log[each]('event');
  expect(lines).toEqual(LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1).map((each) => `${each} event\n`));
});

test('an event is one line that can do a terminal no harm, whatever is in it', () => {
  const { log, lines } = collect('debug');
  log.debug('a\nb\u001b[31m', { key: 'c\r\nd\u009b\u202e\u2028e' });
  expect(lines).toEqual(['debug a\\u{a}b\\u{1b}[31m key="c\\r\\nd\\u{9b}\\u{202e}\\u{2028}e"\n']);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (message, value) => {
      lines.length = 0;
      log.debug(message, { value });
      expect(lines).toEqual([expect.stringMatching(/^debug [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*\n$/u)]);
    }),
  );
});

test('a secret is in no message and no value, whatever quoting would make of it', () => {
  const keychain = createKeychain();
  const secret = 'zt-"1"\\\nsecret';
  keychain.learn(secret);
  const { log, lines } = collect('info', keychain.scrub);
  log.info(`token ${secret}`, { error: new Error(`bad ${secret}`), nested: { token: [secret] }, status: 403 });
  const [line = ''] = lines;
  expect(line).toMatch(/^info token (.+) error="bad \1" nested=\{"token":\["\1"\]\} status=403\n$/);
  expect(line).not.toContain('zt-');
});

/** Runs a script that imports the built log, and answers what became of it. */
async function runScript(script: string, closeStderr = false) {
  const log = new URL('../../dist/log.js', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', `const log = await import('${log}');${script}`]);
  if (closeStderr) child.stderr.destroy();
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

test('a log whose reader is gone stops nothing', async () => {
  const script = `const { info } = log.createLog('info');
    for (let n = 0; n < 3; n++) { info('event'.repeat(50_000)); await new Promise((done) => setImmediate(done)); }
    process.stdout.write('still here');`;
  expect(await runScript(script, true)).toMatchObject({ code: 0, stdout: 'still here' });
});

test('once stdout is claimed, only the claimer reaches it', async () => {
  const script = `const protocol = log.claimStdout();
    console.log('from console.log'); console.info('from console.info'); process.stdout.write('from write\\n');
    protocol.write('{"jsonrpc":"2.0"}\\n');`;
  expect(await runScript(script)).toEqual({
    code: 0,
    stdout: '{"jsonrpc":"2.0"}\n',
    stderr: 'from console.log\nfrom console.info\nfrom write\n',
  });
});

test('a claimed stdout whose reader is gone is an error of the stream, not of the process', async () => {
  const script = `const protocol = log.claimStdout();
    protocol.on('error', (error) => { process.stderr.write(error.code); process.exit(0); });
    process.stdin.once('data', () => setInterval(() => protocol.write('x'.repeat(100_000)), 1));`;
  const url = new URL('../../dist/log.js', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', `const log = await import('${url}');${script}`]);
  child.stdout.destroy();
  child.stdin.write('go');
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'EPIPE' });
});
