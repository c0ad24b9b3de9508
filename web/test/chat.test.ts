// @vitest-environment jsdom
/** The citizen's chat as an element on a page that does with it what pages do. */
import { afterEach, expect, it, vi } from 'vitest';
import { VerbondenChat } from '../src/widget/verbonden-chat.ts';

afterEach(() => vi.unstubAllGlobals());

it('goes on following the conversation when the page moves it elsewhere', async () => {
  const watched = new Set<Element>();
  class Sizes {
    observe = (box: Element): unknown => watched.add(box);
    disconnect = (): void => watched.clear();
  }
  vi.stubGlobal('ResizeObserver', Sizes);
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
  customElements.define('verbonden-chat', VerbondenChat);
  const chat = document.createElement('verbonden-chat') as VerbondenChat;
  const heard = vi.spyOn(window, 'addEventListener');
  const left = vi.spyOn(window, 'removeEventListener');
  document.body.append(chat);
  await chat.updateComplete;
  const box = chat.renderRoot.querySelector('.scroller') as Element;
  expect([...watched]).toEqual([box]);
  // When it is moved, it looks at the same box again
  const aside = document.createElement('aside');
  document.body.append(aside);
  aside.append(chat);
  await chat.updateComplete;
  expect([...watched]).toEqual([box]);
  // And when it is taken away, nothing of it is left on the page
  chat.remove();
  expect([...watched]).toEqual([]);
  const kinds = (calls: unknown[][]): unknown[] => calls.map(([kind]) => kind).filter((kind) => kind === 'beforeunload' || kind === 'scroll' || kind === 'resize').toSorted();
  expect(kinds(left.mock.calls)).toEqual(kinds(heard.mock.calls));
});
