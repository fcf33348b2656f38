// Runs the journeys against a server that is already up:
//   BASE_URL=http://127.0.0.1:8080 node run.mjs [part of a journey's file name …]
// FOLDER=pictures runs what draws the pictures of the docs instead.
// CHROMIUM names the browser (default /usr/bin/chromium-headless-shell), FENGQIAO_DEMO_PASSWORD the demo logins' password.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
if (!process.env.BASE_URL) {
  console.error('BASE_URL is not set: where is the server?');
  process.exit(2);
}
const wanted = process.argv.slice(2);
const folder = process.env.FOLDER || 'journeys';
const files = readdirSync(join(here, folder))
  .filter((name) => name.endsWith('.test.mjs') && (wanted.length === 0 || wanted.some((w) => name.includes(w))))
  .sort()
  .map((name) => join(here, folder, name));
if (files.length === 0) {
  console.error('no journey is called that');
  process.exit(2);
}
if (folder === 'journeys') rmSync(join(here, 'shots'), { recursive: true, force: true });
mkdirSync(join(here, 'shots'), { recursive: true });
const done = spawnSync(process.execPath, ['--test-reporter=spec', join(here, 'walk.mjs'), ...files], { stdio: 'inherit', cwd: here });
process.exit(done.status ?? 1);
