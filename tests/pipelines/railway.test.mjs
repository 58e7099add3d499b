// `scripts/railway` with a stand-in for Railway: what is sent there, in which order, and what happens when it does not work.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const root = path.join(import.meta.dirname, '../..');

/** A repository of two commits with our scripts, and a Railway that writes down what it is told. */
async function project(t) {
  const folder = await mkdtemp(path.join(tmpdir(), 'railway-'));
  t.after(() => rm(folder, { recursive: true }));
  const at = (name) => path.join(folder, name);
  const git = (...args) => execFileSync('git', ['-C', folder, '-c', 'user.name=cat', '-c', 'user.email=cat@example.org', ...args]).toString().trim();
  await cp(path.join(root, 'scripts'), at('scripts'), { recursive: true });
  await mkdir(at('packaging/railway'), { recursive: true });
  await mkdir(at('sql/migrations'), { recursive: true });
  await mkdir(at('bin'));
  await cp(path.join(root, 'packaging/railway/railway.toml'), at('packaging/railway/railway.toml'));
  await writeFile(at('sql/migrations/0001_atlas.sql'), '');
  await writeFile(at('scripts/smoke'), `#!/bin/sh\necho "smoke $1" >>${at('told')}\n[ "$(cat ${at('sent')})" != bad ]\n`);
  await writeFile(at('bin/railway'), `#!/bin/sh\necho "$@" >>${at('told')}\n[ "$1" != up ] || cp release ${at('sent')}\n`);
  await chmod(at('bin/railway'), 0o755);
  const commit = async (release) => {
    await writeFile(at('release'), release);
    git('add', 'release', 'packaging', 'scripts', 'sql');
    git('commit', '-qm', release);
    return git('rev-parse', 'HEAD');
  };
  git('init', '-q');
  const server = createServer((_, answer) => answer.end('{}')).listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  t.after(() => server.close());
  const BASE_URL = `http://127.0.0.1:${server.address().port}`;
  const run = async (...args) => {
    const env = { ...process.env, PATH: `${at('bin')}:${process.env.PATH}`, BASE_URL, WAIT: '30', DATABASE_URL: 'sqlite:////data/atlas.db' };
    const child = spawn(at('scripts/railway'), args, { env });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
    return { status: await new Promise((ended) => child.once('exit', ended)), said };
  };
  return { commit, git, run, BASE_URL, told: async () => (await readFile(at('told'), 'utf8')).trim().split('\n'), sent: () => readFile(at('sent'), 'utf8') };
}

test('a commit is sent as it is, waited for, and tried', async (t) => {
  const { commit, git, run, told, sent, BASE_URL } = await project(t);
  const one = await commit('one');
  const { status, said } = await run('deploy', 'staging');
  assert.equal(status, 0, said);
  assert.deepEqual(await told(), ['up --ci --service catatlas-api --environment staging', `smoke ${BASE_URL}`]);
  assert.equal(await sent(), 'one');
  assert.equal(git('rev-parse', 'deployed/staging'), one);
});

test('a commit that fails its smoke tests is replaced by the last good one', async (t) => {
  const { commit, git, run, sent } = await project(t);
  const one = await commit('one');
  assert.equal((await run('deploy', 'production')).status, 0);
  await commit('bad');
  const { status, said } = await run('deploy', 'production');
  assert.equal(status, 1);
  assert.match(said, new RegExp(`Rolled back to ${one}`));
  assert.equal(await sent(), 'one');
  assert.equal(git('rev-parse', 'deployed/production'), one);
});

test('a rollback sends the commit that is named', async (t) => {
  const { commit, run, sent } = await project(t);
  const one = await commit('one');
  await commit('two');
  assert.equal((await run('deploy', 'production')).status, 0);
  assert.equal((await run('deploy', 'production', one)).status, 0);
  assert.equal(await sent(), 'one');
  assert.notEqual((await run('deploy', 'production', 'f00dcafe')).status, 0);
});

test('a migration is backed up and rehearsed first', async (t) => {
  const { commit, run, told } = await project(t);
  await commit('one');
  const { status, said } = await run('migrate', 'production', '0001_atlas');
  assert.equal(status, 0, said);
  const there = 'ssh --service catatlas-api --environment production -- catatlas';
  assert.deepEqual(await told(), [
    `${there} backup --database /data/atlas.db`,
    `${there} migrate --database /data/atlas.db --dry-run`,
    'redeploy --yes --service catatlas-api --environment production',
  ]);
});

test('a migration or an environment that does not exist is refused', async (t) => {
  const { commit, run } = await project(t);
  await commit('one');
  assert.match((await run('migrate', 'production', '0009_cats; rm')).said, /0001_atlas\.sql/);
  assert.equal((await run('deploy', 'nowhere')).status, 2);
});
