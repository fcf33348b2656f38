// The demo city's people at work, for the journeys and for the pictures: somebody files, a mediator does their part, a code is sent.
import assert from 'node:assert/strict';
import { base, password, signIn, visitor } from './kit.mjs';

export const place = { county: '350503000000', town: '350503001000', village: '350503001001' }; // where the demo's mediator works

// ask speaks to the API as somebody of the demo city would with a program of their own.
export async function ask(method, path, body, token) {
  const headers = { 'content-type': 'application/json', 'if-match': '*' };
  if (token) headers.authorization = `Bearer ${token.value}`;
  if (body && body.version) headers['if-match'] = `"${body.version}"`;
  const { version, ...rest } = body || {};
  const answer = await fetch(`${base}/api/v1${path}`, { method, headers, body: method === 'GET' ? undefined : JSON.stringify(rest) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

// mediator is the demo's mediator at work.
export async function mediator() {
  const session = await ask('POST', '/sessions', { login: 'mediator', password });
  const token = { value: session.token };
  const committee = session.actor.posts[0].committee_id;
  return {
    name: session.actor.name,
    // row is their own entry in the register of mediators.
    row: async () => (await ask('GET', `/registry/mediators?committee_id=${committee}`, null, token)).items.find((m) => m.name === session.actor.name).id,
    files: (body) => ask('POST', '/cases', body, token),
    sees: (id) => ask('GET', `/cases/${id}`, null, token),
    async does(id, event, body = {}) {
      const { version } = await ask('GET', `/cases/${id}`, null, token);
      return ask('POST', `/cases/${id}/${event}`, { ...body, version }, token);
    },
    invites: (id, party) => ask('POST', `/cases/${id}/invitations`, { party_id: party, channel: 'letter' }, token),
  };
}

export const go_on = (page) => page.click('main form button.btn');
export const path = (page) => new URL(page.url()).pathname;

// as runs a walk of somebody else in a browser of their own, with the same means.
export async function as(who, login, walk) {
  const other = await visitor({ js: who.js, width: who.js ? 1440 : 390 });
  try {
    await signIn(other, login);
    await walk(other);
    assert.deepEqual(other.faults, []);
  } finally {
    await other.close();
  }
}

// choose takes one answer, of radios or of a list.
export async function choose(page, name, value) {
  if (await page.locator(`select[name="${name}"]`).count()) await page.selectOption(`select[name="${name}"]`, value);
  else await page.check(`input[name="${name}"][value="${value}"]`, { force: true });
  await go_on(page);
}

// told walks to the check page; look is called on every page.
export async function told(who, look = async () => {}, phone = '138 0013 8000') {
  const { page } = who;
  await who.go('/file');
  await look('file-start');
  await page.click('main a.btn');
  await look('file-place');
  await choose(page, 'area_code', place.county);
  await look('file-town');
  await choose(page, 'area_code', place.town);
  await look('file-village');
  await choose(page, 'area_code', place.village);
  if (path(page) === '/file/compound') {
    await look('file-compound');
    await choose(page, 'compound_id', 'none');
  }
  await look('file-about');
  await choose(page, 'category', '02');
  await look('file-safe');
  await choose(page, 'danger', 'no');
  await look('file-facts');
  await page.fill('textarea[name=facts]', '楼上卫生间漏水，天花板发霉。\n说了两次没有人管。');
  await go_on(page);
  await look('file-wish');
  await go_on(page);
  await look('file-photos');
  await go_on(page);
  await look('file-you');
  await page.fill('[name="applicant.name"]', '林秀英');
  await page.fill('[name="applicant.phone"]', phone);
  await go_on(page);
  await look('file-other');
  await page.fill('[name="respondents.0.name"]', '陈志强');
  await page.check('[name=unknown]', { force: true });
  await go_on(page);
  if (path(page) === '/file/same') return; // they have something under way: it is theirs to say whether it is the same
  assert.equal(path(page), '/file/check');
  await look('file-check');
}

// filed sends the answers and reads what was given.
export async function filed(who) {
  await go_on(who.page);
  assert.equal(path(who.page), '/file/done');
  return { reference: await who.page.innerText('.panel .ref'), code: await who.page.innerText('.card .n') };
}

// enters opens a case by reference and code, and gives the case's id.
export async function enters(who, { reference, code }) {
  await who.go('/follow');
  await who.page.fill('[name=reference]', reference);
  await who.page.fill('[name=code]', code);
  await go_on(who.page);
  return path(who.page).replace('/mine/', '');
}

// invited files a case, if it was not filed before, and lets both sides in.
export async function invited(lin, chen, before) {
  let { id, given } = before || {};
  if (!before) {
    await told(lin);
    given = await filed(lin);
    id = await enters(lin, given);
  }
  const at = await mediator();
  await at.does(id, 'ask-consent');
  const { parties } = await at.sees(id);
  const other = parties.find((p) => p.role === 'respondent').id;
  const { letter } = await at.invites(id, other);
  await enters(chen, letter);
  return { id, at, parties, given };
}

// met brings an invited case to its first session.
export async function met({ id, at, parties }) {
  const ids = parties.map((p) => p.id);
  for (const one of ids) await at.does(id, 'record-consent', { party_id: one, consent: 'agreed', channel: 'phone' });
  await at.does(id, 'accept');
  await at.does(id, 'assign', { host_mediator_id: await at.row(), chosen_by: 'parties' });
  await at.does(id, 'give-notice', { party_ids: ids, manner: 'oral' });
  await at.does(id, 'open-session', { starts_at: new Date(Date.now() - 1000).toISOString(), place: '社区调解室', kind: 'joint', attending: ids, record: '不给当事人看的记录' });
}

// codes are those in the messages of the demo, which shows what it would have sent, newest first.
export async function codes() {
  const page = await (await fetch(`${base}/demo/messages`, { headers: { 'accept-language': 'zh-CN' } })).text();
  return [...page.matchAll(/(?:验证码|[Cc]ode)[^\d<]*(\d{6})/g)].map((m) => m[1]);
}

// texted waits for one more code than there were.
export async function texted(before) {
  for (let i = 0; i < 50; i++) {
    const now = await codes();
    if (now.length > before.length) return now[0];
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error('no code was sent');
}

// signs writes a name: by hand where the page can be drawn on, typed elsewhere.
export async function signs({ page, js }) {
  if (!js) {
    await page.fill('[name=name]', '林秀英');
    return;
  }
  const sheet = page.locator('[data-draw] canvas');
  await sheet.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await sheet.boundingBox();
  for (const [from, to] of [[0.1, 0.4], [0.5, 0.8]]) {
    await page.mouse.move(x + from * width, y + 0.3 * height);
    await page.mouse.down();
    for (let i = 1; i <= 12; i++) await page.mouse.move(x + (from + ((to - from) * i) / 12) * width, y + (0.3 + 0.3 * Math.sin(i)) * height);
    await page.mouse.up();
  }
}
