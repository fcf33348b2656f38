// What is looked at without a case of one's own: hot spots and cases that belong together, the housing bureau's table, an organ
// that follows its referrals; and how mediators are paid, from a scheme to the payment list.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { examine, h1, journey, password, said, signIn, visitor } from '../kit.mjs';
import { as, ask, go_on, path, place } from '../people.mjs';

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

// The two walks claim for a year each of those of which the demo has no scheme: by it no other claim is made.
journey('a scheme is published, a year is claimed for, three look, one claim is refused, and two sign what is paid', async (who) => {
  const { page } = who;
  const year = who.js ? 2020 : 2021;
  const called = (n) => `（${year}）东湖少林人调字第000${n}号`;
  const row = (of, n) => of.locator('main tbody tr', { hasText: called(n) });
  const [refused, ...passed] = [1, 2, 3];
  await signIn(who, 'county');
  await page.waitForURL('**/reports');
  await page.click('nav a:text-is("培训与补贴")');
  await page.click('main a:text-is("补贴办法")');
  await examine(who, 'money-schemes');
  await page.click('main a:text-is("发布办法")');
  await examine(who, 'money-scheme-new');

  // An amount is missing, then the days are another scheme's: both are said where they stand, and what was typed stays.
  const name = `${year} 年以案定补办法`;
  await page.fill('[name=name]', name);
  await page.fill('[name=basis]', `丰司〔${year}〕1号`);
  const now = new Date().getFullYear();
  await page.fill('[name=valid_from]', `${now}-01-01`);
  await page.fill('[name=valid_to]', `${now}-12-31`);
  await page.fill('[name="terms.rates.0.fen"]', '100');
  await page.selectOption('[name="terms.rates.1.class"]', '2');
  await page.fill('[name="terms.bonuses.0.percent"]', '10');
  await page.check('[name="terms.materials.0.items"][value=agreement]', { force: true });
  await go_on(page);
  assert.match(await page.innerText('#error-summary'), /请填写金额/);
  await page.fill('[name="terms.rates.1.fen"]', '200.50');
  await go_on(page);
  assert.match(await page.innerText('#error-summary'), /这段时间已经有办法/);
  await examine(who, 'money-scheme-overlap');
  assert.equal(await page.inputValue('[name=name]'), name);
  await page.fill('[name=valid_from]', `${year}-01-01`);
  await page.fill('[name=valid_to]', `${year}-12-31`);
  await go_on(page);
  await page.waitForURL('**?done=scheme_published');
  assert.equal(await h1(page), name);
  assert.match(await said(page), /200\.50/);
  await examine(who, 'money-scheme');

  // A case is claimed for once, however often the chair asks.
  await as(who, 'chair', async (chair) => {
    await chair.page.waitForURL('**/desk');
    await chair.go('/subsidy/claims');
    for (const made of [3, 0]) {
      await chair.page.click('main a:text-is("按时段申报")');
      await chair.page.fill('[name=from]', `${year}-01-01`);
      await chair.page.fill('[name=to]', `${year}-12-31`);
      await go_on(chair.page);
      assert.match(await said(chair.page), new RegExp(`申报了 ${made} 件`));
      await examine(chair, `money-claimed-${made}`);
      await chair.go('/subsidy/claims');
    }
  });

  // The station refuses one, with a reason, and lets the others pass; whoever ticks nothing is told.
  await as(who, 'station', async (station) => {
    await station.go('/subsidy/claims');
    await station.page.click('main nav a:has-text("待办：司法所初审")');
    await examine(station, 'money-check');
    await go_on(station.page);
    assert.match(await station.page.innerText('#error-summary'), /请选择申报/);
    await row(station.page, refused).locator('a').click();
    assert.match(await said(station.page), /请核对案卷里有没有这些材料/);
    await examine(station, 'money-claim');
    await station.page.click('main a:text-is("不予补贴")');
    await station.page.check('[name=code][value=materials]', { force: true });
    await go_on(station.page);
    assert.match(await station.page.innerText('#error-summary'), /请填写/);
    assert.ok(await station.page.isChecked('[name=code][value=materials]'));
    await examine(station, 'money-refuse');
    await station.page.fill('[name=text]', '缺少协议书原件');
    await go_on(station.page);
    await station.page.waitForURL('**&done=subsidy_refused');
    assert.equal(await row(station.page, refused).count(), 0, 'what was refused waits on');
    await lets(station.page);
  });

  // The bureau and the city's look at what passed; nobody takes two looks, and what was refused comes to nobody.
  async function lets(at) {
    for (const n of passed) await row(at, n).locator('input').check({ force: true });
    await go_on(at);
    await at.waitForURL('**&done=subsidy_passed');
    for (const n of passed) assert.equal(await row(at, n).count(), 0, 'what passed waits on');
  }
  await who.go('/subsidy/claims?step=examine');
  assert.equal(await row(page, refused).count(), 0);
  await lets(page);
  await as(who, 'supervisor', async (city) => {
    await city.go('/subsidy/claims?step=approve');
    assert.equal(await row(city.page, refused).count(), 0);
    await lets(city.page);
  });

  await page.click('main a:text-is("发放")');
  await examine(who, 'money-batches');
  await page.click('main a:text-is("编制批次")');
  await page.fill('[name=from]', `${year}-01-01`);
  await page.fill('[name=to]', `${year}-12-31`);
  await examine(who, 'money-batch-new');
  await go_on(page);
  await page.waitForURL('**?done=batch_made');
  const batch = path(page);
  const lines = await page.locator('main table', { hasText: '移出' }).innerText();
  const payees = await page.locator('main table tbody td[data-l="姓名"]').allInnerTexts();
  const [, total] = (await said(page)).match(/大写\s+(\S+元\S+)/);
  assert.ok(passed.every((n) => lines.includes(called(n))) && !lines.includes(called(refused)), lines);
  await examine(who, 'money-batch');
  await go_on(page);
  assert.match(await page.innerText('#error-summary'), /请确认已经核对/);
  await signed(page);
  assert.match(await said(page), /您已经签过，还要另一个人签/);
  assert.doesNotMatch(await said(page), /导出 Excel/);
  assert.equal(await page.locator('[name=read]').count(), 0, 'one may sign twice');

  await as(who, 'supervisor', async (city) => {
    await city.go(batch);
    await signed(city.page);
    assert.match(await said(city.page), /两人已签/);
    await examine(city, 'money-batch-signed');
  });

  // Only now there is a list, and who takes it is written down.
  await who.go(batch);
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('main button[value=csv]')]);
  const list = readFileSync(await file.path(), 'utf8');
  assert.ok(list.includes(total), `${total} is signed, and not paid: ${list}`);
  for (const paid of payees) assert.ok(list.includes(paid), `${paid} is left out of ${list}`);
  await who.go(batch);
  assert.match(await said(page), /导出记录[\s\S]*苏惠敏/);
  await page.fill('[name=paid_on]', await page.getAttribute('[name=paid_on]', 'max'));
  await page.click('main form[action$="/paid"] button');
  await page.waitForURL('**?done=batch_paid');
  assert.match(await said(page), /已发放/);
  await examine(who, 'money-batch-paid');
  await as(who, 'mediator', async (su) => {
    await su.page.waitForURL('**/desk');
    assert.equal((await su.go(batch)).status(), 403, 'a mediator reads what others are paid');
  });
}, { timeout: 400_000 });

// signed confirms that the batch was looked at, and signs it.
async function signed(page) {
  await page.check('[name=read]', { force: true });
  await page.click('main form[action$="/sign"] button');
  await page.waitForURL('**?done=batch_signed');
}
