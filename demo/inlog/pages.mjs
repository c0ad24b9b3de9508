// The pages of the demonstration's log-in. All words come from data/inlog.yaml.

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const page = (t, title, body) => `<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} - ${escape(t.merk)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/inlog.css">
</head>
<body>
<header><p>${escape(t.merk)}</p></header>
<main>
<h1>${escape(title)}</h1>
${body}
</main>
</body>
</html>`;

const warning = (t) => `<div class="let-op"><h2>${escape(t.let_op)}</h2><p>${escape(t.waarschuwing)}</p></div>`;
const stop = (t) => `<button type="submit" name="stoppen" value="1" class="stil" formnovalidate>${escape(t.annuleren)}</button>`;

/** One button per demo citizen. */
export const choicePage = (t, _uid, people) =>
  page(t, t.titel, `${warning(t)}
<p>${escape(t.uitleg)}</p>
<form method="post">
<ul>
${people.map(({ id, name }) => `<li><button type="submit" name="persoon" value="${escape(id)}">${escape(t.knop.replace('{naam}', name))}</button></li>`).join('\n')}
</ul>
${stop(t)}
</form>`);

/** User name and password of a demo account. */
export const passwordPage = (t, _uid, wrong = false) =>
  page(t, t.titel, `${warning(t)}
<p>${escape(t.uitleg)}</p>
${wrong ? `<p class="fout" role="alert" id="fout">${escape(t.fout_inlog)}</p>` : ''}
<form method="post">
<label for="gebruiker">${escape(t.gebruiker)}</label>
<input id="gebruiker" name="gebruiker" autocomplete="username" autocapitalize="none" required maxlength="80"${wrong ? ' aria-describedby="fout"' : ''}>
<label for="wachtwoord">${escape(t.wachtwoord)}</label>
<input id="wachtwoord" name="wachtwoord" type="password" autocomplete="current-password" required maxlength="200"${wrong ? ' aria-describedby="fout"' : ''}>
<button type="submit">${escape(t.knop)}</button>
${stop(t)}
</form>`);

/** `form` is the form of the provider; our button sends it. */
export const logoutPage = (t, form) =>
  page(t, t.uitloggen_titel, `<p>${escape(t.uitloggen)}</p>
${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes">${escape(t.uitloggen_knop)}</button>`);

export const goodbyePage = (t) => page(t, t.uitgelogd_titel, `<p>${escape(t.uitgelogd)}</p>`);

export const errorPage = (t) => page(t, t.fout_titel, `<p>${escape(t.fout)}</p>`);
