/** The conversation as a file of the citizen's own. */
import type { Session } from './session.ts';

/** Saves it as a page or as data. Throws when it can not be fetched. */
export async function download(session: Session | undefined, kind: 'html' | 'json'): Promise<void> {
  const response = await session?.request(`transcript?form=${kind}`);
  if (!response?.ok) throw new Error();
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
  const address = URL.createObjectURL(await response.blob());
  Object.assign(document.createElement('a'), { href: address, download: name ?? `gesprek.${kind}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
