// What every journey uses: a browser, a way to walk with and without JavaScript, and measures of what is seen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const base = process.env.BASE_URL.replace(/\/$/, '');
export const password = process.env.FENGQIAO_DEMO_PASSWORD || '';

// The four ways in which each page is looked at. Where colours alone differ, what colours can break is asked, and where sizes alone
// differ, what sizes can: larger letters in the same colours need less contrast, not more.
const coloured = ['color-contrast', 'link-in-text-block'];
const sized = ['scrollable-region-focusable', 'target-size'];
export const modes = [
  { name: 'light', width: 1440, size: 'standard', theme: 'light' },
  { name: 'dark', width: 1440, size: 'standard', theme: 'dark', only: coloured },
  { name: 'large', width: 1440, size: 'extra', theme: 'light', only: sized },
  { name: 'phone', width: 390, size: 'standard', theme: 'light' },
];
// Looked at for sideways scroll and a picture only: the hardest case of all.
const hardest = { name: 'phone-extra', width: 390, size: 'extra', theme: 'dark' };

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium-headless-shell',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
      '--js-flags=--no-opt --no-maglev'], // no page lives long enough to earn back what the better compilers cost: a fifth of the journeys' work
  });
});
after(async () => { if (browser) await browser.close(); });

// visitor opens a browser of its own for one person; close it when done.
export async function visitor({ js = true, width = 1440, lang = 'zh-CN', cookies = {}, workers = 'allow' } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 844 }, locale: lang, serviceWorkers: workers });
  await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: base })));
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (err) => faults.push(`script: ${err}`));
  page.on('console', (msg) => {
    if (msg.type() === 'error' && !msg.text().startsWith('Failed to load resource')) faults.push(`console: ${msg.text()}`);
  });
  page.on('request', (req) => {
    if (!req.url().startsWith(base) && !req.url().startsWith('data:')) faults.push(`asked outside: ${req.url()}`);
  });
  return { page, context, faults, js, go: (path) => page.goto(base + path), close: () => context.close() };
}

// journey walks the same way twice: with JavaScript on a desktop, and without on a telephone.
export function journey(name, steps, options = {}) {
  for (const js of [true, false]) {
    test(`${name}, ${js ? 'with' : 'without'} JavaScript`, { timeout: options.timeout || 120_000 }, async () => {
      const who = await visitor({ width: js ? 1440 : 390, ...options, js });
      try {
        await steps(who);
        assert.deepEqual(who.faults, []);
      } finally {
        await who.close();
      }
    });
  }
}

// examine looks at the page as it stands in every mode: axe without a single violation, no sideways scroll, a picture.
// The classes are those that the server draws from the reader's cookies.
export async function examine(who, name) {
  if (!who.js) return; // the same page was examined on the walk with JavaScript
  const { page } = who;
  await page.waitForLoadState();
  const was = { size: page.viewportSize(), classes: await page.evaluate(() => document.documentElement.className) };
  for (const mode of [...modes, hardest]) {
    await page.setViewportSize({ width: mode.width, height: 844 });
    await page.evaluate((c) => { document.documentElement.className = c; }, `${mode.size} ${mode.theme}`);
    if (process.env.CI !== 'true') await page.screenshot({ path: join(here, 'shots', `${name}-${mode.name}.png`), fullPage: true }); // nobody looks there
    const sideways = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
    assert.ok(sideways <= 0, `${name}, ${mode.name}: scrolls sideways by ${sideways} px`);
    if (mode !== hardest) await clean(page, `${name}, ${mode.name}`, mode.only);
  }
  await targets(page, name);
  await page.setViewportSize(was.size);
  await page.evaluate((c) => { document.documentElement.className = c; }, was.classes);
}

async function clean(page, what, only) {
  if (await page.evaluate(() => !window.axe)) await page.evaluate(axe);
  // preload fetches style sheets and media once more, for rules of rotation and of sound: no page has either
  const found = await page.evaluate((rules) => window.axe.run(document, { resultTypes: ['violations'], preload: false, ...(rules && { runOnly: rules }) }), only);
  const told = found.violations.map((v) => `${v.id}: ${v.help}\n    ${v.nodes.map((n) => n.html.slice(0, 160)).join('\n    ')}`);
  assert.deepEqual(told, [], `${what}: axe finds\n${told.join('\n')}`);
}

// targets: in large type each thing to press is 60 px high or more (a link inside a sentence is text, not a target).
async function targets(page, what) {
  const small = await page.evaluate(() => [...document.querySelectorAll('button, select, input:not([type=hidden]), a.btn, a.door, a.sbtn, .back a, dd.act a, .tel')]
    .filter((el) => el.offsetParent && !(el.closest('.choice') && el.matches('input')))
    .map((el) => ({ text: (el.textContent || el.id).trim().slice(0, 20), h: el.getBoundingClientRect().height }))
    .filter((t) => t.h < 59.5));
  assert.deepEqual(small, [], `${what}: smaller than 60 px in large type`);
}

// weigh loads a page into an empty cache and counts the bytes on the wire.
export async function weigh(path, { page: mostPage, script: mostScript }, cookies = {}) {
  const who = await visitor({ cookies });
  try {
    const cdp = await who.context.newCDPSession(who.page);
    await cdp.send('Network.enable');
    const kinds = new Map();
    let all = 0;
    let script = 0;
    cdp.on('Network.responseReceived', (e) => kinds.set(e.requestId, e.type));
    cdp.on('Network.loadingFinished', (e) => {
      all += e.encodedDataLength;
      if (kinds.get(e.requestId) === 'Script') script += e.encodedDataLength;
    });
    await who.page.goto(base + path, { waitUntil: 'networkidle' });
    assert.ok(all > 0 && all <= mostPage, `${path}: ${all} bytes on the wire, most is ${mostPage}`);
    assert.ok(script <= mostScript, `${path}: ${script} bytes of script, most is ${mostScript}`);
    return { all, script };
  } finally {
    await who.close();
  }
}

export const resident = { page: 30 * 1024, script: 10 * 1024 };
export const staff = { page: 80 * 1024, script: 20 * 1024 };

// signIn signs somebody of the demo city in by the form, as a person would.
export async function signIn(who, login) {
  await who.go('/sign-in');
  await who.page.fill('input[name=login]', login);
  await who.page.fill('input[name=password]', password);
  await who.page.click('main button');
}

// h1 is the page's heading; the title and the heading must be there on every page.
export async function h1(page) {
  await page.waitForLoadState();
  assert.equal(await page.locator('h1').count(), 1, `${page.url()}: one h1`);
  return (await page.locator('h1').innerText()).trim();
}

// said is what the page says, once all of it is there: a click goes on as soon as the next page begins.
export async function said(page) {
  await page.waitForLoadState();
  return page.innerText('main');
}
