import assert from 'node:assert/strict';
import { examine, h1, journey, said, signIn } from '../kit.mjs';

const path = (page) => new URL(page.url()).pathname;
journey('the papers of a case are listed, opened and printed', async (who) => {
  const { page } = who;
  await signIn(who, 'mediator');
  await page.waitForURL('**/desk');
  await who.go('/desk/cases?state=closed');
  await page.click('main tbody a >> nth=0');
  await page.click('main a[href$="/papers"] >> nth=0');
  assert.equal(await h1(page), '文书');
  await examine(who, 'papers-list');
  await page.click('main a:has-text("卷宗封面") >> nth=0');
  await page.locator('body', { hasText: '人 民 调 解 卷 宗' }).waitFor();
  if (who.js) await page.emulateMedia({ media: 'print' });
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= window.innerWidth));
});

journey('a case is found by a name, and nothing of it stands in an address', async (who) => {
  const { page } = who;
  await signIn(who, 'mediator');
  await page.waitForURL('**/desk');
  await page.fill('header input[name=q]', '少林');
  await page.press('header input[name=q]', 'Enter');
  await page.waitForURL('**/desk/search');
  await page.locator('main', { hasText: '找到的案件' }).waitFor();
  assert.equal(new URL(page.url()).search, '');
  assert.match(await said(page), /人调字第|登20/);
  await examine(who, 'search');
  await page.click('main a[href^="/desk/cases/"] >> nth=0');
  assert.match(path(page), /^\/desk\/cases\//);
});

journey('a ledger is taken in row by row, and taken in again doubles nothing', async (who) => {
  const { page } = who;
  await signIn(who, 'chair');
  await page.waitForURL('**/desk');
  await who.go('/exchange');
  const day = new Date(Date.now() - 40 * 864e5).toISOString().slice(0, 10);
  const mark = String(Date.now()).slice(-6); // another ledger each time
  const csv = ['台账编号,日期,小区或地点,申请人,申请人电话,被申请人,被申请人电话,纠纷类型,纠纷简况,结果,协议内容,履行期限,金额,调解员,备注',
    `${mark}1,${day},少林社区,张一${mark},无,李二${mark},无,邻里,楼道堆物。,调解成功,李二${mark}搬走堆物。,${day},,庄玉英,`,
    `${mark}2,不是日期,少林社区,张三,无,李四,无,邻里,楼道堆物。,调解成功,搬走。,${day},,庄玉英,`].join('\n');
  const send = async () => {
    await who.go('/exchange');
    await page.setInputFiles('main input[type=file]', { name: '台账.csv', mimeType: 'text/csv', buffer: Buffer.from(`\uFEFF${csv}`) });
    await page.click('main form .acts button, main form button.btn >> nth=0');
    await page.waitForURL(/\/exchange\/[0-9a-f-]{36}/);
    await page.locator('main form .acts button').first().waitFor();
  };
  await send();
  await examine(who, 'exchange-columns');
  const press = async () => { // the answer comes before the page is looked at again
    await page.click('main form .acts button >> nth=0');
    await page.waitForURL(/\/exchange\/[0-9a-f-]{36}$/);
  };
  await press();
  const until = async (words) => {
    for (let i = 0; i < 60 && !words.test(await said(page)); i += 1) {
      await page.waitForTimeout(500);
      await page.reload();
    }
    assert.match(await said(page), words);
  };
  await until(/第 3 行[^]*日期/);
  await examine(who, 'exchange-tried');
  await page.click('main a[href$="/start"]');
  await page.check('main [name=choice][value=good]', { force: true });
  await page.check('main [name=rights_told]', { force: true });
  await press();
  await until(/录入完成[^]*已录入\s*1/);
  await send();
  await press();
  await until(/以前录过\s*1/);
});
