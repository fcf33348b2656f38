import assert from 'node:assert/strict';
import { examine, h1, journey, said } from '../kit.mjs';
import { as, ask, codes, filed, go_on, path, place, texted, told } from '../people.mjs';

const phone = '13700137000';
const bound = 22; // of one telephone a day, as the Makefile has the demo begin
let usedUp; // the two walks share it

async function useUp() {
  const body = { category: '02', area_code: place.village, title: '楼道堆物', facts: '楼道里堆满了东西。', applicant: { name: '林秀英', phone }, respondents: [{ name: '陈志强', phone: null, phone_reason: '不知道' }] };
  await Promise.all(Array.from({ length: bound }, () => ask('POST', '/cases', body)));
}

journey('over a bound a filing waits: a code to its telephone lets it in, or its committee does', async (who) => {
  const { page } = who;
  await (usedUp ||= useUp());
  await told(who, undefined, phone);
  const one = await filed(who);
  assert.match(await said(page), /等调委会看[\s\S]*137\*\*\*\*7000/);
  await page.click('main a[href="/file/done/code"]');
  const before = await codes();
  await page.click('main form button[value=send]');
  const code = await texted(before);
  await page.fill('[name=code]', code === '000000' ? '000001' : '000000');
  await page.click('main form button[value=use]');
  assert.match(await page.innerText('#error-summary'), /验证码不对或已过期/);
  await examine(who, 'held-code');
  await page.fill('[name=code]', code);
  await page.click('main form button[value=use]');
  assert.match(await said(page), /已经登记为案件/);
  assert.equal(await page.innerText('.panel .ref'), one.reference);
  await page.click('main form button.btn');
  assert.match(path(page), /^\/mine\//);

  await who.go('/file/forget');
  await page.click('main form button');
  await told(who, undefined, phone);
  const two = await filed(who);
  await as(who, 'mediator', async (su) => {
    assert.match(await said(su.page), /份来件待核实/);
    await su.go('/held-filings');
    await su.page.locator('main table a').last().click(); // the newest waits last
    assert.match(await h1(su.page), /邻里/);
    await examine(su, 'held-one');
    await su.page.click('main form button[value=release]');
    assert.match(await said(su.page), /已登记为案件/);
  });
  await who.go('/follow');
  await page.fill('[name=reference]', two.reference);
  await page.fill('[name=code]', two.code);
  await go_on(page);
  assert.match(path(page), /^\/mine\//);
}, { timeout: 120_000 });
