import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examine, h1, journey, said, signIn, visitor } from '../kit.mjs';

const path = (page) => new URL(page.url()).pathname;
const pick = (page, name, value) => page.check(`main [name="${name}"][value="${value}"]`, { force: true });

// tell answers what a line of the book asks; each answer is one thing done by hand.
async function tell(page) {
  const hand = { typed: 0, chosen: 0 };
  const type = async (name, text) => { await page.fill(`main [name="${name}"]`, text); hand.typed += 1; };
  const choose = async (name, value) => { await pick(page, name, value); hand.chosen += 1; };
  await type('applicant.name', '林秀英');
  await type('applicant.phone', '13800138000');
  await type('respondent.name', '陈志强');
  await type('respondent.phone', '无');
  await page.selectOption('main [name="category"]', '1306');
  hand.chosen += 1;
  await type('facts', '楼上卫生间漏水，天花板发霉。');
  await choose('outcome', 'kept');
  await type('terms.text', '陈志强当场付给林秀英粉刷费二百元。');
  await choose('terms.debtor', 'respondent');
  await choose('rights_told', 'yes');
  return hand;
}

journey('what was settled by word of mouth is entered on one page', async (who) => {
  const { page } = who;
  await signIn(who, 'mediator');
  await page.waitForURL('**/desk');
  await page.click('main a[href="/ledger/new"]');
  assert.equal(await h1(page), '快速登记');
  await examine(who, 'ledger-new');
  await page.click('main form .acts button');
  assert.match(await page.title(), /^错误：/);
  const began = Date.now();
  const hand = await tell(page);
  await page.click('main form .acts button');
  assert.match(path(page), /^\/ledger\/[0-9a-f-]{36}$/, await said(page));
  assert.match(await said(page), /已登记[^]*人调字第\d{4}号[^]*结案/);
  // Ten fields in the handbook's count: a name and its telephone are one, place and day and mediator stand there already.
  assert.ok(hand.typed <= 6 && hand.chosen <= 4, `${hand.typed} typed, ${hand.chosen} chosen`);
  console.log(`quick entry: ${hand.typed} fields typed, ${hand.chosen} chosen, 1 button, answered in ${Date.now() - began} ms`);
  await examine(who, 'ledger-entered');
  await page.click('main a.btn.sec >> nth=0');
  assert.match(await said(page), /已结案|结案/);
});

test('a line entered without a network is sent once when it is back', { timeout: 90_000 }, async () => {
  const who = await visitor({ width: 390, workers: 'block' });
  try {
    const { page } = who;
    await signIn(who, 'mediator');
    await page.waitForURL('**/desk');
    await who.go('/ledger/new');
    let posts = 0;
    page.on('request', (req) => { if (req.method() === 'POST' && req.url().includes('/ledger/new')) posts += 1; });
    await tell(page);
    await page.waitForTimeout(500);
    await page.reload(); // nothing typed is lost
    assert.equal(await page.inputValue('main [name="terms.text"]'), '陈志强当场付给林秀英粉刷费二百元。');
    await who.context.setOffline(true);
    await page.waitForFunction(() => !navigator.onLine);
    await page.click('main form .acts button');
    await page.locator('.notice.warn').waitFor();
    await who.context.setOffline(false);
    await page.waitForURL(/\/ledger\/[0-9a-f-]{36}$/);
    assert.equal(posts, 1);
    await who.go('/ledger/new');
    assert.equal(await page.inputValue('main [name="applicant.name"]'), '');
  } finally {
    await who.close();
  }
});

journey('a chair sees to leave, and is told whom one would propose', async (who) => {
  const { page } = who;
  await signIn(who, 'chair');
  await page.waitForURL('**/desk');
  await page.click('main a[href="/desk/team"]');
  await examine(who, 'duty-team');
  await page.click('main tbody a >> nth=1');
  const name = await h1(page);
  await examine(who, 'duty-member');
  const day = (ahead) => new Date(Date.now() + (8 + 24 * ahead) * 3_600_000).toISOString().slice(0, 10);
  await page.fill('[name=from]', day(0));
  await page.fill('[name=to]', day(3));
  await page.check('[name=cover_mediator_id] >> nth=-1', { force: true });
  await page.click('main .acts button');
  const row = () => page.locator(`main tr:has-text("${name}")`).innerText();
  assert.match(await row(), /请假中/);
  await who.go('/desk/cases?state=accepted');
  await page.click('main a[href^="/desk/cases/"] >> nth=0');
  await page.click('main a[href$="/assign"] >> nth=0');
  assert.match(await said(page), new RegExp(`建议由 .+ 承办[^]*${name}[^]*请假至`));
  await examine(who, 'desk-assign');
  await who.go('/desk/team');
  await page.click(`main a:has-text("${name}")`);
  await page.click('main form button:has-text("已经回岗")');
  assert.doesNotMatch(await row(), /请假中/);
  await who.go('/desk/ageing');
  await examine(who, 'desk-ageing');
});
