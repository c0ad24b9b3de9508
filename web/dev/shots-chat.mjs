/**
 * Takes pictures of the citizen's page in every state and runs axe on each. Needs `npm run build`, `node dev/mock.mjs`.
 *
 *   node dev/shots-chat.mjs OUTPUT_FOLDER
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const out = process.argv[2] ?? 'shots';
const address = process.argv[3] ?? 'http://127.0.0.1:5199';
mkdirSync(out, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
let bad = 0;

async function check(page, name) {
  await page.waitForTimeout(250);
  await page.screenshot({ path: `${out}/${name}.png` });
  // Playwright evaluates outside the page's own policy.
  await page.evaluate(axe);
  // Where the system forces its own colours, axe still sees ours.
  const rules = name.startsWith('contrast') ? { 'color-contrast': { enabled: false } } : {};
  const result = await page.evaluate((rules) => window.axe.run(document, { rules, resultTypes: ['violations', 'incomplete'] }), rules);
  for (const kind of ['violations', 'incomplete'])
    for (const issue of result[kind]) {
      bad += 1;
      console.log(name, kind, issue.id, issue.nodes.slice(0, 3).map((node) => `${node.target.flat().join(' ')} :: ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''} ${(node.any[0]?.relatedNodes ?? []).map((each) => each.target.flat().join(' ')).join(',')}`).join(' | '));
    }
}

async function visit(name, options, steps) {
  const context = await browser.newContext({ bypassCSP: false, ...options });
  const page = await context.newPage();
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && !/ERR_|WebSocket connection|503/.test(message.text()) && console.log(name, message.text()));
  page.on('pageerror', (error) => console.log(name, 'PAGEERROR', error.message));
  page.on('request', (request) => !request.url().startsWith(address) && !request.url().startsWith('blob:') && console.log(name, 'THIRD PARTY', request.url()));
  await page.goto(address);
  await page.getByRole('button', { name: 'Verstuur' }).waitFor();
  await steps(page, (state) => check(page, `${name}-${state}`));
  await context.close();
}

const say = async (page, text) => {
  await page.getByLabel('Uw bericht', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Verstuur' }).click();
};
const heard = (page, text) => page.getByText(text).last().waitFor();

const sizes = { 375: { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true }, 768: { viewport: { width: 768, height: 1024 } }, 1280: { viewport: { width: 1280, height: 800 } } };
const wanted = process.argv[4];
for (const [size, options] of Object.entries(sizes)) {
  if (wanted && wanted !== size) continue;
  await visit(size, options, async (page, shot) => {
    await heard(page, 'Waar kunnen we');
    await shot('1-start');
    await page.getByRole('button', { name: 'Ik ga verhuizen' }).click();
    await heard(page, 'Fijn, een nieuw huis');
    await shot('2-antwoord');
    await page.getByRole('button', { name: 'Ik verhuis binnen' }).click();
    await heard(page, 'proefberekening');
    await shot('3-keuze');
    await say(page, 'Hoe ver is mijn zaak, hij is te laat');
    await heard(page, 'Dit is uw zaak');
    await shot('4-zaak');
    await page.getByText('Meer mogelijkheden').locator('..').click();
    await shot('5-menu');
    await page.keyboard.press('Escape');
    await say(page, 'typ');
    await heard(page, 'Verbonden zoekt');
    await shot('6-typt');
    await say(page, 'x '.repeat(1200));
    await heard(page, 'te lang');
    await shot('7-geweigerd');
    await page.getByRole('button', { name: 'Verwijder' }).click();
    await page.getByRole('button', { name: 'Ik wil een mens' }).last().click();
    await heard(page, 'U wacht op een mens');
    await shot('8-wacht');
    const id = await page.evaluate(async () => (await (await fetch('/api/web/session', { method: 'POST', body: '{}' })).json()).conversation);
    const desk = await browser.newContext();
    const login = await (await desk.request.post(`${address}/api/balie/login`, { data: { username: 'fatima', password: 'demo' } })).json();
    const act = (action, data) => desk.request.post(`${address}/api/balie/conversations/${id}/${action}`, { data, headers: { 'X-CSRF-Token': login.csrf } });
    const epoch = (await (await desk.request.get(`${address}/api/balie/conversations/${id}`)).json()).item.epoch;
    await act('claim', { epoch });
    await act('messages', { id: '1', text: 'Goedemiddag, u spreekt met Fatima. Ik zie dat u gaat verhuizen en dat uw aanvraag te laat is. Zullen we die twee dingen samen langslopen?' });
    await act('typing', {});
    await heard(page, 'Fatima is aan het typen');
    await shot('9-mens');
    await act('close', { epoch: epoch + 1, outcome: 'answered' });
    await heard(page, 'Dit gesprek is klaar');
    await shot('a-klaar');
    await page.request.post(`${address}/dev/fail`, { data: { on: true } });
    await page.request.post(`${address}/dev/cut`, { data: {} });
    await say(page, 'Ik heb nog een vraag');
    await heard(page, 'Wat u typt, bewaren we');
    await shot('b-verbinding');
    await page.reload().catch(() => undefined);
    await page.request.post(`${address}/dev/fail`, { data: { on: false } });
  });
}
if (!wanted || wanted === 'extra') {
  await visit('donker', { viewport: { width: 768, height: 900 }, colorScheme: 'dark' }, async (page, shot) => {
    await shot('1-start');
    await say(page, 'Hoe ver is mijn zaak, hij is te laat');
    await heard(page, 'Dit is uw zaak');
    await shot('2-zaak');
  });
  await visit('contrast', { viewport: { width: 768, height: 900 }, forcedColors: 'active' }, async (page, shot) => {
    await say(page, 'Hoe ver is mijn zaak');
    await heard(page, 'Dit is uw zaak');
    await shot('1-zaak');
  });
  await visit('320', { viewport: { width: 320, height: 640 }, hasTouch: true }, async (page, shot) => {
    await shot('1-start');
    await say(page, 'Ik kan mijn rekeningen niet betalen');
    await heard(page, 'Geldfit');
    await shot('2-antwoord');
  });
  await visit('zoom400', { viewport: { width: 320, height: 200 } }, async (page, shot) => {
    await shot('1-start');
    await say(page, 'Ik kan mijn rekeningen niet betalen');
    await heard(page, 'Geldfit');
    await shot('2-antwoord');
  });
}
await browser.close();
console.log(bad === 0 ? 'axe: nothing found' : `axe: ${bad} findings`);
