// The commands of the guides, as a reader runs them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const root = path.join(import.meta.dirname, '../..');
const program = path.resolve(process.env.PROGRAM ?? path.join(root, 'target/release/catatlas'));

test('the commands of the guide to upgrading work in the order in which they stand', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'guide-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const at = (name) => path.join(folder, name);
  copyFileSync(path.join(root, 'tests/fixtures/legacy/v3.db'), at('old.db'));
  symlinkSync(program, at('catatlas'));
  const guide = readFileSync(path.join(root, '.github/UPGRADING.md'), 'utf8');
  const blocks = [...guide.matchAll(/```sh\n([^]*?)```/g)].map(([, commands]) => commands);
  assert.ok(blocks.length >= 4, 'where are the commands?');
  const run = (commands) => execFileSync('sh', ['-euc', commands], { cwd: folder, env: { PATH: `${folder}:${process.env.PATH}` } }).toString();
  const said = blocks.map(run);
  assert.match(said[0], /Dry run: nothing was changed/);
  assert.match(said[3], /Nothing to do/);
  const copy = readdirSync(folder).find((name) => name.startsWith('old.db.before-catatlas-'));
  const status = (file) => run(`catatlas migrate status --database ${file}`).replace(file, '');
  copyFileSync(path.join(root, 'tests/fixtures/legacy/v3.db'), at('fixture.db'));
  assert.equal(status(copy), status('fixture.db'), 'the copy is not the Python service\'s');
  assert.notEqual(status('old.db'), status(copy));
});
