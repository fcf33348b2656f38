import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examine, h1, journey, said, signIn, staff, visitor, weigh } from '../kit.mjs';

const path = (page) => new URL(page.url()).pathname;
// The paragraph of the city's reply, as it was printed: 2020 and 2021.
const reply = '/reports/briefing?area=3505&from=2020-01-01&to=2021-12-31';

journey('a supervisor reads the overview, the briefing and the case table', async (who) => {
  const { page } = who;
  await signIn(who, 'supervisor');
  await page.waitForURL('**/reports');
  assert.equal(await h1(page), '概况');
  assert.match(await said(page), /调解成功率（官方口径）/);
  assert.match(await said(page), /95% 区间/);
  await examine(who, 'reports-overview');

  await page.click('main .choose a:text-is("今年")');
  assert.equal(path(page), '/reports');
  assert.equal(await page.locator('main .choose:not(.tabs) [aria-current]').innerText(), '今年');
  await page.click('main .rates a:text-is("丰泽区")');
  assert.match(await said(page), /福建省泉州市丰泽区/);
  await page.click('main .choose a:text-is("上一级地区")');

  await page.click('nav a:text-is("议案答复")');
  assert.equal(await h1(page), '议案答复');
  await examine(who, 'reports-briefing');
  const cases = page.locator('main .brief a[href^="/desk/cases?"]').first();
  const counted = (await cases.innerText()).replace(/,/g, '');
  await cases.click();
  assert.equal(path(page), '/desk/cases');
  assert.match(await said(page), /村民委员会调委会、居民委员会调委会/);
  if (Number(counted) <= 20) assert.equal(await page.locator('main tbody tr').count(), Number(counted));
  await examine(who, 'reports-drill');
  await page.goBack();
  assert.equal(await h1(page), '议案答复');

  await page.click('nav a:text-is("案件统计表")');
  assert.equal(await h1(page), '人民调解案件情况统计表');
  await page.selectOption('[name=group]', 'area');
  await page.click('main form button');
  assert.match(await said(page), /S10/);
  assert.doesNotMatch(await said(page), /不相符/);
  await examine(who, 'reports-case-table');

  await page.fill('[name=from]', '2026-03-02');
  await page.fill('[name=to]', '2026-03-01');
  await page.click('main form button');
  assert.match(await page.innerText('#error-summary'), /结束日期不能早于开始日期/);
  assert.equal(await page.inputValue('[name=from]'), '2026-03-02');
  assert.equal(await page.inputValue('[name=group]'), 'area');
  await examine(who, 'reports-wrong');
}, { timeout: 300_000 });

journey('a bureau hands in a month that is over, and amends nothing that has not changed', async (who) => {
  const { page } = who;
  await signIn(who, 'county');
  await page.waitForURL('**/reports');
  await page.click('nav.tabs a:text-is("组织队伍经费表")');
  assert.match(await said(page), /R7/);
  await examine(who, 'reports-organisation');
  await page.click('main a:text-is("经费填报")');
  await page.fill('[name=own_spent_fen]', who.js ? '1200' : '1300.50');
  await page.click('main form button');
  assert.match(await said(page), /最近一次由/);
  await examine(who, 'reports-funding');

  const month = who.js ? ['2021-03-01', '2021-03-31'] : ['2021-04-01', '2021-04-30'];
  await who.go(`/reports/case-table?from=${month[0]}&to=${month[1]}`);
  await page.click('main button:text-is("报送统计表")');
  assert.match(path(page), /^\/reports\/returns\//);
  assert.match(await said(page), /完整，未被改动/);
  await examine(who, 'reports-returned');
  await page.click('main a:text-is("按现在的数据统计")');
  await page.fill('[name=reason]', '再报一次试试看');
  await page.click('main button:text-is("报送统计表")');
  assert.match(await page.innerText('#error-summary'), /完全一样，不需要更正/);
  await page.click('nav a:text-is("统计")');
  await page.click('nav.tabs a:text-is("已报送")');
  assert.ok(await page.locator('main tbody tr').count() >= 2);
  await examine(who, 'reports-returns');
  await page.click('nav.tabs a:text-is("年度报告")');
  assert.match(await h1(page), /年度报告/);
  await examine(who, 'reports-yearly');
  await page.click('nav.tabs a:text-is("协议存续")');
  await examine(who, 'reports-survival');
}, { timeout: 300_000 });

journey('a supervisor finds the figures of the reply', async (who) => {
  const { page } = who;
  await signIn(who, 'supervisor');
  await who.go(reply);
  const text = await page.innerText('main .brief > p:first-child');
  for (const figure of ['2,525个', '10,226名', '14,509件', '14,218件', '98%', '1,200个', '59%', '4,945件']) {
    assert.ok(text.includes(figure), `${figure} is not in: ${text}`);
  }
  assert.match(await said(page), /97\.99%/);
  await examine(who, 'reports-reply');
});

journey('a supervisor reads in English', async (who) => {
  const { page } = who;
  await signIn(who, 'county');
  await page.click('.top button:text-is("English")');
  await page.waitForFunction(() => document.documentElement.lang === 'en');
  for (const [address, heading] of [['/reports', 'Overview'], ['/reports/briefing', 'Briefing'], ['/reports/case-table?group=committee', 'Case table']]) {
    await who.go(address);
    assert.equal(await h1(page), heading);
    await examine(who, `reports-en-${heading.toLowerCase().replace(' ', '-')}`);
  }
});

test('reports are light', async () => {
  const who = await visitor();
  try {
    await signIn(who, 'supervisor');
    const cookies = Object.fromEntries((await who.context.cookies()).map((c) => [c.name, c.value]));
    for (const page of ['/reports', reply, '/reports/case-table?group=area']) await weigh(page, staff, cookies);
  } finally {
    await who.close();
  }
});
