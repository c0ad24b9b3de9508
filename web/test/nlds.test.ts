/** The cut of NL Design System keeps what is used and nothing else. */
import { describe, expect, it } from 'vitest';
import { keepUsedRules, reachableTokens, settleTokens } from '../build/nlds.ts';

describe('keepUsedRules', () => {
  const css = '.nl-button{color:red}.nl-button--pressed{color:blue}.a.b,.a{color:green}@media print{.unused{color:red}}';
  it('keeps a rule only when all its classes occur as whole words', () => {
    expect(keepUsedRules(css, '"nl-button a"')).toBe('.nl-button{color:red}.a{color:green}');
  });
  it('does not take a longer name for a shorter one', () => {
    expect(keepUsedRules('.nl-button{color:red}', '"nl-button--pressed"')).toBe('');
  });
});

describe('reachableTokens', () => {
  const theme = '.theme{--a:var(--b);--b:1px;--c:2px;--d:var(--c)}';
  it('follows variables through each other', () => {
    expect(reachableTokens(theme, '.x{inset:var(--a)}')).toBe(':host,:root{--a:var(--b);--b:1px}');
  });
  it('leaves out what our own theme sets, and what only that needed', () => {
    expect(reachableTokens(theme, ':host{--d:3px}.x{inset:var(--d)}')).toBe(':host,:root{}');
  });
  it('does not take a value for one element as set for all', () => {
    expect(reachableTokens(theme, '.y{--b:9px}.x{inset:var(--b)}')).toBe(':host,:root{--b:1px}');
  });
});

describe('settleTokens', () => {
  const published = '.theme{--nl-a:var(--basis-b);--basis-b:1px;--nl-c:calc(var(--nl-d) * 2);--nl-d:3px}';
  const ours = ':root{--basis-b:var(--verbonden-blue);--verbonden-blue:blue}';
  const settle = (css: string, own = ''): string => settleTokens(css, [ours, published], own);
  it('puts the value in the place of a token that nobody sets, through others; ours goes before the published one', () => {
    expect(settle('.x{inset:var(--nl-a) var(--nl-c)}')).toBe('.x{inset:var(--verbonden-blue) calc(3px * 2)}');
  });
  it('leaves a token alone that our sheets ask for, or that is set for one element', () => {
    expect(settle('.x{inset:var(--nl-a)}', '.y{color:var(--nl-a)}')).toBe('.x{inset:var(--nl-a)}');
    expect(settle('.x{inset:var(--nl-d)}', '.y{--nl-d:0}')).toBe('.x{inset:var(--nl-d)}');
  });
  it('drops the declaration of what nothing reaches any more', () => {
    expect(settle(ours)).toBe(':root{--verbonden-blue:blue}');
  });
  it('drops what is set for one element and asked by nothing', () => {
    expect(settle('.x{--nl-e:1px;--nl-f:2px;inset:var(--nl-f)}')).toBe('.x{--nl-f:2px;inset:var(--nl-f)}');
    expect(settle('.x{--nl-e:1px}', '.y{inset:var(--nl-e)}')).toBe('.x{--nl-e:1px}');
  });
  it('takes the fall-back when there is no value, and drops what has neither', () => {
    expect(settle('.x{inset:var(--nl-none, var(--nl-d));color:var(--nl-none)}')).toBe('.x{inset:3px}');
  });
});
