// Screens side by side as one picture for docs/.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { visitor } from './kit.mjs';

export const docs = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs');

// strip gathers screens; each is what a telephone shows, cut where the page goes on for long.
export function strip(who, measure) {
  const screens = [];
  return {
    screens,
    async look(name, weigh = true) {
      const { page } = who;
      const tall = await page.evaluate(() => document.documentElement.scrollHeight);
      const shot = await page.screenshot({ clip: { x: 0, y: 0, width: 390, height: Math.min(tall, 1300) }, fullPage: true });
      screens.push({ title: (await page.locator('h1').first().innerText()).trim(), shot });
      if (weigh && measure) await measure(name, who);
    },
  };
}

// paste sets the screens side by side, numbered, as one picture.
export async function paste(name, screens) {
  const sheet = await visitor({ js: false, width: 1500 });
  try {
    await sheet.page.setContent(`<style>body{margin:0;padding:24px;background:#fff;font:15px/1.4 sans-serif;color:#17212b}
      .all{display:grid;grid-template-columns:repeat(5,1fr);gap:24px 20px;align-items:start}
      figure{margin:0}img{width:100%;border:1px solid #c9d1d9;display:block}figcaption{margin:0 0 6px}</style>
      <div class="all">${screens.map((s, i) => `<figure><figcaption>${i + 1}. ${s.title}</figcaption><img src="data:image/png;base64,${s.shot.toString('base64')}"></figure>`).join('')}</div>`);
    await sheet.page.screenshot({ path: join(docs, 'pictures', `${name}.jpg`), type: 'jpeg', quality: 68, fullPage: true });
  } finally {
    await sheet.close();
  }
}
