// A log-in to try and to test Verbonden with: two issuers of the certified package `oidc-provider` in one process.
//
//   node server.mjs CONFIG.json
//
// `/digid` lets one choose a demo citizen, without a password; `/medewerkers` asks for user name and password of a demo
// account. CONFIG.json is written by verbonden/supervision/inlog.py, which says what is in it. Nothing is kept on disk.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { choicePage, errorPage, goodbyePage, logoutPage, passwordPage } from './pages.mjs';

const MAXIMUM_FORM = 8192;
const config = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const stylesheet = readFileSync(new URL('./inlog.css', import.meta.url));
const words = (name) => ({ ...config.texts.gemeenschappelijk, ...config.texts[name] });

const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const jwks = { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] };

/** The same for everybody who may see it, yet not the number itself. */
const pseudonym = (issuer, id) => createHash('sha256').update(`${issuer} ${id}`).digest('hex').slice(0, 32);

const realms = {
  digid: {
    accounts: new Map(config.citizens.map((c) => [pseudonym('digid', c.bsn), { bsn: c.bsn, name: c.name }])),
    claims: { openid: ['sub', 'bsn'] },
    claimsOf: (account) => ({ bsn: account.bsn }),
    page: (uid, texts) =>
      choicePage(texts, uid, [...realms.digid.accounts].map(([id, { name }]) => ({ id, name }))),
    chosen: (form) => (realms.digid.accounts.has(form.get('persoon')) ? form.get('persoon') : null),
    acr: 'urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract',
  },
  medewerkers: {
    accounts: new Map(config.staff.map((s) => [pseudonym('medewerkers', s.username), s])),
    claims: { openid: ['sub', 'preferred_username', 'name', 'organisation', 'role', 'teams'] },
    claimsOf: ({ username, name, organisation, role, teams }) => ({ preferred_username: username, name, organisation, role, teams }),
    page: (uid, texts, wrong) => passwordPage(texts, uid, wrong),
    chosen: (form) => {
      const id = pseudonym('medewerkers', (form.get('gebruiker') ?? '').trim().toLowerCase());
      const known = realms.medewerkers.accounts.get(id);
      // The same work for an unknown name.
      const right = same(form.get('wachtwoord') ?? '', known ? known.password : randomBytes(16).toString('hex'));
      return known && right ? id : null;
    },
    acr: '1',
  },
};

function same(a, b) {
  const digest = (text) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function providerOf(name) {
  const realm = realms[name];
  const { client_id, client_secret, redirect_uris, post_logout_redirect_uris } = config.clients[name];
  const provider = new Provider(`${config.url}/${name}`, {
    clients: [{ client_id, client_secret, redirect_uris, post_logout_redirect_uris, response_types: ['code'], grant_types: ['authorization_code'] }],
    jwks,
    // Cookies are shared by all paths and ports of a host: names of our own keep the two issuers apart.
    cookies: {
      keys: [config.cookie_key],
      names: { interaction: `${name}_interaction`, resume: `${name}_resume`, session: `${name}_session` },
    },
    claims: realm.claims,
    conformIdTokenClaims: false, // brokers give the claims in the ID token
    acrValues: [realm.acr],
    pkce: { required: () => true },
    ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 3600, IdToken: 300, Interaction: 900, Session: 3600 },
    interactions: { url: (_, interaction) => `/${name}/inloggen/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => void (ctx.body = logoutPage(words(name), form)),
        postLogoutSuccessSource: (ctx) => void (ctx.body = goodbyePage(words(name))),
      },
    },
    renderError: (ctx) => void (ctx.body = errorPage(words(name))),
    findAccount: (_, id) => {
      const account = realm.accounts.get(id);
      return account && { accountId: id, claims: async () => ({ sub: id, ...realm.claimsOf(account) }) };
    },
    // Whoever is asked to log in here has agreed already: there is one client, ours.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  provider.on('server_error', (_, error) => console.error(`${name}: ${error.name}`));
  return provider;
}

const providers = Object.fromEntries(Object.keys(realms).map((name) => [name, providerOf(name)]));
const callbacks = Object.fromEntries(Object.entries(providers).map(([name, provider]) => [name, provider.callback()]));

async function formOf(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MAXIMUM_FORM) throw new RangeError('form too long');
  }
  return new URLSearchParams(text);
}

function send(response, status, body, type = 'text/html; charset=utf-8') {
  response.writeHead(status, {
    'Content-Type': type, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
  });
  response.end(body);
}

async function interaction(name, request, response) {
  const { uid } = await providers[name].interactionDetails(request, response);
  if (request.method !== 'POST') return send(response, 200, realms[name].page(uid, words(name)));
  const form = await formOf(request);
  if (form.has('stoppen')) {
    return providers[name].interactionFinished(request, response, { error: 'access_denied' });
  }
  const accountId = realms[name].chosen(form);
  if (accountId === null) return send(response, 200, realms[name].page(uid, words(name), true));
  return providers[name].interactionFinished(request, response, { login: { accountId, acr: realms[name].acr, remember: false } });
}

const server = createServer(async (request, response) => {
  const [, name, part] = request.url.split(/[/?]/);
  try {
    if (request.url === '/gezond') return send(response, 200, 'ok', 'text/plain');
    if (request.url === '/inlog.css') return send(response, 200, stylesheet, 'text/css');
    if (!Object.hasOwn(providers, name)) return send(response, 404, errorPage(words('digid')));
    if (part === 'inloggen') return await interaction(name, request, response);
    request.originalUrl = request.url; // what a framework does for an application under a path
    request.url = request.url.slice(name.length + 1) || '/';
    return callbacks[name](request, response);
  } catch (error) {
    if (!response.headersSent) send(response, 400, errorPage(words(Object.hasOwn(providers, name) ? name : 'digid')));
    if (error.name !== 'SessionNotFound' && error.name !== 'RangeError') console.error(`${name}: ${error.name}`);
  }
});
server.listen(config.port, config.host);
process.on('SIGTERM', () => process.exit(0));
