/**
 * Takes pictures of the desk in its states and runs axe on each. Needs `npm run build`, `node dev/mock.mjs`.
 *
 *   node dev/shots-balie.mjs OUTPUT_FOLDER [ADDRESS] [SIZE]
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [out = 'shots', address = 'http://127.0.0.1:5199', wanted] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
let bad = 0;

async function check(page, name) {
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${out}/${name}.png` });
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations', 'incomplete'] }));
  for (const kind of ['violations', 'incomplete'])
    for (const issue of result[kind]) {
      bad += 1;
      console.log(name, kind, issue.id, issue.nodes.slice(0, 3).map((node) => `${node.target.flat().join(' ')} :: ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''} ${(node.any[0]?.relatedNodes ?? []).map((each) => each.target.flat().join(' ')).join(',')}`).join(' | '));
    }
}

const sizes = {
  1280: { viewport: { width: 1280, height: 800 } },
  768: { viewport: { width: 768, height: 1024 } },
  375: { viewport: { width: 375, height: 740 } },
  donker: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  zoom: { viewport: { width: 320, height: 256 } },
};
for (const [size, options] of Object.entries(sizes)) {
  if (wanted && wanted !== size) continue;
  const citizens = await browser.newContext();
  const citizen = await citizens.newPage();
  await citizen.goto(address);
  await citizen.request.post(`${address}/dev/seed`, { data: { count: 6 } });
  const say = async (text) => {
    await citizen.getByLabel('Uw bericht', { exact: true }).fill(text);
    await citizen.keyboard.press('Enter');
    await citizen.waitForTimeout(700);
  };
  await say('Ik verhuis. Hoe zit het met mijn huurtoeslag?');
  await say('Hoe ver is mijn aanvraag, hij is te laat');
  await say('Ik wil een mens');

  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && !/ERR_|WebSocket connection|40[19]/.test(message.text()) && console.log(size, message.text()));
  page.on('pageerror', (error) => console.log(size, 'PAGEERROR', error.message));
  page.on('request', (request) => !request.url().startsWith(address) && console.log(size, 'THIRD PARTY', request.url()));
  const shot = (name) => check(page, `balie-${size}-${name}`);
  await page.goto(`${address}/balie`);
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  await shot('1-login');
  await page.getByLabel('Gebruikersnaam').fill('fatima');
  await page.getByLabel('Wachtwoord').fill('fout');
  await page.keyboard.press('Enter');
  await page.getByText('klopt niet').waitFor();
  await shot('2-fout');
  await page.getByLabel('Wachtwoord').fill('demo');
  await page.keyboard.press('Enter');
  await page.locator('.item').first().waitFor();
  await shot('3-lijst');
  await page.locator('.item', { hasText: 'uw zaak' }).or(page.locator('.item', { hasText: 'Een mens neemt' })).last().click();
  await page.getByRole('heading', { name: 'Samenvatting' }).waitFor();
  await shot('4-gesprek');
  await page.getByRole('button', { name: 'Neem dit gesprek' }).click();
  await page.getByLabel('Uw antwoord').waitFor();
  await page.getByLabel('Uw antwoord').fill('Goedemiddag, u spreekt met Fatima. Ik help u met uw verhuizing en uw aanvraag.');
  await page.keyboard.press('Enter');
  await say('Fijn, dank u wel. Ik ben al drie keer doorverbonden.');
  await citizen.getByLabel('Uw bericht', { exact: true }).pressSequentially('En ook');
  await page.getByText('is aan het typen').waitFor();
  await shot('5-in-gesprek');
  await page.getByLabel('Interne notitie').check();
  await page.getByLabel('Uw notitie').fill('Drie keer doorverbonden. Let op: maatwerk?');
  await shot('6-notitie');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Bekijk het bericht' }).first().click();
  await shot('7-bewijs');
  await page.getByRole('button', { name: 'Sluit af' }).first().click();
  await page.locator('dialog[open]').getByRole('button', { name: 'Sluit af' }).click();
  await shot('8-afsluiten');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Toetsen en uitleg' }).click();
  await shot('9-uitleg');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Geef terug' }).click();
  await shot('a-teruggeven');
  await page.locator('dialog[open]').getByRole('button', { name: 'Geef terug' }).click();
  await page.getByText('U kunt meelezen').waitFor();
  await shot('b-terug');
  await context.close();
  await citizens.close();
}
await browser.close();
console.log(bad === 0 ? 'axe: nothing found' : `axe: ${bad} findings`);
