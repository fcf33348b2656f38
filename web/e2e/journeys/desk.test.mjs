import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examine, h1, journey, said, signIn, staff, visitor, weigh } from '../kit.mjs';

const path = (page) => new URL(page.url()).pathname;
// fill writes into fields, chooses from lists, and takes radios and boxes, by their names and values.
async function fill(page, answers) {
  for (const [name, value] of Object.entries(answers)) {
    const field = page.locator(`main [name="${name}"]`);
    const kind = await field.first().evaluate((el) => (el.tagName === 'SELECT' ? 'select' : el.type));
    if (kind === 'select') await field.selectOption(value);
    else if (kind === 'radio' || kind === 'checkbox') await page.check(`main [name="${name}"][value="${value}"]`, { force: true });
    else await field.fill(value);
  }
}

// take chooses one of a question's answers by its words.
async function take(page, name, words) {
  await page.locator(`main .choice:has(input[name="${name}"])`, { hasText: words }).first().locator('input').check({ force: true });
}

const send = (page) => page.click('main form .acts button.btn >> nth=0');

// steps follows a button of the case's page to its form; look is called there.
async function step(who, home, name, look) {
  await who.go(home);
  const link = who.page.locator(`main a[href="${home}/${name}"]`).first();
  if (!(await link.isVisible())) await who.page.click('main details.more summary'); // what is rarer
  await link.click();
  assert.equal(path(who.page), `${home}/${name}`);
  if (look) await examine(who, `desk-${name}`);
}

// files registers a dispute for somebody, in one page.
async function files(who, look) {
  const { page } = who;
  await who.go('/desk');
  await page.click('main a[href="/desk/new"]');
  assert.equal(await h1(page), '登记新纠纷');
  if (look) await examine(who, 'desk-new');
  await send(page);
  assert.match(await page.title(), /^错误：/);
  await fill(page, { category: '1306', title: '楼上漏水', facts: '楼上卫生间漏水，天花板发霉。', request: '请修好。', 'applicant.name': '林秀英',
    'applicant.phone': '13800138000', 'respondents[0].name': '陈志强', 'respondents[0].phone_reason': '不知道' });
  await page.click('main button[name=more]');
  assert.equal(await page.inputValue('[name="title"]'), '楼上漏水');
  assert.ok(await page.locator('[name="respondents[1].name"]').count());
  await send(page);
  assert.match(path(page), /^\/desk\/cases\/[0-9a-f-]{36}$/, await said(page));
  return path(page);
}

// wall is the clock on the wall, some minutes ago.
function wall(minutes) {
  return new Date(Date.now() + (8 * 60 - minutes) * 60_000).toISOString().slice(0, 16);
}
const day = (ahead) => new Date(Date.now() + (8 + 24 * ahead) * 3_600_000).toISOString().slice(0, 10);

journey('a mediator works a dispute from filing to archive', async (who) => {
  const { page, js } = who;
  await signIn(who, 'mediator');
  await page.waitForURL('**/desk');
  assert.equal(await h1(page), '我的工作');
  assert.match(await said(page), /已经超期/);
  await examine(who, 'desk');
  const home = await files(who, js);
  await examine(who, 'desk-case-registered');

  await step(who, home, 'ask-consent', js);
  await send(page);
  await step(who, home, 'record-consent', js);
  await take(page, 'party_id', '陈志强');
  await fill(page, { consent: 'agreed', channel: 'phone' });
  await send(page);
  await step(who, home, 'accept', js);
  await send(page);
  assert.match(await said(page), /人调字第\d{4}号/);

  await step(who, home, 'assign', js);
  await fill(page, { chosen_by: 'committee' });
  await send(page);
  await step(who, home, 'give-notice', js);
  assert.match(await said(page), /要求终止调解/);
  await fill(page, { manner: 'oral' });
  await send(page);
  await step(who, home, 'open-session', js);
  await fill(page, { starts_at: wall(1), place: '社区调解室', record: '双方陈述。', result: '同意协商', risk: '1' });
  await send(page);

  await step(who, home, 'fix-agreement', js);
  await fill(page, { facts: '卫生间渗水', issues: '维修和赔偿', 'clauses[0].text': '陈志强赔偿林秀英粉刷费用。' });
  await page.click('main button[name=more]');
  assert.equal(await page.inputValue('[name="clauses[0].text"]'), '陈志强赔偿林秀英粉刷费用。');
  assert.ok(await page.locator('[name="clauses[1].text"]').count());
  await fill(page, { clause: 'apology' });
  await page.click('main button[value=choose]');
  await page.locator('[name="slot.debtor"]').selectOption({ label: '陈志强' });
  await page.locator('[name="slot.creditor"]').selectOption({ label: '林秀英' });
  await fill(page, { 'slot.due': day(3) });
  if (js) await examine(who, 'desk-library');
  await page.click('main button[value=fill]');
  assert.match(await page.inputValue('[name="clauses[1].text"]'), /当面向林秀英道歉/);
  await page.click('main button[value="delete:1"]');
  await page.click('main button[value=check] >> nth=0');
  assert.match(await said(page), /必须改正/);
  await send(page);
  assert.match(await said(page), /书面协议须至少有一项/);
  await fill(page, { 'clauses[0].obligation.kind': 'pay', 'clauses[0].obligation.amount_fen': '1800', 'clauses[0].obligation.due': day(3), 'clauses[0].obligation.manner': '微信转账' });
  await page.locator('[name="clauses[0].obligation.debtor_party_id"]').selectOption({ label: '陈志强' });
  await page.locator('[name="clauses[0].obligation.creditor_party_id"]').selectOption({ label: '林秀英' });
  if (js) await examine(who, 'desk-agreement');
  await send(page);
  assert.match(await said(page), /还缺/);

  await step(who, home, 'sign', js);
  for (const name of ['林秀英', '陈志强', '主持调解员', '盖章']) {
    await take(page, 'signer', name);
    if (name !== '盖章') await fill(page, { kind: 'wet_ink' });
    await send(page);
  }
  assert.match(await said(page), /已生效/);
  await examine(who, 'desk-case-performing');

  await step(who, home, 'record-performance', js);
  await fill(page, { state: 'performed', confirmed_by: 'creditor' });
  await send(page);
  await step(who, home, 'follow-up', js);
  await fill(page, { visitor: '洪国荣', performed: 'yes', satisfied: '5' });
  await send(page);
  await step(who, home, 'close');
  await send(page);
  await step(who, home, 'archive');
  await send(page);
  assert.match(await said(page), /已归档/);
}, { timeout: 400_000 });

journey('a mediator finds a case in the list', async (who) => {
  await signIn(who, 'mediator');
  await who.go('/desk/cases');
  await examine(who, 'desk-cases');
  await who.page.selectOption('[name=state]', 'in_mediation');
  await who.page.click('main form button');
  assert.equal(new URL(who.page.url()).searchParams.get('state'), 'in_mediation');
  assert.ok(await who.page.locator('main tbody tr').count() > 0);
  await who.page.click('main tbody tr:first-child a');
  assert.match(await said(who.page), /下一步/);
  await examine(who, 'desk-case-mediation');
});

journey('a supervisor goes from a figure to its cases, and reads no name', async (who) => {
  const { page } = who;
  await signIn(who, 'county');
  await page.waitForURL('**/reports');
  await who.go('/reports/case-table');
  await page.selectOption('[name=group]', 'area');
  await page.click('main form button');
  assert.match(await said(page), /相符/);
  await examine(who, 'report-case-table');
  await page.click('.figures tbody a >> nth=0');
  assert.match(await said(page), /只看：/);
  await examine(who, 'desk-cases-masked');
  await page.click('main tbody tr:first-child a');
  assert.match(await said(page), /隐去了当事人的姓名/);
  await examine(who, 'desk-case-masked');
});

journey('a chair reads the other steps in English', async (who) => {
  const { page } = who;
  await signIn(who, 'chair');
  await page.click('.top button:text-is("English")');
  await page.waitForFunction(() => document.documentElement.lang === 'en');
  await who.go('/desk');
  assert.equal(await h1(page), 'My work');
  await examine(who, 'desk-en');
  await who.go('/desk/cases?state=registered');
  await page.click('main tbody tr:first-child a');
  const home = path(page);
  await examine(who, 'desk-case-en');
  for (const name of ['refuse-acceptance', 'reroute', 'amend', 'attach', 'invite']) {
    await who.go(`${home}/${name}`);
    await h1(page);
    await examine(who, `desk-${name}-en`);
  }
});

test('pages for staff are light', async () => {
  const who = await visitor();
  try {
    await signIn(who, 'mediator');
    const cookies = Object.fromEntries((await who.context.cookies()).map((c) => [c.name, c.value]));
    for (const page of ['/desk', '/desk/cases', '/desk/new']) await weigh(page, staff, cookies);
  } finally {
    await who.close();
  }
});
