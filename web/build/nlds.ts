/**
 * Vite plugin: the CSS of NL Design System components, cut down to what the sources use.
 *
 * The published theme is 207 kB of variables and the button alone knows 60 states. A widget that others embed must stay
 * small. So `virtual:nlds` holds only the rules whose classes occur in our sources, and of the tokens those that someone may
 * set: every other one has its value filled in. `virtual:theme` is our own theme without what nothing reaches any more.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import postcss from 'postcss';
import type { Plugin } from 'vite';

const require = createRequire(import.meta.url);

/** Style sheets of the component packages; the paths are the packages' public ones. */
const COMPONENTS = [
  '@nl-design-system-candidate/button-css/button.css',
  '@nl-design-system-candidate/heading-css/heading.css',
  '@nl-design-system-candidate/link-css/link.css',
  '@nl-design-system-candidate/paragraph-css/paragraph.css',
  '@nl-design-system-candidate/data-badge-css/data-badge.css',
  '@utrecht/textarea-css/dist/index.css',
  '@utrecht/textbox-css/dist/index.css',
  '@utrecht/alert-css/dist/index.css',
  '@utrecht/form-label-css/dist/index.css',
];
const THEME = '@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css';

/** All files with one of the extensions below `dir`. */
export function filesBelow(dir: string, extensions: string[]): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extensions.some((extension) => entry.name.endsWith(extension)))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The rules of `css` whose selectors name only classes that occur as a word in `sources`. */
export function keepUsedRules(css: string, sources: string): string {
  const root = postcss.parse(css);
  root.walkComments((comment) => void comment.remove());
  root.walkRules((rule) => {
    // Our theme gives what is pressed the look of what is pointed at.
    const kept = rule.selectors.filter((selector) => !selector.includes(':active') &&
      [...selector.matchAll(/\.([\w-]+)/g)].every(([, name]) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(sources)),
    );
    if (kept.length === 0) rule.remove();
    else rule.selectors = kept;
  });
  root.walkAtRules((rule) => {
    if (rule.nodes?.length === 0) rule.remove();
  });
  return root.toString();
}

const FOR_ALL = /^:(host|root)/;

/** The custom properties that `css` declares for everything (in a rule that `scope` accepts); the first of each. */
function customProperties(css: string, scope: RegExp): Map<string, string> {
  const values = new Map<string, string>();
  postcss.parse(css).walkRules(scope, (rule) => {
    rule.walkDecls(/^--/, (declaration) => {
      if (!values.has(declaration.prop)) values.set(declaration.prop, declaration.value);
    });
  });
  return values;
}

/**
 * The declarations of `theme` that `css` reaches through `var()`, directly or through each other.
 *
 * What `css` itself declares (our own theme) wins at run time, so the theme's value of it is left out.
 */
export function reachableTokens(theme: string, css: string): string {
  const own = customProperties(css, FOR_ALL);
  const values = customProperties(theme, /./);
  const reached = new Map<string, string>();
  const visit = (text: string): void => {
    for (const [, name] of text.matchAll(/var\(\s*(--[\w-]+)/g)) {
      const value = name === undefined ? undefined : values.get(name);
      if (name === undefined || value === undefined || reached.has(name) || own.has(name)) continue;
      reached.set(name, value);
      visit(value);
    }
  };
  visit(css);
  return `:host,:root{${[...reached].map(([name, value]) => `${name}:${value}`).join(';')}}`;
}

/** Tokens that whoever embeds the widget may set (web/README.md); every other one gets its value at build time. */
const STAYS = /^--(verbonden-|basis-(border-radius-md|heading-font-family|text-font-(family-default|size-(sm|md|lg|2xl)))$)/;

/** The tokens whose value `css` asks for. */
function namesAsked(css: string): Set<string> {
  return new Set([...css.matchAll(/var\(\s*(--[\w-]+)/g)].map(([, name = '']) => name));
}

/** Where the bracket closes that is open at the beginning of `text`. */
function closing(text: string): number {
  let depth = 1;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')' && (depth -= 1) === 0) return at;
  }
  throw new Error(`an open bracket in "${text}"`);
}

/** `value` with the values of the tokens that nobody sets; undefined when one of those has none. */
function settledValue(value: string, values: Map<string, string>, stays: (name: string) => boolean): string | undefined {
  const start = value.indexOf('var(');
  if (start < 0) return value;
  const inner = value.slice(start + 4);
  const end = closing(inner);
  const [, name = '', fallback] = /^\s*(--[\w-]+)\s*(?:,([^]*))?$/.exec(inner.slice(0, end)) ?? [];
  const rest = settledValue(inner.slice(end + 1), values, stays);
  const otherwise = fallback === undefined ? undefined : settledValue(fallback.trim(), values, stays);
  const known = values.get(name);
  const own = stays(name)
    ? `var(${name}${otherwise === undefined || known !== undefined ? '' : `,${otherwise}`})`
    : known === undefined
      ? otherwise
      : settledValue(known, values, stays);
  return own === undefined || rest === undefined ? undefined : value.slice(0, start) + own + rest;
}

/**
 * `css` with the values of the themes for the tokens that nobody sets.
 *
 * `themes`: style sheets that declare tokens, the one that counts most first. `own`: sheets that are used as they are, so
 * what they ask for stays a token; and so does what they, or `css`, set for one element instead of for all, if anything asks it.
 */
export function settleTokens(css: string, themes: string[], own: string): string {
  const root = postcss.parse(css);
  const setHere = namesAsked(own);
  postcss.parse(css + own).walkRules((rule) => {
    if (!FOR_ALL.test(rule.selector)) rule.walkDecls(/^--/, (declaration) => void setHere.add(declaration.prop));
  });
  const values = new Map(themes.toReversed().flatMap((theme) => [...customProperties(theme, /./)]));
  const stays = (name: string): boolean => STAYS.test(name) || setHere.has(name);
  root.walkComments((comment) => void comment.remove());
  root.walkDecls((declaration) => {
    const value = settledValue(declaration.value, values, stays);
    if (value === undefined || (declaration.variable && !stays(declaration.prop) && FOR_ALL.test((declaration.parent as postcss.Rule).selector))) declaration.remove();
    else declaration.value = value;
  });
  const asked = namesAsked(root.toString() + own);
  root.walkDecls(/^--/, (declaration) => {
    if (!STAYS.test(declaration.prop) && !asked.has(declaration.prop)) declaration.remove();
  });
  return root.toString();
}

/** The plugin; `folders` hold the sources that decide what stays, `ours` is our theme. */
export function nlds(folders: string[], ours: string): Plugin {
  const make = (): Record<string, string> => {
    const read = (extensions: string[]): string =>
      folders.flatMap((folder) => filesBelow(folder, extensions)).map((file) => readFileSync(file, 'utf8')).join('\n');
    const components = COMPONENTS.map((path) => readFileSync(require.resolve(path), 'utf8')).join('\n');
    const published = readFileSync(require.resolve(THEME), 'utf8');
    const theme = readFileSync(ours, 'utf8');
    const sheets = read(['.css']).replace(theme, '');
    const kept = keepUsedRules(components, read(['.ts']));
    const settle = (css: string): string => settleTokens(css, [theme, published], sheets);
    const used = settle(kept);
    return { 'virtual:nlds': settle(reachableTokens(published, used + sheets + theme) + used), 'virtual:theme': settle(theme) };
  };
  return {
    name: 'verbonden-nlds',
    // Named as style sheets, so that Vite makes them small as it does every other.
    resolveId: (id) => (/^virtual:(nlds|theme)$/.test(id) ? `\0${id}.css?inline` : undefined),
    load(id) {
      const name = /^\0(virtual:(nlds|theme))\.css/.exec(id)?.[1];
      return name && make()[name];
    },
  };
}
