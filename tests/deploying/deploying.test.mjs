// Releases on a host of their own on loopback: deployed under load, broken, rolled back. `node --test tests/deploying/*.test.mjs`; PROGRAM names another one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

const scripts = path.join(import.meta.dirname, '../../scripts');
const program = path.resolve(process.env.PROGRAM ?? path.join(scripts, '../target/release/catatlas'));

/** What systemd does: ends what runs, starts `current`, and fails if that ends before it is ready. */
const SERVICE = `#!/bin/bash
set -eu
cd "$(dirname "$0")"
if [ -e pid ]; then
  kill -TERM "$(cat pid)" 2>/dev/null || true
  while kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.05; done
  rm pid
fi
[ "$1" = start ] || exit 0
rm -f out
setsid root/current/catatlas serve --database atlas.db --port "$(cat port)" --rate-limit-per-minute 0 --access open >out 2>>err </dev/null &
echo $! >pid
until grep -q 'is ready at' out 2>/dev/null; do
  kill -0 "$(cat pid)" 2>/dev/null || { echo 'the service failed to start' >&2; exit 1; }
  sleep 0.05
done
`;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** A program that says it is well, and is no atlas. */
const HOLLOW = `
import { createServer } from 'node:http';
const port = process.argv[process.argv.indexOf('--port') + 1];
const server = createServer((request, response) => response.setHeader('content-type', 'application/json').end('{"status": "ok", "checks": {}}'));
server.listen(port, '127.0.0.1', () => console.log('CatAtlas is ready at ' + port));
`;

/** A host with nothing on it yet. */
async function host(t) {
  const folder = await mkdtemp(path.join(tmpdir(), 'deploying-'));
  const at = (name) => path.join(folder, name);
  const port = await freePort();
  await mkdir(at('root'));
  await writeFile(at('port'), `${port}`);
  await writeFile(at('service'), SERVICE);
  await chmod(at('service'), 0o755);
  const url = `http://127.0.0.1:${port}`;
  const options = ['--root', at('root'), '--database', at('atlas.db'), '--url', url, '--restart', `${at('service')} start`];
  // Another host is this one, by way of commands that stand in for ssh.
  await mkdir(at('bin'));
  await writeFile(at('bin/ssh'), '#!/bin/bash\nexec bash -c "${@: -1}"\n');
  await writeFile(at('bin/scp'), '#!/bin/bash\nto=${@: -1}\ncp "${@: -2:1}" "${to#*:}"\n');
  for (const command of ['ssh', 'scp']) await chmod(at(`bin/${command}`), 0o755);
  const env = { ...process.env, PATH: `${at('bin')}:${process.env.PATH}` };
  const run = (name, ...more) => script(path.join(scripts, name), [...options, ...more], env);
  t.after(async () => {
    await script(at('service'), ['stop']);
    await rm(folder, { recursive: true });
  });
  return {
    url,
    at,
    deploy: (binary, release, ...more) => run('deploy', '--binary', binary, '--release', release, '--stop', `${at('service')} stop`, ...more),
    rollback: (...more) => run('rollback', ...more),
    running: async () => path.basename(await readlink(at('root/current'))),
    /** A release whose program does `broken` where it is told `command`, and is well otherwise. */
    async brokenAt(command, broken) {
      await copyFile(program, at('well'));
      await writeFile(at('broken'), `#!/bin/bash\nif [ "$1" = ${command} ]; then ${broken}; fi\nexec ${at('well')} "$@"\n`);
      return at('broken');
    },
  };
}

async function script(file, args, env = process.env) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const status = await new Promise((ended) => child.once('exit', ended));
  return { status, said };
}

/** Four people who log sightings and try again when nobody answers. `stop` tells the ids that were acknowledged. */
function load(url) {
  const acknowledged = [];
  let isOver = false;
  const person = async (name) => {
    for (let number = 0; !isOver; number += 1) {
      try {
        const body = JSON.stringify({ text: `person ${name} saw cat ${number}` });
        const answer = await fetch(`${url}/entries`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
        if (answer.status === 200) acknowledged.push((await answer.json()).id);
        else await answer.arrayBuffer();
      } catch {
        // Nobody answers while one release takes over from the other.
      }
      await pause(10);
    }
  };
  const people = [1, 2, 3, 4].map(person);
  const until = async (count) => {
    while (acknowledged.length < count) await pause(10);
  };
  return { acknowledged, until, stop: async () => ((isOver = true), await Promise.all(people), acknowledged) };
}

async function lost(url, ids) {
  const missing = [];
  for (const id of ids) {
    const answer = await fetch(`${url}/entries/${id}`);
    await answer.arrayBuffer();
    if (answer.status !== 200) missing.push(id);
  }
  return missing;
}

const succeeds = ({ status, said }) => assert.equal(status, 0, said);

test('a release takes over under load, a broken one is rolled back, and nothing acknowledged is lost', async (t) => {
  const atlas = await host(t);
  succeeds(await atlas.deploy(program, 'one'));
  const people = load(atlas.url);
  await people.until(20);
  succeeds(await atlas.deploy(program, 'two'));
  assert.equal(await atlas.running(), 'two');
  await people.until(people.acknowledged.length + 20);

  const broken = await atlas.deploy(await atlas.brokenAt('serve', 'exit 1'), 'three');
  assert.notEqual(broken.status, 0);
  assert.match(broken.said, /Rolled back: two runs/);
  assert.equal(await atlas.running(), 'two');
  await people.until(people.acknowledged.length + 20);
  assert.deepEqual(await lost(atlas.url, await people.stop()), []);

  succeeds(await atlas.rollback());
  assert.equal(await atlas.running(), 'one');
  assert.deepEqual(await lost(atlas.url, people.acknowledged), []);
});

test('a release that starts but fails the smoke tests is rolled back', async (t) => {
  const atlas = await host(t);
  succeeds(await atlas.deploy(program, 'one'));
  await writeFile(atlas.at('hollow.mjs'), HOLLOW);
  const broken = await atlas.deploy(await atlas.brokenAt('serve', `exec node ${atlas.at('hollow.mjs')} "$@"`), 'two');
  assert.notEqual(broken.status, 0);
  assert.match(broken.said, /Rolled back: one runs/);
  assert.equal(await atlas.running(), 'one');
});

test('a release that cannot migrate the database never runs', async (t) => {
  const atlas = await host(t);
  succeeds(await atlas.deploy(program, 'one'));
  const pid = await readFile(atlas.at('pid'), 'utf8');
  const broken = await atlas.deploy(await atlas.brokenAt('migrate', 'echo no >&2; exit 1'), 'two');
  assert.notEqual(broken.status, 0);
  assert.equal(await atlas.running(), 'one');
  assert.equal(await readFile(atlas.at('pid'), 'utf8'), pid, 'what ran was disturbed');
});

test('another host is reached by ssh', async (t) => {
  const atlas = await host(t);
  const elsewhere = ['--host', 'cats.example.org'];
  succeeds(await atlas.deploy(program, 'one', ...elsewhere));
  succeeds(await atlas.deploy(program, 'the second', ...elsewhere));
  assert.equal(await atlas.running(), 'the second');
  succeeds(await atlas.rollback(...elsewhere));
  assert.equal(await atlas.running(), 'one');
});

test('a rollback to a release that is not there says which are', async (t) => {
  const atlas = await host(t);
  succeeds(await atlas.deploy(program, 'one'));
  const refused = await atlas.rollback('--to', 'zero');
  assert.notEqual(refused.status, 0);
  assert.match(refused.said, /There is no release zero on local[^]*one/);
});
