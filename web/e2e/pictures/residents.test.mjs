// The residents' journey as pictures for docs/guide-residents.md, and what each page weighs and takes on a slow line for
// docs/performance.md: make pictures.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { base, resident, visitor } from '../kit.mjs';
import { docs, paste, strip } from '../strips.mjs';
import { codes, enters, filed, go_on, invited, met, signs, texted, told } from '../people.mjs';

const measured = [];

// A bad line and an old telephone: 700 kbit/s, 300 ms there and back, a sixth of this machine's speed.
const line = { offline: false, latency: 300, downloadThroughput: 700_000 / 8, uploadThroughput: 700_000 / 8 };
const slower = 6;

// measure opens a page as a new telephone would, with the same cookies, and again with what it kept.
async function measure(name, who) {
  const url = who.page.url();
  const fresh = await visitor({ width: 390, workers: 'block' }); // whose bytes are counted nowhere
  try {
    await fresh.context.addCookies(await who.context.cookies());
    const cdp = await fresh.context.newCDPSession(fresh.page);
    await cdp.send('Network.enable');
    await cdp.send('Network.emulateNetworkConditions', line);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: slower });
    let bytes = 0;
    cdp.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; });
    const open = async () => {
      bytes = 0;
      await fresh.page.goto(url, { waitUntil: 'load' });
      const ready = await fresh.page.evaluate(() => Math.round(performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd));
      return { bytes, ready };
    };
    const first = await open();
    const again = await open();
    assert.ok(first.bytes <= resident.page, `${name}: ${first.bytes} bytes`);
    measured.push({ name, first, again });
  } finally {
    await fresh.close();
  }
}

for (const lang of ['zh-CN', 'en']) {
  test(`the journey of both sides, ${lang}`, { timeout: 900_000 }, async () => {
    const weigh = lang === 'zh-CN';
    const cookies = { 'fengqiao-lang': lang };
    const [lin, chen] = [await visitor({ width: 390, lang, cookies }), await visitor({ width: 390, lang, cookies })];
    try {
      const asks = strip(lin, measure);
      const asked = strip(chen, measure);
      const first = await visitor({ width: 390, lang, cookies });
      const front = strip(first, measure);
      await first.go('/');
      await front.look('/', weigh);
      await first.close();
      asks.screens.push(...front.screens);
      const skipped = ['file-town', 'file-village'];
      await told(lin, async (name) => { if (!skipped.includes(name)) await asks.look(`/file · ${name}`, weigh); });
      const given = await filed(lin);
      await asks.look('/file/done', weigh);
      const id = await enters(lin, given);
      await asks.look('/mine/… · registered', weigh);
      const known = await invited(lin, chen, { id, given });
      const home = `/mine/${id}`;
      await asked.look('/mine/… · asked', weigh);
      await chen.go(`${home}/answer`);
      await asked.look('/mine/…/answer', weigh);
      await chen.go(`${home}/refuse`);
      await asked.look('/mine/…/refuse', weigh);
      await chen.go(`${home}/needs`);
      await asked.look('/mine/…/needs', weigh);
      await chen.go(`${home}/choose`);
      await asked.look('/mine/…/choose', weigh);
      await met(known);
      await chen.go(home);
      await asked.look('/mine/… · in mediation', weigh);
      await chen.go(`${home}/mediator`);
      await asked.look('/mine/…/mediator', weigh);
      const { at, parties } = known;
      const [to, by] = ['applicant', 'respondent'].map((role) => parties.find((p) => p.role === role).id);
      const due = new Date(Date.now() + 10 * 864e5).toISOString().slice(0, 10);
      await at.does(id, 'fix-agreement', { facts: '卫生间渗水', issues: '维修和赔偿', clauses: [{ text: '陈志强赔偿林秀英粉刷费用。',
        obligation: { debtor_party_id: by, creditor_party_id: to, kind: 'pay', amount_fen: 180000, due, manner: '微信转账' } }] });
      await lin.go(home);
      await asks.look('/mine/… · to sign', weigh);
      await lin.go(`${home}/sign`);
      await asks.look('/mine/…/sign', weigh);
      const before = await codes();
      await go_on(lin.page);
      await signs(lin);
      await asks.look('/mine/…/sign/code', weigh);
      await lin.page.fill('[name=code]', await texted(before));
      await go_on(lin.page);
      const { agreements } = await at.sees(id);
      for (const who of [{ party_id: by }, { mediator_id: await at.row() }, { seal: true }]) {
        await at.does(id, 'sign', { ...who, kind: 'wet_ink', text_hash: agreements[0].text_hash });
      }
      await chen.go(home);
      await asked.look('/mine/… · in force', weigh);
      await chen.go(`${home}/performance`);
      await asked.look('/mine/…/performance', weigh);
      await lin.go(`${home}/messages`);
      await asks.look('/mine/…/messages', weigh);
      await lin.go(`${home}/receipt`);
      await asks.look('/mine/…/receipt', weigh);
      await chen.go(`${home}/data`);
      await asked.look('/mine/…/data', weigh);
      await chen.go('/privacy');
      await asked.look('/privacy', weigh);
      await paste(`applicant-${lang}`, asks.screens);
      await paste(`respondent-${lang}`, asked.screens);
      assert.deepEqual([...lin.faults, ...chen.faults], []);
    } finally {
      await lin.close();
      await chen.close();
    }
  });
}

test('what was measured is written down', () => {
  const file = join(docs, 'performance.md');
  const text = readFileSync(file, 'utf8');
  const kb = (n) => (n / 1024).toFixed(1);
  const s = (ms) => (ms / 1000).toFixed(1);
  const rows = measured.map((m) => `| ${m.name} | ${kb(m.first.bytes)} | ${s(m.first.ready)} | ${kb(m.again.bytes)} | ${s(m.again.ready)} |`).join('\n');
  const table = `<!-- residents' pages, by make pictures -->\n| Page | first time, KB | ready, s | again, KB | ready, s |\n|---|---|---|---|---|\n${rows}\n<!-- end -->`;
  const at = /<!-- residents' pages, by make pictures -->[\s\S]*?<!-- end -->/;
  assert.match(text, at);
  writeFileSync(file, text.replace(at, table));
  assert.ok(base);
});
