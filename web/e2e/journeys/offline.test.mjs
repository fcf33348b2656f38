import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, examine, h1, signIn, visitor } from '../kit.mjs';

const words = '楼上漏水，天花板发霉，说过三次都没有修。';

// atFacts goes to the question what happened, in a place without towns below.
async function atFacts(who) {
  const { page } = who;
  await who.go('/file/place');
  if (await page.locator('select[name=area_code]').count()) await page.selectOption('select[name=area_code]', { index: 1 });
  else await page.check('input[name=area_code] >> nth=0', { force: true });
  await page.click('main form button.btn');
  while (!new URL(page.url()).pathname.endsWith('/about')) { // not sure of the rest
    if (await page.locator('main select').count()) await page.selectOption('main select', { index: (await page.locator('main select option').count()) - 1 });
    else await page.check('main input[type=radio] >> nth=-1', { force: true });
    await page.click('main form button.btn');
  }
  await page.waitForLoadState();
  await who.go('/file/facts');
}

const ready = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

test('what is typed comes back when the page was closed before it was sent', { timeout: 60_000 }, async () => {
  const who = await visitor();
  try {
    await atFacts(who);
    await who.page.fill('textarea[name=facts]', words);
    await who.page.waitForTimeout(500);
    await who.page.close();
    const page = await who.context.newPage();
    await page.goto(`${base}/file/facts`);
    assert.equal(await page.inputValue('textarea[name=facts]'), words);
    await page.click('.notice button');
    assert.equal(await page.inputValue('textarea[name=facts]'), '');
    await page.reload();
    assert.equal(await page.inputValue('textarea[name=facts]'), '');
  } finally {
    await who.close();
  }
});

test('sent without a network, it waits in the open page and is sent once', { timeout: 60_000 }, async () => {
  const who = await visitor({ width: 390 });
  try {
    await atFacts(who);
    const { page } = who;
    let taken = 0; // by the server: the worker may learn later than the page that the network is back, and answers itself once more
    page.on('response', (res) => { if (res.request().method() === 'POST' && res.status() === 303 && res.url().includes('/file/facts')) taken += 1; });
    await page.fill('textarea[name=facts]', words);
    await who.context.setOffline(true);
    await page.waitForFunction(() => !navigator.onLine);
    await page.click('main form button.btn');
    await page.locator('.notice.warn').waitFor();
    assert.ok(page.url().endsWith('/file/facts'));
    await examine(who, 'file-facts-offline');
    await who.context.setOffline(false);
    await page.waitForURL((url) => !url.pathname.endsWith('/file/facts'));
    await page.waitForLoadState();
    assert.equal(taken, 1);
    assert.equal(await page.locator('.notice[role=status]').count(), 0, 'nothing is left to send');
    await who.go('/file/facts');
    assert.equal(await page.inputValue('textarea[name=facts]'), words);
  } finally {
    await who.close();
  }
});

test('lost on the way, it waits on the page of the lost network and is sent once', { timeout: 60_000 }, async () => {
  const who = await visitor({ width: 390 });
  try {
    await atFacts(who);
    const { page } = who;
    await ready(page);
    await page.fill('textarea[name=facts]', words);
    await page.evaluate(() => Object.defineProperty(navigator, 'onLine', { get: () => true })); // a phone that does not know yet
    await who.context.setOffline(true);
    await page.click('main form button.btn');
    await page.locator('#waits').waitFor();
    await h1(page);
    await examine(who, 'offline');
    await who.context.setOffline(false);
    await page.waitForURL((url) => !url.pathname.endsWith('/file/facts'));
    await page.waitForLoadState();
    await who.go('/file/facts');
    assert.equal(await page.inputValue('textarea[name=facts]'), words);
    assert.equal(await page.locator('.notice[role=status]').count(), 0, 'nothing is left to send');
  } finally {
    await who.close();
  }
});

test('the page closed without a network, it is offered to be sent the next time, and leaving clears it', { timeout: 60_000 }, async () => {
  const who = await visitor({ width: 390 });
  try {
    await atFacts(who);
    await who.page.fill('textarea[name=facts]', words);
    await who.context.setOffline(true);
    await who.page.waitForFunction(() => !navigator.onLine);
    await who.page.click('main form button.btn');
    await who.page.locator('.notice.warn').waitFor();
    await who.page.close();
    await who.context.setOffline(false);
    const page = await who.context.newPage();
    await page.goto(`${base}/file`);
    await page.locator('.notice button >> nth=0').click();
    await page.waitForURL((url) => url.pathname.startsWith('/file/') && !url.pathname.endsWith('/facts'));
    await page.goto(`${base}/file/facts`);
    assert.equal(await page.inputValue('textarea[name=facts]'), words);
    await page.fill('textarea[name=facts]', 'something else');
    await page.waitForTimeout(500);
    await page.goto(`${base}/file/forget`);
    await page.click('main form button.btn');
    assert.equal(await page.evaluate(() => Object.keys(localStorage).length), 0);
  } finally {
    await who.close();
  }
});

test('a large photo is made smaller before it is sent', { timeout: 60_000 }, async () => {
  const who = await visitor();
  try {
    await signIn(who, 'resident');
    const { page } = who;
    await who.go('/mine');
    await who.go(`${await page.locator('main a[href^="/mine/"]').first().getAttribute('href')}/attach`);
    const photo = await page.evaluate(async () => {
      const sheet = document.createElement('canvas');
      sheet.width = 4000;
      sheet.height = 3000;
      const pen = sheet.getContext('2d');
      for (let i = 0; i < 6000; i += 1) {
        pen.fillStyle = `hsl(${(i * 47) % 360} 80% 50%)`;
        pen.fillRect((i * 613) % 4000, (i * 389) % 3000, 60, 60);
      }
      const blob = await new Promise((done) => { sheet.toBlob(done, 'image/jpeg', 1); });
      return btoa(Array.from(new Uint8Array(await blob.arrayBuffer()), (b) => String.fromCharCode(b)).join(''));
    });
    const buffer = Buffer.from(photo, 'base64');
    assert.ok(buffer.length > 800_000, `the photo has ${buffer.length} bytes`);
    await page.setInputFiles('input[type=file]', { name: '天花板.jpg', mimeType: 'image/jpeg', buffer });
    await page.waitForFunction((was) => document.querySelector('input[type=file]').files[0].size < was, buffer.length);
    const kept = await page.evaluate(() => { const f = document.querySelector('input[type=file]').files[0]; return [f.name, f.type]; });
    assert.deepEqual(kept, ['天花板.jpg', 'image/jpeg']);
    assert.deepEqual(who.faults, []);
  } finally {
    await who.close();
  }
});
