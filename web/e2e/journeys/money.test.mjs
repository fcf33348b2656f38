// What is looked at without a case of one's own: hot spots and cases that belong together, the housing bureau's table, and an organ
// that follows its referrals.
import assert from 'node:assert/strict';
import { examine, h1, journey, password, signIn, visitor } from '../kit.mjs';
import { ask, path, place } from '../people.mjs';

const said = (page) => page.innerText('main');

// dispute is a case as a program files it; what belongs to one walk bears its own names.
const dispute = (title, respondent, more = {}) => ask('POST', '/cases', {
  category: '02', area_code: place.village, title, facts: '楼上卫生间漏水，天花板发霉。', request: '请修好并赔偿。',
  applicant: { kind: 'person', name: `${title}的申请人`, phone: null, phone_reason: '不知道' },
  respondents: [{ kind: 'person', name: `${title}的邻居`, ...respondent }], ...more,
});
const unknown = { phone: null, phone_reason: '不知道' };

journey('a supervisor reads where disputes gather, and a mediator finds cases that belong together', async (who) => {
  const { page } = who;
  await signIn(who, 'county');
  await who.go('/reports/hot-spots?from=2021-01-01&to=2021-12-31');
  assert.match(await h1(page), /纠纷集中/);
  assert.match(await said(page), /负二项分布/);
  await examine(who, 'money-hot-spots');
  const drill = page.locator('main tbody td.n a').first();
  if (await drill.count()) {
    await drill.click();
    assert.equal(path(page), '/desk/cases');
  }
  await who.go('/reports/hot-spots?from=2026-02-30');
  assert.equal(await page.locator('#error-summary').count(), 1);

  const word = who.js ? '合甲' : '合乙';
  const phone = who.js ? '13911112222' : '13933334444';
  const cases = [await dispute(`${word}漏水`, { phone }), await dispute(`${word}围墙`, { phone })];
  const su = await visitor({ js: who.js, width: who.js ? 1440 : 390 });
  try {
    await signIn(su, 'mediator');
    await su.go('/desk/clusters');
    assert.match(await said(su.page), /被申请人相同/);
    await examine(su, 'money-clusters');
    await su.go(`/desk/cases/${cases[0].id}`);
    assert.match(await said(su.page), new RegExp(`可以一起调解[\\s\\S]*${word}围墙`));
    assert.deepEqual(su.faults, []);
  } finally {
    await su.close();
  }
  await who.go('/desk/clusters');
  assert.match(await h1(page), /没有找到/); // whoever mediates nothing has none
}, { timeout: 300_000 });

journey('the housing bureau reads its table, and no case', async (who) => {
  const { page } = who;
  await signIn(who, 'housing');
  await page.waitForURL('**/reports/housing*');
  assert.equal(await h1(page), '小区物业纠纷');
  assert.match(await said(page), /首次公布/);
  await examine(who, 'money-housing');
  await page.click('main nav a:has-text("第 1 季度")');
  await page.click('main table.groups a:text-is("丰泽区")');
  assert.match(await said(page), /丰泽区/);
  assert.match(await said(page), /<5|–|至少|\d/);
  assert.equal(await page.locator('main a[href^="/desk/cases"]').count(), 0);
  await examine(who, 'money-housing-county');
  await who.go('/reports/housing?year=2199');
  assert.match(await page.innerText('#error-summary'), /已有季度结束的年份/);
  await who.go('/subsidy/claims');
  assert.match(await page.title(), /没有权限|不能|无权/);
}, { timeout: 300_000 });

journey('an organ follows its own referrals', async (who) => {
  const { page } = who;
  const court = await ask('POST', '/sessions', { login: 'referrer', password });
  const token = { value: court.token };
  const number = who.js ? '（2026）闽0503诉前调901号' : '（2026）闽0503诉前调902号';
  await ask('POST', '/cases', {
    category: '02', area_code: place.village, title: '法院移送', facts: '双方为围墙争执。', request: '请调解。', source: '31', referral: { kind: 'delegated', organ: '丰泽区人民法院', number },
    applicant: { kind: 'person', name: '林移送', ...unknown }, respondents: [{ kind: 'person', name: '陈移送', ...unknown }],
  }, token);
  await signIn(who, 'referrer');
  await who.go('/referrals');
  assert.ok((await said(page)).includes(number));
  assert.ok(!(await said(page)).includes('林移送'));
  await examine(who, 'money-referrals');
  await page.fill('[name=number]', number.slice(-5));
  await page.click('main form button');
  assert.equal(await page.locator('main tbody tr').count(), 1);
  await page.click('main tbody a');
  assert.match(await said(page), /还没有可以告知的结果/);
  assert.ok(!(await said(page)).includes('围墙'));
  await examine(who, 'money-referral');
}, { timeout: 300_000 });
