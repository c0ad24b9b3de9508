/**
 * Vite plugin: the CSS of NL Design System components, cut down to what the sources use.
 *
 * The published theme is 207 kB of variables and the button alone knows 60 states. A widget that others embed must
 * stay small, so `virtual:nlds` holds only the rules whose classes occur in our sources, with the values that their own
 * tokens have in the theme; what remains to be set are the `--basis-*` and `--verbonden-*` tokens that those rules, or our
 * own style sheets, reach. (Tokens of single components were two thousand bytes of the widget, and nobody set them.)
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import postcss from 'postcss';
import type { Plugin } from 'vite';

const require = createRequire(import.meta.url);
const VIRTUAL = 'virtual:nlds';

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
    const kept = rule.selectors.filter((selector) =>
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
  const own = customProperties(css, /^:(host|root)/);
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

/** Tokens that a theme may set; every other one gets its value at build time. */
const STAYS = /^--(basis|verbonden)-/;

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

/** `css` with the values of `theme` for the tokens of single components, except those that the `own` sheets set. */
export function settleTokens(css: string, theme: string, own: string): string {
  const root = postcss.parse(css);
  const setHere = new Set<string>();
  postcss.parse(own).walkDecls(/^--/, (declaration) => void setHere.add(declaration.prop));
  const values = customProperties(theme, /./);
  const stays = (name: string): boolean => STAYS.test(name) || setHere.has(name);
  root.walkDecls((declaration) => {
    const value = settledValue(declaration.value, values, stays);
    if (value === undefined || (declaration.variable && !stays(declaration.prop))) declaration.remove();
    else declaration.value = value;
  });
  return root.toString();
}

function squeeze(css: string): string {
  return css.replaceAll(/\s+/g, ' ').replaceAll(/ ?([{};,]) /g, '$1').replaceAll(' {', '{').replaceAll(': ', ':');
}

/** The plugin; `folders` hold the sources that decide what stays. */
export function nlds(folders: string[]): Plugin {
  return {
    name: 'verbonden-nlds',
    resolveId: (id) => (id === VIRTUAL ? `\0${VIRTUAL}` : undefined),
    load(id) {
      if (id !== `\0${VIRTUAL}`) return undefined;
      const read = (extensions: string[]): string =>
        folders.flatMap((folder) => filesBelow(folder, extensions)).map((file) => readFileSync(file, 'utf8')).join('\n');
      const components = COMPONENTS.map((path) => readFileSync(require.resolve(path), 'utf8')).join('\n');
      const theme = readFileSync(require.resolve(THEME), 'utf8');
      const own = read(['.css']);
      const kept = keepUsedRules(components, read(['.ts']));
      const used = settleTokens(kept, theme, kept + own);
      const tokens = settleTokens(reachableTokens(theme, used + own), theme, kept + own);
      return `export default ${JSON.stringify(squeeze(tokens + used))}`;
    },
  };
}
