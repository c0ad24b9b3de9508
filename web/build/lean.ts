/**
 * Vite plugin: what the widget's sources hold and nobody needs is left out of the one file.
 *
 * Icons that this front end does not draw, and the indentation of templates.
 */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { filesBelow } from './nlds.ts';

/** `source` of shared/icons.ts without the shapes whose name is not quoted in `users`. */
export function keepUsedIcons(source: string, users: string): string {
  return source.replaceAll(/^ {2}(\w+): '.*',\n/gm, (line, name: string) => (users.includes(`'${name}'`) ? line : ''));
}

/** The plugin; `folders` hold the sources that are built together. */
export function lean(folders: string[]): Plugin {
  return {
    name: 'verbonden-lean',
    enforce: 'pre',
    apply: 'build',
    transform(code, id) {
      if (!/\/src\/.*\.ts$/.test(id)) return undefined;
      const used = (): string => folders.flatMap((folder) => filesBelow(folder, ['.ts'])).filter((file) => !file.endsWith('icons.ts')).map((file) => readFileSync(file, 'utf8')).join('\n');
      const kept = id.endsWith('icons.ts') ? keepUsedIcons(code, used()) : code;
      return { code: kept.replaceAll(/\n[ \t]+/g, '\n'), map: null };
    },
  };
}
