import assert from 'node:assert/strict';
import { base, examine, journey } from '../kit.mjs';
import { as, enters, filed, go_on, path, told } from '../people.mjs';

const phone = '13900139111'; // nobody's but this journey's

// crowd files from this telephone, far from where the demo's mediator works, until a filing waits.
async function crowd() {
  for (let i = 0; i < 200; i++) {
    const answer = await fetch(`${base}/api/v1/cases`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({
      category: '02', area_code: '350502001001', title: '楼上漏水', facts: '天花板发霉。',
      applicant: { name: '林秀英', phone }, respondents: [{ name: '陈志强', phone_reason: '不知道' }] }) });
    if (answer.status === 202) return;
    assert.equal(answer.status, 201, await answer.text());
  }
  assert.fail('nothing was ever held');
}

journey('a filing over a bound waits, the mediator lets it in, and the resident finds the case', async (lin) => {
  const { page } = lin;
  await crowd();
  await told(lin);
  await lin.go('/file/you?to=check');
  await page.fill('[name="applicant.phone"]', phone);
  await go_on(page);
  const given = await filed(lin);
  assert.ok((await page.innerText('main')).includes('等调委会看'));
  await examine(lin, 'file-held');
  await page.reload();
  assert.equal(await page.innerText('.panel .ref'), given.reference);
  await enters(lin, given);
  assert.equal(path(page), '/follow');
  await examine(lin, 'follow-held');
  await as(lin, 'mediator', async (su) => {
    await su.go('/desk');
    await su.page.click('main a[href="/held-filings"]');
    await examine(su, 'held-list');
    await su.page.click('main td.head a');
    await examine(su, 'held-one');
    await su.page.click('main button[value=release]');
    assert.ok((await su.page.innerText('main')).includes('已登记为案件'));
  });
  const id = await enters(lin, given);
  assert.equal(path(page), `/mine/${id}`);
});
