import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { examine, h1, journey, password, said, signIn, visitor } from '../kit.mjs';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

// code is what a telephone's app shows for a secret, some steps of 30 seconds aside (RFC 6238).
function code(secret, aside = 0) {
  const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + aside));
  const sum = createHmac('sha1', key).update(step).digest();
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// The login of this journey is no other's: what it does ends its sessions.
const login = 'audit';
const path = (page) => new URL(page.url()).pathname;

journey('somebody sets up a second factor, signs in with it and with a recovery code, and ends another session', async (who) => {
  const { page } = who;
  await signIn(who, login);
  await page.click('header .who');
  assert.equal(await h1(page), '我的账号');
  await page.click('main a[href="/second-factor"]');
  await examine(who, 'account-factor');
  await page.click('main form[action="/second-factor"] button');
  assert.equal(await h1(page), '绑定手机');
  await examine(who, 'account-enrol');
  const secret = (await page.innerText('main .spelled')).replace(/ /g, '');
  await page.fill('[name=code]', '12345');
  await page.click('main form button');
  assert.match(await page.innerText('#error-summary'), /验证码不对/);
  assert.equal((await page.innerText('main .spelled')).replace(/ /g, ''), secret);
  await page.fill('[name=code]', code(secret));
  await page.click('main form button');
  assert.equal(await h1(page), '备用码');
  const spare = await page.locator('.recovery code').allInnerTexts();
  assert.equal(spare.length, 10);
  await examine(who, 'account-recovery');

  await page.click('header form.out button');
  await signIn(who, login);
  assert.equal(path(page), '/sign-in/code');
  await examine(who, 'account-code');
  await page.fill('[name=code]', spare[0].replace(/[A-Z]/, '1'));
  await page.click('main form button');
  assert.match(await page.innerText('#error-summary'), /验证码不对/);
  await page.fill('[name=code]', code(secret, 1)); // the next one: this one was used a moment ago
  await page.click('main form button');
  await page.waitForURL((url) => url.pathname !== '/sign-in/code');

  const other = await visitor({ js: who.js });
  await signIn(other, login);
  await other.page.fill('[name=code]', spare[0]);
  await other.page.click('main form button');
  await other.page.waitForURL((url) => url.pathname !== '/sign-in/code');
  await other.go('/account');
  assert.match(await said(other.page), /使用备用码/);
  await other.page.click('main form[action="/account/end"] button');
  assert.match(await said(other.page), /登录已结束/);
  await examine(other, 'account-own');
  await who.go('/account');
  assert.equal(path(page), '/sign-in');

  await other.go('/confirm?then=/second-factor');
  await examine(other, 'account-confirm');
  await other.page.fill('[name=password]', password);
  await other.page.click('main form button');
  assert.equal(path(other.page), '/second-factor');
  assert.match(await said(other.page), /还有 9 个备用码/);
  await other.page.click('main form[action="/second-factor/remove"] button');
  assert.match(await said(other.page), /动态验证码已解除/);
  await other.close();
}, { timeout: 120_000 });
