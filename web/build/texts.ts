/**
 * Vite plugin: the Dutch texts of `data/antwoorden/scherm.yaml`.
 *
 * `virtual:texts` is the flat mapping (key -> text) of the wanted sections, so that a widget shows its first screen,
 * and its error messages, without asking the server; /config.json may change texts later. In HTML, `%text:key%` is
 * replaced. The build stops when the code asks for a text that is not there.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { parse } from 'yaml';
import { flatten, type Texts } from '../src/shared/flatten.ts';
import { filesBelow } from './nlds.ts';

const VIRTUAL = 'virtual:texts';
export const TEXTS_FILE = fileURLToPath(new URL('../../data/antwoorden/scherm.yaml', import.meta.url));

/** Every text of both front ends, by dotted key. */
export function readTexts(): Texts {
  return flatten(parse(readFileSync(TEXTS_FILE, 'utf8')));
}

/** Keys the sources below `folders` ask for: whole ones, and beginnings of those made at run time (`t(`a.${b}`)`). */
export function usedKeys(folders: string[]): { keys: Set<string>; prefixes: Set<string> } {
  const keys = new Set<string>();
  const prefixes = new Set<string>();
  for (const file of folders.flatMap((folder) => filesBelow(folder, ['.ts', '.html']))) {
    const source = readFileSync(file, 'utf8');
    for (const [, key] of source.matchAll(/'((?:page|chat|desk|leiding)(?:\.\w+)+)'/g)) if (key) keys.add(key);
    for (const [, prefix] of source.matchAll(/\b(?:t|has)\(\s*`([\w.]+\.)\$\{/g)) if (prefix) prefixes.add(prefix);
    for (const [, key] of source.matchAll(/%text:([\w.]+)%/g)) if (key) keys.add(key);
  }
  return { keys, prefixes };
}

/** Keys that are used and missing; a key also exists when it is the head of a list or section. */
export function missingKeys(texts: Texts, used: ReturnType<typeof usedKeys>): string[] {
  const all = Object.keys(texts);
  const exists = (key: string): boolean => key in texts || all.some((other) => other.startsWith(`${key}.`));
  return [
    ...[...used.keys].filter((key) => !exists(key)),
    ...[...used.prefixes].filter((prefix) => !all.some((key) => key.startsWith(prefix))),
  ];
}

/**
 * The plugin; `sections` are the top-level keys to bundle, `folders` the sources to check.
 *
 * `later` are beginnings of keys that are left to /config.json: words of forms that do nothing without the server anyway.
 */
export function texts(sections: string[], folders: string[], later: string[] = []): Plugin {
  return {
    name: 'verbonden-texts',
    buildStart() {
      this.addWatchFile(TEXTS_FILE);
      const missing = missingKeys(readTexts(), usedKeys(folders));
      if (missing.length > 0) this.error(`not in data/antwoorden/scherm.yaml: ${missing.join(', ')}`);
    },
    resolveId: (id) => (id === VIRTUAL ? `\0${VIRTUAL}` : undefined),
    load(id) {
      if (id !== `\0${VIRTUAL}`) return undefined;
      const wanted = Object.entries(readTexts()).filter(([key]) => sections.includes(key.split('.')[0] ?? '') && !later.some((start) => key.startsWith(start)));
      return `export default ${JSON.stringify(Object.fromEntries(wanted))}`;
    },
    transformIndexHtml(html) {
      const all = readTexts();
      return html.replaceAll(/%text:([\w.]+)%/g, (_, key: string) =>
        (all[key] ?? '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
      );
    },
  };
}
