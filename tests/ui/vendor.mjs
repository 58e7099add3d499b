// Makes static/vendor from node_modules: the exact versions of package-lock.json, each library one file without bare imports.
//   node vendor.mjs           writes it
//   node vendor.mjs --check   fails where the folder is not what the lock file says

import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, version as esbuildVersion } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const folder = join(here, '../../static/vendor');

/** Libraries: `source` is the whole entry file, `types` what the checker reads, `packages` all that may end up inside. */
const bundles = {
  'preact.js': {
    packages: ['preact', 'htm', '@preact/signals', '@preact/signals-core'],
    source: `
      export { render } from 'preact';
      export { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
      export { batch, computed, effect, signal } from '@preact/signals';
      import { h } from 'preact';
      import htm from 'htm';
      export const html = htm.bind(h);`,
    types: [
      `export { render } from 'preact';`,
      `export type { ComponentChildren, FunctionComponent, VNode } from 'preact';`,
      `export { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';`,
      `export { batch, computed, effect, signal } from '@preact/signals';`,
      `export type { ReadonlySignal, Signal } from '@preact/signals';`,
      `import type { VNode } from 'preact';`,
      `export const html: (strings: TemplateStringsArray, ...values: any[]) => VNode;`,
    ],
  },
  // For pages with a map: they load it when they are opened.
  'leaflet.js': {
    packages: ['leaflet', 'topojson-client'],
    source: `
      export * from 'leaflet/dist/leaflet-src.esm.js';
      export { feature } from 'topojson-client';`,
    types: [`export * from 'leaflet';`, `export { feature } from 'topojson-client';`],
  },
  // For posters.
  'qr.js': {
    packages: ['uqr'],
    source: `export { encode } from 'uqr';`,
    types: [`export { encode } from 'uqr';`],
  },
  // For the documentation of the API alone: a page of the atlas never loads it.
  'swagger-ui.js': {
    packages: ['swagger-ui-dist'],
    source: `export { default } from 'swagger-ui-dist/swagger-ui-es-bundle.js';`,
    types: [`export default function SwaggerUI(options: Record<string, unknown>): unknown;`],
  },
};

/** Files taken as they are. The `ext` fonts hold the letters of Łódź and İstanbul and load only where such a letter is shown. */
const copies = {
  'fonts/bricolage.woff2': '@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2',
  'fonts/bricolage-ext.woff2': '@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-ext-wght-normal.woff2',
  'fonts/fraunces.woff2': '@fontsource-variable/fraunces/files/fraunces-latin-wght-normal.woff2',
  'fonts/fraunces-ext.woff2': '@fontsource-variable/fraunces/files/fraunces-latin-ext-wght-normal.woff2',
  'leaflet.css': 'leaflet/dist/leaflet.css',
  // The outline of the land (Natural Earth, 1:50,000,000).
  'land.json': 'world-atlas/land-50m.json',
  'swagger-ui.css': 'swagger-ui-dist/swagger-ui.css',
};

/** What a package has to say beside its licence: its notice, and the licences of what it was bundled from. */
const notices = { 'swagger-ui-dist': ['NOTICE', 'swagger-ui-es-bundle.js.LICENSE.txt'] };

const locked = JSON.parse(await readFile(join(here, 'package-lock.json'), 'utf8')).packages;
/** @param {string} name */
const lockOf = (name) => locked[`node_modules/${name}`];
/** @param {string} path below node_modules */
const packageOf = (path) => path.match(/^(?:@[^/]+\/)?[^/]+/)[0];

/** One library as one minified module. Fails if it would bring a package nobody declared, and with it an unknown licence. */
async function bundle(file, { packages, source }) {
  const made = await build({
    stdin: { contents: source, resolveDir: here, sourcefile: file },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'error',
    banner: { js: `/* ${packages.map((name) => `${name}@${lockOf(name).version}`).join(' ')}, see LICENSES.txt; made by tests/ui/vendor.mjs */` },
  });
  const imports = Object.values(made.metafile.outputs).flatMap((output) => output.imports);
  if (imports.length) throw new Error(`${file} still imports ${JSON.stringify(imports)}`);
  for (const input of Object.keys(made.metafile.inputs).filter((path) => path.startsWith('node_modules/'))) {
    const name = packageOf(input.slice('node_modules/'.length));
    if (!packages.includes(name)) throw new Error(`${file} brings ${name}, which is not declared`);
  }
  return Buffer.from(made.outputFiles[0].contents);
}

/** The licence text of a package, under its name. */
async function licence(name) {
  const file = (await readdir(join(modules, name))).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file`);
  const texts = await Promise.all([file, ...(notices[name] ?? [])].map((each) => readFile(join(modules, name, each), 'utf8')));
  const rule = '='.repeat(70);
  return `${rule}\n${name} ${lockOf(name).version} (${lockOf(name).license})\n${rule}\n${texts.map((text) => text.trim()).join('\n\n')}\n`;
}

/** Everything static/vendor holds, by path. @returns {Promise<Map<string, Buffer>>} */
async function wanted() {
  const files = new Map();
  for (const [file, library] of Object.entries(bundles)) {
    files.set(file, await bundle(file, library));
    files.set(file.replace(/js$/, 'd.ts'), Buffer.from(`${library.types.join('\n')}\n`));
  }
  for (const [file, source] of Object.entries(copies)) files.set(file, await readFile(join(modules, source)));

  const names = [...Object.values(bundles).flatMap((library) => library.packages), ...Object.values(copies).map(packageOf)];
  const packages = [...new Set(names)].sort();
  files.set('LICENSES.txt', Buffer.from((await Promise.all(packages.map(licence))).join('\n')));

  const origin = ({ version, license, integrity }) => ({ version, license, integrity });
  const seal = (bytes) => ({ bytes: bytes.length, integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}` });
  const manifest = {
    esbuild: esbuildVersion,
    packages: Object.fromEntries(packages.map((name) => [name, origin(lockOf(name))])),
    files: Object.fromEntries([...files].sort().map(([file, bytes]) => [file, seal(bytes)])),
  };
  return files.set('manifest.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
}

/** Paths that differ, are missing or do not belong. @param {Map<string, Buffer>} files */
async function differing(files) {
  const present = (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const same = async (path) => files.get(path)?.equals(await readFile(join(folder, path)).catch(() => Buffer.alloc(0)));
  const paths = [...new Set([...files.keys(), ...present])].sort();
  return (await Promise.all(paths.map(async (path) => ((await same(path)) ? [] : [path])))).flat();
}

const files = await wanted();
if (process.argv.includes('--check')) {
  const wrong = await differing(files);
  for (const path of wrong) console.error(`static/vendor/${path} is not what package-lock.json says`);
  if (wrong.length) console.error('Run scripts/vendor-frontend and commit what it changes.');
  else console.log(`static/vendor is what package-lock.json says (${files.size} files)`);
  process.exit(wrong.length ? 1 : 0);
}
await rm(folder, { recursive: true, force: true });
for (const [path, bytes] of files) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), bytes);
}
console.log(`static/vendor: ${files.size} files written`);
