/** Every text the code asks for exists, every text that exists is used, and none is left in the code. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesBelow } from '../build/nlds.ts';
import { missingKeys, readTexts, usedKeys } from '../build/texts.ts';
import { flatten } from '../src/shared/flatten.ts';
import { has, list, t } from '../src/shared/texts.ts';

const web = fileURLToPath(new URL('..', import.meta.url));
const src = `${web}/src`;
const pages = ['index.html', 'balie.html', 'leiding.html'].map((page) => readFileSync(`${web}/${page}`, 'utf8')).join('\n');

describe('scherm.yaml', () => {
  const texts = readTexts();
  const used = usedKeys([src]);
  for (const [, key] of pages.matchAll(/%text:([\w.]+)%/g)) used.keys.add(key as string);

  it('has every text the code asks for', () => {
    expect(missingKeys(texts, used)).toEqual([]);
  });

  it('has no text that nothing asks for', () => {
    const asked = (key: string): boolean =>
      used.keys.has(key) || used.keys.has(key.replace(/\.\d+$/, '')) || [...used.prefixes].some((prefix) => key.startsWith(prefix)) || /^desk\.(urgency|channel|state|reason|trust|language)\./.test(key);
    expect(Object.keys(texts).filter((key) => !asked(key))).toEqual([]);
  });

  it('has no empty text', () => {
    expect(Object.entries(texts).filter(([, text]) => text === '')).toEqual([]);
  });

  it('offers four to six example questions', () => {
    const { length } = list('chat.start.examples');
    expect(length).toBeGreaterThanOrEqual(4);
    expect(length).toBeLessThanOrEqual(6);
  });

  it('finds a missing key when there is one', () => {
    expect(missingKeys({ 'a.b': 'x' }, { keys: new Set(['a.b', 'a.c']), prefixes: new Set(['a.', 'z.']) })).toEqual(['a.c', 'z.']);
  });
});

describe('templates', () => {
  it('hold no words of their own, only texts from scherm.yaml', () => {
    const found = filesBelow(src, ['.ts']).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?<![=-])>([^<>${}`;=]*[A-Za-zÀ-ÿ]{3}[^<>${}`;=]*)<\//g)].map((match) => `${file}: ${match[1]?.trim()}`),
    );
    expect(found).toEqual([]);
  });
});

describe('t', () => {
  it('fills in values and leaves unknown names alone', () => {
    expect(t('chat.state.claimed', { name: 'Fatima', organisation: 'Demodam' })).toBe('U praat met Fatima van Demodam');
    expect(t('chat.state.claimed', { name: 'Fatima' })).toContain('{organisation}');
  });
  it('shows the key when there is no text, so that a gap is seen', () => {
    expect(t('chat.no.such.text')).toBe('chat.no.such.text');
    expect(has('chat.no.such.text')).toBe(false);
  });
});

describe('flatten', () => {
  it('names every leaf by its path', () => {
    expect(flatten({ a: { b: 'x', c: ['y', 'z '] }, d: 1 })).toEqual({ 'a.b': 'x', 'a.c.0': 'y', 'a.c.1': 'z', d: '1' });
  });
  it('takes keys that are flat already', () => {
    expect(flatten({ 'a.b': 'x' })).toEqual({ 'a.b': 'x' });
  });
});
